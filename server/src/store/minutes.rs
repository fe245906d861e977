//! What live markets cost within the day, by the minute.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};

use super::StoreResult;

/// The prices of an instrument within a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinuteCandle {
    /// When the minute begins.
    pub at: Timestamp,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
}

/// Minutes of live markets.
#[async_trait]
pub trait MinuteStore: Send + Sync {
    /// Adds a price to its minute.
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()>;
    /// Minutes of an instrument between two instants, both included, oldest first; the latest `limit`.
    async fn list_minutes(
        &self,
        instrument: InstrumentId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<MinuteCandle>>;
    /// Deletes minutes before an instant, about `limit` of them. Returns how many.
    async fn prune_minutes(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
