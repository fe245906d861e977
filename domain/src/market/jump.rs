//! Jumps: news that moves a price instantly and permanently (Merton: "Option pricing when
//! underlying stock returns are discontinuous", 1976).
//!
//! Time is cut into turns. In each turn of eight days, a stream of news has at most one jump, at any second
//! of it. Earnings reports are a stream with turns of 91 days and one jump in each, at a second known in
//! advance.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "at most 8192 jumps below 2^33 each; times are below 2^33"
)]

use super::calendar::{LAST_STEP, STEPS_PER_DAY};
use super::fixed::BASIS_POINT_Q32;
use super::noise::{below, random};

/// Length of a news turn in days.
const NEWS_DAYS: i64 = 8;
/// Days from one report of a company to the next: four a year.
pub(super) const REPORT_DAYS: i64 = 91;
/// Number of turns per stored sum.
const BLOCK_TURNS: i64 = 16;
/// There cannot be more than one jump a turn.
pub(super) const JUMPS_PER_YEAR_MAX: u32 = 45;
/// The largest mean jump is half the price.
pub(super) const JUMP_BPS_MAX: u32 = 5_000;

/// One jump of one stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jump {
    /// The step from which it counts.
    pub step: i64,
    /// What it adds to the logarithm of the price, Q32.
    pub size: i64,
    /// Random bits that select the headline.
    pub pick: u64,
}

/// All jumps of one stream.
///
/// A jump is derived from the key and its turn, so only the sums at every sixteenth turn are
/// stored: a few kilobytes a stream, which lets a server run a thousand markets.
#[derive(Debug, Clone)]
pub(super) struct Jumps {
    key: u64,
    rhythm: Rhythm,
    /// The mean size, Q32.
    mean: i64,
    /// The sum of all jumps before each block of turns, Q32.
    before: Vec<i64>,
    /// The sum of all jumps up to the origin, Q32.
    origin: i64,
}

/// When the jumps of a stream happen.
#[derive(Debug, Clone, Copy)]
enum Rhythm {
    /// With this probability per turn, times 2^32, at any second of it.
    ByChance(i64),
    /// In every turn, this many seconds after its start.
    Announced(i64),
}

impl Rhythm {
    fn turn_steps(self) -> i64 {
        match self {
            Self::ByChance(_) => NEWS_DAYS * STEPS_PER_DAY,
            Self::Announced(_) => REPORT_DAYS * STEPS_PER_DAY,
        }
    }
}

impl Jumps {
    /// The news of a key, given the jumps per year and their mean size; their sum is zero at the origin.
    pub(super) fn new(key: u64, per_year: u32, mean_bps: u32, origin_step: i64) -> Self {
        let per_year = i64::from(per_year.min(JUMPS_PER_YEAR_MAX));
        // At most 0.986.
        let chance = ((per_year * NEWS_DAYS) << 32) * 100 / 36_525;
        Self::with(key, Rhythm::ByChance(chance), mean_bps, origin_step)
    }

    /// The reports of a key, each `second` seconds into a turn of [`REPORT_DAYS`].
    pub(super) fn of_reports(key: u64, second: i64, mean_bps: u32, origin_step: i64) -> Self {
        Self::with(key, Rhythm::Announced(second), mean_bps, origin_step)
    }

    fn with(key: u64, rhythm: Rhythm, mean_bps: u32, origin_step: i64) -> Self {
        let mut jumps = Self {
            key,
            rhythm,
            mean: i64::from(mean_bps.min(JUMP_BPS_MAX)) * BASIS_POINT_Q32,
            before: Vec::new(),
            origin: 0,
        };
        let blocks = (jumps.last_turn() / BLOCK_TURNS) + 1;
        jumps.before.reserve_exact(blocks as usize);
        let mut total = 0;
        for block in 0..blocks {
            jumps.before.push(total);
            let turns = block * BLOCK_TURNS..(block + 1) * BLOCK_TURNS;
            total += turns
                .filter_map(|turn| jumps.of_turn(turn))
                .map(|jump| jump.size)
                .sum::<i64>();
        }
        jumps.origin = jumps.sum(origin_step);
        jumps
    }

    /// The turn of the market's last step; the market may end in the middle of it.
    fn last_turn(&self) -> i64 {
        LAST_STEP / self.rhythm.turn_steps()
    }

    /// The mean size of a jump, Q32.
    pub(super) fn mean(&self) -> i64 {
        self.mean
    }

    /// The sum of all jumps from the origin up to and including a step, Q32.
    pub(super) fn sum(&self, step: i64) -> i64 {
        let turn = step.div_euclid(self.rhythm.turn_steps());
        let turn = turn.clamp(0, self.last_turn());
        let block = turn / BLOCK_TURNS;
        let before = self.before.get(block as usize).copied().unwrap_or_default();
        let within = (block * BLOCK_TURNS..=turn)
            .filter_map(|turn| self.of_turn(turn))
            .filter(|jump| jump.step <= step)
            .map(|jump| jump.size)
            .sum::<i64>();
        before + within - self.origin
    }

    /// The jumps after one step, up to and including another, earliest first.
    pub(super) fn between(&self, after: i64, until: i64) -> Vec<Jump> {
        let first = after.div_euclid(self.rhythm.turn_steps()).max(0);
        let last = until.div_euclid(self.rhythm.turn_steps());
        let last = last.min(self.last_turn());
        (first..=last)
            .filter_map(|turn| self.of_turn(turn))
            .filter(|jump| after < jump.step && jump.step <= until)
            .collect()
    }

    /// The jump of a turn, if any.
    fn of_turn(&self, turn: i64) -> Option<Jump> {
        let turn_steps = self.rhythm.turn_steps();
        let (second, size): (i64, fn(i64, u64) -> i64) = match self.rhythm {
            Rhythm::ByChance(chance) => {
                let bits = random(self.key, (turn * 2) as u64);
                if i64::from((bits >> 32) as u32) >= chance {
                    return None;
                }
                (below(bits as u32, turn_steps), jump_size)
            }
            Rhythm::Announced(second) => (second, report_size),
        };
        let pick = random(self.key, (turn * 2 + 1) as u64);
        Some(Jump {
            step: turn * turn_steps + second,
            size: size(self.mean, pick),
            pick,
        })
    }
}

/// Up or down with equal chance, and uniform between half and one and a half times the mean.
fn jump_size(mean: i64, bits: u64) -> i64 {
    let size = mean / 2 + ((mean * (bits >> 48) as i64) >> 16);
    if bits & 1 == 0 { size } else { -size }
}

/// Up or down with equal chance, and uniform between zero and twice the mean: many reports surprise nobody.
fn report_size(mean: i64, bits: u64) -> i64 {
    let size = (mean * (bits >> 48) as i64) >> 15;
    if bits & 1 == 0 { size } else { -size }
}

/// The variance that four reports add in a year, as Q32: the mean square of a size uniform between
/// zero and twice the mean is 4/3 of the squared mean.
pub(super) fn yearly_report_variance_q32(mean_bps: u32) -> i64 {
    let mean = i64::from(mean_bps.min(JUMP_BPS_MAX));
    // At most 4 * 5,000^2 * 4/3, which is below 2^28.
    ((mean * mean * 16 / 3) << 32) / 100_000_000
}

/// The variance that a year's jumps add, as Q32: their number times the mean square of their size,
/// which is 13/12 of the squared mean for sizes uniform between 1/2 and 3/2 of it.
pub(super) fn yearly_variance_q32(per_year: u32, mean_bps: u32) -> i64 {
    let per_year = i64::from(per_year.min(JUMPS_PER_YEAR_MAX));
    let mean = i64::from(mean_bps.min(JUMP_BPS_MAX));
    // At most 45 * 5,000^2 * 13/12, which is below 2^31.
    ((per_year * mean * mean * 13 / 12) << 32) / 100_000_000
}

#[cfg(test)]
mod tests {
    use super::super::calendar::DAYS;
    use super::*;

    #[test]
    fn there_are_as_many_jumps_as_asked_for() {
        for per_year in [0, 4, 20, 45, 1_000] {
            let jumps = Jumps::new(3, per_year, 500, 0);
            let years = DAYS * 100 / 36_525;
            let expected = i64::from(per_year.min(JUMPS_PER_YEAR_MAX)) * years;
            let all = jumps.between(-1, LAST_STEP);
            let found = all.len() as i64;
            assert!(
                (found - expected).abs() <= 5 + expected / 10,
                "{found}, not {expected}"
            );
            assert!(all.is_sorted_by_key(|jump| jump.step));
            let total: i64 = all.iter().map(|jump| jump.size).sum();
            assert_eq!(jumps.sum(LAST_STEP) - jumps.sum(-1), total);
        }
    }

    #[test]
    fn a_jump_counts_from_its_second_on() {
        let jumps = Jumps::new(3, 20, 500, 0);
        let all = jumps.between(-1, LAST_STEP);
        for jump in all.iter().skip(5).take(50) {
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
    fn reports_come_in_every_turn_at_their_second_and_some_surprise_nobody() {
        let second = 40 * STEPS_PER_DAY + 3_600;
        let reports = Jumps::of_reports(3, second, 500, 0);
        let all = reports.between(-1, LAST_STEP);
        let turn = REPORT_DAYS * STEPS_PER_DAY;
        assert_eq!(all.len() as i64, (LAST_STEP - second) / turn + 1);
        assert!(all.iter().all(|one| one.step % turn == second));
        let squares = all.iter().map(|one| {
            let bps = one.size / BASIS_POINT_Q32;
            assert!(bps.abs() <= 1_000, "{bps}");
            assert_eq!(reports.sum(one.step) - reports.sum(one.step - 1), one.size);
            bps * bps
        });
        // 4/3 of the squared mean.
        let variance = squares.sum::<i64>() / all.len() as i64;
        assert!((290_000..380_000).contains(&variance), "{variance}");
        let quiet = all
            .iter()
            .filter(|one| one.size.abs() < BASIS_POINT_Q32 * 100);
        assert!(quiet.count() > all.len() / 20);
        let total: i64 = all.iter().map(|one| one.size).sum();
        assert_eq!(reports.sum(LAST_STEP) - reports.sum(-1), total);
    }

    #[test]
    fn the_variance_is_that_of_the_sizes() {
        // Ten jumps of 10 % on average: 10 * 0.01 * 13/12 = 0.108.
        let thousandths = (yearly_variance_q32(10, 1_000) * 1000) >> 32;
        assert!((107..=109).contains(&thousandths), "{thousandths}");
        // Four reports of 10 % on average: 4 * 0.01 * 4/3 = 0.053.
        let thousandths = (yearly_report_variance_q32(1_000) * 1000) >> 32;
        assert!((52..=54).contains(&thousandths), "{thousandths}");
    }
}
