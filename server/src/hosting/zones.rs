//! Dates in a game's time zone.

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The zone with a name such as `Europe/Berlin`.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The instant of a date and time such as `2026-12-01T08:00` in a zone. A time skipped by a clock change
/// becomes the one after the gap.
#[must_use]
pub fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let civil: DateTime = text.trim().parse().ok()?;
    let zoned = civil.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}

/// An instant in a zone, for people: `Tue 1 Dec 2026, 08:00 (Europe/Berlin)`.
#[must_use]
pub fn date_time(at: Timestamp, zone: &str) -> String {
    match zoned(at, zone) {
        Some(zoned) => format!("{} ({zone})", zoned.strftime("%a %-d %b %Y, %H:%M")),
        None => at.to_string(),
    }
}

/// The time of day in a zone, such as `10:32:05`.
#[must_use]
pub fn time_of_day(at: Timestamp, zone: &str) -> String {
    zoned(at, zone).map_or_else(
        || at.to_string(),
        |zoned| zoned.strftime("%H:%M:%S").to_string(),
    )
}

fn zoned(at: Timestamp, zone: &str) -> Option<jiff::Zoned> {
    let instant = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    Some(instant.to_zoned(find(zone)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_that_of_its_zone_also_across_the_change_of_clocks() {
        let berlin = find("Europe/Berlin").unwrap();
        for (text, utc) in [
            ("2026-12-01T08:00", "2026-12-01T07:00:00Z"),
            ("2026-07-01T08:00", "2026-07-01T06:00:00Z"),
            // 02:30 does not exist on this day.
            ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
        ] {
            let at = instant(text, &berlin).unwrap();
            assert_eq!(at, utc.parse().unwrap(), "{text}");
        }
        for bad in ["", "tomorrow", "2026-13-01T08:00", "2026-12-01 25:00"] {
            assert_eq!(instant(bad, &berlin), None, "{bad}");
        }
        assert!(find("Europe/Atlantis").is_none());
        let at = instant("2026-12-01T08:00", &berlin).unwrap();
        assert_eq!(
            date_time(at, "Europe/Berlin"),
            "Tue 1 Dec 2026, 08:00 (Europe/Berlin)"
        );
        assert_eq!(time_of_day(at, "America/New_York"), "02:00:00");
    }
}
