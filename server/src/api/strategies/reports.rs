//! `/api/v1/games/{game}/strategies/{key}/reports`: reports of strategies to the operator of the game.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{ApiError, ReportKind, StrategyReport};
use domain::text::seen;
use serde::Serialize;
use utoipa::ToSchema;

use super::visible;
use crate::api::extract::{Body, Key};
use crate::app::{App, Game, random_id};
use crate::error::Result;
use crate::json::Json;
use crate::session::LoggedIn;
use crate::store::social::{OPEN_REPORTS_MAX, ReportRecord};
use crate::strategies::Asker;

/// Characters of a report, without the strategy's name.
const WORDS_MAX: usize = 400;

/// What a report is answered with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrategyReported {
    /// The name of the strategy that was reported.
    reported: String,
}

/// Reports a strategy to the operator of the game.
#[utoipa::path(post, path = "/api/v1/games/{game}/strategies/{key}/reports", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    request_body(content = StrategyReport, example = json!({"words": "The description is an insult."})),
    responses((status = 201, description = "The operator can read it", body = StrategyReported),
        (status = 404, description = "There is none that the player may see", body = ApiError)))]
pub async fn report(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Key(id): Key<i64>,
    Body(request): Body<StrategyReport>,
) -> Result<(StatusCode, Json<StrategyReported>)> {
    let asker = Asker::of(&app, game, Some(session.player)).await?;
    let record = visible(&app, &asker, id).await?;
    let wrong = |said: String| ApiError::field("words", said);
    if record.author == session.player {
        return Err(wrong("You cannot report your own strategy.".to_owned()).into());
    }
    let words = seen(&request.words, false);
    if !(1..=WORDS_MAX).contains(&words.chars().count()) {
        return Err(wrong(format!("must have 1 to {WORDS_MAX} characters")).into());
    }
    let report = ReportRecord {
        id: random_id(),
        player: session.player,
        reported: record.author,
        kind: ReportKind::Words,
        words: Some(format!("Strategy {id} “{}”: {words}", record.name)),
        at: app.clock.now(),
    };
    if !app.store.create_report(&report).await? {
        let said = format!("{OPEN_REPORTS_MAX} of your reports are still to be read: please wait.");
        return Err(wrong(said).into());
    }
    tracing::info!(report = report.id, "a strategy was reported");
    let reported = record.name;
    Ok((StatusCode::CREATED, Json(StrategyReported { reported })))
}
