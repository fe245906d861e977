//! `/api/v1/me`: the player who asks, the sessions, the daily bonus.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use domain::api::{ApiError, BonusAnswer, ErrorCode, PlayerView, SessionView};
use domain::{AwardCause, Day, SessionId};

use super::auth::guest_would_be_lost;
use super::extract::Key;
use super::player;
use super::progress::award;
use super::time_zone;
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::security::{OTHER_SESSIONS_ENDED, SESSION_ENDED, record};
use crate::session::{self, LoggedIn, RECOVERY, Session, cookie};
use crate::store::SessionRecord;
use crate::zones;

/// Sessions that a list shows.
const SESSIONS_MAX: usize = 100;

/// The player who asks.
#[utoipa::path(get, path = "/api/v1/me", tag = "Players",
    responses((status = 200, description = "The player", body = PlayerView)))]
pub async fn me(State(app): State<App>, LoggedIn(session): LoggedIn) -> Result<Json<PlayerView>> {
    let player = player::find(&app, session.player).await?;
    let unread_notifications = app.store.count_unread(player.id).await?;
    Ok(Json(PlayerView {
        unread_notifications,
        ..player::view(&app, &player)
    }))
}

/// Where the player is logged in: the session of the request first, then the latest used.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "Players",
    responses((status = 200, description = "At most 100 sessions", body = Vec<SessionView>)))]
pub async fn sessions(
    State(app): State<App>,
    LoggedIn(current): LoggedIn,
) -> Result<Json<Vec<SessionView>>> {
    let listed = app
        .store
        .list_sessions(current.player, app.clock.now())
        .await?;
    // Of more sessions than a list takes, the current one may not be among the latest used.
    let own = app
        .store
        .find_sessions(&[(current.player, current.id)])
        .await?;
    let others = listed
        .into_iter()
        .filter(|session| session.id != current.id && session.id != RECOVERY);
    let views = own
        .into_iter()
        .chain(others)
        .take(SESSIONS_MAX)
        .map(|session| view(session, current));
    Ok(Json(views.collect()))
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
        (status = 404, description = "The player has no such session", body = ApiError),
        (status = 409, description = "`guest_would_be_lost`: it is a guest's own", body = ApiError)))]
pub async fn end_session(
    State(app): State<App>,
    LoggedIn(current): LoggedIn,
    device: Device,
    Key(id): Key<SessionId>,
) -> Result<impl IntoResponse> {
    if id == current.id && player::find(&app, current.player).await?.is_guest() {
        return Err(guest_would_be_lost());
    }
    if !session::end(&app, current.player, id).await? {
        return Err(Error::not_found("such session of yours"));
    }
    record(SESSION_ENDED, Some(current.player), device.address);
    let gone = if id == current.id {
        Some(cookie::clear(&app.config.session)?)
    } else {
        None
    };
    let cookies = AppendHeaders(gone.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((StatusCode::NO_CONTENT, cookies))
}

/// Ends all other sessions of the player. This also voids a guest's recovery words.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "Players",
    responses((status = 204, description = "Only the session of the request is left")))]
pub async fn end_other_sessions(
    State(app): State<App>,
    LoggedIn(current): LoggedIn,
    device: Device,
) -> Result<StatusCode> {
    session::end_others(&app, current.player, Some(current.id)).await?;
    record(OTHER_SESSIONS_ENDED, Some(current.player), device.address);
    Ok(StatusCode::NO_CONTENT)
}

/// Collects the bonus of the day in the player's time zone.
#[utoipa::path(post, path = "/api/v1/me/daily-bonus", tag = "Players",
    responses((status = 200, description = "Collected", body = BonusAnswer),
        (status = 409, description = "`bonus_collected`", body = ApiError)))]
pub async fn daily_bonus(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    headers: HeaderMap,
) -> Result<Json<BonusAnswer>> {
    let now = app.clock.now();
    let player = player::find(&app, session.player).await?;
    let player = time_zone::begin_in_own(&app, player, &headers).await?;
    let day = zones::local_day(player.progress.zone.as_deref(), now);
    if let Some(latest) = player.bonus_day.filter(|latest| *latest > day) {
        return Err(collected_later(latest));
    }
    let xp = app.engine.xp_rules_of_all(now).daily_bonus;
    let cause = AwardCause::DailyBonus { day, streak: 1 };
    let Some((award, _)) = award(&app, session.player, xp, cause).await? else {
        let message = "You have collected today's bonus. Come back tomorrow.";
        return Err(Error::new(ErrorCode::BonusCollected, message));
    };
    let collected = award.xp;
    let player = player::find(&app, session.player).await?;
    Ok(Json(BonusAnswer {
        collected,
        player: player::view(&app, &player),
    }))
}

/// The server's clock was wrong before, or the player has moved west: either way the bonus of this day
/// has been given.
fn collected_later(latest: Day) -> Error {
    let message =
        format!("You have already collected the bonus for {latest}. Come back the day after.");
    Error::new(ErrorCode::BonusCollected, message)
}
