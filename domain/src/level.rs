//! Levels: how far a sum of XP has brought a player.
//!
//! Going from level n to n+1 takes `1000 × 1.1^(n−1)` XP, rounded down, unless [`LevelRules`] say
//! otherwise. That is `1000 × 110^(n−1) / 100^(n−1)`, so it is computed exactly: as a product in
//! decimal digits with the last 2(n−1) dropped.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A player's XP: a sum that only grows.
pub type Xp = i64;

/// The XP that levels cost: going from level n to n+1 takes `base × (factor_percent / 100)^(n−1)`
/// XP, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LevelRules {
    /// XP from level 1 to level 2.
    pub base: Xp,
    /// Each level takes this percentage of the one before.
    pub factor_percent: u32,
}

impl LevelRules {
    /// The allowed range of a base.
    pub const BASE: (Xp, Xp) = (1, 1_000_000);
    /// The allowed range of a factor, in percent.
    pub const FACTOR_PERCENT: (u32, u32) = (105, 300);

    /// The same rules, clamped to the allowed ranges.
    #[must_use]
    fn within_range(self) -> Self {
        let (least, most) = Self::FACTOR_PERCENT;
        Self {
            base: self.base.clamp(Self::BASE.0, Self::BASE.1),
            factor_percent: self.factor_percent.clamp(least, most),
        }
    }

    /// Whether the rules are within the allowed ranges.
    #[must_use]
    pub fn is_in_range(self) -> bool {
        self == self.within_range()
    }

    /// XP from level 1 to 2, from 2 to 3, ... up to the largest [`Xp`].
    fn steps(self) -> impl Iterator<Item = Xp> {
        let Self {
            base,
            factor_percent,
        } = self.within_range();
        // Decimal digits of base × factor^k, least significant first.
        let mut power = digits_of(base.unsigned_abs());
        let mut cut = 0_usize;
        std::iter::from_fn(move || {
            let step = without_last_digits(&power, cut)?;
            power = multiplied(&power, factor_percent);
            cut = cut.saturating_add(2);
            Some(step)
        })
    }
}

impl Default for LevelRules {
    fn default() -> Self {
        Self {
            base: 1_000,
            factor_percent: 110,
        }
    }
}

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

    /// The progress that a sum of XP makes by a game's own rules of levels.
    ///
    /// ```
    /// use domain::{LevelRules, Progress};
    /// let steep = LevelRules { base: 100, factor_percent: 200 };
    /// assert_eq!(Progress::by(steep, 300), Progress { level: 3, xp_into_level: 0, xp_for_next_level: 400 });
    /// assert_eq!(Progress::by(LevelRules::default(), 1000), Progress::of(1000));
    /// ```
    #[must_use]
    pub fn by(rules: LevelRules, xp: Xp) -> Self {
        if rules == LevelRules::default() {
            return Self::of(xp);
        }
        let mut progress = Self {
            level: 1,
            xp_into_level: xp.max(0),
            xp_for_next_level: Xp::MAX,
        };
        for step in rules.steps() {
            if progress.xp_into_level < step {
                progress.xp_for_next_level = step;
                break;
            }
            progress.level = progress.level.saturating_add(1);
            progress.xp_into_level = progress.xp_into_level.saturating_sub(step);
        }
        progress
    }

    /// XP still missing for the next level.
    #[must_use]
    pub fn xp_missing(self) -> Xp {
        self.xp_for_next_level.saturating_sub(self.xp_into_level)
    }
}

/// XP from `level` to the next; none for a level that no sum of XP reaches.
#[must_use]
pub fn xp_for_level(level: u32) -> Option<Xp> {
    let index = usize::try_from(level).ok()?.checked_sub(1)?;
    ladder().steps.get(index).copied()
}

/// All levels that [`Xp`] can reach.
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
        for step in LevelRules::default().steps() {
            ladder.steps.push(step);
            let Some(sum) = total.checked_add(step) else {
                break;
            };
            total = sum;
            ladder.totals.push(total);
        }
        ladder
    })
}

/// Decimal digits, least significant first.
fn digits_of(number: u64) -> Vec<u8> {
    let text = number.to_string();
    text.bytes()
        .rev()
        .map(|byte| byte.saturating_sub(b'0'))
        .collect()
}

/// `⌊number / 10^cut⌋`, or none beyond [`Xp`].
fn without_last_digits(number: &[u8], cut: usize) -> Option<Xp> {
    let kept = number.get(cut..).unwrap_or_default();
    kept.iter().rev().try_fold(0, |value: Xp, digit| {
        value.checked_mul(10)?.checked_add(Xp::from(*digit))
    })
}

/// `factor × number`.
fn multiplied(number: &[u8], factor: u32) -> Vec<u8> {
    let mut carry = 0_u64;
    let mut digits: Vec<u8> = Vec::with_capacity(number.len().saturating_add(3));
    let push = |sum: u64, digits: &mut Vec<u8>| {
        digits.push(u8::try_from(sum.checked_rem(10).unwrap_or(0)).unwrap_or(0));
        sum / 10
    };
    for digit in number {
        let product = u64::from(*digit).saturating_mul(u64::from(factor));
        carry = push(product.saturating_add(carry), &mut digits);
    }
    while carry > 0 {
        carry = push(carry, &mut digits);
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
    fn levels_by_other_rules_are_as_exact() {
        let check = |base, factor_percent, xp, level, into| {
            let rules = LevelRules {
                base,
                factor_percent,
            };
            let progress = Progress::by(rules, xp);
            assert_eq!((progress.level, progress.xp_into_level), (level, into));
        };
        check(1_000, 110, 1_000 + 1_100 + 1_210 + 7, 4, 7);
        check(100, 150, 99, 1, 99);
        // 100, 150, 225, 337.5 rounded down.
        check(100, 150, 100 + 150 + 225 + 337, 5, 0);
        // Out of range: a factor of 105.
        check(100, 0, 100 + 104, 2, 104);
        check(100, 0, 100 + 105, 3, 0);
    }

    #[test]
    fn the_largest_sum_of_xp_still_has_a_level() {
        let progress = Progress::of(Xp::MAX);
        assert!(progress.level > 300, "{progress:?}");
        assert!(progress.xp_into_level >= 0 && progress.xp_missing() > 0);
    }
}
