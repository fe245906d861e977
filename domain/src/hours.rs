//! The hours in which a game trades, by the clocks of its time zone.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 86_400;
/// 1 January 1970 was a Thursday, the fourth day of a week that begins on Monday.
const FIRST_WEEKDAY: i64 = 3;
const WEEK_DAYS: i64 = 7;

/// Trading hours that are the same on each trading day. Orders wait outside them; prices go on.
///
/// They state how the clocks of the time zone go, so that a page and a receipt need no list of time zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TradingHours {
    /// Minutes after midnight at which trading begins.
    pub from: u16,
    /// Minutes after midnight at which it ends, later than `from`.
    pub to: u16,
    /// Whether there is no trading on Saturdays and Sundays.
    pub weekdays_only: bool,
    /// How far the clocks are ahead of UTC, earliest first. Before the first one, they are as far ahead as
    /// from it on.
    pub clocks: Vec<Clock>,
}

/// How far the clocks of a time zone are ahead of UTC, from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// The instant.
    pub from: Timestamp,
    /// Minutes; below zero in the west.
    pub ahead: i16,
}

impl TradingHours {
    /// Minutes of a day: the end of hours that last until midnight.
    pub const DAY_MINUTES: u16 = 1_440;

    /// Seconds that the clocks are ahead of UTC at an instant.
    fn ahead(&self, at: Timestamp) -> i64 {
        let begun = self.clocks.iter().rev().find(|clock| clock.from <= at);
        let clock = begun.or(self.clocks.first());
        clock.map_or(0, |clock| i64::from(clock.ahead).saturating_mul(MINUTE_S))
    }

    /// The local day of an instant, counted from 1 January 1970, and the seconds since its midnight.
    fn local(&self, at: Timestamp) -> (i64, i64) {
        let seconds = at.seconds().saturating_add(self.ahead(at));
        (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S))
    }

    fn trades_on(&self, day: i64) -> bool {
        let weekday = day.saturating_add(FIRST_WEEKDAY).rem_euclid(WEEK_DAYS);
        !self.weekdays_only || weekday < 5
    }

    /// When a local day's trading begins.
    fn opening(&self, day: i64) -> Timestamp {
        let from = i64::from(self.from).saturating_mul(MINUTE_S);
        let local = day.saturating_mul(DAY_S).saturating_add(from);
        // The clocks may change between midnight and the opening: the second look is right.
        let near = local.saturating_sub(self.ahead(Timestamp::from_seconds(local)));
        let ahead = self.ahead(Timestamp::from_seconds(near));
        Timestamp::from_seconds(local.saturating_sub(ahead))
    }

    /// Whether an instant is within the hours.
    #[must_use]
    pub fn contain(&self, at: Timestamp) -> bool {
        let (day, second) = self.local(at);
        let minute = second.div_euclid(MINUTE_S);
        self.trades_on(day) && (i64::from(self.from)..i64::from(self.to)).contains(&minute)
    }

    /// When trading begins next after an instant.
    #[must_use]
    pub fn next_opening(&self, at: Timestamp) -> Timestamp {
        let (today, _) = self.local(at);
        let days = (0..=WEEK_DAYS).map(|later| today.saturating_add(later));
        let openings = days
            .filter(|day| self.trades_on(*day))
            .map(|day| self.opening(day));
        openings.into_iter().find(|opens| *opens > at).unwrap_or(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// 8:00 to 15:30 in Berlin, from Monday to Friday.
    fn school() -> TradingHours {
        let clock = |from, ahead| Clock {
            from: at(from),
            ahead,
        };
        TradingHours {
            from: 480,
            to: 930,
            weekdays_only: true,
            clocks: vec![
                clock("2026-10-25T01:00:00Z", 60),
                clock("2027-03-28T01:00:00Z", 120),
            ],
        }
    }

    #[test]
    fn hours_begin_with_their_first_minute_and_end_before_their_last() {
        let check = |time: &str, open: bool| {
            assert_eq!(school().contain(at(time)), open, "{time}");
        };
        // A Monday in winter.
        check("2026-11-30T06:59:59Z", false);
        check("2026-11-30T07:00:00Z", true);
        check("2026-11-30T14:29:59Z", true);
        check("2026-11-30T14:30:00Z", false);
        check("2026-12-05T10:00:00Z", false);
        // An hour earlier in summer.
        check("2027-04-05T06:00:00Z", true);
        check("2027-04-05T13:30:00Z", false);
    }

    #[test]
    fn the_next_opening_skips_the_weekend_and_follows_the_clocks() {
        let check = |time: &str, opens: &str| {
            assert_eq!(school().next_opening(at(time)), at(opens), "{time}");
        };
        check("2026-11-30T05:00:00Z", "2026-11-30T07:00:00Z");
        check("2026-11-30T07:00:00Z", "2026-12-01T07:00:00Z");
        check("2026-12-04T20:00:00Z", "2026-12-07T07:00:00Z");
        // The clocks go forward on Sunday.
        check("2027-03-26T20:00:00Z", "2027-03-29T06:00:00Z");
        let daily = TradingHours {
            weekdays_only: false,
            ..school()
        };
        assert_eq!(
            daily.next_opening(at("2027-03-27T20:00:00Z")),
            at("2027-03-28T06:00:00Z")
        );
        assert!(daily.contain(at("2026-12-05T10:00:00Z")));
    }

    #[test]
    fn a_zone_in_the_west_has_its_own_days() {
        let hours = TradingHours {
            from: 0,
            to: 60,
            weekdays_only: true,
            clocks: vec![Clock {
                from: at("2026-01-01T00:00:00Z"),
                ahead: -300,
            }],
        };
        // Sunday evening in New York is Monday in UTC.
        assert!(!hours.contain(at("2026-11-30T04:30:00Z")));
        assert!(hours.contain(at("2026-11-30T05:30:00Z")));
    }
}
