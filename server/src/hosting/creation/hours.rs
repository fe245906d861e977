//! The trading hours of a new game.

use domain::Timestamp;
use domain::api::CreateGameRequest;
use domain::hours::{Clock, TradingHours};
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::{Wrong, given};

/// Changes of the clocks that the rules state: ten years, at two a year.
const CLOCKS_MAX: usize = 20;

/// The requested trading hours, with what is wrong with them. None if the game trades at all times.
pub(super) fn of(
    wrong: &mut Wrong,
    request: &CreateGameRequest,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<TradingHours> {
    let from = given(request.hours_from.as_ref());
    let to = given(request.hours_to.as_ref());
    if from.is_none() && to.is_none() && !request.weekdays_only {
        return None;
    }
    let mut minute = |field: &str, text: Option<&str>, otherwise: u16| {
        let read = text.map_or(Some(otherwise), minute_of);
        let message = "must be a time of day, such as 08:00";
        wrong.unless(read.is_some(), field, message);
        read.unwrap_or(otherwise)
    };
    let from = minute("hours_from", from, 0);
    let to = match minute("hours_to", to, TradingHours::DAY_MINUTES) {
        0 => TradingHours::DAY_MINUTES,
        to => to,
    };
    let message = "must be later than their beginning";
    wrong.unless(to > from, "hours_to", message);
    Some(TradingHours {
        from,
        to,
        weekdays_only: request.weekdays_only,
        clocks: clocks(zone, now),
    })
}

/// Minutes after midnight of a time such as `08:00`.
fn minute_of(text: &str) -> Option<u16> {
    let time: Time = text.parse().ok()?;
    let minutes = i16::from(time.hour()) * 60 + i16::from(time.minute());
    u16::try_from(minutes).ok()
}

fn clocks(zone: &TimeZone, now: Timestamp) -> Vec<Clock> {
    let Ok(instant) = jiff::Timestamp::from_microsecond(now.micros()) else {
        return Vec::new();
    };
    let ahead = |seconds: i32| i16::try_from(seconds / 60).unwrap_or_default();
    let first = Clock {
        from: now,
        ahead: ahead(zone.to_offset(instant).seconds()),
    };
    let later = zone
        .following(instant)
        .take(CLOCKS_MAX)
        .map(|change| Clock {
            from: Timestamp::from_micros(change.timestamp().as_microsecond()),
            ahead: ahead(change.offset().seconds()),
        });
    std::iter::once(first).chain(later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, to: &str, weekdays_only: bool) -> Result<Option<TradingHours>, String> {
        let text = |text: &str| Some(text.to_owned());
        let request = CreateGameRequest {
            hours_from: text(from),
            hours_to: text(to),
            weekdays_only,
            ..CreateGameRequest::default()
        };
        let berlin = crate::hosting::zones::find("Europe/Berlin").unwrap();
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        let mut wrong = Wrong::default();
        let hours = of(&mut wrong, &request, &berlin, now);
        match wrong.0.first() {
            Some(error) => Err(error.field.clone()),
            None => Ok(hours),
        }
    }

    #[test]
    fn hours_know_how_the_clocks_of_their_zone_go() {
        let school = hours("08:00", "15:30", true).unwrap().unwrap();
        assert_eq!((school.from, school.to), (480, 930));
        let spring: Timestamp = "2027-03-28T01:00:00Z".parse().unwrap();
        assert_eq!(school.clocks[0].ahead, 60);
        assert_eq!(
            (school.clocks[1].from, school.clocks[1].ahead),
            (spring, 120)
        );
        let whole_days = hours("", "", true).unwrap().unwrap();
        assert_eq!(
            (whole_days.from, whole_days.to),
            (0, TradingHours::DAY_MINUTES)
        );
        assert_eq!(hours("", "", false), Ok(None));
    }

    #[test]
    fn hours_that_cannot_be_are_refused_beside_their_field() {
        assert_eq!(
            hours("8 o'clock", "15:30", false),
            Err("hours_from".to_owned())
        );
        assert_eq!(hours("08:00", "25:00", false), Err("hours_to".to_owned()));
        assert_eq!(hours("16:00", "08:00", false), Err("hours_to".to_owned()));
    }
}
