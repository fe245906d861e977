//! How long a failed job waits for its next attempt.

use crate::clock::Clock;

/// Maximum seconds of the first wait.
const FIRST_S: u64 = 10;
/// Each wait is at most this many times as long as the one before.
const FACTOR: u64 = 3;
/// Maximum seconds of any wait.
const MAX_S: u64 = 600;

/// Seconds until the next attempt after `attempts` have failed: drawn between 1 and
/// 10 s x 3^(attempts - 1), at most ten minutes. Uses full jitter, so that jobs that failed together do
/// not come back together.
#[must_use]
pub fn backoff_s(attempts: i64, clock: &dyn Clock) -> i64 {
    let exponent = u32::try_from(attempts.saturating_sub(1).max(0)).unwrap_or(u32::MAX);
    let most = FIRST_S
        .saturating_mul(FACTOR.saturating_pow(exponent))
        .min(MAX_S);
    1 + i64::try_from(clock.draw(most)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    /// Draws the highest or the lowest number.
    #[derive(Debug)]
    struct Extreme {
        highest: bool,
    }

    impl Clock for Extreme {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }

        fn draw(&self, end: u64) -> u64 {
            if self.highest { end - 1 } else { 0 }
        }
    }

    #[test]
    fn waits_triple_up_to_ten_minutes_and_are_drawn_from_the_whole_range() {
        let clock = Extreme { highest: true };
        let waits = [0, 1, 2, 3, 4, 5, 6, i64::MAX].map(|n| backoff_s(n, &clock));
        assert_eq!(waits, [10, 10, 30, 90, 270, 600, 600, 600]);
        let clock = Extreme { highest: false };
        assert_eq!([1, 5].map(|n| backoff_s(n, &clock)), [1, 1]);
    }
}
