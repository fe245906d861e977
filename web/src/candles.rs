//! Candles as a chart shows them: ranges, the running candle, and a summary in words.

use crate::language::Texts;
use domain::api::CandleView;
use domain::{Quote, Timestamp};

/// How far back a chart looks. The chart shows exactly the server's response for a range, in candles of a
/// suitable length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// 24 hours of market time.
    Day,
    /// Seven days.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// Everything.
    All,
}

impl Range {
    /// All ranges, shortest first.
    pub const EACH: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Year, Self::All];

    /// Its button label.
    #[must_use]
    pub fn label(self) -> &'static str {
        let texts = Texts::get();
        match self {
            Self::Day => texts.instrument_short_day(),
            Self::Week => texts.instrument_short_week(),
            Self::Month => texts.instrument_short_month(),
            Self::Year => texts.instrument_short_year(),
            Self::All => texts.instrument_short_all(),
        }
    }

    /// Its name in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "1d",
            Self::Week => "1w",
            Self::Month => "1m",
            Self::Year => "1y",
            Self::All => "all",
        }
    }

    /// Its name for screen readers.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        let texts = Texts::get();
        match self {
            Self::Day => texts.instrument_range_day(),
            Self::Week => texts.instrument_range_week(),
            Self::Month => texts.instrument_range_month(),
            Self::Year => texts.instrument_range_year(),
            Self::All => texts.instrument_range_all(),
        }
    }

    /// The range with this label; a year for any other text.
    #[must_use]
    pub fn from_label(label: Option<&str>) -> Self {
        let named =
            |range: &Self| label.is_some_and(|label| label.eq_ignore_ascii_case(range.as_str()));
        Self::EACH.into_iter().find(named).unwrap_or(Self::Year)
    }

    /// Whether candles are shorter than a day, so that they need a time of day to identify them.
    #[must_use]
    pub fn is_within_days(self) -> bool {
        matches!(self, Self::Day | Self::Week)
    }

    /// Length of a candle in seconds; for the longest range, the minimum.
    #[must_use]
    pub fn candle_seconds(self) -> i64 {
        match self {
            Self::Day => 300,
            Self::Week => 1_800,
            Self::Month | Self::Year => 86_400,
            Self::All => 7 * 86_400,
        }
    }
}

/// The candle at the quote's time, with the quote included; none when the quote is older than the
/// latest candle. `seconds` is the length of a candle.
#[must_use]
pub fn running(candles: &[CandleView], quote: &Quote, seconds: i64) -> Option<CandleView> {
    let price = quote.price;
    let seconds = seconds.max(1);
    let begun = |at: i64| at.saturating_sub(at.rem_euclid(seconds));
    let now = quote.at.seconds();
    let (last, at) = match candles.last() {
        Some(last) => {
            let since = now.saturating_sub(last.at.seconds());
            let whole = begun(since);
            (Some(last), last.at.seconds().saturating_add(whole))
        }
        None => (None, begun(now)),
    };
    match last {
        Some(last) if now < last.at.seconds() => None,
        Some(last) if last.at.seconds() == at => Some(CandleView {
            high: last.high.max(price),
            low: last.low.min(price),
            close: price,
            ..last.clone()
        }),
        _ => Some(CandleView {
            at: Timestamp::from_seconds(at),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
            average: None,
        }),
    }
}

/// Puts the running candle at the end: replacing the one with the same time, or after the last.
pub fn put_running(candles: &mut Vec<CandleView>, candle: CandleView) {
    match candles.last_mut() {
        Some(last) if last.at == candle.at => *last = candle,
        _ => candles.push(candle),
    }
}

/// What a chart shows, in a few numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'a> {
    /// The first candle.
    pub first: &'a CandleView,
    /// The last one.
    pub last: &'a CandleView,
    /// The one with the highest price.
    pub highest: &'a CandleView,
    /// The one with the lowest price.
    pub lowest: &'a CandleView,
}

/// The span of candles in chronological order; none without any.
#[must_use]
pub fn span(candles: &[CandleView]) -> Option<Span<'_>> {
    Some(Span {
        first: candles.first()?,
        last: candles.last()?,
        highest: candles.iter().max_by_key(|candle| candle.high)?,
        lowest: candles.iter().min_by_key(|candle| candle.low)?,
    })
}

/// The last candle of each hour, day or month, newest first: the chart as a table.
#[must_use]
pub fn period_ends(candles: &[CandleView], range: Range) -> Vec<&CandleView> {
    let period = |candle: &CandleView| match range {
        Range::Day => candle.at.seconds().div_euclid(3_600),
        Range::Week | Range::Month => i64::from(candle.at.day().number()),
        Range::Year | Range::All => {
            let (year, month, _) = candle.at.day().calendar();
            i64::from(year) * 12 + i64::from(month)
        }
    };
    let mut ends: Vec<&CandleView> = Vec::new();
    for candle in candles.iter().rev() {
        if ends.last().is_none_or(|end| period(end) != period(candle)) {
            ends.push(candle);
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use domain::{Day, Price};

    use super::*;

    const DAY: i64 = 86_400;

    fn candle(day: i32, price: i32) -> CandleView {
        let price = Price::from_whole(price);
        CandleView {
            at: Day::from_number(day).start(),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 1,
            average: None,
        }
    }

    fn quote(day: i32, price: i32) -> Quote {
        let at = Day::from_number(day).start().plus_seconds(3_600);
        let symbol = "ACME".parse().unwrap();
        Quote {
            symbol,
            price: Price::from_whole(price),
            at,
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        }
    }

    #[test]
    fn a_range_is_what_its_label_says() {
        for range in Range::EACH {
            assert_eq!(Range::from_label(Some(range.as_str())), range);
        }
        assert_eq!(Range::from_label(Some("ten")), Range::Year);
    }

    #[test]
    fn a_quote_runs_into_the_candle_of_its_day() {
        let mut candles = vec![candle(8, 10), candle(9, 10)];
        assert_eq!(running(&candles, &quote(8, 99), DAY), None);
        let today = running(&candles, &quote(9, 12), DAY).unwrap();
        assert_eq!(
            (today.low, today.high),
            (Price::from_whole(10), Price::from_whole(12))
        );
        put_running(&mut candles, today);
        assert_eq!(candles.len(), 2);
        let within = running(&[candle(9, 10)], &quote(9, 12), 1_800).unwrap();
        assert_eq!(
            (within.at.seconds() - DAY * 9, within.open),
            (3_600, Price::from_whole(12))
        );
        let tomorrow = running(&candles, &quote(10, 7), DAY).unwrap();
        put_running(&mut candles, tomorrow);
        let span = span(&candles).unwrap();
        assert_eq!(
            (candles.len(), span.highest.high, span.lowest.low),
            (3, Price::from_whole(12), Price::from_whole(7))
        );
    }

    #[test]
    fn months_end_with_their_last_candle() {
        let candles: Vec<CandleView> = (0..60).map(|day| candle(day, day)).collect();
        let days: Vec<i32> = period_ends(&candles, Range::All)
            .iter()
            .map(|candle| candle.at.day().number())
            .collect();
        assert_eq!(days, [59, 58, 30]);
    }
}
