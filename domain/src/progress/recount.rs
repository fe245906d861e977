//! Recomputes the XP of trades that are already in a ledger.

use crate::progress::ledger::newest_sold;
use crate::{LedgerEntry, Money, Replay, Side, Trade, TradeFacts, TradeSize, TradingDay};

impl TradeFacts {
    /// What affected the XP of the trade in `entry`: the same as when the order was decided. `before` is the
    /// account just before the trade, `starting_cash` that of its game.
    #[must_use]
    pub fn of_entry(
        (side, trade): (Side, &Trade),
        entry: &LedgerEntry,
        before: &Replay,
        starting_cash: Money,
        traded: TradingDay,
    ) -> Self {
        let at = entry.at;
        let position = before.positions.get(&trade.instrument);
        let first_trade = position.is_none_or(|position| position.traded_on.is_none());
        let cash = match side {
            Side::Buy => trade.cash_change.negated().checked_sub(trade.fee),
            Side::Sell => trade.cash_change.checked_add(trade.fee),
        };
        let is_sale = side == Side::Sell;
        Self {
            side,
            now: at,
            repeats: position.map_or(0, |position| position.trades_on(at.day())),
            is_reasoned: trade.marks.is_reasoned,
            diversifies: !is_sale && first_trade && before.account.positions_held > 0,
            last_bought_at: position.and_then(|position| position.last_bought_at),
            newest_sold_bought_at: position
                .filter(|_| is_sale)
                .and_then(|position| newest_sold(position, trade.quantity, entry.fact.lots())),
            size: cash.map(|value| TradeSize {
                value,
                net_worth: before.account.book_value(starting_cash),
            }),
            traded,
        }
    }
}
