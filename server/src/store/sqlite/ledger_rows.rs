//! Ledger entries as they are written by the rows, of players who are made and of an archive that is
//! restored.

use domain::{AccountId, LedgerEntry, Money, Price, Quantity};
use serde::Serialize;

use super::hex::hex;

/// What [`entry_row`] and a batch of orders write, in this order.
macro_rules! ledger_columns {
    () => {
        "player_id, game_id, seq, at, kind, cash_change, xp, instrument_id, quantity_change, price, fee,
        cost_basis_change, realized_profit, order_key, reason, previous_hash, reserved_cash_change,
        reserved_quantity_change"
    };
}
pub(super) use ledger_columns;

pub(super) const APPEND_ENTRIES: &str = concat!(
    "
    insert into ledger (",
    ledger_columns!(),
    ")
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
        unhex(value ->> 15), value ->> 16, value ->> 17
    from jsonb_each($1)"
);

/// An entry as [`APPEND_ENTRIES`] takes it.
#[derive(Serialize)]
pub(super) struct EntryRow<'a>(
    i64,
    i64,
    i64,
    i64,
    &'static str,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<&'a str>,
    Option<&'a str>,
    String,
    Option<i64>,
    Option<i64>,
);

pub(super) fn entry_row(account: AccountId, entry: &LedgerEntry) -> EntryRow<'_> {
    let trade = entry.trade.as_ref();
    EntryRow(
        account.player.0,
        account.game.0,
        entry.seq,
        entry.at.micros(),
        entry.kind.as_str(),
        entry.cash_change.units(),
        entry.xp,
        trade.map(|trade| trade.instrument.0),
        trade
            .map(|trade| trade.quantity_change)
            .map(Quantity::units),
        trade.map(|trade| trade.price).map(Price::units),
        trade.map(|trade| trade.fee).map(Money::units),
        trade.map(|trade| trade.cost_basis_change).map(Money::units),
        trade.map(|trade| trade.realized_profit).map(Money::units),
        trade.map(|trade| trade.order_key.as_str()),
        trade.and_then(|trade| trade.reason.as_deref()),
        hex(&entry.previous_hash),
        entry.reserve.map(|change| change.cash.units()),
        entry.reserve.map(|change| change.quantity.units()),
    )
}
