//! Fixed-point arithmetic: powers, square roots and the shape of the price curve.
//!
//! A `Q32` is a real number times 2^32 in an `i64`, a `Q20` times 2^20, and so on.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the ranges of every product are stated beside it; checked steps would hide the formulas"
)]

/// One, as Q20.
pub(super) const ONE_Q20: i64 = 1 << 20;
/// One, as Q32.
pub(super) const ONE_Q32: i64 = 1 << 32;
/// A basis point as Q32, rounded down.
pub(super) const BASIS_POINT_Q32: i64 = ONE_Q32 / 10_000;

/// log2(e) - 1 as Q29: with a Q32 below 7 the product stays below 2^63.
const LOG2_E_LESS_ONE_Q29: i64 = 237_670_090;
/// ln(2) as Q30.
const LN_2_Q30: i64 = 744_261_118;

/// The largest start price in price units (10^-4): 100,000.00. It is below 2^30.
pub(super) const START_UNITS_MAX: i64 = 1_000_000_000;
/// No price is ever below a hundredth.
pub(super) const FLOOR_UNITS: i64 = 100;
/// From this price (1.00) up, prices move in whole hundredths, below it in 10^-4.
const WHOLE_CENTS_FROM_UNITS: i64 = 10_000;
const UNITS_PER_CENT: i64 = 100;

/// How far the logarithm of price over start price may run freely: e^3, twenty times the start.
const FREE_Q32: i64 = 3 * ONE_Q32;
/// How much further it can ever get: e^6 in total, four hundred times the start.
const SOFT_Q32: i64 = 3 * ONE_Q32;

/// 2^(i/256) as Q30, from eight square roots of two: integers only, so identical everywhere.
static POWERS_Q30: [i64; 256] = powers_of_two();

const fn powers_of_two() -> [i64; 256] {
    // The 256th root of two as Q62: each root of a Q62 value v is isqrt(v * 2^62), below 2^63.
    let mut root: u128 = 2 << 62;
    let mut halvings = 0;
    while halvings < 8 {
        root = (root << 62).isqrt();
        halvings += 1;
    }
    let mut powers = [0; 256];
    let mut power: u128 = 1 << 62;
    let mut i = 0;
    while i < 256 {
        powers[i] = ((power + (1 << 31)) >> 32) as i64;
        power = (power * root) >> 62;
        i += 1;
    }
    powers
}

/// The square root of a Q20, as Q20.
pub(super) const fn square_root_q20(value: i64) -> i64 {
    // Negative values do not occur; their root is taken as zero.
    if value <= 0 {
        0
    } else {
        ((value as u64) << 20).isqrt() as i64
    }
}

/// Multiplies units by e^x: `units * 2^(whole + part)`, rounded half up.
///
/// `units` is at most 2^30 and `x` within ±7; callers ensure this with [`START_UNITS_MAX`] and
/// [`softened`]. The power of the fraction comes from a table of 256 steps and, between them, the
/// first terms of the exponential series; the error is below 10^-8.
pub(super) fn times_e_to(units: i64, x_q32: i64) -> i64 {
    let log2_q32 = x_q32 + ((x_q32 * LOG2_E_LESS_ONE_Q29) >> 29);
    let whole = log2_q32 >> 32;
    let fraction = log2_q32 & 0xFFFF_FFFF;
    let step = POWERS_Q30[((fraction >> 24) & 0xFF) as usize];
    // The rest is below 2^-8; as Q30 times ln 2 it stays below 2^22.
    let rest = (((fraction & 0x00FF_FFFF) >> 2) * LN_2_Q30) >> 30;
    let power = step + ((step * (rest + ((rest * rest) >> 31))) >> 30);
    // The power lies in [1, 2] as Q30; whole lies in -11..=11, so the shift in 19..=41.
    let shift = 30 - whole;
    (units * power + (1 << (shift - 1))) >> shift
}

/// Bends a logarithm that has run too far, so that no price explodes or vanishes.
///
/// Up to [`FREE_Q32`] nothing changes. Beyond it, with `d` the excess and `C` the soft part, the result is
/// `free + C - C^2 / (C + d)`: smooth, increasing, and never above `free + C`. Good news raises a price
/// wherever it stands.
pub(super) fn softened(x_q32: i64) -> i64 {
    let excess = x_q32.saturating_abs() - FREE_Q32;
    if excess <= 0 {
        return x_q32;
    }
    // C = 3 exactly, so C^2 as Q56 is 9 * 2^56, below 2^60; the quotient is a Q24.
    let given_up = ((9_i64 << 56) / SOFT_Q32.saturating_add(excess)) << 8;
    let bent = FREE_Q32 + SOFT_Q32 - given_up;
    if x_q32 < 0 { -bent } else { bent }
}

/// The quoted price: at least a hundredth, and in whole hundredths from 1.00 up.
///
/// Exchanges do the same (SEC Rule 612: a tick of 0.01 from one dollar up, 0.0001 below).
pub(super) fn quoted(units: i64) -> i64 {
    if units < WHOLE_CENTS_FROM_UNITS {
        return units.max(FLOOR_UNITS);
    }
    (units + UNITS_PER_CENT / 2) / UNITS_PER_CENT * UNITS_PER_CENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_e_are_right_to_eight_places() {
        let check = |x_q32: i64, expected: i64| {
            let got = times_e_to(1_000_000_000, x_q32);
            let error = (got - expected).abs();
            assert!(
                error <= 1 + expected / 50_000_000,
                "{x_q32}: {got}, not {expected}"
            );
        };
        check(0, 1_000_000_000);
        check(ONE_Q32, 2_718_281_828);
        check(-ONE_Q32, 367_879_441);
        check(ONE_Q32 / 2, 1_648_721_271);
        check(6 * ONE_Q32, 403_428_793_493);
        check(-6 * ONE_Q32, 2_478_752);
        check(ONE_Q32 / 1000, 1_001_000_500);
    }

    #[test]
    fn powers_of_e_never_fall() {
        let mut before = 0;
        for step in -60_000..60_000 {
            let power = times_e_to(START_UNITS_MAX, step * (ONE_Q32 / 10_000));
            assert!(power >= before, "at {step}");
            before = power;
        }
    }

    #[test]
    fn bending_rises_without_a_step_and_has_an_end() {
        assert_eq!(softened(FREE_Q32), FREE_Q32);
        assert!((softened(FREE_Q32 + 1000) - FREE_Q32 - 1000).abs() <= 256);
        assert!(softened(4 * ONE_Q32) < softened(5 * ONE_Q32));
        for end in [i64::MAX, i64::MIN, i64::MIN + 1] {
            assert!(softened(end).abs() <= FREE_Q32 + SOFT_Q32);
        }
    }

    #[test]
    fn quotes_are_in_ticks() {
        for (units, expected) in [
            (-5, 100),
            (99, 100),
            (101, 101),
            (9_999, 9_999),
            (10_049, 10_000),
            (10_050, 10_100),
        ] {
            assert_eq!(quoted(units), expected, "{units}");
        }
    }

    #[test]
    fn square_roots_are_right() {
        assert_eq!(square_root_q20(ONE_Q20), ONE_Q20);
        assert_eq!(square_root_q20(ONE_Q20 / 4), ONE_Q20 / 2);
        assert_eq!(square_root_q20(-1), 0);
    }
}
