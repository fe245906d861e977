//! Rolls up old points: of each month that ended more than a year ago, only the last point is kept, forever.

use std::sync::Arc;

use domain::{Day, GameId, Timestamp};

use crate::store::{RollUp, Store, StoreResult};

/// Days that have a point each.
const DAILY_DAYS: i32 = 366;
/// Where the first run begins: nothing is older.
const FIRST_DAYS: i32 = 3 * 366;
/// Accounts per portion.
const ACCOUNTS_AT_ONCE: u32 = 500;

/// Rolls up every month that is old enough. Returns how many points were deleted. `stop` says whether to
/// stop.
///
/// # Errors
/// When the store fails.
pub async fn roll_up(
    store: &Arc<dyn Store>,
    now: Timestamp,
    stop: impl Fn(u64) -> bool + Send,
) -> StoreResult<u64> {
    let markets = store.list_markets().await?;
    let mut deleted = 0;
    for game in store.list_games().await? {
        let market = markets.iter().find(|market| market.id == game.market);
        let Some(spec) = market.and_then(|market| market.spec.as_ref()) else {
            continue;
        };
        let oldest_daily = spec.pace.at(now).day().plus_days(-DAILY_DAYS);
        let name = format!("equity_rolled_up:{}", game.id);
        let done = store.find_variable(&name).await?;
        let done: Option<Day> = done.and_then(|day| day.parse().ok());
        let mut first = done.map_or(oldest_daily.plus_days(-FIRST_DAYS), |day| day.plus_days(1));
        while let Some(days) = month_of(first)
            && days.1 < oldest_daily
        {
            deleted += roll_up_month(store, game.id, days).await?;
            store.store_variable(&name, &days.1.to_string()).await?;
            if stop(deleted) {
                return Ok(deleted);
            }
            first = days.1.plus_days(1);
        }
    }
    Ok(deleted)
}

/// The first and the last day of a day's month.
fn month_of(day: Day) -> Option<(Day, Day)> {
    let (year, month, _) = day.calendar();
    let next = if month == 12 {
        Day::from_calendar(year + 1, 1, 1)
    } else {
        Day::from_calendar(year, month + 1, 1)
    };
    Some((Day::from_calendar(year, month, 1)?, next?.plus_days(-1)))
}

async fn roll_up_month(store: &Arc<dyn Store>, game: GameId, days: (Day, Day)) -> StoreResult<u64> {
    let mut deleted = 0;
    let mut after = None;
    loop {
        let page = store.list_accounts(after, ACCOUNTS_AT_ONCE).await?;
        let Some((first, last)) = page.first().zip(page.last()) else {
            return Ok(deleted);
        };
        after = Some(last.id);
        let roll_up = RollUp {
            game,
            players: (first.id.player, last.id.player),
            days,
        };
        deleted += store.roll_up_equity(&roll_up).await?;
        tokio::task::yield_now().await;
    }
}
