//! Quiet hours: when no mail is sent.

use domain::Timestamp;

use crate::zones;

const DAY_MINUTES: i64 = 24 * 60;

/// When a mail that is due now may be sent: now, or when the quiet hours end in the player's zone. They
/// may span midnight. The same minute for start and end means no quiet hours.
#[must_use]
pub fn mail_from(now: Timestamp, quiet: Option<(u16, u16)>, zone: Option<&str>) -> Timestamp {
    let Some((from, until)) = quiet else {
        return now;
    };
    let minute = i64::from(zones::local_minute(zone, now));
    let (from, until) = (i64::from(from), i64::from(until));
    let since = (minute - from).rem_euclid(DAY_MINUTES);
    let length = (until - from).rem_euclid(DAY_MINUTES);
    if since >= length {
        return now;
    }
    let whole_minute = now.seconds().div_euclid(60).saturating_mul(60);
    Timestamp::from_seconds(whole_minute).plus_seconds((length - since) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_waits_until_the_quiet_hours_are_over_where_the_player_is() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let night = Some((22 * 60, 7 * 60));
        let noon = Some((12 * 60, 13 * 60));
        for (now, quiet, zone, expected) in [
            ("2026-11-21T23:10:30Z", None, None, "2026-11-21T23:10:30Z"),
            ("2026-11-21T21:59:59Z", night, None, "2026-11-21T21:59:59Z"),
            ("2026-11-21T22:00:10Z", night, None, "2026-11-22T07:00:00Z"),
            ("2026-11-22T06:59:59Z", night, None, "2026-11-22T07:00:00Z"),
            ("2026-11-22T07:00:00Z", night, None, "2026-11-22T07:00:00Z"),
            ("2026-11-22T12:30:00Z", noon, None, "2026-11-22T13:00:00Z"),
            // Half past two at night in Tokyo.
            (
                "2026-11-21T17:30:00Z",
                night,
                Some("Asia/Tokyo"),
                "2026-11-21T22:00:00Z",
            ),
            (
                "2026-11-22T12:30:00Z",
                Some((700, 700)),
                None,
                "2026-11-22T12:30:00Z",
            ),
        ] {
            assert_eq!(
                mail_from(at(now), quiet, zone),
                at(expected),
                "{now} {quiet:?}"
            );
        }
    }
}
