//! The outbox of the store behind.

use async_trait::async_trait;
use domain::Timestamp;
use server::store::{FeedStore, Outcomes, StoreResult};

use super::FaultyStore;

#[async_trait]
impl FeedStore for FaultyStore {
    async fn list_lanes(&self) -> StoreResult<Vec<i64>> {
        self.inner.list_lanes().await
    }

    async fn list_outcomes(&self, lane: i64, after: i64, limit: u32) -> StoreResult<Vec<Outcomes>> {
        let page = self.inner.list_outcomes(lane, after, limit).await;
        self.outbox.pass().await;
        page
    }

    async fn latest_outcome(&self, lane: i64) -> StoreResult<i64> {
        self.inner.latest_outcome(lane).await
    }

    async fn prune_outcomes(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.prune_outcomes(before, limit).await
    }
}
