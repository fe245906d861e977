//! The week of an account: its return, the reason that paid most, and the worst habit.

use domain::api::{BestReason, WeekView};
use domain::statistics::{Week, worst_habit};
use domain::{Fact, LedgerEntry, Money, Side, Trade};

use super::dashboard::Dashboard;
use crate::store::LedgerRow;

/// A sale within this time of the purchase is hasty, in market time.
const HASTY_S: i64 = 86_400;

/// The week that ends today. `ledger` is that of the week, latest first.
#[must_use]
pub fn week(dashboard: &Dashboard<'_>, ledger: &[LedgerRow]) -> WeekView {
    let to = dashboard.snapshot.at.day();
    let from = to.plus_days(-6);
    let market_time = |entry: &LedgerEntry| dashboard.market.time_at(entry.at);
    let rows: Vec<&LedgerRow> = ledger
        .iter()
        .filter(|row| market_time(&row.entry).day() >= from)
        .collect();
    let trades: Vec<(&LedgerRow, Side, &Trade)> = rows
        .iter()
        .filter_map(|row| {
            let (side, trade) = row.entry.fact.trade()?;
            Some((*row, side, trade))
        })
        .collect();
    let hasty = trades.iter().filter(|(row, side, trade)| {
        let sold_at = market_time(&row.entry);
        *side == Side::Sell
            && rows.iter().any(|earlier| {
                let Fact::Bought(bought) = &earlier.entry.fact else {
                    return false;
                };
                bought.instrument == trade.instrument
                    && earlier.entry.seq < row.entry.seq
                    && sold_at.seconds_since(market_time(&earlier.entry)) < HASTY_S
            })
    });
    let reasoned = trades.iter().filter(|(row, ..)| row.words.is_some());
    let positions = dashboard.portfolio.positions.iter();
    let worths = positions.map(|row| {
        let quote = dashboard.snapshot.quote(row.instrument);
        row.position.worth(quote)
    });
    let net_worth = dashboard.net_worth();
    let habits = Week {
        trades: count(trades.len()),
        reasoned: count(reasoned.count()),
        hasty_sales: count(hasty.count()),
        largest: worths.max().unwrap_or_default(),
        net_worth,
    };
    let performance = dashboard.performance();
    WeekView {
        from,
        to,
        net_worth,
        change: change(dashboard),
        market: performance.and_then(|performance| performance.market),
        trades: habits.trades,
        reasons: habits.reasoned,
        best_reason: best_reason(dashboard, &trades),
        habit: worst_habit(&habits),
    }
}

/// What the account gained since the close before the week, without what was paid in.
fn change(dashboard: &Dashboard<'_>) -> Option<domain::api::ChangeView> {
    let from = dashboard.snapshot.at.day().plus_days(-7);
    let points = dashboard.rows.points.iter();
    let first = points.clone().find(|point| point.day >= from)?;
    let entries = dashboard.rows.entries.iter();
    let flows = entries
        .filter(|entry| entry.seq > first.version)
        .map(|entry| super::curve::flow_of(&entry.fact));
    let base = flows.fold(first.net_worth, super::curve::add);
    let amount = dashboard.net_worth().checked_sub(base)?;
    Some(domain::api::ChangeView {
        amount,
        percent: amount.percent_of(base),
        since: Some(first.day),
    })
}

/// Of the trades with a reason, the one that has brought most; none when none brought anything.
fn best_reason(
    dashboard: &Dashboard<'_>,
    trades: &[(&LedgerRow, Side, &Trade)],
) -> Option<BestReason> {
    let gains = trades.iter().filter_map(|(row, side, trade)| {
        let words = row.words.as_ref()?;
        let price = dashboard.snapshot.quote(trade.instrument)?.price;
        let (then, now) = (
            trade.price.cost_of(trade.quantity)?,
            price.cost_of(trade.quantity)?,
        );
        let gain = match side {
            Side::Buy => now.checked_sub(then)?,
            Side::Sell => then.checked_sub(now)?,
        };
        Some((gain, *row, *side, *trade, words))
    });
    let best = gains.max_by_key(|(gain, ..)| *gain);
    let (gain, row, side, trade, words) = best.filter(|(gain, ..)| *gain > Money::ZERO)?;
    let (_, instrument) = dashboard.instruments.find_by_id(trade.instrument)?;
    Some(BestReason {
        symbol: instrument.symbol,
        side,
        reason: words.text.clone(),
        gain,
        at: dashboard.market.time_at(row.entry.at),
    })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
