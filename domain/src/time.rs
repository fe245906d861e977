//! Instants and days in UTC, as plain integers: nothing here reads a clock.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::wire;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// 0001-01-01 and 9999-12-31: what RFC 3339 can write.
const FIRST_DAY: i64 = -719_162;
const LAST_DAY: i64 = 2_932_896;

/// An instant: microseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999.
///
/// ```
/// use domain::Timestamp;
/// let noon: Timestamp = "2026-11-21T12:00:00Z".parse()?;
/// assert_eq!(noon.micros(), 1_795_262_400_000_000);
/// assert_eq!(noon.to_string(), "2026-11-21T12:00:00.000000Z");
/// # Ok::<(), domain::TimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A calendar day in UTC: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(i32);

/// The text is not a valid day or instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    /// It is not a day.
    Day,
    /// It is not an instant in UTC.
    Time,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "is not a day such as 2026-11-21, without a time of day",
            Self::Time => "is not a day with a time in UTC such as 2026-11-21T09:30:00Z",
        })
    }
}

impl std::error::Error for TimeError {}

impl Timestamp {
    /// The instant this many microseconds after the epoch, clamped to the years 1 to 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        let first = FIRST_DAY.saturating_mul(MICROS_PER_DAY);
        let end = LAST_DAY
            .saturating_add(1)
            .saturating_mul(MICROS_PER_DAY)
            .saturating_sub(1);
        Self(micros.clamp(first, end))
    }

    /// The instant this many seconds after the epoch.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The day it falls on.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MICROS_PER_DAY)).unwrap_or_default())
    }

    /// The instant this many seconds later (earlier when below zero).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(
            self.0
                .saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)),
        )
    }

    /// Seconds from an earlier instant to this one, rounded down.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0
            .saturating_sub(earlier.0)
            .div_euclid(MICROS_PER_SECOND)
    }
}

impl Day {
    /// The day this many days after 1970-01-01, clamped to the years 1 to 9999.
    #[must_use]
    pub fn from_number(number: i32) -> Self {
        let held = i64::from(number).clamp(FIRST_DAY, LAST_DAY);
        Self(i32::try_from(held).unwrap_or_default())
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_micros(i64::from(self.0).saturating_mul(MICROS_PER_DAY))
    }

    /// The day this many days later (earlier when below zero).
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_number(self.0.saturating_add(days))
    }

    /// The Monday of its week.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let saturday: domain::Day = "2026-11-28".parse()?;
    /// assert_eq!(saturday.monday().to_string(), "2026-11-23");
    /// assert_eq!(saturday.monday().monday(), saturday.monday());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn monday(self) -> Self {
        // 1 January 1970 was a Thursday.
        let since = self.0.saturating_add(3).rem_euclid(7);
        self.plus_days(since.saturating_neg())
    }

    /// Year, month and day of the month.
    #[must_use]
    pub fn calendar(self) -> (i32, u8, u8) {
        const EPOCH_JULIAN_DAY: i32 = 2_440_588;
        time::Date::from_julian_day(self.0.saturating_add(EPOCH_JULIAN_DAY))
            .map_or((1970, 1, 1), |date| {
                (date.year(), u8::from(date.month()), date.day())
            })
    }

    /// The day of a calendar date; none when there is no such date.
    #[must_use]
    pub fn from_calendar(year: i32, month: u8, day: u8) -> Option<Self> {
        const EPOCH_JULIAN_DAY: i32 = 2_440_588;
        let month = time::Month::try_from(month).ok()?;
        let date = time::Date::from_calendar_date(year, month, day).ok()?;
        let number = date.to_julian_day().checked_sub(EPOCH_JULIAN_DAY)?;
        (1..=9999).contains(&year).then_some(Self(number))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"0000-00-00";
        write_day(&mut text, *self);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

// Every response contains instants, and formatting with widths is slow.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.rem_euclid(MICROS_PER_DAY);
        let (seconds, fraction) = (
            micros.div_euclid(MICROS_PER_SECOND),
            micros.rem_euclid(MICROS_PER_SECOND),
        );
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        write_day(&mut text, self.day());
        write_digits(&mut text, 11..13, seconds.div_euclid(3600));
        write_digits(&mut text, 14..16, seconds.div_euclid(60).rem_euclid(60));
        write_digits(&mut text, 17..19, seconds.rem_euclid(60));
        write_digits(&mut text, 20..26, fraction);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Writes a day into the first ten characters.
fn write_day(text: &mut [u8], day: Day) {
    let (year, month, day) = day.calendar();
    write_digits(text, 0..4, year.into());
    write_digits(text, 5..7, month.into());
    write_digits(text, 8..10, day.into());
}

/// Writes a non-negative number into a field of digits, right-aligned.
fn write_digits(text: &mut [u8], place: Range<usize>, number: i64) {
    let mut rest = number.unsigned_abs();
    for digit in text.get_mut(place).unwrap_or_default().iter_mut().rev() {
        // A remainder of ten is one digit.
        *digit = b'0'.wrapping_add((rest % 10) as u8);
        rest /= 10;
    }
}

/// Reads exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads a day.
fn day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let mut next = |count| digits(parts.next().unwrap_or_default(), count);
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let narrow = |part: i64| u8::try_from(part).ok();
    Day::from_calendar(i32::try_from(year).ok()?, narrow(month)?, narrow(day)?)
}

/// Reads an RFC 3339 instant in UTC, with at most six decimal places of a second.
fn instant(text: &str) -> Option<Timestamp> {
    let mut utc = ["Z", "z", "+00:00", "-00:00"].into_iter();
    let local = utc.find_map(|suffix| text.strip_suffix(suffix))?;
    let (date, clock) = local.split_once(['T', 't'])?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || fraction.len() > 6 {
        return None;
    }
    let mut parts = clock.splitn(3, ':');
    let mut next =
        |below: i64| digits(parts.next().unwrap_or_default(), 2).filter(|part| *part < below);
    let (hour, minute, second) = (next(24)?, next(60)?, next(60)?);
    let micros = digits(&format!("{fraction:0<6}"), 6)?;
    let seconds = hour
        .saturating_mul(3600)
        .saturating_add(minute.saturating_mul(60))
        .saturating_add(second);
    let start = day(date)?.start().plus_seconds(seconds).micros();
    Some(Timestamp::from_micros(start.saturating_add(micros)))
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        day(text).ok_or(TimeError::Day)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        instant(text).ok_or(TimeError::Time)
    }
}

wire::as_text_or!(
    Timestamp,
    "a UTC time such as 2026-11-21T09:30:00Z",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-]00:00)$",
    i64,
    |at| at.micros(),
    Timestamp::from_micros
);
wire::as_text_or!(
    Day,
    "a day such as 2026-11-21",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    i32,
    |day| day.number(),
    Day::from_number
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back_as_written() {
        for micros in [0, -1, 1, 1_795_253_771_123_456, i64::MAX, i64::MIN] {
            let instant = Timestamp::from_micros(micros);
            assert_eq!(instant.to_string().parse(), Ok(instant), "{instant}");
        }
        assert_eq!(
            Timestamp::from_micros(-1).to_string(),
            "1969-12-31T23:59:59.999999Z"
        );
    }

    #[test]
    fn utc_is_written_as_rfc_3339_allows() {
        let noon: Option<Timestamp> = "2026-11-21T12:00:00Z".parse().ok();
        assert!(noon.is_some());
        for text in [
            "2026-11-21T12:00:00+00:00",
            "2026-11-21T12:00:00-00:00",
            "2026-11-21t12:00:00z",
            "2026-11-21T12:00:00.000+00:00",
        ] {
            assert_eq!(text.parse().ok(), noon, "{text}");
        }
        for text in ["2026-11-21T12:00:00+01:00", "2026-11-21T12:00:00 00:00"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimeError::Time), "{text}");
        }
    }

    #[test]
    fn a_day_and_a_time_are_told_apart() {
        let day = "2026-11-28T00:00:00Z"
            .parse::<Day>()
            .map_err(|error| error.to_string());
        assert_eq!(
            day,
            Err("is not a day such as 2026-11-21, without a time of day".into())
        );
        let time = "2027-01-01"
            .parse::<Timestamp>()
            .map_err(|error| error.to_string());
        assert_eq!(
            time,
            Err("is not a day with a time in UTC such as 2026-11-21T09:30:00Z".into())
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-02-30",
            "2026-2-3",
            "2026-02-03T24:00:00Z",
            "2026-02-03T10:00:00",
            "0000-01-01",
            "２026-01-01",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
            assert!(
                text.is_empty() || text.contains('T') || text.parse::<Day>().is_err(),
                "{text}"
            );
        }
    }
}
