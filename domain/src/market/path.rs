//! A Brownian path over 179 years with random access to any second.
//!
//! Lévy's construction: the value at the end of all time is drawn first, then the middle, then the
//! middles of the halves, down to the second. The middle of an interval whose ends are known is
//! normally distributed around the line between them (a Brownian bridge), and its random number is
//! a hash of the second it stands for. Reading one second takes 34 halvings, and gives the same
//! value in any order of access. Days agree at their boundaries because a boundary is one node of
//! the tree.
//!
//! Real markets have calm and stormy times. Between 64 days and 4 hours the halves of an interval
//! therefore share its variance unevenly, at random (the random cascade of Mandelbrot, Fisher and
//! Calvet's "Multifractal model of asset returns", 1997).
//!
//! Values are Q32 in units of one standard deviation per square root of a day.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "values stay below 2^44: normal numbers are within 3.47 and the scales of all halvings \
              add up to 256 * (1 + 0.5 * (1 + 0.71 + 0.5 + ...)); each product states its range"
)]

use super::calendar::{CANDLE_SAMPLE_STEPS, DAYS, STEPS_PER_DAY};
use super::fixed::{ONE_Q20, square_root_q20};
use super::noise::{normal_q20, random};

/// Samples of a day: one every [`CANDLE_SAMPLE_STEPS`].
pub(super) const SLOTS: usize = (STEPS_PER_DAY / CANDLE_SAMPLE_STEPS) as usize;

/// The halves of an interval with a length in this range may differ in volatility.
const STORM_SHORTEST: i64 = 4 * 3600;
const STORM_LONGEST: i64 = 64 * STEPS_PER_DAY;

/// The square root of [`DAYS`], as Q20: the standard deviation at the end of time.
const WHOLE_SCALE: i64 = 256 * ONE_Q20;

/// How halving an interval divides time and variance between its two sides.
#[derive(Debug, Clone, Copy)]
struct Split {
    /// The left side's share of the variance, Q16.
    left_share: i64,
    /// The deviation of the middle, for an interval with deviation one, Q20.
    spread: i64,
    /// The deviations of the two sides, Q20.
    left: i64,
    right: i64,
}

impl Split {
    const fn of_ratio(part: i64, whole: i64) -> Self {
        let share = part * ONE_Q20 / whole;
        let rest = ONE_Q20 - share;
        Self {
            left_share: part * (1 << 16) / whole,
            spread: square_root_q20((share * rest) >> 20),
            left: square_root_q20(share),
            right: square_root_q20(rest),
        }
    }

    /// The split of an interval of `units` of time, given the node's random bits.
    #[inline]
    fn of(units: i64, seconds: i64, bits: u64) -> &'static Self {
        if units & 1 == 1 {
            // The longest odd interval is 75 steps, a quarter of a slot.
            return &UNEVEN[(units & 127) as usize];
        }
        if (STORM_SHORTEST..=STORM_LONGEST).contains(&seconds) {
            // The lowest bits of two of the four summands: they hardly affect the normal number.
            return &STORMY[((bits & 1) | ((bits >> 15) & 2)) as usize];
        }
        &EVEN
    }
}

static EVEN: Split = Split::of_ratio(1, 2);
static STORMY: [Split; 4] = [
    Split::of_ratio(30, 100),
    Split::of_ratio(45, 100),
    Split::of_ratio(55, 100),
    Split::of_ratio(70, 100),
];
/// For an odd number of units, the left side is the smaller half.
static UNEVEN: [Split; 128] = {
    let mut splits = [Split::of_ratio(1, 2); 128];
    let mut units = 3;
    while units < 128 {
        splits[units] = Split::of_ratio(units as i64 / 2, units as i64);
        units += 2;
    }
    splits
};

/// An interval of the path: its values at both ends and its deviation.
#[derive(Debug, Clone, Copy)]
struct Span {
    left: i64,
    right: i64,
    /// Q20, at most 256.
    scale: i64,
}

impl Span {
    #[inline]
    fn halved(self, split: &Split, bits: u64) -> (Self, Self) {
        // |right - left| < 2^45 and the share is a Q16: below 2^61.
        let line = self.left + (((self.right - self.left) * split.left_share) >> 16);
        // The deviation is a Q20 of at most 2^28, and so are spread and normal number below 2^22.
        let deviation = (self.scale * split.spread) >> 20;
        let middle = line + ((deviation * normal_q20(bits)) >> 8);
        let side = |share: i64| (self.scale * share) >> 20;
        (
            Self {
                left: self.left,
                right: middle,
                scale: side(split.left),
            },
            Self {
                left: middle,
                right: self.right,
                scale: side(split.right),
            },
        )
    }
}

/// One Brownian path, zero at its origin.
#[derive(Debug, Clone)]
pub(super) struct Path {
    key: u64,
    origin: i64,
}

impl Path {
    /// The path of a key, relative to its value at a step.
    pub(super) fn new(key: u64, origin_step: i64) -> Self {
        let unmoved = Self { key, origin: 0 };
        let origin = unmoved.at(origin_step);
        Self { key, origin }
    }

    /// The value at a step within the market's time.
    pub(super) fn at(&self, step: i64) -> i64 {
        let day = step / STEPS_PER_DAY;
        let second = step - day * STEPS_PER_DAY;
        let slot = second / CANDLE_SAMPLE_STEPS;
        let mut span = self.day(day);
        let mut start = day * STEPS_PER_DAY;
        if second > 0 {
            span = self.unit(span, start, CANDLE_SAMPLE_STEPS, SLOTS as i64, slot);
            start += slot * CANDLE_SAMPLE_STEPS;
        }
        if step > start {
            span = self.unit(span, start, 1, CANDLE_SAMPLE_STEPS, step - start);
        }
        span.left - self.origin
    }

    /// The values at all slots of a day.
    pub(super) fn samples(&self, day: i64) -> Vec<i64> {
        let span = self.day(day);
        let mut samples = vec![span.left; SLOTS];
        self.fill(span, day * STEPS_PER_DAY, 0, SLOTS, &mut samples);
        for sample in &mut samples {
            *sample -= self.origin;
        }
        samples
    }

    fn day(&self, day: i64) -> Span {
        let end = random(self.key, (DAYS * STEPS_PER_DAY) as u64);
        let whole = Span {
            left: 0,
            // The scale is a Q20 of 2^28, the normal number a Q20 below 2^22.
            right: (WHOLE_SCALE * normal_q20(end)) >> 8,
            scale: WHOLE_SCALE,
        };
        self.unit(whole, 0, STEPS_PER_DAY, DAYS, day)
    }

    /// Halves a span until only the wanted unit is left.
    fn unit(&self, span: Span, start: i64, unit_seconds: i64, units: i64, wanted: i64) -> Span {
        let mut span = span;
        let (mut low, mut high) = (0, units);
        while high - low > 1 {
            let middle = (low + high) / 2;
            let bits = random(self.key, (start + middle * unit_seconds) as u64);
            let split = Split::of(high - low, (high - low) * unit_seconds, bits);
            let (left, right) = span.halved(split, bits);
            if wanted < middle {
                (high, span) = (middle, left);
            } else {
                (low, span) = (middle, right);
            }
        }
        span
    }

    /// Writes the values between two slots of a day, given their span.
    fn fill(&self, span: Span, start: i64, low: usize, high: usize, samples: &mut [i64]) {
        if high - low <= 1 {
            return;
        }
        let middle = (low + high) / 2;
        let units = (high - low) as i64;
        let bits = random(
            self.key,
            (start + middle as i64 * CANDLE_SAMPLE_STEPS) as u64,
        );
        let (left, right) = span.halved(Split::of(units, units * CANDLE_SAMPLE_STEPS, bits), bits);
        samples[middle] = right.left;
        self.fill(left, start, low, middle, samples);
        self.fill(right, start, middle, high, samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_what_random_access_finds() {
        let path = Path::new(42, 19_723 * STEPS_PER_DAY);
        for day in [0, 19_722, 19_723, 20_001, 65_535] {
            for (slot, sample) in (0..).zip(path.samples(day)) {
                assert_eq!(
                    sample,
                    path.at(day * STEPS_PER_DAY + slot * CANDLE_SAMPLE_STEPS),
                    "{day} {slot}"
                );
            }
        }
    }

    #[test]
    fn a_day_has_a_deviation_of_one_and_the_path_no_trend() {
        let path = Path::new(7, 0);
        let days = 16_384;
        let (mut squares, mut fourths) = (0_i128, 0_i128);
        for day in 0..days {
            let change = path.at((day + 1) * STEPS_PER_DAY) - path.at(day * STEPS_PER_DAY);
            let thousandths = i128::from((change * 1000) >> 32);
            squares += thousandths.pow(2);
            fourths += thousandths.pow(4);
        }
        let variance = squares / i128::from(days);
        assert!((850_000..1_150_000).contains(&variance), "{variance}");
        // Calm and stormy times give more small and more large moves than a normal distribution.
        let kurtosis_hundredths = fourths * 100 / i128::from(days) / variance / variance;
        assert!(
            (330..700).contains(&kurtosis_hundredths),
            "{kurtosis_hundredths}"
        );
    }

    #[test]
    fn a_second_moves_little() {
        let path = Path::new(9, 0);
        for step in 1_730_000_000..1_730_010_000 {
            assert!(
                (path.at(step + 1) - path.at(step)).abs() < 1 << 27,
                "{step}"
            );
        }
    }
}
