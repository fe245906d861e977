//! Calendar months, in which the ledger is archived.

use std::fmt;
use std::str::FromStr;

use domain::{Day, TimeError, Timestamp};

/// Days that are enough to get from the first of a month into the next one.
const DAYS_MAX: i32 = 31;

/// A month in UTC, written as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Day,
}

impl Month {
    /// The month that an instant is in.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let day = at.day();
        let (_, _, number) = day.calendar();
        Self {
            first: day.plus_days(1 - i32::from(number)),
        }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        self.first.start()
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.next().first.plus_days(-1)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.first.plus_days(DAYS_MAX).start())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.first.calendar();
        write!(f, "{year:04}-{month:02}")
    }
}

impl FromStr for Month {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let first = format!("{text}-01").parse()?;
        Ok(Self { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_and_followed_as_in_the_calendar() {
        for (text, next) in [
            ("2026-01", "2026-02"),
            ("2026-02", "2026-03"),
            ("2024-02", "2024-03"),
            ("2026-04", "2026-05"),
            ("2026-12", "2027-01"),
        ] {
            let month: Month = text.parse().unwrap();
            assert_eq!(month.to_string(), text);
            assert_eq!(month.next().to_string(), next);
            assert_eq!(month.last_day().plus_days(1).start(), month.next().start());
            let last = Timestamp::from_micros(month.next().start().micros() - 1);
            assert_eq!(Month::of(last), month);
            assert_eq!(Month::of(month.start()), month);
            assert!(month < month.next());
        }
        for text in ["", "2026", "2026-13", "2026-1", "2026-01-01", "x"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}
