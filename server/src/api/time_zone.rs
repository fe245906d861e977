//! `/api/v1/me/time-zone` and `/api/v1/time-zones`: whose days count for streak, bonus and quest.

use axum::extract::State;
use axum::http::HeaderMap;
use domain::AwardCause;
use domain::api::{ApiError, ErrorCode, PlayerView, TimeZoneRequest};

use super::extract::Body;
use super::player;
use super::progress::award;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::{LoggedIn, cookie};
use crate::store::PlayerRecord;
use crate::zones;

/// The names that a player can choose from, in alphabetical order.
#[utoipa::path(get, path = "/api/v1/time-zones", tag = "Players", security(()),
    responses((status = 200, description = "Names of the IANA database", body = Vec<String>)))]
pub async fn list() -> Json<Vec<String>> {
    Json(zones::names().to_vec())
}

/// Chooses the time zone whose days count from now on, once a day (UTC). A day that only the change has
/// brought goes on with the streak and pays no second bonus.
#[utoipa::path(put, path = "/api/v1/me/time-zone", tag = "Players", request_body = TimeZoneRequest,
    responses((status = 200, description = "Chosen", body = PlayerView),
        (status = 409, description = "`zone_chosen_today`", body = ApiError),
        (status = 422, description = "There is no such zone", body = ApiError)))]
pub async fn choose(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<TimeZoneRequest>,
) -> Result<Json<PlayerView>> {
    let zone = zones::find(request.time_zone.trim()).ok_or_else(no_such_zone)?;
    let player = player::find(&app, session.player).await?;
    let current = player.progress.zone.as_deref().unwrap_or(zones::UTC);
    if zone == current {
        return Ok(Json(player::view(&app, &player)));
    }
    let day = app.clock.now().day();
    let cause = AwardCause::ZoneChosen { day, zone };
    if award(&app, session.player, 0, cause).await?.is_none() {
        let message = "You have chosen a time zone today. You can choose another one tomorrow.";
        return Err(Error::new(ErrorCode::ZoneChosenToday, message));
    }
    let player = player::find(&app, session.player).await?;
    Ok(Json(player::view(&app, &player)))
}

/// The time zone that the browser names in the cookie `zone` (`web/assets/visit.js`), for a player whose
/// streak begins now and who has chosen none.
///
/// # Errors
/// Those of the store.
pub(super) async fn begin_in_own(
    app: &App,
    player: PlayerRecord,
    headers: &HeaderMap,
) -> Result<PlayerRecord> {
    let is_new = player.progress.zone.is_none() && player.progress.streak.last_visit.is_none();
    let named = cookie::find(headers, "zone").filter(|_| is_new);
    let zone = named
        .and_then(zones::find)
        .filter(|zone| zone != zones::UTC);
    let Some(zone) = zone else {
        return Ok(player);
    };
    let day = app.clock.now().day();
    let cause = AwardCause::ZoneChosen { day, zone };
    award(app, player.id, 0, cause).await?;
    player::find(app, player.id).await
}

fn no_such_zone() -> Error {
    let message = "is not a time zone we know; choose one from the list, such as Europe/Rome";
    ApiError::field("time_zone", message).into()
}
