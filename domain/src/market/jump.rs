//! Jumps: news that moves a price at one second and for good (Merton: "Option pricing when
//! underlying stock returns are discontinuous", 1976).
//!
//! Time is cut into turns of eight days. In each, a stream has one jump or none, at any second
//! of it. All of them are drawn once, so that the sum up to any step is a binary search.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "at most 8192 jumps below 2^32 each; times are below 2^33"
)]

use super::calendar::{DAYS, STEPS_PER_DAY};
use super::fixed::BASIS_POINT_Q32;
use super::noise::{below, random};

const TURN_DAYS: i64 = 8;
/// More jumps than one a turn there cannot be.
pub(super) const JUMPS_PER_YEAR_MAX: u32 = 45;
/// Half a price at once is the largest mean jump.
pub(super) const JUMP_BPS_MAX: u32 = 5_000;

/// One jump of one stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jump {
    /// The step from which on it counts.
    pub step: i64,
    /// What it adds to the logarithm of the price, Q32.
    pub size: i64,
    /// Random bits that choose the headline.
    pub pick: u64,
    /// All jumps of the stream up to and including this one, Q32.
    total: i64,
}

/// All jumps of one stream, earliest first.
#[derive(Debug, Clone)]
pub(super) struct Jumps {
    all: Vec<Jump>,
    origin: i64,
}

impl Jumps {
    /// The jumps of a key: how many a year, and how large in the mean; zero in sum at the origin.
    pub(super) fn new(key: u64, per_year: u32, mean_bps: u32, origin_step: i64) -> Self {
        let per_year = i64::from(per_year.min(JUMPS_PER_YEAR_MAX));
        // The chance of a jump in one turn, times 2^32: at most 0.986.
        let chance = ((per_year * TURN_DAYS) << 32) * 100 / 36_525;
        let mean = i64::from(mean_bps.min(JUMP_BPS_MAX)) * BASIS_POINT_Q32;
        let mut all = Vec::new();
        let mut total = 0;
        for turn in 0..DAYS / TURN_DAYS {
            let bits = random(key, (turn * 2) as u64);
            if i64::from((bits >> 32) as u32) >= chance {
                continue;
            }
            let second = below(bits as u32, TURN_DAYS * STEPS_PER_DAY);
            let pick = random(key, (turn * 2 + 1) as u64);
            let size = jump_size(mean, pick);
            total += size;
            let step = turn * TURN_DAYS * STEPS_PER_DAY + second;
            all.push(Jump {
                step,
                size,
                pick,
                total,
            });
        }
        let mut jumps = Self { all, origin: 0 };
        jumps.origin = jumps.sum(origin_step);
        jumps
    }

    /// The sum of all jumps from the origin up to and including a step, Q32.
    pub(super) fn sum(&self, step: i64) -> i64 {
        let past = self.all.partition_point(|jump| jump.step <= step);
        let total = past
            .checked_sub(1)
            .and_then(|last| self.all.get(last))
            .map_or(0, |jump| jump.total);
        total - self.origin
    }

    /// The jumps after one step, up to and including another.
    pub(super) fn between(&self, after: i64, until: i64) -> &[Jump] {
        let from = self.all.partition_point(|jump| jump.step <= after);
        let to = self.all.partition_point(|jump| jump.step <= until);
        self.all.get(from..to).unwrap_or_default()
    }
}

/// Up or down alike, and between half and one and a half of the mean, evenly.
fn jump_size(mean: i64, bits: u64) -> i64 {
    let size = mean / 2 + ((mean * (bits >> 48) as i64) >> 16);
    if bits & 1 == 0 { size } else { -size }
}

/// The variance that so many jumps add in a year, as Q32: their number times the mean square of
/// their size, which is 13/12 of the squared mean for sizes even between 1/2 and 3/2 of it.
pub(super) fn yearly_variance_q32(per_year: u32, mean_bps: u32) -> i64 {
    let per_year = i64::from(per_year.min(JUMPS_PER_YEAR_MAX));
    let mean = i64::from(mean_bps.min(JUMP_BPS_MAX));
    // At most 45 * 5,000^2 * 13/12, which is below 2^31.
    ((per_year * mean * mean * 13 / 12) << 32) / 100_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_jumps_as_asked_for() {
        for per_year in [0, 4, 20, 45, 1_000] {
            let jumps = Jumps::new(3, per_year, 500, 0);
            let years = DAYS * 100 / 36_525;
            let expected = i64::from(per_year.min(JUMPS_PER_YEAR_MAX)) * years;
            let found = jumps.all.len() as i64;
            assert!(
                (found - expected).abs() <= 5 + expected / 10,
                "{found}, not {expected}"
            );
            assert!(jumps.all.is_sorted_by_key(|jump| jump.step));
        }
    }

    #[test]
    fn a_jump_counts_from_its_second_on() {
        let jumps = Jumps::new(3, 20, 500, 0);
        for jump in jumps.all.iter().skip(5).take(50) {
            assert_eq!(jumps.sum(jump.step) - jumps.sum(jump.step - 1), jump.size);
            assert!(
                jumps
                    .between(jump.step - 1, jump.step)
                    .iter()
                    .any(|found| found.step == jump.step)
            );
            let size = jump.size.abs() / BASIS_POINT_Q32;
            assert!((249..=750).contains(&size), "{size}");
        }
    }

    #[test]
    fn the_variance_is_that_of_the_sizes() {
        // Ten jumps of 10 % in the mean: 10 * 0.01 * 13/12 = 0.108.
        let thousandths = (yearly_variance_q32(10, 1_000) * 1000) >> 32;
        assert!((107..=109).contains(&thousandths), "{thousandths}");
    }
}
