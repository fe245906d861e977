//! Trading hours of the United States exchanges: weekdays from 9:30 to 16:00 in New York, except
//! holidays. On the few days on which they close at 13:00, prices simply become stale from then on.

use domain::{Day, Timestamp};

/// Seconds of the day in New York.
const OPENS: i64 = 9 * 3_600 + 30 * 60;
const CLOSES: i64 = 16 * 3_600;
/// There is always a trading day within this many days.
const PAUSE_DAYS_MAX: i32 = 10;

/// Whether the exchanges trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// They are open.
    Open {
        /// Since when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// They are closed.
    Closed {
        /// When they last closed.
        since: Timestamp,
        /// When they open again.
        until: Timestamp,
    },
}

impl Hours {
    /// The hours at an instant.
    pub fn at(now: Timestamp) -> Self {
        let today = day_in_new_york(now);
        let (opens, closes) = session(today);
        if trades_on(today) && (opens..closes).contains(&now) {
            return Self::Open {
                since: opens,
                until: closes,
            };
        }
        let days = |step: i32| (0..=PAUSE_DAYS_MAX).map(move |n| today.plus_days(n * step));
        let mut before = days(-1).filter(|day| trades_on(*day));
        let mut after = days(1).filter(|day| trades_on(*day));
        let since = before.find_map(|day| Some(session(day).1).filter(|at| *at <= now));
        let until = after.find_map(|day| Some(session(day).0).filter(|at| *at > now));
        Self::Closed {
            since: since.unwrap_or(now),
            until: until.unwrap_or(now),
        }
    }
}

/// The end of trading on a day.
pub fn close_of(day: Day) -> Timestamp {
    session(day).1
}

/// The calendar day in New York.
pub fn day_in_new_york(at: Timestamp) -> Day {
    let summer = at.plus_seconds(-4 * 3_600).day();
    // In winter it begins an hour later.
    if at < midnight_in_new_york(summer) {
        summer.plus_days(-1)
    } else {
        summer
    }
}

/// The first instant of a calendar day in New York.
pub fn midnight_in_new_york(day: Day) -> Timestamp {
    // The clocks change two hours after midnight, so the day before is what counts.
    day.start().plus_seconds(behind_utc(day.plus_days(-1)))
}

fn session(day: Day) -> (Timestamp, Timestamp) {
    let midnight = day.start().plus_seconds(behind_utc(day));
    (midnight.plus_seconds(OPENS), midnight.plus_seconds(CLOSES))
}

/// Seconds by which New York is behind UTC: four hours from the second Sunday in March to the first
/// Sunday in November, otherwise five.
fn behind_utc(day: Day) -> i64 {
    let (year, _, _) = day.calendar();
    let begins = nth(year, 3, SUNDAY, 2);
    let ends = nth(year, 11, SUNDAY, 1);
    if begins.is_some_and(|begins| begins <= day) && ends.is_some_and(|ends| day < ends) {
        4 * 3_600
    } else {
        5 * 3_600
    }
}

const SUNDAY: i32 = 0;
const MONDAY: i32 = 1;
const THURSDAY: i32 = 4;
const SATURDAY: i32 = 6;

/// 1970-01-01 was a Thursday.
fn weekday(day: Day) -> i32 {
    (day.number() + THURSDAY).rem_euclid(7)
}

fn trades_on(day: Day) -> bool {
    !matches!(weekday(day), SATURDAY | SUNDAY) && !is_holiday(day)
}

/// The nth given weekday of a month.
fn nth(year: i32, month: u8, which: i32, n: i32) -> Option<Day> {
    let first = Day::from_calendar(year, month, 1)?;
    let to_it = (which - weekday(first)).rem_euclid(7);
    Some(first.plus_days(to_it + 7 * (n - 1)))
}

fn is_holiday(day: Day) -> bool {
    let (year, _, _) = day.calendar();
    let of_weekday = [
        // Martin Luther King, Presidents, Labor, Thanksgiving.
        nth(year, 1, MONDAY, 3),
        nth(year, 2, MONDAY, 3),
        nth(year, 9, MONDAY, 1),
        nth(year, 11, THURSDAY, 4),
        // Memorial Day: the last Monday of May is the one before June.
        nth(year, 6, MONDAY, 1).map(|monday| monday.plus_days(-7)),
        easter(year).map(|sunday| sunday.plus_days(-2)),
    ];
    // Juneteenth, Independence, Christmas.
    let of_date = [(6, 19), (7, 4), (12, 25)];
    let of_date = of_date.map(|(month, date)| observed(year, month, date));
    // New Year is not observed on the Friday before.
    let new_year = Day::from_calendar(year, 1, 1).map(|first| match weekday(first) {
        SUNDAY => first.plus_days(1),
        _ => first,
    });
    let mut holidays = of_weekday.into_iter().chain(of_date).chain([new_year]);
    holidays.any(|holiday| holiday == Some(day))
}

/// A holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after.
fn observed(year: i32, month: u8, date: u8) -> Option<Day> {
    let day = Day::from_calendar(year, month, date)?;
    Some(match weekday(day) {
        SATURDAY => day.plus_days(-1),
        SUNDAY => day.plus_days(1),
        _ => day,
    })
}

/// Easter Sunday, by the Gregorian algorithm of Meeus, Jones and Butcher.
fn easter(year: i32) -> Option<Day> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let (month, date) = ((h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
    Day::from_calendar(year, u8::try_from(month).ok()?, u8::try_from(date).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn check(now: &str, open: bool, since: &str, until: &str) {
        let (since, until) = (at(since), at(until));
        let expected = if open {
            Hours::Open { since, until }
        } else {
            Hours::Closed { since, until }
        };
        assert_eq!(Hours::at(at(now)), expected, "{now}");
    }

    #[test]
    fn they_trade_on_weekdays_by_the_time_of_new_york() {
        let (opens, closes) = ("2026-11-25T14:30:00Z", "2026-11-25T21:00:00Z");
        check(opens, true, opens, closes);
        check("2026-11-25T20:59:59Z", true, opens, closes);
        // Thanksgiving is the next day.
        check(closes, false, closes, "2026-11-27T14:30:00Z");
        check(
            "2026-11-28T12:00:00Z",
            false,
            "2026-11-27T21:00:00Z",
            "2026-11-30T14:30:00Z",
        );
        check(
            "2026-07-01T13:30:00Z",
            true,
            "2026-07-01T13:30:00Z",
            "2026-07-01T20:00:00Z",
        );
        check(
            "2026-07-02T13:29:59Z",
            false,
            "2026-07-01T20:00:00Z",
            "2026-07-02T13:30:00Z",
        );
    }

    #[test]
    fn a_day_begins_at_midnight_in_new_york() {
        // The clocks change in the nights to 8 March and 1 November.
        for (day, midnight) in [
            ("2026-03-07", "2026-03-07T05:00:00Z"),
            ("2026-03-08", "2026-03-08T05:00:00Z"),
            ("2026-03-09", "2026-03-09T04:00:00Z"),
            ("2026-11-01", "2026-11-01T04:00:00Z"),
            ("2026-11-02", "2026-11-02T05:00:00Z"),
        ] {
            let midnight = at(midnight);
            let day: Day = day.parse().unwrap();
            assert_eq!(midnight_in_new_york(day), midnight, "{day}");
            assert_eq!(day_in_new_york(midnight), day, "{day}");
        }
    }

    #[test]
    fn the_holidays_are_those_that_the_exchange_has_published() {
        let of_2026 = [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-04-03",
            "2026-05-25",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-11-26",
            "2026-12-25",
        ];
        let of_2027 = [
            "2027-01-01",
            "2027-01-18",
            "2027-02-15",
            "2027-03-26",
            "2027-05-31",
            "2027-06-18",
            "2027-07-05",
            "2027-09-06",
            "2027-11-25",
            "2027-12-24",
        ];
        let expected: Vec<Day> = of_2026
            .iter()
            .chain(&of_2027)
            .map(|day| day.parse().unwrap())
            .collect();
        let first = Day::from_calendar(2026, 1, 1).unwrap();
        let days = (0..730).map(|n| first.plus_days(n));
        let holidays: Vec<Day> = days.filter(|day| is_holiday(*day)).collect();
        assert_eq!(holidays, expected);
    }
}
