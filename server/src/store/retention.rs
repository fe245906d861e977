//! What archiving the ledger needs from a store.

use async_trait::async_trait;
use domain::{AccountId, Hash, LedgerEntry, Timestamp};

use super::StoreResult;
use crate::retention::{Checkpoint, Month};

/// Prevents anyone else from archiving or restoring until it is dropped or its process ends.
pub type RetentionLock = Box<dyn std::any::Any + Send>;

/// An archived month of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedMonth {
    /// Which month.
    pub month: Month,
    /// Accounts with an entry in it.
    pub accounts: u64,
    /// Entries in it.
    pub entries: u64,
    /// SHA-256 of the file.
    pub file_hash: Hash,
}

/// An account and its checkpoint.
pub type AccountCheckpoint = (AccountId, Checkpoint);

/// Moves the ledger between the database and files. Each method is one transaction of bounded size, so
/// that trading continues meanwhile.
#[async_trait]
pub trait Retention {
    /// Takes the lock. `None` while someone else holds it.
    async fn lock_retention(&self) -> StoreResult<Option<RetentionLock>>;

    /// The months before the given one that have entries, oldest first.
    async fn list_ledger_months(&self, before: Month) -> StoreResult<Vec<Month>>;
    /// Entries before an instant that no checkpoint covers, by account and `seq`, after the given one.
    async fn list_unarchived(
        &self,
        before: Timestamp,
        after: Option<(AccountId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<(AccountId, LedgerEntry)>>;

    /// Every archived month, oldest first.
    async fn list_archived_months(&self) -> StoreResult<Vec<ArchivedMonth>>;
    /// Records that a month is archived, once.
    async fn store_archived_month(&self, month: &ArchivedMonth) -> StoreResult<()>;
    /// Deletes the record that a month is archived.
    async fn delete_archived_month(&self, month: Month) -> StoreResult<()>;

    /// The checkpoints of those accounts that have one, in no order.
    async fn list_checkpoints(&self, accounts: &[AccountId])
    -> StoreResult<Vec<AccountCheckpoint>>;
    /// Moves checkpoints forward. An existing one that is further ahead stays.
    async fn store_checkpoints(&self, checkpoints: &[AccountCheckpoint]) -> StoreResult<()>;
    /// Moves checkpoints back: replaces those of `accounts` with the given ones.
    async fn return_checkpoints(
        &self,
        accounts: &[AccountId],
        checkpoints: &[AccountCheckpoint],
    ) -> StoreResult<()>;

    /// Deletes at most `limit` entries that the accounts' checkpoints cover, except those in a partition
    /// that is dropped as a whole. Returns how many.
    async fn delete_archived(&self, accounts: &[AccountId], limit: u32) -> StoreResult<u64>;
    /// Drops the partitions of months before the given one whose entries are all covered by checkpoints.
    /// Returns how many.
    async fn drop_archived(&self, before: Month) -> StoreResult<u64>;
    /// Restores entries. An existing one stays unchanged.
    async fn restore_entries(&self, entries: &[(AccountId, LedgerEntry)]) -> StoreResult<()>;
}
