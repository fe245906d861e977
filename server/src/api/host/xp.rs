//! What actions earn in a hosted game, as its host decides.

use domain::api::{ApiError, NoticeKind};
use domain::{GameId, HostXp, Timestamp};

use super::actions::{Asked, effective_at, not_possible};
use crate::app::App;
use crate::error::Result;
use crate::hosting::{words, zones};
use crate::operation::xp_rules::NOTICE_S;
use crate::store::XpRulesRecord;

/// What actions earn in a game now, and the most that its host may give.
pub(super) fn now(app: &App, game: GameId) -> (HostXp, HostXp) {
    let (engine, now) = (&app.engine, app.clock.now());
    let of_game = HostXp::of(&engine.xp_rules(game, now));
    (of_game, HostXp::of(&engine.xp_rules_of_all(now)))
}

/// Changes it from an instant on, and tells everybody.
pub(super) async fn change(asked: &Asked<'_>) -> Result<()> {
    let (app, game) = (asked.app, asked.hosted.game);
    let text = asked.text()?;
    let xp = asked.request.xp;
    let xp = xp.ok_or_else(|| ApiError::field("xp", "is missing"))?;
    let zone = &asked.hosted.settings.time_zone;
    let now = app.clock.now();
    let at = effective_at(asked, zone, now)?;
    // All servers know new rules by then.
    let earliest = now.plus_seconds(NOTICE_S);
    let effective_from = if at > earliest { at } else { earliest };
    let rules = xp.applied_to(&app.engine.xp_rules_of_all(effective_from));
    let rules = rules.map_err(|(name, most)| {
        let message = format!("must be from 0 to {most}, which is what all games give");
        ApiError::field(&format!("xp.{name}"), message)
    })?;
    let record = XpRulesRecord {
        effective_from: free_instant(app, effective_from).await?,
        game: Some(game),
        rules,
    };
    if !app.store.create_xp_rules(&record).await? {
        let message = "Other rules begin at this instant. Try again.";
        return Err(not_possible(message));
    }
    app.engine.refresh_xp_rules(&*app.store).await?;
    let from = zones::date_time(record.effective_from, zone);
    let told = format!("From {from} on: {} {text}", words::of_xp(&record.rules));
    asked.tell(NoticeKind::Announcement, &told).await
}

/// An instant names rules among those of all games, so another game's may have taken it.
async fn free_instant(app: &App, wanted: Timestamp) -> Result<Timestamp> {
    let taken = app.store.list_xp_rules().await?;
    let mut instant = wanted;
    while taken.iter().any(|one| one.effective_from == instant) {
        instant = Timestamp::from_micros(instant.micros().saturating_add(1));
    }
    Ok(instant)
}
