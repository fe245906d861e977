//! A stretch of history from day to day, in candles of a chosen length.

use domain::api::{AverageClose, CandleView};
use domain::{Day, InstrumentId, adjusted_price};

use super::Market;
use super::history::{adjust, candles_of, rolled_up};
use super::past::CANDLES_MAX;
use super::rollup::average_of;
use crate::retention::Month;
use crate::store::{CandleLength, IntradayCandle, MonthCandle};

/// Prices that are computed for an answer, and those of a candle.
const SAMPLES_MAX: i64 = 36_000;
const SAMPLES_OF_ONE: i64 = 6;
const DAY_S: i64 = 86_400;

/// How long the candles of a stretch are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Resolution {
    /// The finest one that suits the number of days: minutes up to 6 days, hours up to 93, days up to a year,
    /// weeks up to ten years, and beyond that months.
    Auto,
    /// Minutes, for at most 6 days.
    Minute,
    /// Hours, for at most a year.
    Hour,
    /// Days, for at most a year.
    Day,
    /// Weeks that begin on Monday.
    Week,
    /// Calendar months.
    Month,
}

/// Which stretch of history, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// How long a candle is.
    pub resolution: Resolution,
    /// Whether prices are in the shares of the current day, or as they were traded. A week or a month with a
    /// split is then in the shares of its last day.
    pub adjusted: bool,
}

impl Resolution {
    /// The most days between the first and the last one, so that no answer has more than 10,000 candles.
    #[must_use]
    pub fn days_max(self) -> i32 {
        match self {
            Self::Minute => 5,
            Self::Hour | Self::Day => 365,
            Self::Week => 9_999,
            Self::Month | Self::Auto => 36_500,
        }
    }

    /// The one that suits so many days between the first and the last one.
    fn for_days(self, days: i32) -> Self {
        match (self, days) {
            (Self::Auto, ..=5) => Self::Minute,
            (Self::Auto, ..=92) => Self::Hour,
            (Self::Auto, ..=365) => Self::Day,
            (Self::Auto, ..=3_660) => Self::Week,
            (Self::Auto, _) => Self::Month,
            (chosen, _) => chosen,
        }
    }
}

/// Weeks or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    Week,
    Month,
}

impl Period {
    fn first_day(self, day: Day) -> Day {
        match self {
            Self::Week => day.monday(),
            Self::Month => Month::of(day.start()).start().day(),
        }
    }

    fn last_day(self, day: Day) -> Day {
        match self {
            Self::Week => day.monday().plus_days(6),
            Self::Month => Month::of(day.start()).last_day(),
        }
    }
}

impl Market {
    /// A stretch of an instrument's history, oldest first, at most 10,000 candles. The last one is the
    /// unfinished one.
    ///
    /// # Errors
    /// When the store or a file fails.
    pub async fn stretch(
        &self,
        instrument: InstrumentId,
        stretch: &Stretch,
    ) -> anyhow::Result<Vec<CandleView>> {
        let days = stretch.to.number().saturating_sub(stretch.from.number());
        match stretch.resolution.for_days(days) {
            Resolution::Minute => {
                let length = CandleLength::Minute;
                self.within_days(instrument, stretch, length).await
            }
            Resolution::Hour => {
                let length = CandleLength::Hour;
                self.within_days(instrument, stretch, length).await
            }
            Resolution::Week => self.periods(instrument, stretch, Period::Week).await,
            Resolution::Month => self.periods(instrument, stretch, Period::Month).await,
            Resolution::Auto | Resolution::Day => {
                let (from, to) = (stretch.from, stretch.to);
                if stretch.adjusted {
                    self.adjusted_candles(instrument, from, to).await
                } else {
                    self.candles(instrument, from, to).await
                }
            }
        }
    }

    /// Minutes or hours: what was told about a live market, else samples of the prices that were shown.
    async fn within_days(
        &self,
        instrument: InstrumentId,
        stretch: &Stretch,
        length: CandleLength,
    ) -> anyhow::Result<Vec<CandleView>> {
        let now = self.snapshot().at;
        let first = self.past.start_of(stretch.from);
        let end = self.past.start_of(stretch.to.plus_days(1));
        let last = end.plus_seconds(-1).min(now);
        if last < first {
            return Ok(Vec::new());
        }
        let mut candles: Vec<CandleView> = if let Some(told) = self.past.told() {
            let told = told.intraday(length, instrument, (first, last)).await?;
            let view = |one: &IntradayCandle| CandleView {
                at: one.at,
                open: one.open,
                high: one.high,
                low: one.low,
                close: one.close,
                volume: 0,
                average: None,
            };
            told.iter().map(view).collect()
        } else {
            let steps = steps(first.seconds(), last.seconds(), length.seconds());
            let prices = self.past.prices(instrument, &steps).await?;
            candles_of(&prices, length.seconds())
        };
        if stretch.adjusted {
            let today = now.day();
            let splits = self.past.splits(instrument, today).await?;
            for candle in &mut candles {
                let day = self.past.day_of(candle.at);
                adjust(candle, day, today, &splits);
            }
        }
        Ok(candles)
    }

    /// Weeks or months, from the beginning of the first one.
    async fn periods(
        &self,
        instrument: InstrumentId,
        stretch: &Stretch,
        period: Period,
    ) -> anyhow::Result<Vec<CandleView>> {
        let today = self.snapshot().at.day();
        let (from, to) = (period.first_day(stretch.from), stretch.to);
        let mut days = if self.past.is_computed() {
            self.closes_of(instrument, from, to).await?
        } else {
            self.candles(instrument, from, to).await?
        };
        let splits = self.past.splits(instrument, today).await?;
        let until = |day: Day| {
            let of_period = || period.last_day(day).min(today);
            if stretch.adjusted { today } else { of_period() }
        };
        for candle in &mut days {
            let day = candle.at.day();
            adjust(candle, day, until(day), &splits);
        }
        let mut joined = rolled_up(&days, |day| period.first_day(day).number());
        let begin = |candle: &CandleView| period.first_day(candle.at.day());
        let of_each = days.chunk_by(|one, next| begin(one) == begin(next));
        for (candle, days) in joined.iter_mut().zip(of_each) {
            candle.at = begin(candle).start();
            candle.average = average_of(days.iter().map(|day| day.close))
                .map(|(price, days)| AverageClose { price, days });
        }
        let Some(told) = self.past.told().filter(|_| period == Period::Month) else {
            return Ok(joined);
        };
        // Months stay when their days are gone.
        let before = joined
            .first()
            .map_or(to, |first| first.at.day().plus_days(-1));
        let older = told.months(instrument, (from, before), CANDLES_MAX).await?;
        let older = older.iter().map(|month| {
            let (mut candle, end) = (month_view(month), period.last_day(month.month));
            adjust(&mut candle, end, until(end), &splits);
            if let Some(average) = &mut candle.average {
                average.price = adjusted_price(average.price, end, until(end), &splits);
            }
            candle
        });
        Ok(older.chain(joined).collect())
    }

    /// Days of a computed market that have only a close: all prices of many years would take seconds to
    /// compute.
    async fn closes_of(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> anyhow::Result<Vec<CandleView>> {
        let now = self.snapshot().at;
        let last = to.min(now.day());
        let steps: Vec<i64> = (from.number()..=last.number())
            .map(|number| Day::from_number(number).start().seconds() + DAY_S - 1)
            .map(|close| close.min(now.seconds()))
            .collect();
        let prices = self.past.prices(instrument, &steps).await?;
        Ok(candles_of(&prices, DAY_S))
    }
}

/// A month as the API shows it.
fn month_view(month: &MonthCandle) -> CandleView {
    CandleView {
        at: month.month.start(),
        open: month.open,
        high: month.high,
        low: month.low,
        close: month.close,
        volume: month.volume,
        average: Some(AverageClose {
            price: month.average,
            days: month.days,
        }),
    }
}

/// The seconds at which candles of `length` seconds are sampled: several times each, unless there are too many.
fn steps(first: i64, last: i64, length: i64) -> Vec<i64> {
    let candles = last.saturating_sub(first) / length + 1;
    let samples = (SAMPLES_MAX / candles).clamp(1, SAMPLES_OF_ONE);
    let apart = usize::try_from(length / samples).unwrap_or(usize::MAX);
    (first..=last).step_by(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stretch_has_more_candles_than_an_answer_may_have() {
        let rows =
            |days: i32, length: CandleLength| i64::from(days + 1) * 86_400 / length.seconds();
        assert!(rows(Resolution::Minute.days_max(), CandleLength::Minute) <= 10_000);
        assert!(rows(Resolution::Hour.days_max(), CandleLength::Hour) <= 10_000);
        for (days, resolution) in [
            (0, Resolution::Minute),
            (5, Resolution::Minute),
            (6, Resolution::Hour),
            (93, Resolution::Day),
            (365, Resolution::Day),
            (366, Resolution::Week),
            (3_661, Resolution::Month),
        ] {
            assert_eq!(Resolution::Auto.for_days(days), resolution, "{days}");
            assert!(days <= resolution.days_max(), "{days}");
            assert_eq!(Resolution::Hour.for_days(days), Resolution::Hour);
        }
    }

    #[test]
    fn a_candle_is_sampled_often_unless_there_are_many() {
        assert_eq!(
            steps(0, 119, 60),
            (0..12).map(|n| n * 10).collect::<Vec<_>>()
        );
        let year = 366 * DAY_S;
        let hours = steps(0, year - 1, 3_600);
        assert_eq!(hours.len(), 366 * 24 * 4);
        assert_eq!(steps(0, 8_640 * 60 - 1, 60).len(), 8_640 * 4);
    }

    #[test]
    fn a_period_has_its_calendar_days() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let wednesday = day("2026-12-02");
        assert_eq!(Period::Week.first_day(wednesday), day("2026-11-30"));
        assert_eq!(Period::Week.last_day(wednesday), day("2026-12-06"));
        assert_eq!(Period::Month.first_day(wednesday), day("2026-12-01"));
        assert_eq!(Period::Month.last_day(wednesday), day("2026-12-31"));
    }
}
