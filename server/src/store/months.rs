//! Months of live markets, which stay for ever, and the days that they are rolled up from.

use async_trait::async_trait;
use domain::{Day, InstrumentId, Price};

use super::StoreResult;

/// A month of an instrument, in the shares of its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthCandle {
    pub instrument: InstrumentId,
    /// The first day of the month.
    pub month: Day,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: i64,
    /// The average of its daily closes.
    pub average: Price,
    /// How many days it was rolled up from.
    pub days: i64,
}

/// Months of live markets, and the days that leave the table once they are in a file.
#[async_trait]
pub trait MonthStore: Send + Sync {
    /// Months of an instrument whose first days lie between two days, both included, oldest first; the
    /// latest `limit`.
    async fn list_months(
        &self,
        instrument: InstrumentId,
        span: (Day, Day),
        limit: u32,
    ) -> StoreResult<Vec<MonthCandle>>;
    /// Adds months or replaces them. Each month of an instrument comes once.
    async fn store_months(&self, months: &[MonthCandle]) -> StoreResult<()>;
    /// The first day with a daily candle of an instrument that is not before a day.
    async fn first_candle(&self, instrument: InstrumentId, from: Day) -> StoreResult<Option<Day>>;
    /// Deletes the daily candles of an instrument from day to day, both included. Returns how many.
    async fn delete_candles(&self, instrument: InstrumentId, span: (Day, Day)) -> StoreResult<u64>;
}
