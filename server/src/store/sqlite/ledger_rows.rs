//! Ledger entries as they are written: of a batch of orders one by one; of players who are made and of
//! an archive that is restored many by one statement.

use domain::{AccountId, LedgerEntry, Money, Price, Quantity};
use rusqlite::{Transaction, params};
use serde::Serialize;

use super::hex::hex;

/// The columns of an [`EntryRow`].
macro_rules! ledger_columns {
    () => {
        "player_id, game_id, seq, at, kind, cash_change, xp, instrument_id, quantity_change, price, fee,
        cost_basis_change, realized_profit, order_key, reason, previous_hash, reserved_cash_change,
        reserved_quantity_change"
    };
}

pub(super) const APPEND_ENTRY: &str = concat!(
    "
    insert into ledger (",
    ledger_columns!(),
    ")
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
);
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

/// An entry, with its hash as the statement takes it.
#[derive(Serialize)]
pub(super) struct EntryRow<'a, H>(
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
    H,
    Option<i64>,
    Option<i64>,
);

/// An entry as [`APPEND_ENTRIES`] takes it.
pub(super) fn entry_row(account: AccountId, entry: &LedgerEntry) -> EntryRow<'_, String> {
    row(account, entry, hex(&entry.previous_hash))
}

/// Appends entries by [`APPEND_ENTRY`].
pub(super) fn append(
    transaction: &Transaction<'_>,
    entries: &[(AccountId, &LedgerEntry)],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(APPEND_ENTRY)?;
    for (account, entry) in entries {
        let row = row(*account, entry, entry.previous_hash);
        statement.execute(params![
            row.0, row.1, row.2, row.3, row.4, row.5, row.6, row.7, row.8, row.9, row.10, row.11,
            row.12, row.13, row.14, row.15, row.16, row.17,
        ])?;
    }
    Ok(())
}

fn row<H>(account: AccountId, entry: &LedgerEntry, hash: H) -> EntryRow<'_, H> {
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
        hash,
        entry.reserve.map(|change| change.cash.units()),
        entry.reserve.map(|change| change.quantity.units()),
    )
}
