//! What live markets cost within the day, by the minute and by the hour.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};

use super::StoreResult;

/// How long a candle within the day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandleLength {
    /// A minute, as its prices were received.
    Minute,
    /// An hour, rolled up from its minutes.
    Hour,
}

impl CandleLength {
    /// Seconds of a candle.
    #[must_use]
    pub fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
        }
    }

    /// When the candle of an instant begins. Clocks of exchanges are whole hours from UTC, so that no hour
    /// has parts of two days.
    #[must_use]
    pub fn begin_of(self, at: Timestamp) -> Timestamp {
        let seconds = at.seconds();
        Timestamp::from_seconds(seconds.saturating_sub(seconds.rem_euclid(self.seconds())))
    }
}

/// The prices of an instrument within a minute or an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntradayCandle {
    /// When it begins.
    pub at: Timestamp,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
}

/// Minutes and hours of live markets.
#[async_trait]
pub trait IntradayStore: Send + Sync {
    /// Adds a price to its minute.
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()>;
    /// Candles of an instrument that begin between two instants, both included, oldest first; the latest
    /// `limit`.
    async fn list_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<Vec<IntradayCandle>>;
    /// When the first candle of an instrument begins that is not before an instant.
    async fn first_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        from: Timestamp,
    ) -> StoreResult<Option<Timestamp>>;
    /// Adds hours or replaces those of the same instant. Each instant comes once.
    async fn store_hours(
        &self,
        instrument: InstrumentId,
        hours: &[IntradayCandle],
    ) -> StoreResult<()>;
    /// Deletes the first `limit` candles of an instrument that begin between two instants, the first one
    /// included. Returns how many.
    async fn delete_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<u64>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_never_has_parts_of_two_days_of_the_exchange() {
        let begin =
            |length: CandleLength, at: &str| length.begin_of(at.parse().unwrap()).to_string();
        // Midnight in New York is at four in summer and at five in winter.
        for (at, hour) in [
            ("2026-07-01T03:59:59.999Z", "2026-07-01T03:00:00.000000Z"),
            ("2026-07-01T04:00:00Z", "2026-07-01T04:00:00.000000Z"),
            ("2026-12-01T04:59:59Z", "2026-12-01T04:00:00.000000Z"),
            ("2026-12-01T05:00:00Z", "2026-12-01T05:00:00.000000Z"),
            ("1969-12-31T23:59:00Z", "1969-12-31T23:00:00.000000Z"),
        ] {
            assert_eq!(begin(CandleLength::Hour, at), hour, "{at}");
        }
        let minute = begin(CandleLength::Minute, "2026-07-01T03:59:59.999Z");
        assert_eq!(minute, "2026-07-01T03:59:00.000000Z");
    }
}
