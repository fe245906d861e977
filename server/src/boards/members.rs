//! What the store knows about players who join a board.

use std::collections::HashMap;

use domain::boards::Period;
use domain::{AccountId, PlayerId, Timestamp};

use super::standings::{Arrival, Closes, Kept, League, Opening, Region, Standings};
use crate::store::boards::OpeningRecord;
use crate::store::{Store, StoreResult};

/// Reads what is stored about new accounts.
pub(super) async fn arrivals(
    store: &dyn Store,
    accounts: &[AccountId],
) -> StoreResult<HashMap<AccountId, Arrival>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut players: Vec<PlayerId> = accounts.iter().map(|account| account.player).collect();
    players.sort_unstable();
    players.dedup();
    let players = store.find_board_players(&players).await?;
    let mut arrivals: HashMap<AccountId, Arrival> = HashMap::new();
    for account in accounts {
        let Some(player) = players.get(&account.player) else {
            continue;
        };
        let region = player.region.as_deref().and_then(Region::named);
        let arrival = Arrival {
            region,
            hidden: !player.on_leaderboards,
            created_at: player.created_at,
            ..Arrival::default()
        };
        arrivals.insert(*account, arrival);
    }
    for opening in store.find_openings(accounts).await? {
        if let Some(arrival) = arrivals.get_mut(&opening.account) {
            note(arrival, &opening);
        }
    }
    Ok(arrivals)
}

fn note(arrival: &mut Arrival, stored: &OpeningRecord) {
    let place = Period::EVERY.iter().position(|one| *one == stored.period);
    let Some(place) = place.and_then(|place| arrival.openings.get_mut(place)) else {
        return;
    };
    *place = Some(Opening {
        net_worth: stored.net_worth,
        xp: stored.xp,
    });
    if stored.period == Period::Day {
        arrival.closes = Some(Closes {
            peak: stored.peak,
            worst_ppm: stored.worst_fall_ppm,
            days: stored.days,
            invested: stored.days_invested,
            diversified: stored.days_diversified,
            unhurried: stored.days_unhurried,
            trades: stored.trades,
        });
    }
    if stored.period == Period::Week {
        arrival.league = stored.league.map(|(tier, cohort)| League { tier, cohort });
    }
}

/// The openings of a new member, to be stored.
pub(super) fn opened(account: AccountId, standings: &Standings) -> Vec<OpeningRecord> {
    let Some(kept) = standings.kept_of(account.player) else {
        return Vec::new();
    };
    let periods = Period::EVERY.into_iter().zip(kept);
    periods
        .map(|(period, kept)| record(account, period, standings.start(period), kept))
        .collect()
}

/// An opening as it is stored. Closes go with the day, and the league with the week.
pub(super) fn record(
    account: AccountId,
    period: Period,
    starts_at: Timestamp,
    kept: Kept,
) -> OpeningRecord {
    let Kept {
        opening,
        closes,
        league,
    } = kept;
    let closes = if period == Period::Day {
        closes
    } else {
        Closes::default()
    };
    let league = league.filter(|_| period == Period::Week);
    OpeningRecord {
        account,
        period,
        starts_at,
        net_worth: opening.net_worth,
        xp: opening.xp,
        peak: closes.peak,
        worst_fall_ppm: closes.worst_ppm,
        days: closes.days,
        days_invested: closes.invested,
        days_diversified: closes.diversified,
        days_unhurried: closes.unhurried,
        trades: closes.trades,
        league: league.map(|league| (league.tier, league.cohort)),
    }
}
