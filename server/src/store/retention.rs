//! What archiving the ledger asks of a store.

use async_trait::async_trait;
use domain::{AccountId, Hash, LedgerEntry, Timestamp};

use super::StoreResult;
use crate::retention::{Checkpoint, Month};

/// Keeps everyone else from archiving and restoring until it is dropped, or its process ends.
pub type RetentionLock = Box<dyn std::any::Any + Send>;

/// A month of the ledger that is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedMonth {
    /// Which one.
    pub month: Month,
    /// Accounts with an entry in it.
    pub accounts: u64,
    /// Entries in it.
    pub entries: u64,
    /// SHA-256 of the file.
    pub file_hash: Hash,
}

/// An account and a checkpoint of it.
pub type AccountCheckpoint = (AccountId, Checkpoint);

/// Moves of the ledger between the database and files. Each method is one transaction of bounded
/// size, so that trading goes on beside it.
#[async_trait]
pub trait Retention {
    /// The lock; none while someone else has it.
    async fn lock_retention(&self) -> StoreResult<Option<RetentionLock>>;

    /// The months before one of which there are entries, oldest first.
    async fn list_ledger_months(&self, before: Month) -> StoreResult<Vec<Month>>;
    /// Entries before an instant that no checkpoint covers, by account and `seq`, after one.
    async fn list_unarchived(
        &self,
        before: Timestamp,
        after: Option<(AccountId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<(AccountId, LedgerEntry)>>;

    /// Every month that is in a file, oldest first.
    async fn list_archived_months(&self) -> StoreResult<Vec<ArchivedMonth>>;
    /// Notes that a month is in a file. A month is noted once.
    async fn store_archived_month(&self, month: &ArchivedMonth) -> StoreResult<()>;
    /// Forgets that a month is in a file.
    async fn delete_archived_month(&self, month: Month) -> StoreResult<()>;

    /// The checkpoints of those accounts that have one, in no order.
    async fn list_checkpoints(&self, accounts: &[AccountId])
    -> StoreResult<Vec<AccountCheckpoint>>;
    /// Moves checkpoints forward. One that is there and further on stays.
    async fn store_checkpoints(&self, checkpoints: &[AccountCheckpoint]) -> StoreResult<()>;
    /// Moves checkpoints back: those of `accounts` are taken away and these put in their place.
    async fn return_checkpoints(
        &self,
        accounts: &[AccountId],
        checkpoints: &[AccountCheckpoint],
    ) -> StoreResult<()>;

    /// Deletes at most `limit` entries that the accounts' checkpoints cover, as far as they are not
    /// in a part of the table that is dropped as a whole; how many.
    async fn delete_archived(&self, accounts: &[AccountId], limit: u32) -> StoreResult<u64>;
    /// Drops the parts of the table that are of months before one, and of which checkpoints cover
    /// every entry; how many.
    async fn drop_archived(&self, before: Month) -> StoreResult<u64>;
    /// Puts entries back. One that is there stays as it is.
    async fn restore_entries(&self, entries: &[(AccountId, LedgerEntry)]) -> StoreResult<()>;
}
