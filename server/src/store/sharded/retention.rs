//! Moves of the ledger: one archive for the whole game, and home knows of its files.

use async_trait::async_trait;
use domain::{AccountId, LedgerEntry, Timestamp};

use super::{ShardedStore, merged};
use crate::retention::{Checkpoint, Month};
use crate::store::placement::place_of;
use crate::store::postgres::PostgresStore;
use crate::store::{AccountCheckpoint, ArchivedMonth, Retention, RetentionLock, StoreResult};

#[async_trait]
impl Retention for ShardedStore {
    async fn lock_retention(&self) -> StoreResult<Option<RetentionLock>> {
        let home = self.home();
        home.ask(home.store.lock_retention()).await
    }

    async fn list_ledger_months(&self, before: Month) -> StoreResult<Vec<Month>> {
        let lists = self.each_unhurried(|store| store.list_ledger_months(before));
        let mut months = lists.await?.concat();
        months.sort_unstable();
        months.dedup();
        Ok(months)
    }

    async fn list_unarchived(
        &self,
        before: Timestamp,
        after: Option<(AccountId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<(AccountId, LedgerEntry)>> {
        let lists = self.each_unhurried(|store| store.list_unarchived(before, after, limit));
        let place = |(account, entry): &(AccountId, LedgerEntry)| (*account, entry.seq);
        Ok(merged(lists.await?, limit, place))
    }

    async fn list_archived_months(&self) -> StoreResult<Vec<ArchivedMonth>> {
        let home = self.home();
        home.ask(home.store.list_archived_months()).await
    }

    async fn store_archived_month(&self, archived: &ArchivedMonth) -> StoreResult<()> {
        let home = self.home();
        home.ask(home.store.store_archived_month(archived)).await
    }

    async fn delete_archived_month(&self, month: Month) -> StoreResult<()> {
        let home = self.home();
        home.ask(home.store.delete_archived_month(month)).await
    }

    async fn list_checkpoints(
        &self,
        accounts: &[AccountId],
    ) -> StoreResult<Vec<AccountCheckpoint>> {
        let lists = self.split(accounts, place_of_account, |store, accounts| {
            store.list_checkpoints(accounts)
        });
        Ok(lists.await?.concat())
    }

    async fn store_checkpoints(&self, checkpoints: &[AccountCheckpoint]) -> StoreResult<()> {
        let stored = self.split(checkpoints, place_of_checkpoint, |store, checkpoints| {
            store.store_checkpoints(checkpoints)
        });
        stored.await.map(drop)
    }

    async fn return_checkpoints(
        &self,
        accounts: &[AccountId],
        checkpoints: &[AccountCheckpoint],
    ) -> StoreResult<()> {
        // Together, so that each shard does both in one transaction.
        let taken = accounts.iter().map(|account| (*account, None));
        let put = checkpoints
            .iter()
            .map(|(account, checkpoint)| (*account, Some(checkpoint.clone())));
        let moves: Vec<Move> = taken.chain(put).collect();
        let place = |(account, _): &Move, count| place_of_account(account, count);
        let moved = self.split(&moves, place, |store, moves| {
            Box::pin(return_checkpoints(store, moves))
        });
        moved.await.map(drop)
    }

    async fn delete_archived(&self, accounts: &[AccountId], limit: u32) -> StoreResult<u64> {
        let deleted = self.split(accounts, place_of_account, |store, accounts| {
            store.delete_archived(accounts, limit)
        });
        Ok(deleted.await?.iter().sum())
    }

    async fn drop_archived(&self, before: Month) -> StoreResult<u64> {
        let dropped = self.each_unhurried(|store| store.drop_archived(before));
        Ok(dropped.await?.iter().sum())
    }

    async fn restore_entries(&self, entries: &[(AccountId, LedgerEntry)]) -> StoreResult<()> {
        let place =
            |(account, _): &(AccountId, LedgerEntry), count| place_of_account(account, count);
        let restored = self.split(entries, place, |store, entries| {
            store.restore_entries(entries)
        });
        restored.await.map(drop)
    }
}

/// An account whose checkpoint is taken away, or with one, the checkpoint that is put in its place.
type Move = (AccountId, Option<Checkpoint>);

async fn return_checkpoints(store: &PostgresStore, moves: &[Move]) -> StoreResult<()> {
    let (mut taken, mut put) = (Vec::new(), Vec::new());
    for (account, checkpoint) in moves {
        match checkpoint {
            Some(checkpoint) => put.push((*account, checkpoint.clone())),
            None => taken.push(*account),
        }
    }
    store.return_checkpoints(&taken, &put).await
}

fn place_of_account(account: &AccountId, count: usize) -> usize {
    place_of(account.player, count)
}

fn place_of_checkpoint((account, _): &AccountCheckpoint, count: usize) -> usize {
    place_of_account(account, count)
}
