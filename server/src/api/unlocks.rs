//! `/api/v1/me/unlocks`: what the player has unlocked, by time.

use axum::extract::State;
use domain::api::{CursorPage, UnlockedView};
use domain::progress::Achievements;
use domain::{Award, AwardCause};

use super::extract::Query;
use super::paging::{CursorQuery, stretch};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::session::LoggedIn;

/// The player's unlocks in all games, newest first.
#[utoipa::path(get, path = "/api/v1/me/unlocks", tag = "Players", params(CursorQuery),
    responses((status = 200, description = "A stretch of unlocks", body = CursorPage<UnlockedView>)))]
pub async fn unlocks(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Query(query): Query<CursorQuery>,
) -> Result<Json<CursorPage<UnlockedView>>> {
    let (before, limit) = query.check(|text| text.parse::<i64>().ok().filter(|seq| *seq > 0))?;
    let unlocks = app
        .store
        .list_latest_unlocks(session.player, before, limit + 1)
        .await?;
    let page = stretch(unlocks, limit, |award| award.seq.to_string(), view);
    Ok(Json(page))
}

fn view(award: Award) -> UnlockedView {
    let (id, step) = match award.cause {
        AwardCause::Unlocked {
            achievement, step, ..
        } => (achievement, step),
        other => (other.key(), 0),
    };
    let definition = Achievements::standard().find(&id);
    UnlockedView {
        name: definition.map_or_else(|| id.clone(), |definition| definition.name.clone()),
        icon: definition.map(|definition| definition.icon.clone()),
        achievement: id,
        times: step.saturating_add(1),
        xp: award.xp,
        at: award.at,
    }
}
