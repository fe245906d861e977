//! Daily candles as a chart shows them: ranges, the running day, and what they come to in words.

use domain::api::CandleView;
use domain::{Day, Quote};

/// How far back a chart looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// A month.
    Month,
    /// Half a year.
    HalfYear,
    /// A year: what one answer of the server holds.
    Year,
    /// Two years.
    TwoYears,
}

impl Range {
    /// All ranges, shortest first.
    pub const EACH: [Self; 4] = [Self::Month, Self::HalfYear, Self::Year, Self::TwoYears];

    /// On its button and in the page's address.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Month => "1M",
            Self::HalfYear => "6M",
            Self::Year => "1Y",
            Self::TwoYears => "2Y",
        }
    }

    /// For those who hear it.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Month => "one month",
            Self::HalfYear => "six months",
            Self::Year => "one year",
            Self::TwoYears => "two years",
        }
    }

    /// The range of a label, a year for any other text.
    #[must_use]
    pub fn from_label(label: Option<&str>) -> Self {
        let named =
            |range: &Self| label.is_some_and(|label| label.eq_ignore_ascii_case(range.label()));
        Self::EACH.into_iter().find(named).unwrap_or(Self::Year)
    }

    /// Days that it goes back.
    #[must_use]
    pub fn days(self) -> i32 {
        match self {
            Self::Month => 30,
            Self::HalfYear => 182,
            Self::Year => 365,
            Self::TwoYears => 730,
        }
    }

    /// The candles of the range: those of its days before the latest one.
    #[must_use]
    pub fn of(self, candles: &[CandleView]) -> &[CandleView] {
        let Some(last) = candles.last() else {
            return candles;
        };
        let first_day = last.at.day().plus_days(self.days().saturating_neg());
        let start = candles.partition_point(|candle| candle.at.day() < first_day);
        candles.get(start..).unwrap_or_default()
    }
}

/// The days to ask for to see the year before the oldest candle.
#[must_use]
pub fn year_before(candles: &[CandleView]) -> Option<(Day, Day)> {
    let to = candles.first()?.at.day().plus_days(-1);
    Some((to.plus_days(-364), to))
}

/// The candle of the quote's day once the quote is in it; none when the quote is older than the
/// latest candle.
#[must_use]
pub fn running(candles: &[CandleView], quote: &Quote) -> Option<CandleView> {
    let (day, price) = (quote.at.day(), quote.price);
    match candles.last() {
        Some(last) if last.at.day() > day => None,
        Some(last) if last.at.day() == day => Some(CandleView {
            high: last.high.max(price),
            low: last.low.min(price),
            close: price,
            ..last.clone()
        }),
        _ => Some(CandleView {
            at: day.start(),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
        }),
    }
}

/// Puts the running candle at the end: in the place of its day's, or after the last.
pub fn put_running(candles: &mut Vec<CandleView>, candle: CandleView) {
    match candles.last_mut() {
        Some(last) if last.at.day() == candle.at.day() => *last = candle,
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

/// The span of candles in order of time; none without any.
#[must_use]
pub fn span(candles: &[CandleView]) -> Option<Span<'_>> {
    Some(Span {
        first: candles.first()?,
        last: candles.last()?,
        highest: candles.iter().max_by_key(|candle| candle.high)?,
        lowest: candles.iter().min_by_key(|candle| candle.low)?,
    })
}

/// The last candle of each month, newest first: a chart for those who read tables.
#[must_use]
pub fn month_ends(candles: &[CandleView]) -> Vec<&CandleView> {
    let month = |candle: &CandleView| {
        let (year, month, _) = candle.at.day().calendar();
        (year, month)
    };
    let mut ends: Vec<&CandleView> = Vec::new();
    for candle in candles.iter().rev() {
        if ends.last().is_none_or(|end| month(end) != month(candle)) {
            ends.push(candle);
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use domain::Price;

    use super::*;

    fn candle(day: i32, price: i32) -> CandleView {
        let price = Price::from_whole(price);
        CandleView {
            at: Day::from_number(day).start(),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 1,
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
        }
    }

    #[test]
    fn a_range_is_counted_from_the_latest_day() {
        let candles: Vec<CandleView> = (0..400).map(|day| candle(day, 10)).collect();
        let lengths = Range::EACH.map(|range| range.of(&candles).len());
        assert_eq!(lengths, [31, 183, 366, 400]);
        assert!(Range::Year.of(&[]).is_empty());
        assert_eq!(Range::from_label(Some("2y")), Range::TwoYears);
        assert_eq!(Range::from_label(Some("ten")), Range::Year);
    }

    #[test]
    fn a_quote_runs_into_the_candle_of_its_day() {
        let mut candles = vec![candle(8, 10), candle(9, 10)];
        assert_eq!(running(&candles, &quote(8, 99)), None);
        let today = running(&candles, &quote(9, 12)).unwrap();
        assert_eq!(
            (today.low, today.high),
            (Price::from_whole(10), Price::from_whole(12))
        );
        put_running(&mut candles, today);
        assert_eq!(candles.len(), 2);
        let tomorrow = running(&candles, &quote(10, 7)).unwrap();
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
        let days: Vec<i32> = month_ends(&candles)
            .iter()
            .map(|candle| candle.at.day().number())
            .collect();
        assert_eq!(days, [59, 58, 30]);
        assert_eq!(
            year_before(&candles),
            Some((Day::from_number(-365), Day::from_number(-1)))
        );
    }
}
