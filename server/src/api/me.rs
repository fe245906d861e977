//! `/api/v1/me`: the player who asks, the sessions, the daily bonus.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use domain::SessionId;
use domain::api::{ApiError, BonusAnswer, ErrorCode, PlayerView, SessionView};

use super::extract::Key;
use super::player;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::{self, LoggedIn, Session, cookie};
use crate::store::SessionRecord;

/// The player who asks.
#[utoipa::path(get, path = "/api/v1/me", tag = "Players",
    responses((status = 200, description = "The player", body = PlayerView)))]
pub async fn me(State(app): State<App>, LoggedIn(session): LoggedIn) -> Result<Json<PlayerView>> {
    let player = player::find(&app, session.player).await?;
    Ok(Json(player::view(&app, &player)))
}

/// Where the player is logged in, latest used first.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "Players",
    responses((status = 200, description = "At most 100 sessions", body = Vec<SessionView>)))]
pub async fn sessions(
    State(app): State<App>,
    LoggedIn(current): LoggedIn,
) -> Result<Json<Vec<SessionView>>> {
    let sessions = app
        .store
        .list_sessions(current.player, app.clock.now())
        .await?;
    Ok(Json(
        sessions
            .into_iter()
            .map(|session| view(session, current))
            .collect(),
    ))
}

fn view(session: SessionRecord, current: Session) -> SessionView {
    SessionView {
        id: session.id,
        device: session.device,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
        current: session.id == current.id,
    }
}

/// Ends a session of the player.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{key}", tag = "Players",
    params(("key" = SessionId, Path, description = "Its id")),
    responses((status = 204, description = "It is ended"),
        (status = 404, description = "The player has no such session", body = ApiError)))]
pub async fn end_session(
    State(app): State<App>,
    LoggedIn(current): LoggedIn,
    Key(id): Key<SessionId>,
) -> Result<impl IntoResponse> {
    if !session::end(&app, current.player, id).await? {
        return Err(Error::not_found("such session of yours"));
    }
    let gone = if id == current.id {
        Some(cookie::clear(&app.config.session)?)
    } else {
        None
    };
    let cookies = AppendHeaders(gone.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((StatusCode::NO_CONTENT, cookies))
}

/// Collects the bonus of the day (UTC).
#[utoipa::path(post, path = "/api/v1/me/daily-bonus", tag = "Players",
    responses((status = 200, description = "Collected", body = BonusAnswer),
        (status = 409, description = "`bonus_collected`", body = ApiError)))]
pub async fn daily_bonus(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<BonusAnswer>> {
    let now = app.clock.now();
    let collected = app.engine.xp_rules(now).daily_bonus;
    let first = app
        .store
        .collect_daily_bonus(session.player, now.day(), collected, now)
        .await?;
    if !first {
        let message = "You have collected today's bonus. Come back tomorrow.";
        return Err(Error::new(ErrorCode::BonusCollected, message));
    }
    let player = player::find(&app, session.player).await?;
    Ok(Json(BonusAnswer {
        collected,
        player: player::view(&app, &player),
    }))
}
