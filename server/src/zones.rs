//! Time zones of the IANA database: whose days a player's streak, bonus and quest count.

use std::sync::OnceLock;

use domain::boards::Period;
use domain::{Day, Timestamp};
use jiff::tz::TimeZone;

/// The zone of a player who has chosen none.
pub const UTC: &str = "UTC";
/// Bytes of the longest name that is looked up.
const NAME_MAX: usize = 40;

/// The names that a player can choose from, in alphabetical order: places, and UTC.
#[must_use]
pub fn names() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let available = jiff::tz::db().available();
        let names = available.map(|name| name.as_str().to_owned());
        let mut names: Vec<String> = names.filter(|name| is_place(name)).collect();
        names.push(UTC.to_owned());
        names.sort_unstable();
        names.dedup();
        names
    })
}

/// `Etc/GMT+5` is five hours behind Greenwich, which nobody expects.
fn is_place(name: &str) -> bool {
    let is_odd = ["Etc/", "SystemV/", "posix/", "right/", "US/"];
    name.contains('/') && !is_odd.iter().any(|odd| name.starts_with(odd))
}

/// The name as the database spells it; none when there is no such zone.
#[must_use]
pub fn find(name: &str) -> Option<String> {
    if name.len() > NAME_MAX {
        return None;
    }
    if name.eq_ignore_ascii_case(UTC) {
        return Some(UTC.to_owned());
    }
    let zone = TimeZone::get(name).ok()?;
    zone.iana_name().map(str::to_owned)
}

/// Minutes that the clocks of a zone are ahead of UTC at an instant.
#[must_use]
pub fn minutes_ahead(zone: &str, at: Timestamp) -> i32 {
    i32::try_from(offset_s(Some(zone), at) / 60).unwrap_or(0)
}

/// Minutes since midnight of an instant in a zone; in UTC where there is none.
#[must_use]
pub fn local_minute(zone: Option<&str>, at: Timestamp) -> u16 {
    let seconds = at
        .plus_seconds(offset_s(zone, at))
        .seconds()
        .rem_euclid(86_400);
    u16::try_from(seconds / 60).unwrap_or(0)
}

/// The day of an instant in a zone; in UTC where there is none, or none of this name any more.
#[must_use]
pub fn local_day(zone: Option<&str>, at: Timestamp) -> Day {
    at.plus_seconds(offset_s(zone, at)).day()
}

/// The instant at which the period of a leaderboard around `now` began, at a midnight of a zone; in UTC
/// where there is none. [`Period::All`] began in 1970.
#[must_use]
pub fn period_start(period: Period, zone: Option<&str>, now: Timestamp) -> Timestamp {
    let Some(first) = period.first_day(local_day(zone, now)) else {
        return Timestamp::default();
    };
    let midnight = first.start();
    let near = midnight.plus_seconds(-offset_s(zone, midnight));
    // The clocks may have been changed between the two.
    midnight.plus_seconds(-offset_s(zone, near))
}

/// Seconds that a zone is ahead of UTC at an instant.
fn offset_s(zone: Option<&str>, at: Timestamp) -> i64 {
    let known = zone.filter(|name| *name != UTC);
    let offset = known.and_then(|name| {
        let zone = TimeZone::get(name).ok()?;
        let instant = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
        Some(zone.to_offset(instant).seconds())
    });
    i64::from(offset.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_player_is() {
        let evening: Timestamp = "2026-11-21T20:30:00Z".parse().unwrap();
        let day = |zone| local_day(zone, evening).to_string();
        assert_eq!(day(None), "2026-11-21");
        assert_eq!(day(Some("Asia/Tokyo")), "2026-11-22");
        assert_eq!(day(Some("Pacific/Kiritimati")), "2026-11-22");
        assert_eq!(day(Some("America/New_York")), "2026-11-21");
        assert_eq!(day(Some("Nowhere/At_All")), "2026-11-21");
        // Summer time counts: in July, New York is four hours behind.
        let night: Timestamp = "2026-07-21T04:30:00Z".parse().unwrap();
        let day = local_day(Some("America/New_York"), night);
        assert_eq!(day.to_string(), "2026-07-21");
        assert_eq!(minutes_ahead("America/New_York", night), -240);
        assert_eq!(minutes_ahead("Asia/Kathmandu", night), 345);
    }

    #[test]
    fn a_period_begins_at_midnight_of_its_zone() {
        let begins = |period, zone, now: &str, expected: &str| {
            let start = period_start(period, zone, now.parse().unwrap());
            assert_eq!(start, expected.parse().unwrap(), "{now}");
        };
        let berlin = Some("Europe/Berlin");
        // It is Monday in Berlin already.
        let sunday = "2026-11-29T23:30:00Z";
        begins(Period::Week, berlin, sunday, "2026-11-29T23:00:00Z");
        begins(Period::Week, None, sunday, "2026-11-23T00:00:00Z");
        begins(Period::Day, berlin, sunday, "2026-11-29T23:00:00Z");
        begins(Period::All, berlin, sunday, "1970-01-01T00:00:00Z");
        // The clocks were put back within the week and the quarter.
        let after = "2026-10-26T12:00:00Z";
        begins(Period::Season, berlin, after, "2026-09-30T22:00:00Z");
        let on_the_day = "2026-10-25T12:00:00Z";
        begins(Period::Week, berlin, on_the_day, "2026-10-18T22:00:00Z");
        begins(Period::Day, berlin, on_the_day, "2026-10-24T22:00:00Z");
    }

    #[test]
    fn a_zone_is_found_whatever_its_case_and_nothing_else_is() {
        assert_eq!(find("europe/rome").as_deref(), Some("Europe/Rome"));
        assert_eq!(find("utc").as_deref(), Some("UTC"));
        for name in ["", "Rome", "../etc/passwd", "Europe/Atlantis"] {
            assert_eq!(find(name), None, "{name}");
        }
        assert!(names().len() > 300 && names().iter().any(|name| name == "Europe/Rome"));
    }
}
