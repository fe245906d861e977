//! The fields of an imported row: dates, prices and volumes as files write them.

use domain::{Day, NumberError, Price};
use rust_decimal::{Decimal, RoundingStrategy};

use super::notation::Notation;

/// The first year that is imported: an earlier one is a mistake.
const YEAR_MIN: i32 = 1900;
/// The last one. Prices of days to come are a mistake too, but invented ones may be a little ahead.
const YEAR_MAX: i32 = 2100;

/// Whether a date says itself which of its numbers is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayOrder {
    /// The year comes first, and the month after it.
    YearFirst,
    /// The month comes first: the second number is no month.
    MonthFirst,
    /// Both numbers may be the month.
    Ambiguous,
}

/// A date as `2000-03-01`, `20000301`, `2000/3/1` or `3/1/2000` (month first); a time of day
/// behind it is left out.
pub(super) fn day(text: &str) -> Result<(Day, DayOrder), String> {
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let separator = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(separator).collect();
    let found = match (separator, parts.as_slice()) {
        ('-', [digits]) => compact(digits),
        ('-', [year, month, day]) => calendar(year, month, day),
        (_, [year, month, day]) if year.len() == 4 => calendar(year, month, day),
        (_, [month, day, year]) => calendar(year, month, day),
        _ => None,
    };
    let found = found.ok_or_else(|| {
        format!("{text:?} is not a date such as 2000-03-01, 20000301, 2000/03/01 or 03/01/2000")
    })?;
    let (year, _, day_of_month) = found.calendar();
    if year < YEAR_MIN {
        return Err(format!(
            "{text:?} is before {YEAR_MIN}; days from {YEAR_MIN}-01-01 on are imported"
        ));
    }
    if year > YEAR_MAX {
        return Err(format!(
            "{text:?} is after {YEAR_MAX}; days until {YEAR_MAX}-12-31 are imported"
        ));
    }
    let order = match parts.as_slice() {
        [first, _, _] if separator == '/' && first.len() < 4 => {
            if day_of_month > 12 {
                DayOrder::MonthFirst
            } else {
                DayOrder::Ambiguous
            }
        }
        _ => DayOrder::YearFirst,
    };
    Ok((found, order))
}

fn compact(digits: &str) -> Option<Day> {
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2).filter(|_| rest.len() == 4)?;
    calendar(year, month, day)
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Day> {
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i32> {
        let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain { text.parse().ok() } else { None }
    };
    let small = |text| u8::try_from(number(text, 1..=2)?).ok();
    Day::from_calendar(number(year, 4..=4)?, small(month)?, small(day)?)
}

/// A number above zero, with all its places.
pub(super) fn positive(notation: Notation, text: &str) -> Result<Decimal, String> {
    let number = decimal(notation, text)?;
    if number > Decimal::ZERO {
        Ok(number)
    } else {
        Err(format!("{text} is not above zero"))
    }
}

/// A number that is zero or above, with all its places.
pub(super) fn not_negative(notation: Notation, text: &str) -> Result<Decimal, String> {
    let number = decimal(notation, text)?;
    if number < Decimal::ZERO {
        return Err(format!("{text} is below zero"));
    }
    Ok(number)
}

fn decimal(notation: Notation, text: &str) -> Result<Decimal, String> {
    if text.is_empty() {
        return Err("is missing".to_owned());
    }
    notation
        .decimal(text)
        .map_err(|reason| format!("{text:?} {reason}"))
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

/// A number of shares; parts of a share are left out.
pub(super) fn shares(exact: Decimal) -> Result<i64, String> {
    i64::try_from(exact.trunc())
        .map_err(|_| format!("the volume {} is too large", exact.normalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_files_write_them() {
        let first_of_march = Day::from_calendar(2000, 3, 1);
        for text in [
            "2000-03-01",
            "20000301",
            "2000/03/01",
            "2000/3/1",
            "03/01/2000",
            "3/1/2000",
            "2000-03-01 16:00:00",
            "2000-03-01T00:00:00-05:00",
        ] {
            assert_eq!(day(text).ok().map(|(day, _)| day), first_of_march, "{text}");
        }
        for text in [
            "",
            "2000-13-01",
            "31/01/2000",
            "2000-02-30",
            "200003",
            "200003011",
            "1.3.2000",
            "00-03-01",
            "٢٠٠٠-03-01",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_year_far_from_ours_is_a_mistake() {
        assert_eq!(
            day("0200-01-03").unwrap_err(),
            "\"0200-01-03\" is before 1900; days from 1900-01-01 on are imported"
        );
        assert!(day("1899-12-31").is_err() && day("1900-01-01").is_ok());
        assert!(day("2999-01-03").is_err() && day("2100-12-31").is_ok());
    }

    #[test]
    fn a_date_with_slashes_says_its_order_or_not() {
        let order = |text| day(text).map(|(_, order)| order);
        assert_eq!(order("2000/03/01"), Ok(DayOrder::YearFirst));
        assert_eq!(order("03/13/2000"), Ok(DayOrder::MonthFirst));
        assert_eq!(order("03/12/2000"), Ok(DayOrder::Ambiguous));
    }

    #[test]
    fn prices_round_half_to_even() {
        let rounded = |text: &str| {
            price("close", positive(Notation::Point, text).unwrap())
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
        let check = |text: &str, reason: &str| {
            assert_eq!(positive(Notation::Point, text).unwrap_err(), reason);
        };
        let no_number = "is not a number such as 1234.56 or 1,234.56: the point separates decimals, a comma only thousands";
        check("", "is missing");
        check("null", &format!("\"null\" {no_number}"));
        check("10,50", &format!("\"10,50\" {no_number}"));
        check("0", "0 is not above zero");
        check("-1.5", "-1.5 is not above zero");
        assert_eq!(
            price("low", Decimal::new(1, 6)).unwrap_err(),
            "the low 0.000001 is too small: it rounds to zero"
        );
        let huge = positive(Notation::Point, "99999999999999999999").unwrap();
        assert_eq!(
            price("high", huge).unwrap_err(),
            "the high 99999999999999999999 is too large"
        );
    }

    #[test]
    fn volumes_are_whole_and_not_below_zero() {
        let volume = |text| not_negative(Notation::Point, text).and_then(shares);
        assert_eq!(volume("38478000"), Ok(38_478_000));
        assert_eq!(volume("3.8478e7"), Ok(38_478_000));
        assert_eq!(volume("2093900.0"), Ok(2_093_900));
        assert_eq!(volume("12.9"), Ok(12));
        assert!(volume("-1").is_err() && volume("1e28").is_err() && volume("").is_err());
    }
}
