//! Publishing and changing strategies, under `/api/v1/games/{game}/strategies`.

use axum::extract::State;
use axum::http::StatusCode;
use domain::advice::TargetPlan;
use domain::api::{ApiError, ErrorCode, StrategyContent, StrategyRequest, StrategyView};

use super::{missing, version_of, view};
use crate::advice::Reading;
use crate::api::extract::{Body, InGame, Key};
use crate::api::targets::check_aims;
use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::jobs::{Ask, NewVersion, StrategyNews, job_of};
use crate::json::Json;
use crate::store::jobs::NewJob;
use crate::store::strategies::{STRATEGIES_MAX, VERSIONS_MAX};
use crate::store::{StrategyRecord, VersionRecord};
use crate::strategies::{self, Asker, terms};

/// Publishes a strategy: the player's own targets in this game, or other ones.
#[utoipa::path(post, path = "/api/v1/games/{game}/strategies", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    request_body(content = StrategyRequest, example = json!({"name": "Calm and steady",
        "description": "Mostly funds.", "tags": ["funds"], "risk": "cautious", "visibility": "public"})),
    responses((status = 201, description = "The strategy", body = StrategyView),
        (status = 404, description = "The player has no account in this game", body = ApiError),
        (status = 422, description = "What cannot be published", body = ApiError)))]
pub async fn publish(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<StrategyRequest>,
) -> Result<(StatusCode, Json<StrategyView>)> {
    let reading = Reading::of(&app, &game, account).await?;
    let plan = match request.plan.clone() {
        Some(plan) => plan,
        None => own_targets(&app, &reading).await?,
    };
    check_aims(&reading, &plan)?;
    let visibility = request.visibility;
    let content = strategies::content(request, plan)?;
    let now = app.clock.now();
    let mut record = StrategyRecord {
        id: random_id(),
        author: account.player,
        game: account.game,
        market: game.record.market,
        visibility,
        hidden: false,
        name: content.name.clone(),
        description: content.description.clone(),
        tags: content.tags.clone(),
        risk: content.risk,
        version: 1,
        published_at: now,
        changed_at: now,
        followers: 0,
        measured: None,
        terms: String::new(),
    };
    record.terms = terms_of(&reading, &record, &content);
    let version = version_record(&reading, &record, content);
    if !app.store.create_strategy(&record, &version).await? {
        let said =
            format!("You have {STRATEGIES_MAX} strategies already, and there may be no more.");
        return Err(ApiError::field("name", said).into());
    }
    let asker = Asker::of(&app, game, Some(account.player)).await?;
    let view = view(&app, &asker, record, None).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Changes a strategy. Other words or targets make a new version, of which its followers are told; the
/// earlier ones can still be read.
#[utoipa::path(put, path = "/api/v1/games/{game}/strategies/{key}", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    request_body(content = StrategyRequest, example = json!({"name": "Calm and steady",
        "description": "Only funds.", "tags": ["funds"], "risk": "cautious", "visibility": "public"})),
    responses((status = 200, description = "The strategy", body = StrategyView),
        (status = 404, description = "The player has no such strategy", body = ApiError),
        (status = 409, description = "`not_possible`: it was changed meanwhile, or has 100 versions", body = ApiError),
        (status = 422, description = "What cannot be published", body = ApiError)))]
pub async fn change(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
    Body(request): Body<StrategyRequest>,
) -> Result<Json<StrategyView>> {
    let found = app.store.find_strategy(id).await?;
    let own = |record: &StrategyRecord| {
        record.author == account.player && record.market == game.record.market
    };
    let before = found.filter(own).ok_or_else(missing)?;
    let reading = Reading::of(&app, &game, account).await?;
    let latest = version_of(&app, &before, before.version).await?.content;
    let plan = match (request.plan.clone(), request.own_targets) {
        (Some(plan), _) => plan,
        (None, true) => own_targets(&app, &reading).await?,
        (None, false) => latest.plan.clone(),
    };
    if plan != latest.plan {
        check_aims(&reading, &plan)?;
    }
    let visibility = request.visibility;
    let content = strategies::content(request, plan)?;
    let is_new = content != latest;
    let mut record = StrategyRecord {
        visibility,
        name: content.name.clone(),
        description: content.description.clone(),
        tags: content.tags.clone(),
        risk: content.risk,
        ..before.clone()
    };
    if is_new {
        record.version = before.version.saturating_add(1);
        record.changed_at = app.clock.now();
        if record.version > VERSIONS_MAX {
            let said = "This strategy has 100 versions. Publish a new one instead.";
            return Err(Error::new(ErrorCode::NotPossible, said));
        }
    }
    record.terms = terms_of(&reading, &record, &content);
    let version = version_record(&reading, &record, content);
    let job = news(&app, &record)?;
    let new = is_new.then_some((&version, &job));
    if !app
        .store
        .change_strategy(&record, before.version, new)
        .await?
    {
        let said = "This strategy was changed meanwhile. Look at it again before you change it.";
        return Err(Error::new(ErrorCode::NotPossible, said));
    }
    app.jobs.wake();
    let asker = Asker::of(&app, game, Some(account.player)).await?;
    view(&app, &asker, record, None).await.map(Json)
}

/// The player's targets in the game.
async fn own_targets(app: &App, reading: &Reading) -> Result<TargetPlan> {
    let account = reading.portfolio.account.record.id;
    let found = app.store.find_target_plan(account).await?;
    let said = "is missing: set your own targets first";
    Ok(found
        .map(|record| record.plan)
        .ok_or_else(|| ApiError::field("plan", said))?)
}

fn terms_of(reading: &Reading, record: &StrategyRecord, content: &StrategyContent) -> String {
    let categories = strategies::categories(&content.plan, &reading.snapshot.catalogue);
    terms::of(record, content, &categories)
}

fn version_record(
    reading: &Reading,
    record: &StrategyRecord,
    content: StrategyContent,
) -> VersionRecord {
    VersionRecord {
        strategy: record.id,
        version: record.version,
        published_at: record.changed_at,
        market_day: reading.market.time_at(record.changed_at).day(),
        content,
    }
}

/// The job that tells followers of the latest version.
fn news(app: &App, record: &StrategyRecord) -> Result<NewJob> {
    let new = NewVersion {
        strategy: record.id,
        version: record.version,
    };
    let now = app.clock.now();
    job_of::<StrategyNews>(&new, &Ask::default(), now, &*app.clock).map_err(Error::internal)
}
