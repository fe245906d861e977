//! The log of the store behind.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::proof::{NodeId, PublicKey, SignedCheckpoint};
use domain::{AccountId, Hash, Timestamp};
use server::store::log::{LogGrowth, LoggedHead};
use server::store::{LogStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl LogStore for FaultyStore {
    async fn find_log_checkpoint(
        &self,
        size: Option<u64>,
    ) -> StoreResult<Option<SignedCheckpoint>> {
        self.inner.find_log_checkpoint(size).await
    }

    async fn find_log_nodes(&self, nodes: &[NodeId]) -> StoreResult<HashMap<NodeId, Hash>> {
        self.inner.find_log_nodes(nodes).await
    }

    async fn find_logged_head(&self, account: AccountId) -> StoreResult<Option<LoggedHead>> {
        self.inner.find_logged_head(account).await
    }

    async fn list_logged_heads(
        &self,
        first: AccountId,
        last: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<LoggedHead>> {
        self.inner.list_logged_heads(first, last, limit).await
    }

    async fn list_log_keys(&self) -> StoreResult<Vec<(PublicKey, Timestamp)>> {
        self.inner.list_log_keys().await
    }

    async fn append_to_log(&self, growth: &LogGrowth<'_>) -> StoreResult<bool> {
        self.inner.append_to_log(growth).await
    }
}
