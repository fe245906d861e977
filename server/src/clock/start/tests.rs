//! Starts at clocks that are right, and at others.

use super::*;

const NOON_S: i64 = 1_795_262_400;

/// A time so many seconds after noon, on a machine that has been running for as long as it says.
fn time(seconds: i64, boot: Option<(&str, i64)>) -> LatestTime {
    LatestTime {
        at: Timestamp::from_seconds(NOON_S + seconds),
        boot: boot.map(|(id, elapsed_s)| Boot {
            id: id.into(),
            elapsed_micros: elapsed_s * 1_000_000,
        }),
    }
}

/// The time at which a server begins that last played at noon, in seconds after noon.
fn begin(now: &LatestTime, config: &ClockConfig) -> Result<i64, Refusal> {
    let begun = time(0, Some(("a", 500))).begin(now, config)?;
    Ok(begun.seconds() - NOON_S)
}

fn code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Behind { .. } => "behind",
        Refusal::FarAhead { .. } => "far ahead",
        Refusal::Set { .. } => "set",
    }
}

#[test]
fn a_server_starts_only_at_a_time_that_can_be_right() {
    let check = |seconds: i64, boot, expected: Result<i64, &str>| {
        let begun = begin(&time(seconds, boot), &ClockConfig::default());
        let begun = begun.map_err(|refusal| code(&refusal));
        assert_eq!(begun, expected, "{seconds} {boot:?}");
    };
    // The machine was off in between, or is another one.
    let other = [None, Some(("b", 3))];
    for boot in other {
        check(-2 * DAY_S, boot, Err("behind"));
        check(-61, boot, Err("behind"));
        check(-60, boot, Ok(0));
        check(-2, boot, Ok(0));
        check(3 * DAY_S, boot, Ok(3 * DAY_S));
        check(30 * DAY_S, boot, Ok(30 * DAY_S));
        check(30 * DAY_S + 1, boot, Err("far ahead"));
    }
    // The machine has run on, so it knows how much time has passed.
    check(100, Some(("a", 600)), Ok(100));
    check(3 * DAY_S, Some(("a", 600)), Err("set"));
    check(-2 * DAY_S, Some(("a", 600)), Err("behind"));
    check(60 * DAY_S, Some(("a", 500 + 60 * DAY_S)), Ok(60 * DAY_S));
    // It was put back to an earlier state.
    check(3 * DAY_S, Some(("a", 400)), Ok(3 * DAY_S));
}

#[test]
fn a_confirmed_day_starts_on_that_day_only() {
    let on = |seconds: i64| Timestamp::from_seconds(NOON_S + seconds).day();
    for seconds in [-2 * DAY_S, 63 * DAY_S] {
        let mut config = ClockConfig {
            accept_day: Some(on(seconds)),
            ..ClockConfig::default()
        };
        assert_eq!(begin(&time(seconds, None), &config), Ok(seconds));
        config.accept_day = Some(on(seconds).plus_days(1));
        assert!(begin(&time(seconds, None), &config).is_err());
    }
}

#[test]
fn without_a_limit_only_a_clock_that_is_behind_is_refused() {
    let config = ClockConfig {
        ahead_max_days: 0,
        ..ClockConfig::default()
    };
    let ahead = 400 * DAY_S;
    assert_eq!(begin(&time(ahead, Some(("a", 600))), &config), Ok(ahead));
    assert!(begin(&time(-DAY_S, None), &config).is_err());
}

#[test]
fn a_refusal_says_both_times_and_what_to_type() {
    let refusal = begin(&time(63 * DAY_S, None), &ClockConfig::default()).unwrap_err();
    let text = refusal.to_string();
    for part in [
        "says 2027-01-23T12:00:00Z, 63 days after",
        "(2026-11-21T12:00:00Z)",
        "`tickerquest serve --accept-clock 2027-01-23`",
        "TICKERQUEST_CLOCK__ACCEPT_DAY=2027-01-23",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_time_reads_back_as_written() {
    for written in [time(5, None), time(-5, Some(("a-b-c", 77)))] {
        assert_eq!(LatestTime::from_text(&written.to_text()), Some(written));
    }
    for text in ["", "x", "1 a", "1 a b", "1 a 2 3"] {
        assert_eq!(LatestTime::from_text(text), None, "{text:?}");
    }
}
