//! Entries of the ledger, read from rows of either database.

use domain::{AccountId, Fact, InstrumentId, LedgerEntry, Words};

use super::{Columns, hash, instant};
use crate::store::failure::corrupt;
use crate::store::{LedgerRow, StoreResult};

pub(in crate::store) fn entry(row: &impl Columns, account: AccountId) -> StoreResult<LedgerEntry> {
    let seq = row.integer("seq")?;
    let what = |part: &str| format!("the {part} of ledger entry {seq} of account {account}");
    let fact = Fact::from_bytes(row.bytes("fact")?).ok_or_else(|| corrupt(what("fact")))?;
    // Columns that queries select by; the fact is what counts.
    if row.text("kind")? != fact.kind().as_str() {
        return Err(corrupt(what("kind")));
    }
    let instrument = row.integer_or_none("instrument_id")?.map(InstrumentId);
    if instrument != fact.instrument() {
        return Err(corrupt(what("instrument")));
    }
    Ok(LedgerEntry {
        seq,
        at: instant(row, "at")?,
        fact,
        previous_hash: hash(row, "previous_hash", || what("link"))?,
    })
}

/// An entry with its words, which are null when there are none.
pub(in crate::store) fn ledger_row(
    row: &impl Columns,
    account: AccountId,
) -> StoreResult<LedgerRow> {
    let entry = entry(row, account)?;
    let what = || {
        format!(
            "the words of ledger entry {} of account {account}",
            entry.seq
        )
    };
    let words = match row.bytes_or_none("salt")? {
        None => None,
        Some(salt) => Some(Words {
            salt: salt.try_into().map_err(|_| corrupt(what()))?,
            text: row.text("text")?.to_owned(),
        }),
    };
    Ok(LedgerRow { entry, words })
}
