//! `/api/v1/me/streak/repair`: puts a streak back that broke within the last two days.

use axum::extract::State;
use axum::http::HeaderMap;
use domain::AwardCause;
use domain::api::{ApiError, ErrorCode, ProgressView};

use super::extract::Query;
use super::language::LanguageQuery;
use super::player;
use super::progress::{self, award};
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::LoggedIn;
use crate::zones;

/// Puts the streak that broke last before the present one: until two days after the first day missed,
/// once in 30 days.
#[utoipa::path(post, path = "/api/v1/me/streak/repair", tag = "Players", params(LanguageQuery),
    responses((status = 200, description = "It is whole again", body = ProgressView),
        (status = 409, description = "`streak_not_repairable`", body = ApiError)))]
pub async fn repair(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    headers: HeaderMap,
    asked: Query<LanguageQuery>,
) -> Result<Json<ProgressView>> {
    let player = player::find(&app, session.player).await?;
    let zone = player.progress.zone.as_deref();
    let day = zones::local_day(zone, app.clock.now());
    let cause = AwardCause::StreakRepaired { day };
    if award(&app, session.player, 0, cause).await?.is_none() {
        let message = "There is no streak to repair today. A broken streak can be repaired until two \
                       days after the first day you missed, and once in 30 days.";
        return Err(Error::new(ErrorCode::StreakNotRepairable, message));
    }
    progress::progress(State(app), LoggedIn(session), headers, asked).await
}
