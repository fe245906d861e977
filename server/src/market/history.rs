//! History by range: the range determines the length of a candle.
//!
//! Candles within a day are computed from the same prices that were shown: a simulation's prices follow
//! from its seed, a replay's from the candle of the day. Nothing of this is stored. Those of a live market
//! are what its providers told.

use domain::api::CandleView;
use domain::{DatedAction, Day, InstrumentId, Price, Timestamp, adjusted_price};

use super::Market;

/// Days of daily candles, not counting the current one.
const YEAR: i32 = 365;
/// Maximum days that "all" goes back.
const ALL_DAYS: i32 = 9_999;
/// Maximum number of weekly candles; longer histories use monthly ones.
const WEEKS_MAX: usize = 1_000;

/// How far back a history looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HistoryRange {
    /// 24 hours of market time in five-minute candles.
    #[serde(rename = "1d")]
    Day,
    /// Seven days in half-hour candles.
    #[serde(rename = "1w")]
    Week,
    /// A month in daily candles.
    #[serde(rename = "1m")]
    Month,
    /// A year in daily candles.
    #[serde(rename = "1y")]
    Year,
    /// Everything, at most 10,000 days, in weekly candles, or monthly ones beyond 1,000 weeks.
    All,
}

/// Prices within days: how many candles of how many samples of how many seconds.
struct Intraday {
    candles: i64,
    samples: i64,
    seconds: i64,
}

impl Market {
    /// The history of an instrument over a range, oldest first, in the shares of the current day. The
    /// last candle is the unfinished one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn history(
        &self,
        instrument: InstrumentId,
        range: HistoryRange,
    ) -> anyhow::Result<Vec<CandleView>> {
        let today = self.snapshot().at.day();
        let days = |days: i32| self.adjusted_candles(instrument, today.plus_days(-days), today);
        match range {
            HistoryRange::Day => {
                let shape = Intraday {
                    candles: 288,
                    samples: 5,
                    seconds: 60,
                };
                self.intraday(instrument, &shape).await
            }
            HistoryRange::Week => {
                let shape = Intraday {
                    candles: 336,
                    samples: 6,
                    seconds: 300,
                };
                self.intraday(instrument, &shape).await
            }
            HistoryRange::Month => days(30).await,
            HistoryRange::Year => days(YEAR).await,
            // Ten years of daily candles would take seconds to compute for a fund.
            HistoryRange::All if self.past.is_computed() => {
                let shape = Intraday {
                    candles: 1_430,
                    samples: 7,
                    seconds: 86_400,
                };
                self.intraday(instrument, &shape).await
            }
            HistoryRange::All => {
                let all = days(ALL_DAYS).await?;
                let weeks = rolled_up(&all, |day| (day.number() + 3).div_euclid(7));
                if weeks.len() <= WEEKS_MAX {
                    return Ok(weeks);
                }
                Ok(rolled_up(&all, |day| {
                    let (year, month, _) = day.calendar();
                    year * 12 + i32::from(month)
                }))
            }
        }
    }

    async fn intraday(
        &self,
        instrument: InstrumentId,
        shape: &Intraday,
    ) -> anyhow::Result<Vec<CandleView>> {
        let now = self.snapshot().at.seconds();
        let length = shape.samples * shape.seconds;
        let end = now.div_euclid(length) * length + length;
        let start = end - shape.candles * length;
        let steps: Vec<i64> = (start..=now)
            .step_by(usize::try_from(shape.seconds)?)
            .collect();
        let mut prices = self.past.prices(instrument, &steps).await?;
        let today = Timestamp::from_seconds(now).day();
        let actions = self.past.splits(instrument, today).await?;
        for (step, price) in &mut prices {
            let day = self.past.day_of(Timestamp::from_seconds(*step));
            *price = adjusted_price(*price, day, today, &actions);
        }
        Ok(candles_of(&prices, length))
    }
}

/// Candles of prices at their seconds, each of `length` seconds.
pub(super) fn candles_of(prices: &[(i64, Price)], length: i64) -> Vec<CandleView> {
    let mut candles: Vec<CandleView> = Vec::new();
    for (step, price) in prices {
        let (at, price) = (
            Timestamp::from_seconds(step.div_euclid(length) * length),
            *price,
        );
        match candles.last_mut() {
            Some(last) if last.at == at => {
                last.high = last.high.max(price);
                last.low = last.low.min(price);
                last.close = price;
            }
            _ => candles.push(CandleView {
                at,
                open: price,
                high: price,
                low: price,
                close: price,
                volume: 0,
                average: None,
            }),
        }
    }
    candles
}

/// Puts the prices of a candle of a day into the shares of another day.
pub(super) fn adjust(candle: &mut CandleView, day: Day, until: Day, actions: &[DatedAction]) {
    let prices = [
        &mut candle.open,
        &mut candle.high,
        &mut candle.low,
        &mut candle.close,
    ];
    for price in prices {
        *price = adjusted_price(*price, day, until, actions);
    }
}

/// Daily candles joined by the number of their period.
pub(super) fn rolled_up(days: &[CandleView], period: impl Fn(Day) -> i32) -> Vec<CandleView> {
    let mut joined: Vec<CandleView> = Vec::new();
    for candle in days {
        match joined.last_mut() {
            Some(last) if period(last.at.day()) == period(candle.at.day()) => {
                last.high = last.high.max(candle.high);
                last.low = last.low.min(candle.low);
                last.close = candle.close;
                last.volume = last.volume.saturating_add(candle.volume);
            }
            _ => joined.push(candle.clone()),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle(day: i32, low: i32, high: i32) -> CandleView {
        let price = Price::from_whole;
        CandleView {
            at: Day::from_number(day).start(),
            open: price(low),
            high: price(high),
            low: price(low),
            close: price(high),
            volume: 10,
            average: None,
        }
    }

    #[test]
    fn days_join_into_weeks_that_begin_on_monday() {
        // Day 4 was Monday, 1970-01-05.
        let days = [
            candle(3, 5, 6),
            candle(4, 7, 9),
            candle(7, 3, 8),
            candle(10, 4, 5),
            candle(11, 1, 2),
        ];
        let weeks = rolled_up(&days, |day| (day.number() + 3).div_euclid(7));
        let shown: Vec<_> = weeks
            .iter()
            .map(|week| (week.at.day().number(), week.volume))
            .collect();
        assert_eq!(shown, [(3, 10), (4, 30), (11, 10)]);
        let week = &weeks[1];
        let price = Price::from_whole;
        assert_eq!(
            (week.open, week.high, week.low, week.close),
            (price(7), price(9), price(3), price(5))
        );
    }

    #[test]
    fn prices_of_a_day_make_candles_of_their_length() {
        let prices: Vec<(i64, Price)> = [10, 12, 9, 11, 20, 21]
            .into_iter()
            .zip(0..)
            .map(|(price, minute)| (minute * 60, Price::from_whole(price)))
            .collect();
        let candles = candles_of(&prices, 300);
        let closes: Vec<_> = candles.iter().map(|candle| candle.close).collect();
        assert_eq!(closes, [Price::from_whole(20), Price::from_whole(21)]);
        assert_eq!(candles[0].low, Price::from_whole(9));
        assert_eq!(candles[1].at, Timestamp::from_seconds(300));
    }
}
