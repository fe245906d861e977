//! The instruments of the store behind, whose history fails when it is told to.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use domain::{Day, InstrumentId};
use server::store::{CandleRecord, InstrumentRecord, InstrumentStore, MarketSource, StoreResult};

use super::{FaultyStore, broken};

#[async_trait]
impl InstrumentStore for FaultyStore {
    async fn list_instruments(&self, universe: MarketSource) -> StoreResult<Vec<InstrumentRecord>> {
        self.read().list_instruments(universe).await
    }

    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()> {
        self.read().import_market(instruments, candles).await
    }

    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()> {
        self.read().store_candles(candles).await
    }

    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        self.read().list_candles(instrument, from, to, limit).await
    }

    async fn list_universe_candles(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        if self.history_fails.load(Ordering::SeqCst) {
            return Err(broken());
        }
        self.read().list_universe_candles(universe, from, to).await
    }

    async fn candle_range(&self, universe: MarketSource) -> StoreResult<Option<(Day, Day)>> {
        self.read().candle_range(universe).await
    }
}
