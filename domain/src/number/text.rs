//! Amounts as text: plain decimal notation, read strictly and written without a detour.

use std::fmt;

use super::NumberError;

/// Reads plain decimal notation only: no exponent, no sign but a leading `-`, no separators. What is
/// read is a whole number of 10^-`scale`.
pub(super) fn parse_units(text: &str, scale: u32) -> Result<i64, NumberError> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(NumberError::Malformed);
    }
    let places = usize::try_from(scale).unwrap_or(usize::MAX);
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return Err(NumberError::TooPrecise { scale });
    }
    let missing = std::iter::repeat_n(b'0', places.saturating_sub(fraction.len()));
    let mut units: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).chain(missing) {
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(i64::from(digit.wrapping_sub(b'0'))))
            .ok_or(NumberError::OutOfRange)?;
    }
    Ok(if is_negative {
        units.wrapping_neg()
    } else {
        units
    })
}

/// Digits of the largest number, its point and one zero before it.
const TEXT_MAX: usize = 24;

/// Writes a whole number of 10^-`scale` with at least `places_min` decimal places, and no more of
/// them than it has.
pub(super) fn write_units(
    f: &mut fmt::Formatter<'_>,
    units: i64,
    scale: usize,
    places_min: usize,
) -> fmt::Result {
    let mut text = [0; TEXT_MAX];
    let mut start = TEXT_MAX;
    let mut rest = units.unsigned_abs();
    let mut put = |byte: u8| {
        start = start.saturating_sub(1);
        if let Some(place) = text.get_mut(start) {
            *place = byte;
        }
    };
    let mut put_digit = |put: &mut dyn FnMut(u8)| {
        // A remainder of ten is one digit.
        put(b'0'.wrapping_add((rest % 10) as u8));
        rest /= 10;
        rest
    };
    for _ in 0..scale {
        put_digit(&mut put);
    }
    put(b'.');
    while put_digit(&mut put) > 0 {}

    let text = text.get(start..).unwrap_or_default();
    let text = std::str::from_utf8(text).unwrap_or_default();
    let (whole, places) = text.split_at(text.len().saturating_sub(scale));
    let shown = places.trim_end_matches('0').len().max(places_min);
    let end = whole.len().saturating_add(shown);
    let text = text.get(..end).unwrap_or(text).trim_end_matches('.');
    f.pad_integral(units >= 0, "", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Money, Quantity};

    #[test]
    fn text_reads_exactly_or_says_why_not() {
        let check = |text: &str, expected: Result<i64, NumberError>| {
            assert_eq!(
                text.parse::<Money>().map(Money::units),
                expected,
                "{text:?}"
            );
        };
        check("0", Ok(0));
        check("-0.0001", Ok(-1));
        check("10000", Ok(100_000_000));
        check("100", Ok(1_000_000));
        check("1.50000000000", Ok(15_000));
        check("922337203685477.5807", Ok(i64::MAX));
        check("922337203685477.5808", Err(NumberError::OutOfRange));
        check("1.00001", Err(NumberError::TooPrecise { scale: 4 }));
        for malformed in [
            "", "-", ".", "1.", ".5", "1e3", "+1", "1,000", " 1", "NaN", "--1", "0x10", "١",
        ] {
            check(malformed, Err(NumberError::Malformed));
        }
        check(
            "99999999999999999999999999999999",
            Err(NumberError::OutOfRange),
        );
        check("999999999999999999999999", Err(NumberError::OutOfRange));
    }

    #[test]
    fn text_has_the_places_that_are_needed() {
        let check = |units: i64, money: &str, quantity: &str| {
            assert_eq!(Money::from_units(units).to_string(), money);
            assert_eq!(Quantity::from_units(units).to_string(), quantity);
        };
        check(0, "0.00", "0");
        check(1, "0.0001", "0.000001");
        check(-1, "-0.0001", "-0.000001");
        check(1_200, "0.12", "0.0012");
        check(10_000, "1.00", "0.01");
        check(-10_500, "-1.05", "-0.0105");
        check(1_000_000, "100.00", "1");
        check(12_345_678, "1234.5678", "12.345678");
        check(i64::MAX, "922337203685477.5807", "9223372036854.775807");
        check(i64::MIN, "-922337203685477.5808", "-9223372036854.775808");
        assert_eq!(format!("{:>9}", Money::from_whole(5)), "     5.00");
    }

    #[test]
    fn text_is_that_of_the_decimal() {
        let mut units: i64 = 1;
        for step in 0..10_000 {
            units = units
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(step);
            let money = Money::from_units(units >> (step % 60));
            let mut decimal = money.decimal().normalize();
            decimal.rescale(decimal.scale().max(2));
            assert_eq!(money.to_string(), decimal.to_string());
            assert_eq!(money.to_string().parse(), Ok(money));
        }
    }
}
