//! How candles are rolled up into longer ones, and how late and corrected ones find their place.

use std::collections::BTreeMap;

use domain::{DatedAction, Price, Timestamp, adjusted_price};

use crate::retention::{FiledCandle, Month};
use crate::store::{CandleLength, CandleRecord, IntradayCandle, MonthCandle};

/// The hours of an instrument's minutes, which come oldest first.
pub(in crate::market) fn hours_of(minutes: &[IntradayCandle]) -> Vec<IntradayCandle> {
    let begin = |one: &IntradayCandle| CandleLength::Hour.begin_of(one.at);
    let hours = minutes.chunk_by(|one, next| begin(one) == begin(next));
    let hour = |minutes: &[IntradayCandle]| {
        let (first, last) = minutes.first().zip(minutes.last())?;
        Some(IntradayCandle {
            at: begin(first),
            open: first.open,
            high: minutes.iter().map(|one| one.high).max()?,
            low: minutes.iter().map(|one| one.low).min()?,
            close: last.close,
        })
    };
    hours.filter_map(hour).collect()
}

/// The months of an instrument's days, which come oldest first.
pub(in crate::market) fn months_of(
    days: &[CandleRecord],
    splits: &[DatedAction],
) -> Vec<MonthCandle> {
    let month = |one: &CandleRecord| Month::of(one.day.start());
    let months = days.chunk_by(|one, next| month(one) == month(next));
    months.filter_map(|days| month_of(days, splits)).collect()
}

/// A month in the shares of its last day, so that a split in the middle is no jump.
fn month_of(days: &[CandleRecord], splits: &[DatedAction]) -> Option<MonthCandle> {
    let (first, last) = days.first().zip(days.last())?;
    let month = Month::of(first.day.start());
    let end = month.last_day();
    let prices = |price: fn(&CandleRecord) -> Price| {
        days.iter()
            .map(move |one| adjusted_price(price(one), one.day, end, splits))
    };
    let (average, count) = average_of(prices(|one| one.close))?;
    Some(MonthCandle {
        instrument: first.instrument,
        month: month.start().day(),
        open: adjusted_price(first.open, first.day, end, splits),
        high: prices(|one| one.high).max()?,
        low: prices(|one| one.low).min()?,
        close: adjusted_price(last.close, last.day, end, splits),
        volume: days
            .iter()
            .fold(0, |sum: i64, one| sum.saturating_add(one.volume)),
        average,
        days: count,
    })
}

/// The average of closes, rounded to the nearest price, and how many they are. `None` without any.
pub(in crate::market) fn average_of(closes: impl Iterator<Item = Price>) -> Option<(Price, i64)> {
    let (sum, count) = closes.fold((0_i128, 0_i64), |(sum, count), close| {
        (sum + i128::from(close.units()), count + 1)
    });
    let average = (2 * sum + i128::from(count)).checked_div(2 * i128::from(count))?;
    Some((Price::from_units(i64::try_from(average).ok()?), count))
}

/// Filed candles with those that the database has of the same time, which replace them: they are rolled up
/// again, or corrected.
pub(in crate::market) fn replaced(
    filed: &[FiledCandle],
    stored: impl IntoIterator<Item = FiledCandle>,
) -> Vec<FiledCandle> {
    let mut all: BTreeMap<Timestamp, FiledCandle> =
        filed.iter().map(|one| (one.at, *one)).collect();
    all.extend(stored.into_iter().map(|one| (one.at, one)));
    all.into_values().collect()
}

/// Filed minutes with those that the database has: prices that came late join the minute they are of.
pub(in crate::market) fn joined(
    filed: &[FiledCandle],
    stored: impl IntoIterator<Item = FiledCandle>,
) -> Vec<FiledCandle> {
    let mut all: BTreeMap<Timestamp, FiledCandle> =
        filed.iter().map(|one| (one.at, *one)).collect();
    for late in stored {
        all.entry(late.at)
            .and_modify(|one| {
                one.high = one.high.max(late.high);
                one.low = one.low.min(late.low);
                one.close = late.close;
            })
            .or_insert(late);
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use domain::{CorporateAction, Day, InstrumentId, SplitRatio};

    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn intraday(when: &str, [open, high, low, close]: [i32; 4]) -> IntradayCandle {
        IntradayCandle {
            at: at(when),
            open: Price::from_whole(open),
            high: Price::from_whole(high),
            low: Price::from_whole(low),
            close: Price::from_whole(close),
        }
    }

    fn day(day: &str, [open, high, low, close]: [i32; 4], volume: i64) -> CandleRecord {
        CandleRecord {
            instrument: InstrumentId(7),
            day: day.parse().unwrap(),
            open: Price::from_whole(open),
            high: Price::from_whole(high),
            low: Price::from_whole(low),
            close: Price::from_whole(close),
            volume,
        }
    }

    #[test]
    fn minutes_become_hours_that_part_at_midnight_in_new_york() {
        // The last minute of 1 December in New York, and the first of 2 December.
        let minutes = [
            intraday("2026-12-02T04:00:00Z", [5, 6, 4, 5]),
            intraday("2026-12-02T04:59:00Z", [5, 9, 5, 8]),
            intraday("2026-12-02T05:00:00Z", [3, 3, 2, 2]),
        ];
        let hours = [
            intraday("2026-12-02T04:00:00Z", [5, 9, 4, 8]),
            intraday("2026-12-02T05:00:00Z", [3, 3, 2, 2]),
        ];
        assert_eq!(hours_of(&minutes), hours);
        assert_eq!(hours_of(&[]), []);
    }

    #[test]
    fn a_late_minute_changes_its_hour_and_a_late_price_its_minute() {
        let filed: Vec<FiledCandle> = [
            intraday("2026-12-02T15:00:00Z", [5, 6, 4, 5]),
            intraday("2026-12-02T15:02:00Z", [5, 5, 5, 5]),
        ]
        .iter()
        .map(FiledCandle::from)
        .collect();
        let late = [
            intraday("2026-12-02T15:01:00Z", [9, 9, 9, 9]),
            intraday("2026-12-02T15:02:00Z", [3, 3, 3, 3]),
        ];
        let all = joined(&filed, late.iter().map(FiledCandle::from));
        let all: Vec<_> = all.iter().map(FiledCandle::intraday).collect();
        let expected = [
            intraday("2026-12-02T15:00:00Z", [5, 6, 4, 5]),
            intraday("2026-12-02T15:01:00Z", [9, 9, 9, 9]),
            intraday("2026-12-02T15:02:00Z", [5, 5, 3, 3]),
        ];
        assert_eq!(all, expected);
        let hour = intraday("2026-12-02T15:00:00Z", [5, 9, 3, 3]);
        assert_eq!(hours_of(&all), [hour]);
    }

    #[test]
    fn a_corrected_day_replaces_the_filed_one_and_changes_its_month() {
        let filed: Vec<FiledCandle> = [
            day("2016-11-28", [5, 6, 4, 5], 10),
            day("2016-11-30", [5, 8, 5, 8], 20),
        ]
        .iter()
        .map(FiledCandle::from)
        .collect();
        let corrected = day("2016-11-30", [5, 7, 5, 6], 30);
        let all = replaced(&filed, [FiledCandle::from(&corrected)]);
        let days: Vec<_> = all
            .iter()
            .map(|one| one.day(InstrumentId(7)))
            .chain([day("2016-12-01", [6, 6, 6, 6], 1)])
            .collect();
        let months = months_of(&days, &[]);
        let november = MonthCandle {
            instrument: InstrumentId(7),
            month: "2016-11-01".parse().unwrap(),
            open: price("5"),
            high: price("7"),
            low: price("4"),
            close: price("6"),
            volume: 40,
            average: price("5.5"),
            days: 2,
        };
        assert_eq!(months[0], november);
        assert_eq!((months.len(), months[1].days), (2, 1));
    }

    #[test]
    fn an_average_is_rounded_to_the_nearest() {
        let days = [
            day("2026-11-02", [1, 1, 1, 1], 0),
            day("2026-11-03", [1, 1, 1, 1], 0),
            day("2026-11-04", [2, 2, 2, 2], 0),
        ];
        assert_eq!(months_of(&days, &[])[0].average, price("1.3333"));
        let days = [days[1], days[2], day("2026-11-05", [2, 2, 2, 2], 0)];
        assert_eq!(months_of(&days, &[])[0].average, price("1.6667"));
    }

    #[test]
    fn a_month_with_a_split_is_in_the_shares_of_its_last_day() {
        let days = [
            day("2026-11-02", [100, 104, 96, 100], 1),
            day("2026-11-03", [50, 51, 49, 50], 1),
        ];
        let split = DatedAction {
            day: Day::from_calendar(2026, 11, 3).unwrap(),
            action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
        };
        let [month] = months_of(&days, &[split])[..] else {
            panic!("one month");
        };
        let shown = [month.open, month.high, month.low, month.close];
        assert_eq!(shown, ["50", "52", "48", "50"].map(price));
        assert_eq!(month.average, price("50"));
    }
}
