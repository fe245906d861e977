//! The minutes of the store behind.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};
use server::store::{MinuteCandle, MinuteStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl MinuteStore for FaultyStore {
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()> {
        self.inner.record_price(instrument, at, price).await
    }

    async fn list_minutes(
        &self,
        instrument: InstrumentId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<MinuteCandle>> {
        self.inner.list_minutes(instrument, from, to, limit).await
    }

    async fn prune_minutes(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.prune_minutes(before, limit).await
    }
}
