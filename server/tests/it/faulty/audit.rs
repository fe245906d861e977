//! Reads for `verify`, as the store behind has them.

use async_trait::async_trait;
use server::store::{AuditSnapshot, AuditStore, StoreResult, Stray};

use super::FaultyStore;

#[async_trait]
impl AuditStore for FaultyStore {
    async fn begin_snapshot(&self) -> StoreResult<Box<dyn AuditSnapshot>> {
        self.inner.begin_snapshot().await
    }

    async fn list_schema_faults(&self) -> StoreResult<Vec<String>> {
        self.inner.list_schema_faults().await
    }

    async fn list_strays(&self, limit: u32) -> StoreResult<Vec<Stray>> {
        self.inner.list_strays(limit).await
    }
}
