//! The months of the store behind.

use async_trait::async_trait;
use domain::{Day, InstrumentId};
use server::store::{MonthCandle, MonthStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl MonthStore for FaultyStore {
    async fn list_months(
        &self,
        instrument: InstrumentId,
        span: (Day, Day),
        limit: u32,
    ) -> StoreResult<Vec<MonthCandle>> {
        self.inner.list_months(instrument, span, limit).await
    }

    async fn store_months(&self, months: &[MonthCandle]) -> StoreResult<()> {
        self.inner.store_months(months).await
    }

    async fn first_candle(&self, instrument: InstrumentId, from: Day) -> StoreResult<Option<Day>> {
        self.inner.first_candle(instrument, from).await
    }

    async fn delete_candles(&self, instrument: InstrumentId, span: (Day, Day)) -> StoreResult<u64> {
        self.inner.delete_candles(instrument, span).await
    }
}
