//! Operators of the store behind.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};
use server::store::operation::{ActionRecord, PoolUse};
use server::store::{OperationStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl OperationStore for FaultyStore {
    fn pools(&self) -> Vec<PoolUse> {
        self.inner.pools()
    }

    async fn database_size(&self) -> StoreResult<u64> {
        self.inner.database_size().await
    }

    async fn grant_operator(&self, player: PlayerId, now: Timestamp) -> StoreResult<bool> {
        self.inner.grant_operator(player, now).await
    }

    async fn revoke_operator(&self, player: PlayerId) -> StoreResult<bool> {
        self.inner.revoke_operator(player).await
    }

    async fn is_operator(&self, player: PlayerId) -> StoreResult<bool> {
        self.inner.is_operator(player).await
    }

    async fn list_operators(&self, limit: u32) -> StoreResult<Vec<(PlayerId, Timestamp)>> {
        self.inner.list_operators(limit).await
    }

    async fn log_action(&self, action: &ActionRecord) -> StoreResult<()> {
        self.inner.log_action(action).await
    }

    async fn list_actions(
        &self,
        before: Option<(Timestamp, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<ActionRecord>> {
        self.inner.list_actions(before, limit).await
    }
}
