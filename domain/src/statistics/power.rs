//! Powers and logarithms from exact operations alone, so that every platform agrees on each bit.

const LN_2: f64 = std::f64::consts::LN_2;
const SQRT_2: f64 = std::f64::consts::SQRT_2;
/// The exponents at which `exp` leaves the range of a float.
const EXPONENT_MAX: f64 = 709.0;
const MANTISSA_BITS: u32 = 52;
const BIAS: i64 = 1_023;

/// `base` to the power of `exponent`, for a base that is not below zero; the relative error is below
/// 10^-13 for results between 10^-30 and 10^30. None for a base below zero or not finite, for zero to
/// a power that is not above zero, and for a result beyond a float.
///
/// ```
/// use domain::statistics::power;
/// assert!(power(1.1, 2.0).is_some_and(|square| (square - 1.21).abs() < 1e-15));
/// assert_eq!(power(-1.0, 2.0), None);
/// ```
#[must_use]
pub fn power(base: f64, exponent: f64) -> Option<f64> {
    if !base.is_finite() || !exponent.is_finite() || base < 0.0 {
        return None;
    }
    if base == 0.0 {
        return (exponent > 0.0).then_some(0.0);
    }
    exponential(exponent * logarithm(base)?)
}

/// The natural logarithm of a finite number above zero.
fn logarithm(number: f64) -> Option<f64> {
    let tiny = f64::MIN_POSITIVE;
    if number < tiny {
        // Scaled into the normal numbers; 2^60 is exact.
        let scale = two_to(60)?;
        return Some(logarithm_of_normal(number * scale)? - 60.0 * LN_2);
    }
    logarithm_of_normal(number)
}

/// `number = m × 2^e` with m from √½ to √2; then ln m = 2 artanh((m−1)/(m+1)) as a series.
fn logarithm_of_normal(number: f64) -> Option<f64> {
    let bits = number.to_bits();
    let raw = i64::try_from(bits >> MANTISSA_BITS).ok()?;
    let mut exponent = raw.checked_sub(BIAS)?;
    let one = u64::try_from(BIAS).ok()? << MANTISSA_BITS;
    let below = (1_u64 << MANTISSA_BITS).wrapping_sub(1);
    let mut mantissa = f64::from_bits((bits & below) | one);
    if mantissa > SQRT_2 {
        mantissa /= 2.0;
        exponent = exponent.checked_add(1)?;
    }
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    // t is at most 0.172: 0.172^24 is far below the last bit. Small terms first.
    let mut sum = 0.0;
    for odd in [23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = (sum + 1.0 / odd) * square;
    }
    let exponent = f64::from(i32::try_from(exponent).ok()?);
    Some(exponent * LN_2 + (2.0 * t + 2.0 * t * sum))
}

/// `e^x = 2^k × e^r` with r at most half of ln 2; e^r is the Taylor series.
fn exponential(x: f64) -> Option<f64> {
    if x < -EXPONENT_MAX {
        return Some(0.0);
    }
    if x > EXPONENT_MAX {
        return None;
    }
    // Truncates instead of calling a library's rounding function.
    let halves = x / LN_2 + if x < 0.0 { -0.5 } else { 0.5 };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 1,024 in size, because x is at most 709"
    )]
    let k = halves as i32;
    let r = x - f64::from(k) * LN_2;
    let mut sum = 1.0;
    for n in (1..=18).rev() {
        sum = 1.0 + sum * r / f64::from(n);
    }
    // Two steps, so that neither leaves the normal numbers.
    let half = k / 2;
    Some(sum * two_to(half)? * two_to(k.checked_sub(half)?)?)
}

/// 2 to a whole power among the normal numbers, exactly.
fn two_to(exponent: i32) -> Option<f64> {
    let raw = i64::from(exponent).checked_add(BIAS)?;
    let raw = u64::try_from(raw)
        .ok()
        .filter(|raw| (1..2_047).contains(raw))?;
    Some(f64::from_bits(raw << MANTISSA_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_agree_with_known_values() {
        let check = |base, exponent, expected: f64| {
            let found = power(base, exponent).unwrap();
            let error = ((found - expected) / expected).abs();
            assert!(error < 1e-13, "{base}^{exponent} = {found}, off by {error}");
        };
        check(2.0, 10.0, 1_024.0);
        check(2.0, 0.5, SQRT_2);
        check(10.0, -3.0, 0.001);
        check(1.01, 365.0, 37.783_434_332_887_18);
        check(0.5, 30.0, 9.313_225_746_154_785e-10);
        check(1e-300, 0.1, 1e-30);
        check(7.0, 0.0, 1.0);
    }

    #[test]
    fn what_has_no_power_is_none() {
        for (base, exponent) in [(-1.0, 2.0), (f64::NAN, 1.0), (0.0, 0.0), (10.0, 400.0)] {
            assert_eq!(power(base, exponent), None, "{base}^{exponent}");
        }
        assert_eq!(power(0.0, 2.0), Some(0.0));
        assert_eq!(power(10.0, -400.0), Some(0.0));
    }

    #[test]
    fn powers_have_the_same_bits_everywhere() {
        let bits = |base, exponent| power(base, exponent).unwrap().to_bits();
        assert_eq!(bits(2.0, 3.0), 8.0_f64.to_bits());
        assert_eq!(bits(1.0, 123.456), 1.0_f64.to_bits());
    }
}
