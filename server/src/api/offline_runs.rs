//! `/api/v1/offline-runs`: runs that are played here for another server.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::api::{
    ApiError, OfflinePlayView, OfflineRunView, OfflineStartView, OfflineState, RunStarted,
    StartImport,
};

use super::extract::{Body, Key};
use super::offline_starts::download;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::offline_play::{self, RUNS_LISTED_MAX, STARTS_MAX};
use crate::scenarios::RUNS_MAX;
use crate::session::LoggedIn;
use crate::store::{OfflineRunRecord, OfflineRunState, OfflineStartRecord, ScenarioRun};

/// The player's starts, and the runs that the player plays here for another server.
#[utoipa::path(get, path = "/api/v1/offline-runs", tag = "Scenarios",
    responses((status = 200, description = "Both lists", body = OfflinePlayView)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<OfflinePlayView>> {
    let (player, now) = (session.player, app.clock.now());
    let starts = app.store.list_offline_starts(player, STARTS_MAX).await?;
    let starts: Result<Vec<_>> = starts.into_iter().map(|row| start(row, now)).collect();
    let played = app.store.list_runs(player, RUNS_MAX).await?;
    let runs = app.store.list_offline_runs(player, RUNS_LISTED_MAX).await?;
    let mut listed = Vec::new();
    for record in runs {
        let account = record.account;
        let of_it = played.iter().find(|run| run.account == account);
        if let Some(view) = run(&app, record, of_it)? {
            listed.push(view);
        }
    }
    Ok(Json(OfflinePlayView {
        starts: starts?,
        runs: listed,
        sends: app.config.sends_offline_results,
    }))
}

fn start(row: OfflineStartRecord, now: Timestamp) -> Result<OfflineStartView> {
    let file = offline_play::read(&row.file)?;
    let scenario = file.start.scenario;
    let state = match row.counted {
        Some(_) => OfflineState::Counted,
        None if now > row.due_at => OfflineState::Missed,
        None => OfflineState::Open,
    };
    let counted = row.counted.as_ref();
    Ok(OfflineStartView {
        result: counted.map(|run| offline_play::shown(run, scenario.starting_cash)),
        id: row.id,
        scenario: row.scenario,
        title: scenario.title,
        issued_at: row.issued_at,
        due_at: row.due_at,
        state,
        refusal: row.refusal,
    })
}

/// A run; none whose game is gone.
fn run(
    app: &App,
    record: OfflineRunRecord,
    played: Option<&ScenarioRun>,
) -> Result<Option<OfflineRunView>> {
    let mut games = app.games.all().into_iter();
    let game = games.find(|game| game.record.id == record.account.game);
    let Some(game) = game else { return Ok(None) };
    let start = offline_play::read(&record.file)?.start;
    let result = played.and_then(|run| run.result);
    Ok(Some(OfflineRunView {
        id: record.start,
        title: start.scenario.title,
        slug: game.record.slug.clone(),
        server: start.server,
        player: start.player,
        due_at: start.due_at,
        net_worth: result.map(|result| result.net_worth),
        state: match record.state {
            OfflineRunState::Waiting if app.clock.now() > start.due_at => OfflineState::Missed,
            OfflineRunState::Waiting => OfflineState::Open,
            OfflineRunState::Counted => OfflineState::Counted,
            OfflineRunState::Refused => OfflineState::Refused,
        },
        answer: record.answer,
    }))
}

/// Begins a run from a start that another server, or this one, has signed. A second request returns the same
/// run.
#[utoipa::path(post, path = "/api/v1/offline-runs", tag = "Scenarios", request_body = StartImport,
    responses((status = 201, description = "The run has begun", body = RunStarted),
        (status = 409, description = "Three runs are not finished", body = ApiError),
        (status = 422, description = "The file is no start, was changed, or is due no more", body = ApiError)))]
pub async fn begin(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<StartImport>,
) -> Result<(StatusCode, Json<RunStarted>)> {
    let game = offline_play::begin(&app, session.player, &request.file).await?;
    Ok((StatusCode::CREATED, Json(RunStarted { slug: game.slug })))
}

/// What has to be handed in for a finished run, as a file.
#[utoipa::path(get, path = "/api/v1/offline-runs/{key}", tag = "Scenarios",
    params(("key" = String, Path, description = "The start")),
    responses((status = 200, description = "The file", content_type = "application/json", body = Object),
        (status = 404, description = "There is no such run of yours", body = ApiError),
        (status = 409, description = "It is not over, or cannot be replayed", body = ApiError)))]
pub async fn claim(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
) -> Result<Response> {
    let claim = offline_play::claim(&app, session.player, &id).await?;
    let name = claim.start.start.scenario_id.clone();
    Ok(download(&name, "result", claim.to_file()))
}

/// Sends a finished run to the server that signed its start, and tells what became of it. Only the server
/// inside the desktop app does this.
#[utoipa::path(post, path = "/api/v1/offline-runs/{key}", tag = "Scenarios",
    params(("key" = String, Path, description = "The start")),
    responses((status = 200, description = "Both lists after it", body = OfflinePlayView),
        (status = 403, description = "This server sends no results", body = ApiError),
        (status = 404, description = "There is no such run of yours", body = ApiError),
        (status = 409, description = "It is not over, or cannot be replayed", body = ApiError)))]
pub async fn send(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
) -> Result<Json<OfflinePlayView>> {
    offline_play::send(&app, session.player, &id).await?;
    list(State(app), LoggedIn(session)).await
}
