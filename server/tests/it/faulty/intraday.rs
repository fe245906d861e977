//! The minutes and hours of the store behind.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};
use server::store::{CandleLength, IntradayCandle, IntradayStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl IntradayStore for FaultyStore {
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()> {
        self.inner.record_price(instrument, at, price).await
    }

    async fn list_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<Vec<IntradayCandle>> {
        let listed = self.inner.list_intraday(length, instrument, span, limit);
        listed.await
    }

    async fn first_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        from: Timestamp,
    ) -> StoreResult<Option<Timestamp>> {
        self.inner.first_intraday(length, instrument, from).await
    }

    async fn store_hours(
        &self,
        instrument: InstrumentId,
        hours: &[IntradayCandle],
    ) -> StoreResult<()> {
        self.inner.store_hours(instrument, hours).await
    }

    async fn delete_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<u64> {
        let deleted = self.inner.delete_intraday(length, instrument, span, limit);
        deleted.await
    }
}
