//! `/api/v1/games/{game}/strategies/{key}/copy`: taking a strategy's targets as one's own.

use axum::extract::State;
use domain::api::{ApiError, CopyPreview, CopyRequest, TargetsView};

use super::{VersionQuery, version_of, visible};
use crate::advice::Reading;
use crate::api::extract::{InGame, Key, OptionalBody, Query};
use crate::api::targets::{self, check_aims};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::store::{TargetRecord, VersionRecord};
use crate::strategies::Asker;

/// What a copy would change: the player's targets beside those of the strategy.
#[utoipa::path(get, path = "/api/v1/games/{game}/strategies/{key}/copy", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id"), VersionQuery),
    responses((status = 200, description = "The targets now and after", body = CopyPreview),
        (status = 404, description = "There is none that the player may see", body = ApiError)))]
pub async fn preview(
    State(app): State<App>,
    in_game: InGame,
    Key(id): Key<i64>,
    Query(asked): Query<VersionQuery>,
) -> Result<Json<CopyPreview>> {
    let account = in_game.account;
    let version = find(&app, in_game, id, asked.version).await?;
    let now = app.store.find_target_plan(account).await?;
    let now = now.map(|record| record.plan);
    Ok(Json(CopyPreview {
        version: version.version,
        has_targets: now.is_some(),
        changes: CopyPreview::changes(now.as_ref(), &version.content.plan),
        name: version.content.name,
    }))
}

/// Takes the targets and rules of a strategy in place of the player's own. Nothing is traded.
#[utoipa::path(post, path = "/api/v1/games/{game}/strategies/{key}/copy", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    request_body(content = CopyRequest, example = json!({"version": 1})),
    responses((status = 200, description = "The targets, and where the account stands", body = TargetsView),
        (status = 404, description = "There is none that the player may see", body = ApiError),
        (status = 422, description = "The market does not list everything in it any more", body = ApiError)))]
pub async fn copy(
    State(app): State<App>,
    in_game: InGame,
    Key(id): Key<i64>,
    OptionalBody(request): OptionalBody<CopyRequest>,
) -> Result<Json<TargetsView>> {
    let (game, account) = (in_game.game.clone(), in_game.account);
    let version = find(&app, in_game, id, request.version).await?;
    let reading = Reading::of(&app, &game, account).await?;
    check_aims(&reading, &version.content.plan)?;
    let record = TargetRecord {
        account,
        plan: version.content.plan,
        changed_at: app.clock.now(),
        beyond_since: None,
    };
    app.store.store_target_plan(&record).await?;
    Ok(Json(targets::view(&reading, Some(record), None)))
}

async fn find(
    app: &App,
    InGame { game, account }: InGame,
    id: i64,
    version: Option<u32>,
) -> Result<VersionRecord> {
    let asker = Asker::of(app, game, Some(account.player)).await?;
    let record = visible(app, &asker, id).await?;
    version_of(app, &record, version.unwrap_or(record.version)).await
}
