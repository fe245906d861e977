//! The path of a price within a replayed day, from its candle.

use domain::api::CandleView;
use domain::{Price, Timestamp};

use crate::store::CandleRecord;

const LAST_SECOND: i64 = 86_399;
/// Prices of at least 1.00 are quoted in hundredths, as players know them.
const HUNDREDTH: i64 = 100;
const WHOLE: i64 = 10_000;

/// The candle so far at an instant of its day; its close is the price then.
///
/// The path passes open, extremes and close at seconds 0, 28,800, 57,600 and 86,399. In between it is
/// a straight line, rounded half up to hundredths (below 1.00 to ten-thousandths) and kept within
/// the day's range.
pub(in crate::market) fn running_candle(candle: &CandleRecord, at: Timestamp) -> CandleView {
    let second = at.seconds_since(candle.day.start()).clamp(0, LAST_SECOND);
    let (first, then) = if candle.close >= candle.open {
        (candle.low, candle.high)
    } else {
        (candle.high, candle.low)
    };
    let knots = [
        (0, candle.open),
        (28_800, first),
        (57_600, then),
        (LAST_SECOND, candle.close),
    ];
    let price = price_at(&knots, second).max(candle.low).min(candle.high);
    let passed = knots
        .iter()
        .filter(|(knot, _)| *knot <= second)
        .map(|(_, price)| *price);
    let seen = || passed.clone().chain([price]);
    CandleView {
        at: candle.day.start(),
        open: candle.open,
        high: seen().max().unwrap_or(price),
        low: seen().min().unwrap_or(price),
        close: price,
        volume: part_of(candle.volume, second),
        average: None,
    }
}

fn price_at(knots: &[(i64, Price)], second: i64) -> Price {
    for pair in knots.windows(2) {
        let [(start, from), (end, to)] = pair else {
            continue;
        };
        if second == *start {
            return *from;
        }
        if second < *end {
            return between(*from, *to, second - start, end - start);
        }
    }
    knots.last().map_or(Price::ZERO, |(_, price)| *price)
}

fn between(from: Price, to: Price, passed: i64, length: i64) -> Price {
    let (from, to) = (i128::from(from.units()), i128::from(to.units()));
    let weighted = from * i128::from(length - passed) + to * i128::from(passed);
    let step = if from.min(to) >= i128::from(WHOLE) {
        i128::from(HUNDREDTH)
    } else {
        1
    };
    let divisor = i128::from(length) * step;
    let rounded = (2 * weighted + divisor).div_euclid(2 * divisor) * step;
    Price::from_units(i64::try_from(rounded).unwrap_or(i64::MAX))
}

/// The volume up to and including a second, as if spread evenly.
fn part_of(volume: i64, second: i64) -> i64 {
    let part = i128::from(volume) * i128::from(second + 1) / i128::from(LAST_SECOND + 1);
    i64::try_from(part).unwrap_or(volume)
}

#[cfg(test)]
mod tests {
    use domain::{Day, InstrumentId};

    use super::*;

    fn candle(open: &str, high: &str, low: &str, close: &str) -> CandleRecord {
        let price = |text: &str| text.parse().unwrap();
        CandleRecord {
            instrument: InstrumentId(1),
            day: Day::from_number(10),
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(close),
            volume: 86_400,
        }
    }

    fn at(candle: &CandleRecord, second: i64) -> CandleView {
        running_candle(candle, candle.day.start().plus_seconds(second))
    }

    #[test]
    fn a_day_passes_through_its_open_extremes_and_close() {
        let check = |candle: CandleRecord, expected: [&str; 4]| {
            let seen =
                [0, 28_800, 57_600, 86_399].map(|second| at(&candle, second).close.to_string());
            assert_eq!(seen, expected);
        };
        check(
            candle("10", "14.005", "8", "12"),
            ["10.00", "8.00", "14.005", "12.00"],
        );
        check(
            candle("12", "14", "8", "10.0001"),
            ["12.00", "14.00", "8.00", "10.0001"],
        );
    }

    #[test]
    fn between_them_the_price_goes_straight_in_hundredths() {
        let candle = candle("10", "14", "8", "12");
        assert_eq!(at(&candle, 14_400).close.to_string(), "9.00");
        assert_eq!(at(&candle, 100).close.to_string(), "9.99");
        assert_eq!(at(&candle, 43_200).close.to_string(), "11.00");
    }

    #[test]
    fn the_running_candle_grows_into_the_day_s_own() {
        let candle = candle("10", "14", "8", "12");
        let early = at(&candle, 14_400);
        assert_eq!((early.high, early.low), (candle.open, "9".parse().unwrap()));
        assert_eq!(early.volume, 14_401);
        let end = at(&candle, 86_399);
        assert_eq!(
            (end.open, end.high, end.low, end.close, end.volume),
            (
                candle.open,
                candle.high,
                candle.low,
                candle.close,
                candle.volume
            )
        );
    }

    #[test]
    fn a_price_never_leaves_the_range_of_its_day() {
        let candle = candle("1.0049", "1.0049", "1.0049", "1.0049");
        for second in [0, 1, 28_799, 50_000, 86_399] {
            assert_eq!(at(&candle, second).close, candle.open, "{second}");
        }
    }
}
