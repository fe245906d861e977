//! Reads the ledger of an account from its first entry on, with the market day of each entry.

use domain::{AccountId, Day, LedgerEntry, Timestamp};

use crate::store::{Paces, Store, StoreResult};

/// Entries that one query reads.
const ENTRIES_AT_ONCE: u32 = 1_000;

/// How much of a ledger is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stretch {
    /// Entries made from this instant on are left out.
    pub before: Option<Timestamp>,
    /// At most so many entries.
    pub entries_max: Option<u32>,
}

/// Hands every entry to `record`, which returns `None` for one that it cannot take. False when that
/// happened, when the ledger has more entries than may be read, or when it does not go back to the first
/// one because months of it are in an archive.
///
/// # Errors
/// When the store fails.
pub async fn read(
    store: &dyn Store,
    paces: &Paces,
    account: AccountId,
    stretch: Stretch,
    mut record: impl FnMut(&LedgerEntry, Day) -> Option<()>,
) -> StoreResult<bool> {
    let mut seq = 0;
    loop {
        let rows = store.list_entries(account, seq, ENTRIES_AT_ONCE).await?;
        for row in &rows {
            let entry = &row.entry;
            let is_late = stretch.before.is_some_and(|before| entry.at >= before);
            if is_late {
                return Ok(true);
            }
            let is_next = entry.seq == seq + 1;
            let is_many = stretch.entries_max.is_some_and(|max| seq >= i64::from(max));
            seq = entry.seq;
            let day = paces.at(entry.at).day();
            if !is_next || is_many || record(entry, day).is_none() {
                return Ok(false);
            }
        }
        if rows.is_empty() {
            return Ok(true);
        }
    }
}
