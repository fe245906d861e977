//! Writing ledger entries: one by one for a batch; many per statement for new players and for a restored
//! archive.

use domain::{AccountId, LedgerEntry};
use rusqlite::Transaction;
use serde::Serialize;

pub(super) const APPEND_ENTRY: &str = "
    insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(super) const APPEND_ENTRIES: &str = "
    insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, unhex(value ->> 6),
        unhex(value ->> 7)
    from jsonb_each($1)";

/// An entry as [`APPEND_ENTRIES`] takes it.
#[derive(Serialize)]
pub(super) struct EntryRow(
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    &'static str,
    String,
    String,
);

pub(super) fn entry_row(account: AccountId, entry: &LedgerEntry) -> EntryRow {
    EntryRow(
        account.player.0,
        account.game.0,
        entry.seq,
        entry.at.micros(),
        entry.fact.instrument().map(|instrument| instrument.0),
        entry.kind().as_str(),
        hex::encode(entry.fact.to_bytes()),
        hex::encode(entry.previous_hash),
    )
}

/// Appends entries by [`APPEND_ENTRY`].
pub(super) fn append(
    transaction: &Transaction<'_>,
    entries: &[(AccountId, &LedgerEntry)],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(APPEND_ENTRY)?;
    for (account, entry) in entries {
        statement.execute((
            account.player.0,
            account.game.0,
            entry.seq,
            entry.at.micros(),
            entry.fact.instrument().map(|instrument| instrument.0),
            entry.kind().as_str(),
            entry.fact.to_bytes(),
            entry.previous_hash,
        ))?;
    }
    Ok(())
}
