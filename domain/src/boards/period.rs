//! The periods that boards are kept for, and when each begins.

use serde::{Deserialize, Serialize};

use crate::Day;

/// How far back a board looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// To the start of the account.
    All,
    /// To the start of the quarter of the year.
    Season,
    /// To the latest Monday.
    Week,
    /// To the latest midnight.
    Day,
}

impl Period {
    /// Every period, longest first.
    pub const EVERY: [Self; 4] = [Self::All, Self::Season, Self::Week, Self::Day];
    /// The periods that end.
    pub const CLOSING: [Self; 3] = [Self::Season, Self::Week, Self::Day];

    /// Its name in addresses and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Season => "season",
            Self::Week => "week",
            Self::Day => "day",
        }
    }

    /// The period with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY
            .into_iter()
            .find(|period| period.as_str() == name)
    }

    /// The first day of the period that contains a day; none for [`Period::All`], which has no beginning.
    ///
    /// ```
    /// use domain::{Day, boards::Period};
    /// let saturday: Day = "2026-11-28".parse()?;
    /// assert_eq!(Period::Week.first_day(saturday), Some("2026-11-23".parse()?));
    /// # Ok::<(), domain::TimeError>(())
    /// ```
    #[must_use]
    pub fn first_day(self, today: Day) -> Option<Day> {
        match self {
            Self::All => None,
            Self::Day => Some(today),
            Self::Week => Some(today.monday()),
            Self::Season => Some(quarter(today)),
        }
    }
}

fn quarter(today: Day) -> Day {
    let (year, month, _) = today.calendar();
    let first = match month {
        1..=3 => 1,
        4..=6 => 4,
        7..=9 => 7,
        _ => 10,
    };
    Day::from_calendar(year, first, 1).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_begins_on_its_first_day() {
        let check = |period: Period, today: &str, first: &str| {
            let (today, first): (Day, Day) = (today.parse().unwrap(), first.parse().unwrap());
            assert_eq!(period.first_day(today), Some(first), "{period:?} {today}");
        };
        check(Period::Day, "2026-11-28", "2026-11-28");
        check(Period::Week, "2026-11-28", "2026-11-23");
        // A Monday begins its own week.
        check(Period::Week, "2026-11-23", "2026-11-23");
        check(Period::Week, "2026-11-22", "2026-11-16");
        check(Period::Season, "2026-11-28", "2026-10-01");
        check(Period::Season, "2026-03-31", "2026-01-01");
        assert_eq!(Period::All.first_day(Day::from_number(0)), None);
    }

    #[test]
    fn names_are_those_of_json() {
        for period in Period::EVERY {
            assert_eq!(Period::named(period.as_str()), Some(period));
            assert_eq!(
                serde_json::to_value(period).ok(),
                Some(period.as_str().into())
            );
        }
        assert_eq!(Period::named("year"), None);
    }
}
