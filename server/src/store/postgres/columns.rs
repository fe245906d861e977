//! Rows as columns: how many of them go through one constant statement, as one array for each
//! column.

use domain::{AccountId, LedgerEntry, TradeEntry};
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

/// A statement with its values so far.
pub(super) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// One column of many rows.
pub(super) fn column<'r, R, T>(rows: &'r [R], value: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The columns of ledger entries, in the order of the table.
macro_rules! entry_columns {
    () => {
        "player_id, game_id, seq, at, cash_change, xp, instrument_id, quantity_change, price, fee, \
         cost_basis_change, realized_profit, kind, order_key, previous_hash, reason, reserved_cash_change, \
         reserved_quantity_change"
    };
}
pub(super) use entry_columns;

/// The eighteen values of [`entry_columns`].
pub(super) fn bind_entries<'q>(
    statement: Statement<'q>,
    entries: &'q [(AccountId, &'q LedgerEntry)],
) -> Statement<'q> {
    let of_trade = |value: fn(&TradeEntry) -> i64| {
        column(entries, |(_, entry)| entry.trade.as_ref().map(value))
    };
    statement
        .bind(column(entries, |(account, _)| account.player.0))
        .bind(column(entries, |(account, _)| account.game.0))
        .bind(column(entries, |(_, entry)| entry.seq))
        .bind(column(entries, |(_, entry)| entry.at.micros()))
        .bind(column(entries, |(_, entry)| entry.cash_change.units()))
        .bind(column(entries, |(_, entry)| entry.xp))
        .bind(of_trade(|trade| trade.instrument.0))
        .bind(of_trade(|trade| trade.quantity_change.units()))
        .bind(of_trade(|trade| trade.price.units()))
        .bind(of_trade(|trade| trade.fee.units()))
        .bind(of_trade(|trade| trade.cost_basis_change.units()))
        .bind(of_trade(|trade| trade.realized_profit.units()))
        .bind(column(entries, |(_, entry)| entry.kind.as_str()))
        .bind(column(entries, |(_, entry)| {
            entry.trade.as_ref().map(|trade| trade.order_key.as_str())
        }))
        .bind(column(entries, |(_, entry)| &entry.previous_hash[..]))
        .bind(column(entries, |(_, entry)| {
            entry
                .trade
                .as_ref()
                .and_then(|trade| trade.reason.as_deref())
        }))
        .bind(column(entries, |(_, entry)| {
            entry.reserve.map(|change| change.cash.units())
        }))
        .bind(column(entries, |(_, entry)| {
            entry.reserve.map(|change| change.quantity.units())
        }))
}
