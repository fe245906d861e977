//! Levels: how far a sum of XP has brought a player.
//!
//! From level n to n+1 it takes `1000 × 1.1^(n−1)` XP, rounded down. That is
//! `1000 × 11^(n−1) / 10^(n−1)`, so it is computed exactly: 11^(n−1) in decimal digits, whose
//! last n−1 are cut off.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A player's XP: a sum that only grows.
pub type Xp = i64;

/// Where a sum of XP stands on the ladder of levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// The level, from 1.
    pub level: u32,
    /// XP gathered since the level was reached.
    pub xp_into_level: Xp,
    /// XP from this level to the next, in all.
    pub xp_for_next_level: Xp,
}

impl Progress {
    /// The progress that a sum of XP makes; below zero counts as zero.
    ///
    /// ```
    /// use domain::Progress;
    /// assert_eq!(Progress::of(999).level, 1);
    /// assert_eq!(Progress::of(1000), Progress { level: 2, xp_into_level: 0, xp_for_next_level: 1100 });
    /// ```
    #[must_use]
    pub fn of(xp: Xp) -> Self {
        let xp = xp.max(0);
        let ladder = ladder();
        let passed = ladder.totals.partition_point(|total| *total <= xp);
        let reached_at = passed
            .checked_sub(1)
            .and_then(|last| ladder.totals.get(last));
        Self {
            level: u32::try_from(passed).unwrap_or(u32::MAX).saturating_add(1),
            xp_into_level: xp.saturating_sub(reached_at.copied().unwrap_or(0)),
            xp_for_next_level: ladder.steps.get(passed).copied().unwrap_or(Xp::MAX),
        }
    }

    /// XP still missing for the next level.
    #[must_use]
    pub fn xp_missing(self) -> Xp {
        self.xp_for_next_level.saturating_sub(self.xp_into_level)
    }
}

/// XP from level `level` to the next; none from a level that no sum of XP reaches.
#[must_use]
pub fn xp_for_level(level: u32) -> Option<Xp> {
    let index = usize::try_from(level).ok()?.checked_sub(1)?;
    ladder().steps.get(index).copied()
}

/// The levels as far as [`Xp`] can count.
struct Ladder {
    /// XP from level 1 to 2, from 2 to 3, ...
    steps: Vec<Xp>,
    /// The sums of XP at which levels 2, 3, ... are reached.
    totals: Vec<Xp>,
}

fn ladder() -> &'static Ladder {
    static LADDER: OnceLock<Ladder> = OnceLock::new();
    LADDER.get_or_init(|| {
        let mut ladder = Ladder {
            steps: Vec::new(),
            totals: Vec::new(),
        };
        let mut total: Xp = 0;
        // 11^k, least significant digit first.
        let mut power = vec![1_u8];
        while let Some(step) = thousand_without_last_digits(&power, ladder.steps.len()) {
            ladder.steps.push(step);
            let Some(sum) = total.checked_add(step) else {
                break;
            };
            total = sum;
            ladder.totals.push(total);
            power = times_eleven(&power);
        }
        ladder
    })
}

/// `⌊1000 × number / 10^cut⌋`, or none beyond [`Xp`].
fn thousand_without_last_digits(number: &[u8], cut: usize) -> Option<Xp> {
    let kept = std::iter::repeat_n(&0_u8, 3).chain(number).skip(cut);
    let digits: Vec<u8> = kept.copied().collect();
    digits.iter().rev().try_fold(0, |value: Xp, digit| {
        value.checked_mul(10)?.checked_add(Xp::from(*digit))
    })
}

/// `11 × number`: the number added to itself moved by one digit.
fn times_eleven(number: &[u8]) -> Vec<u8> {
    let shifted = std::iter::once(&0).chain(number);
    let padded = number.iter().chain(std::iter::repeat(&0));
    let mut carry = 0_u8;
    let mut digits: Vec<u8> = shifted
        .zip(padded)
        .map(|(a, b)| {
            let sum = a.saturating_add(*b).saturating_add(carry);
            carry = u8::from(sum >= 10);
            sum.checked_rem(10).unwrap_or(0)
        })
        .collect();
    if carry > 0 {
        digits.push(carry);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_takes_a_tenth_more_rounded_down() {
        let needed: Vec<Xp> = (1..=9).filter_map(xp_for_level).collect();
        assert_eq!(
            needed,
            [1000, 1100, 1210, 1331, 1464, 1610, 1771, 1948, 2143]
        );
        assert_eq!(xp_for_level(0), None);
        // 1000 × 1.1^99 = 12527829.3997...
        assert_eq!(xp_for_level(100), Some(12_527_829));
    }

    #[test]
    fn surplus_carries_over_and_several_levels_come_at_once() {
        let check = |xp, level, into| {
            let progress = Progress::of(xp);
            assert_eq!(
                (progress.level, progress.xp_into_level),
                (level, into),
                "{xp} XP"
            );
        };
        check(-5, 1, 0);
        check(0, 1, 0);
        check(999, 1, 999);
        check(1000, 2, 0);
        check(2099, 2, 1099);
        check(2100, 3, 0);
        check(1000 + 1100 + 1210 + 7, 4, 7);
    }

    #[test]
    fn the_largest_sum_of_xp_still_has_a_level() {
        let progress = Progress::of(Xp::MAX);
        assert!(progress.level > 300, "{progress:?}");
        assert!(progress.xp_into_level >= 0 && progress.xp_missing() > 0);
    }
}
