//! `/api/v1/me/xp-history`: what earned the player XP lately, and why.

use axum::extract::State;
use domain::api::{XpCause, XpDayView, XpEventView, XpHistoryView};
use domain::{AccountId, Award, AwardCause, Day, GameId, LedgerEntry, Side, Timestamp, Xp};

use super::player;
use crate::app::App;
use crate::error::Result;
use crate::explain;
use crate::json::Json;
use crate::session::LoggedIn;
use crate::zones;

/// Days that are shown.
const DAYS: i32 = 28;
/// Latest awards, and latest entries of each game, that are looked at.
const LATEST: u32 = 500;
/// Games whose trades are looked at.
const GAMES: usize = 20;
/// Events that are explained.
const EVENTS: usize = 30;

/// The XP of the latest four weeks by day and cause, and the latest events with their reasons. Of a
/// player with very many trades the older days may be incomplete.
#[utoipa::path(get, path = "/api/v1/me/xp-history", tag = "Players",
    responses((status = 200, description = "Days and events", body = XpHistoryView)))]
pub async fn xp_history(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<XpHistoryView>> {
    let player = player::find(&app, session.player).await?;
    let zone = player.progress.zone.as_deref();
    let mut history = History::new(zones::local_day(zone, app.clock.now()));
    for award in app.store.list_awards(player.id, None, LATEST).await? {
        history.award(zone, &award);
    }
    let games = app.store.list_games_of(player.id).await?;
    for game in games.into_iter().take(GAMES) {
        let account = AccountId {
            player: player.id,
            game,
        };
        for row in app.store.list_ledger(account, None, LATEST).await? {
            history.entry(&app, zone, game, &row.entry);
        }
    }
    Ok(Json(history.view(zone.unwrap_or(zones::UTC))))
}

struct History {
    first: Day,
    days: Vec<XpDayView>,
    events: Vec<XpEventView>,
}

impl History {
    fn new(today: Day) -> Self {
        let first = today.plus_days(1 - DAYS);
        let days = (0..DAYS).map(|number| XpDayView::empty(first.plus_days(number)));
        Self {
            first,
            days: days.collect(),
            events: Vec::new(),
        }
    }

    fn day(&mut self, day: Day) -> Option<&mut XpDayView> {
        let place = day.number().checked_sub(self.first.number())?;
        self.days.get_mut(usize::try_from(place).ok()?)
    }

    fn award(&mut self, zone: Option<&str>, award: &Award) {
        // What earns nothing would only hide what does.
        if matches!(award.cause, AwardCause::Did { .. }) {
            return;
        }
        let (cause, what, why) = explain::award(&award.cause, award.xp);
        // A bonus is of the day that it was collected for, whatever the zone is now.
        let day = match award.cause {
            AwardCause::DailyBonus { day, .. } => {
                if let Some(visited) = self.day(day) {
                    visited.visited = true;
                }
                day
            }
            _ => zones::local_day(zone, award.at),
        };
        self.add(day, cause, award.xp);
        let since = Timestamp::from_micros(award.rules_version);
        self.event(award.at, award.xp, cause, (what, why), since);
    }

    fn entry(&mut self, app: &App, zone: Option<&str>, game: GameId, entry: &LedgerEntry) {
        let Some((side, trade)) = entry.fact.trade() else {
            return;
        };
        self.add(zones::local_day(zone, entry.at), XpCause::Trade, trade.xp);
        let rules = app.engine.xp_rules(game, entry.at);
        let name = app.symbol(trade.instrument);
        let name = name.map_or_else(String::new, |symbol| format!(" {symbol}"));
        let what = match side {
            Side::Buy => format!("You bought{name}"),
            Side::Sell => format!("You sold{name}"),
        };
        let why = explain::trade(side, trade, &rules);
        let since = app.engine.rules_since(game, entry.at);
        self.event(entry.at, trade.xp, XpCause::Trade, (what, why), since);
    }

    fn add(&mut self, day: Day, cause: XpCause, xp: Xp) {
        if let Some(day) = self.day(day) {
            day.add(cause, xp);
        }
    }

    fn event(
        &mut self,
        at: Timestamp,
        xp: Xp,
        cause: XpCause,
        (what, why): (String, String),
        rules_since: Timestamp,
    ) {
        self.events.push(XpEventView {
            at,
            xp,
            cause,
            what,
            why,
            rules_since,
        });
    }

    fn view(mut self, zone: &str) -> XpHistoryView {
        self.events.sort_by_key(|event| std::cmp::Reverse(event.at));
        self.events.truncate(EVENTS);
        XpHistoryView {
            time_zone: zone.to_owned(),
            days: self.days,
            events: self.events,
        }
    }
}
