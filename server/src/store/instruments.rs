//! Instruments and their candles.

use async_trait::async_trait;
use domain::{Day, InstrumentId};

use super::{CandleRecord, InstrumentRecord, MarketSource, StoreResult};

/// Instruments and their daily candles.
#[async_trait]
pub trait InstrumentStore: Send + Sync {
    /// All instruments of a universe, by symbol.
    async fn list_instruments(&self, universe: MarketSource) -> StoreResult<Vec<InstrumentRecord>>;
    /// Adds instruments and updates those of the same universe and symbol, which keep their id. Stores
    /// the imported candles in the same transaction, replacing those of the same day. A new instrument
    /// whose id is taken gets the next free one, and so do its candles.
    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()>;
    /// Adds candles or replaces those of the same day.
    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()>;
    /// Candles of an instrument from day to day, both included, oldest first; the latest `limit`.
    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>>;
    /// Like [`InstrumentStore::list_candles`], for reading history: the most recent writes may be missing.
    async fn list_past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        self.list_candles(instrument, from, to, limit).await
    }
    /// Candles of every instrument of a universe from day to day, by instrument and day.
    async fn list_universe_candles(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>>;
    /// The first and the latest day for which a universe has candles.
    async fn candle_range(&self, universe: MarketSource) -> StoreResult<Option<(Day, Day)>>;
}
