//! Time that never goes back, from two clocks: one that can be set and one that cannot.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;

use super::ClockJump;

/// A larger difference between the clocks is a jump, and is never evened out.
pub(super) const JUMP_MICROS: i64 = 60_000_000;
/// What one comparison evens out: a hundredth of the second that has passed since the one before.
const SLEW_MICROS: i64 = 10_000;

/// The server's time, as a line over the monotonic clock.
#[derive(Debug)]
pub(super) struct SteadyTime {
    /// Microseconds from the monotonic clock to the server's time.
    offset: AtomicI64,
    /// The latest time that was told: while the offset shrinks, time stands still instead of going back.
    latest: AtomicI64,
    /// Microseconds by which the wall clock has jumped ahead; zero when it has not.
    jumped: AtomicI64,
}

/// What a comparison has found that was not so before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The wall clock was set.
    Jumped(ClockJump),
    /// The wall clock was set right again.
    Restored,
}

impl SteadyTime {
    /// It is `now` when the monotonic clock says `elapsed`, in microseconds.
    pub(super) fn new(now: Timestamp, elapsed: i64) -> Self {
        Self {
            offset: AtomicI64::new(now.micros().saturating_sub(elapsed)),
            latest: AtomicI64::new(now.micros()),
            jumped: AtomicI64::new(0),
        }
    }

    /// The time when the monotonic clock says `elapsed`.
    pub(super) fn at(&self, elapsed: i64) -> Timestamp {
        let now = elapsed.saturating_add(self.offset.load(Ordering::Acquire));
        let latest = self.latest.fetch_max(now, Ordering::AcqRel);
        Timestamp::from_micros(now.max(latest))
    }

    pub(super) fn jump(&self) -> Option<ClockJump> {
        let ahead = self.jumped.load(Ordering::Acquire);
        (ahead != 0).then(|| jump_of(ahead))
    }

    /// Evens out a part of a small difference, and notes a large one. Called by one task only.
    pub(super) fn compare(&self, wall: Timestamp, elapsed: i64) -> Option<Change> {
        let offset = self.offset.load(Ordering::Acquire);
        let ahead = wall.micros().saturating_sub(elapsed.saturating_add(offset));
        let jumped = ahead.saturating_abs() > JUMP_MICROS;
        let before = self
            .jumped
            .swap(if jumped { ahead } else { 0 }, Ordering::AcqRel);
        if jumped {
            return (before == 0).then(|| Change::Jumped(jump_of(ahead)));
        }
        let slewed = offset.saturating_add(ahead.clamp(-SLEW_MICROS, SLEW_MICROS));
        self.offset.store(slewed, Ordering::Release);
        (before != 0).then_some(Change::Restored)
    }
}

fn jump_of(ahead_micros: i64) -> ClockJump {
    ClockJump {
        ahead_s: ahead_micros / 1_000_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_S: i64 = 1_795_262_400;

    /// The time, `seconds` after it was noon.
    fn noon_plus(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(NOON_S + seconds)
    }

    fn steady() -> SteadyTime {
        SteadyTime::new(noon_plus(0), 7)
    }

    /// What the monotonic clock says then.
    fn elapsed(seconds: i64) -> i64 {
        7 + seconds * 1_000_000
    }

    #[test]
    fn time_passes_with_the_monotonic_clock_wherever_the_wall_clock_is_set() {
        for days in [-2, 3] {
            let time = steady();
            let ahead_s = days * 86_400;
            let found = time.compare(noon_plus(10 + ahead_s), elapsed(10));
            assert_eq!(found, Some(Change::Jumped(ClockJump { ahead_s })));
            assert_eq!(time.at(elapsed(10)), noon_plus(10));
            assert_eq!(time.compare(noon_plus(11 + ahead_s), elapsed(11)), None);
            assert_eq!(time.at(elapsed(11)), noon_plus(11));
            assert_eq!(time.jump(), Some(ClockJump { ahead_s }));
        }
    }

    #[test]
    fn a_wall_clock_that_is_set_right_again_is_reported() {
        let time = steady();
        time.compare(noon_plus(3_600), elapsed(1));
        let restored = time.compare(noon_plus(2), elapsed(2));
        assert_eq!((restored, time.jump()), (Some(Change::Restored), None));
    }

    #[test]
    fn a_small_difference_is_evened_out_and_time_never_goes_back() {
        for difference_s in [-20, 2, 59] {
            let time = steady();
            let mut before = time.at(elapsed(0));
            for second in 1..=7_000 {
                let wall = noon_plus(second + difference_s);
                assert_eq!(time.compare(wall, elapsed(second)), None);
                for part in 0..4 {
                    let now = time.at(elapsed(second) + part * 1_000);
                    assert!(now >= before, "{now} after {before}");
                    before = now;
                }
            }
            let now = time.at(elapsed(7_001));
            assert_eq!(now, noon_plus(7_001 + difference_s));
        }
    }
}
