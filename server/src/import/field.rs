//! The fields of an imported row: dates, prices and volumes as files write them.

use domain::{Day, NumberError, Price};
use rust_decimal::{Decimal, RoundingStrategy};

/// A date as `2000-03-01`, `2000/3/1` or `3/1/2000` (month first); a time of day behind it is
/// left out.
pub(super) fn day(text: &str) -> Result<Day, String> {
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let separator = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(separator).collect();
    let found = match (separator, parts.as_slice()) {
        ('-', [year, month, day]) => calendar(year, month, day),
        (_, [year, month, day]) if year.len() == 4 => calendar(year, month, day),
        (_, [month, day, year]) => calendar(year, month, day),
        _ => None,
    };
    found.ok_or_else(|| {
        format!("the date {text:?} is not one such as 2000-03-01, 2000/03/01 or 03/01/2000")
    })
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Day> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i32> {
        let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain { text.parse().ok() } else { None }
    };
    let small = |text| u8::try_from(number(text, 1..=2)?).ok();
    Day::from_calendar(number(year, 4..=4)?, small(month)?, small(day)?)
}

/// A number above zero, with all its places. Files also write `$1,234.50` and `1.2e3`.
pub(super) fn positive(what: &str, text: &str) -> Result<Decimal, String> {
    let number = decimal(what, text)?;
    if number > Decimal::ZERO {
        Ok(number)
    } else {
        Err(format!("the {what} {text} is not above zero"))
    }
}

/// A number of shares; parts of a share are left out.
pub(super) fn volume(text: &str) -> Result<i64, String> {
    let number = decimal("volume", text)?;
    if number < Decimal::ZERO {
        return Err(format!("the volume {text} is below zero"));
    }
    i64::try_from(number.trunc()).map_err(|_| format!("the volume {text} is too large"))
}

fn decimal(what: &str, text: &str) -> Result<Decimal, String> {
    if text.is_empty() {
        return Err(format!("the {what} is missing"));
    }
    let plain = text.strip_prefix('$').unwrap_or(text).replace(',', "");
    let number = if plain.contains(['e', 'E']) {
        Decimal::from_scientific(&plain).ok()
    } else {
        plain.parse::<Decimal>().ok()
    };
    number.ok_or_else(|| format!("the {what} {text:?} is not a number"))
}

/// A price in the four places that are kept, rounded half to even.
pub(super) fn price(what: &str, exact: Decimal) -> Result<Price, String> {
    let rounded = exact.round_dp_with_strategy(Price::SCALE, RoundingStrategy::MidpointNearestEven);
    match Price::from_decimal(rounded) {
        Ok(price) if price.is_positive() => Ok(price),
        Ok(_) => Err(format!(
            "the {what} {} is too small: it rounds to zero",
            exact.normalize()
        )),
        Err(NumberError::OutOfRange) => {
            Err(format!("the {what} {} is too large", exact.normalize()))
        }
        Err(error) => Err(format!("the {what} {} {error}", exact.normalize())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_files_write_them() {
        let first_of_march = Day::from_calendar(2000, 3, 1);
        for text in [
            "2000-03-01",
            "2000/03/01",
            "2000/3/1",
            "03/01/2000",
            "3/1/2000",
            "2000-03-01 16:00:00",
            "2000-03-01T00:00:00-05:00",
        ] {
            assert_eq!(day(text).ok(), first_of_march, "{text}");
        }
        for text in [
            "",
            "2000-13-01",
            "31/01/2000",
            "2000-02-30",
            "20000301",
            "1.3.2000",
            "00-03-01",
            "٢٠٠٠-03-01",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prices_round_half_to_even() {
        let rounded = |text: &str| {
            price("close", positive("close", text).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(rounded("31.679998397827148"), "31.68");
        assert_eq!(rounded("1.00005"), "1.00");
        assert_eq!(rounded("1.00015"), "1.0002");
        assert_eq!(rounded("$1,234.5"), "1234.50");
        assert_eq!(rounded("1.5e-2"), "0.015");
    }

    #[test]
    fn what_is_no_price_says_why() {
        let check =
            |text: &str, reason: &str| assert_eq!(positive("open", text).unwrap_err(), reason);
        check("", "the open is missing");
        check("null", "the open \"null\" is not a number");
        check("NaN", "the open \"NaN\" is not a number");
        check("0", "the open 0 is not above zero");
        check("-1.5", "the open -1.5 is not above zero");
        assert_eq!(
            price("low", Decimal::new(1, 6)).unwrap_err(),
            "the low 0.000001 is too small: it rounds to zero"
        );
        let huge = positive("high", "99999999999999999999").unwrap();
        assert_eq!(
            price("high", huge).unwrap_err(),
            "the high 99999999999999999999 is too large"
        );
    }

    #[test]
    fn volumes_are_whole_and_not_below_zero() {
        assert_eq!(volume("38478000"), Ok(38_478_000));
        assert_eq!(volume("3.8478e7"), Ok(38_478_000));
        assert_eq!(volume("12.9"), Ok(12));
        assert!(volume("-1").is_err() && volume("1e28").is_err() && volume("").is_err());
    }
}
