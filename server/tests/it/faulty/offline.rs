//! The runs of the store behind that are played elsewhere.

use async_trait::async_trait;
use domain::{AccountId, PlayerId, Timestamp};
use server::store::{
    OfflineResultRecord, OfflineRunRecord, OfflineRunState, OfflineStartRecord, OfflineStore,
    StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl OfflineStore for FaultyStore {
    async fn create_offline_start(&self, start: &OfflineStartRecord) -> StoreResult<()> {
        self.inner.create_offline_start(start).await
    }

    async fn find_offline_start(&self, id: &str) -> StoreResult<Option<OfflineStartRecord>> {
        self.inner.find_offline_start(id).await
    }

    async fn list_offline_starts(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineStartRecord>> {
        self.inner.list_offline_starts(player, limit).await
    }

    async fn note_offline_refusal(&self, id: &str, why: &str) -> StoreResult<()> {
        self.inner.note_offline_refusal(id, why).await
    }

    async fn count_offline_run(&self, result: &OfflineResultRecord) -> StoreResult<bool> {
        self.inner.count_offline_run(result).await
    }

    async fn list_offline_results(
        &self,
        scenario: &str,
        me: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<OfflineResultRecord>> {
        self.inner.list_offline_results(scenario, me, limit).await
    }

    async fn prune_offline_starts(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.prune_offline_starts(before, limit).await
    }

    async fn create_offline_run(&self, run: &OfflineRunRecord) -> StoreResult<bool> {
        self.inner.create_offline_run(run).await
    }

    async fn find_offline_run(
        &self,
        player: PlayerId,
        start: &str,
    ) -> StoreResult<Option<OfflineRunRecord>> {
        self.inner.find_offline_run(player, start).await
    }

    async fn list_offline_runs(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineRunRecord>> {
        self.inner.list_offline_runs(player, limit).await
    }

    async fn list_unsent_runs(&self, limit: u32) -> StoreResult<Vec<OfflineRunRecord>> {
        self.inner.list_unsent_runs(limit).await
    }

    async fn note_offline_run(
        &self,
        account: AccountId,
        state: OfflineRunState,
        answer: &str,
        at: Timestamp,
    ) -> StoreResult<()> {
        self.inner
            .note_offline_run(account, state, answer, at)
            .await
    }
}
