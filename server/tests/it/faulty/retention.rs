//! Retention on the store that fails: after so many of its calls every further one does, as when the
//! process is gone.

use async_trait::async_trait;
use domain::{AccountId, LedgerEntry, Timestamp};
use server::retention::Month;
use server::store::{
    AccountCheckpoint, ArchivedMonth, Retention, RetentionLock, StoreError, StoreResult,
};

use super::{FaultyStore, broken};

impl FaultyStore {
    /// Lets so many calls through, and none after them.
    pub fn retain_only(&self, calls: u32) {
        *self.retention_calls() = Some(calls);
    }

    fn retention_calls(&self) -> std::sync::MutexGuard<'_, Option<u32>> {
        let calls = self.retention_calls.lock();
        calls.expect("no test panics while it holds the lock")
    }

    fn let_retain(&self) -> Result<(), StoreError> {
        let mut calls = self.retention_calls();
        match calls.as_mut() {
            None => Ok(()),
            Some(0) => Err(broken()),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Retention for FaultyStore {
    async fn lock_retention(&self) -> StoreResult<Option<RetentionLock>> {
        self.inner.lock_retention().await
    }

    async fn list_ledger_months(&self, before: Month) -> StoreResult<Vec<Month>> {
        self.let_retain()?;
        self.inner.list_ledger_months(before).await
    }

    async fn list_unarchived(
        &self,
        before: Timestamp,
        after: Option<(AccountId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<(AccountId, LedgerEntry)>> {
        self.let_retain()?;
        self.inner.list_unarchived(before, after, limit).await
    }

    async fn list_archived_months(&self) -> StoreResult<Vec<ArchivedMonth>> {
        self.let_retain()?;
        self.inner.list_archived_months().await
    }

    async fn store_archived_month(&self, month: &ArchivedMonth) -> StoreResult<()> {
        self.let_retain()?;
        self.inner.store_archived_month(month).await
    }

    async fn delete_archived_month(&self, month: Month) -> StoreResult<()> {
        self.let_retain()?;
        self.inner.delete_archived_month(month).await
    }

    async fn list_checkpoints(
        &self,
        accounts: &[AccountId],
    ) -> StoreResult<Vec<AccountCheckpoint>> {
        self.let_retain()?;
        self.inner.list_checkpoints(accounts).await
    }

    async fn store_checkpoints(&self, checkpoints: &[AccountCheckpoint]) -> StoreResult<()> {
        self.let_retain()?;
        self.inner.store_checkpoints(checkpoints).await
    }

    async fn return_checkpoints(
        &self,
        accounts: &[AccountId],
        checkpoints: &[AccountCheckpoint],
    ) -> StoreResult<()> {
        self.let_retain()?;
        self.inner.return_checkpoints(accounts, checkpoints).await
    }

    async fn delete_archived(&self, accounts: &[AccountId], limit: u32) -> StoreResult<u64> {
        self.let_retain()?;
        self.inner.delete_archived(accounts, limit).await
    }

    async fn drop_archived(&self, before: Month) -> StoreResult<u64> {
        self.let_retain()?;
        self.inner.drop_archived(before).await
    }

    async fn restore_entries(&self, entries: &[(AccountId, LedgerEntry)]) -> StoreResult<()> {
        self.let_retain()?;
        self.inner.restore_entries(entries).await
    }
}
