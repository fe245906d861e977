//! The targets of the store behind.

use async_trait::async_trait;
use domain::{AccountId, PlayerId, Timestamp};
use server::store::jobs::NewJob;
use server::store::{RebalancingRecord, RebalancingStep, StoreResult, TargetRecord, TargetStore};

use super::FaultyStore;

#[async_trait]
impl TargetStore for FaultyStore {
    async fn find_target_plan(&self, account: AccountId) -> StoreResult<Option<TargetRecord>> {
        self.inner.find_target_plan(account).await
    }

    async fn store_target_plan(&self, record: &TargetRecord) -> StoreResult<()> {
        self.inner.store_target_plan(record).await
    }

    async fn delete_target_plan(&self, account: AccountId) -> StoreResult<bool> {
        self.inner.delete_target_plan(account).await
    }

    async fn list_target_plans(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<TargetRecord>> {
        self.inner.list_target_plans(after, limit).await
    }

    async fn mark_beyond(&self, marks: &[(AccountId, Option<Timestamp>)]) -> StoreResult<()> {
        self.inner.mark_beyond(marks).await
    }

    async fn create_rebalancing(
        &self,
        record: &RebalancingRecord,
        job: &NewJob,
        older_than: Timestamp,
    ) -> StoreResult<()> {
        self.inner.create_rebalancing(record, job, older_than).await
    }

    async fn find_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
    ) -> StoreResult<Option<RebalancingRecord>> {
        self.inner.find_rebalancing(player, id).await
    }

    async fn latest_rebalancing(
        &self,
        account: AccountId,
    ) -> StoreResult<Option<RebalancingRecord>> {
        self.inner.latest_rebalancing(account).await
    }

    async fn advance_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
        step: &RebalancingStep,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.advance_rebalancing(player, id, step, now).await
    }
}
