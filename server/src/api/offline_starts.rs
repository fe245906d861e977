//! `/api/v1/offline-starts` and `/api/v1/offline-submissions`: runs that are played elsewhere and count here.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::PlayerId;
use domain::api::{
    ApiError, ErrorCode, OfflineBoardRow, OfflineBoardView, OfflineResult, OfflineStarted,
};
use domain::scenario::Submission;

use super::extract::{Body, Key};
use super::scenarios::find_scenario;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::offline_play;
use crate::session::{LoggedIn, Sent};
use crate::store::OfflineResultRecord;

/// Bytes of a result that is handed in: 5,000 inputs have about half as many.
pub const SUBMISSION_BYTES: usize = 1024 * 1024;
/// Places of a board that are shown.
const SHOWN_MAX: u32 = 50;

/// Signs a start: whoever plays from it elsewhere can hand in the result here within 30 days, or as many
/// as the settings say.
#[utoipa::path(post, path = "/api/v1/scenarios/{key}/offline-starts", tag = "Scenarios",
    params(("key" = String, Path, example = "bubble")),
    responses((status = 201, description = "The start is signed", body = OfflineStarted),
        (status = 404, description = "There is none of this name", body = ApiError),
        (status = 409, description = "Five starts wait for a result, or the scenario cannot be replayed", body = ApiError)))]
pub async fn sign(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<OfflineStarted>)> {
    let scenario = find_scenario(&app, &id).await?;
    let player = app.store.find_player(session.player).await?;
    let player = player.ok_or_else(|| Error::not_found("such player any more"))?;
    let server = address(&app, &headers)?;
    let named = (session.player, player.handle.as_str());
    let id = offline_play::sign(&app, named, (&id, scenario), server).await?;
    Ok((StatusCode::CREATED, Json(OfflineStarted { id })))
}

/// This server's address: the configured one, or as the player knows it.
fn address(app: &App, headers: &HeaderMap) -> Result<String> {
    if let Some(site) = &app.config.mail.site_url {
        return Ok(site.trim_end_matches('/').to_owned());
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.ok_or_else(|| {
        let message = "The request does not say by which address it reached the server.";
        Error::new(ErrorCode::MalformedRequest, message)
    })?;
    let secure = app.config.session.secure_cookie || app.config.tls.is_on();
    let scheme = if secure { "https" } else { "http" };
    Ok(format!("{scheme}://{host}"))
}

/// The start as a file. It tells what will happen.
#[utoipa::path(get, path = "/api/v1/offline-starts/{key}", tag = "Scenarios",
    params(("key" = String, Path, description = "The start")),
    responses((status = 200, description = "The file", content_type = "application/json", body = Object),
        (status = 404, description = "There is none of yours", body = ApiError)))]
pub async fn file(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
) -> Result<Response> {
    let found = app.store.find_offline_start(&id).await?;
    let found = found.filter(|start| start.player == session.player);
    let found = found.ok_or_else(|| Error::not_found("such start of yours"))?;
    let text = offline_play::read(&found.file)?.to_file();
    Ok(download(&found.scenario, "start", text))
}

/// A JSON file that browsers save.
pub(super) fn download(name: &str, kind: &str, text: String) -> Response {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    let name: String = name.chars().filter(plain).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{kind}.json\""),
        ),
    ];
    (headers, text).into_response()
}

/// Hands in a run that was played elsewhere. It is replayed, and counts if it ends as claimed. The start says
/// whose it is: no session is needed.
#[utoipa::path(post, path = "/api/v1/offline-submissions", tag = "Scenarios", security(()),
    request_body = Submission,
    responses((status = 200, description = "It counts", body = OfflineResult),
        (status = 409, description = "`start_late`, `start_used`", body = ApiError),
        (status = 422, description = "`start_tampered`, `start_unknown`, `input_impossible`, `result_differs`", body = ApiError)))]
pub async fn hand_in(
    State(app): State<App>,
    Body(submission): Body<Submission>,
) -> Result<Json<OfflineResult>> {
    Ok(Json(offline_play::hand_in(&app, submission).await?))
}

/// The best results of a scenario among runs that were played elsewhere, each replayed by this server. They
/// stand apart: what happens in a scenario can be known.
#[utoipa::path(get, path = "/api/v1/scenarios/{key}/offline-results", tag = "Scenarios", security(()),
    params(("key" = String, Path, example = "bubble")),
    responses((status = 200, description = "The results", body = OfflineBoardView),
        (status = 404, description = "There is none of this name", body = ApiError)))]
pub async fn board(
    State(app): State<App>,
    sent: Sent,
    Key(id): Key<String>,
) -> Result<Json<OfflineBoardView>> {
    let scenario = find_scenario(&app, &id).await?;
    let me = sent.current().map(|session| session.player);
    let best = best(&app, &id, me).await?;
    let players: Vec<_> = best.iter().map(|row| row.player).collect();
    let mut handles = app.store.find_handles(&players).await?;
    let row = |row: OfflineResultRecord| {
        Some(OfflineBoardRow {
            handle: handles.remove(&row.player)?,
            is_me: me == Some(row.player),
            result: offline_play::shown(&row.run, row.starting_cash),
            trades: row.trades,
            at: row.run.at,
        })
    };
    Ok(Json(OfflineBoardView {
        is_replayable: scenario.is_replayable(),
        rows: best.into_iter().filter_map(row).collect(),
    }))
}

/// The best results for a reader: of two players of whom one blocks the other, neither sees the other's.
async fn best(app: &App, id: &str, me: Option<PlayerId>) -> Result<Vec<OfflineResultRecord>> {
    let blocked = match me {
        Some(me) => app.store.list_blocks(me).await?,
        None => Vec::new(),
    };
    let blocked: HashSet<PlayerId> = blocked.iter().map(|tie| tie.other).collect();
    let left_out = u32::try_from(blocked.len()).unwrap_or(u32::MAX);
    let limit = SHOWN_MAX.saturating_add(left_out);
    let mut best = app.store.list_offline_results(id, me, limit).await?;
    best.retain(|row| !blocked.contains(&row.player));
    best.truncate(usize::try_from(SHOWN_MAX).unwrap_or(usize::MAX));
    Ok(best)
}
