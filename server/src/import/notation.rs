//! How a file writes its numbers, and numbers read in that notation, exactly or not at all.

use domain::Currency;
use rust_decimal::Decimal;

use super::columns::Columns;
use super::line::{Line, Separator};
use super::row::NotTaken;

/// Why a file is not taken whose points may be of either kind.
const AMBIGUOUS: &str = "may be a number with decimals or one of thousands: a point is a decimal point \
    unless the file has a decimal comma, and here three digits follow every point; write a decimal with \
    another number of places, such as 1.2340, and thousands without points";

/// Which sign is the decimal point of a file and which one may separate thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// `1,234.56`.
    Point,
    /// `1.234,56`: only where `;` separates the fields.
    Comma,
}

impl Notation {
    /// How a file writes its numbers. Only where `;` separates the fields a comma can separate decimals,
    /// and then it does so in the whole file; without one there, a point is a decimal point.
    ///
    /// # Errors
    /// The first number of a file whose every point could as well separate thousands.
    pub(super) fn of_file(
        separator: Separator,
        columns: &Columns,
        lines: &[Line],
    ) -> Result<Self, (u64, NotTaken)> {
        if separator != Separator::Semicolon {
            return Ok(Self::Point);
        }
        let mut first_doubtful = None;
        let mut is_decimal = false;
        for (line, fields) in lines {
            let Ok(fields) = fields else { continue };
            let places = columns.numbers();
            for (place, number) in places.filter_map(|place| Some((place, fields.get(place)?))) {
                if number.contains(',') {
                    return Ok(Self::Comma);
                }
                match number.split_once('.') {
                    None => {}
                    Some((_, after)) if after.split('.').all(|group| group.len() == 3) => {
                        first_doubtful.get_or_insert((*line, place));
                    }
                    Some(_) => is_decimal = true,
                }
            }
        }
        match first_doubtful.filter(|_| !is_decimal) {
            None => Ok(Self::Point),
            Some((line, place)) => {
                let not_taken = NotTaken::Wrong {
                    place: Some(place),
                    reason: AMBIGUOUS.to_owned(),
                };
                Err((line, not_taken))
            }
        }
    }

    /// The number that a text is. Files also write `$1,234.50` and `1.2e3`.
    ///
    /// # Errors
    /// What a number looks like in this notation.
    pub(super) fn decimal(self, text: &str) -> Result<Decimal, &'static str> {
        self.read(text).ok_or(match self {
            Self::Point => {
                "is not a number such as 1234.56 or 1,234.56: the point separates decimals, a comma only thousands"
            }
            Self::Comma => {
                "is not a number such as 1234,56 or 1.234,56: in this file the comma separates decimals, a point only thousands"
            }
        })
    }

    fn read(self, text: &str) -> Option<Decimal> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text),
        };
        let is_sign = |c| Currency::of_sign(c).is_some();
        let digits = digits.strip_prefix(is_sign).unwrap_or(digits);
        let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (digits, None),
        };
        let (point, thousands) = match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        };
        let (whole, fraction) = match mantissa.split_once(point) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        if fraction.is_some_and(|fraction| !is_digits(fraction)) {
            return None;
        }
        let whole = whole_part(whole, thousands)?;
        let plain = format!("{sign}{whole}.{}", fraction.unwrap_or("0"));
        match exponent {
            None => plain.parse().ok(),
            Some(exponent) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                if !is_digits(digits) {
                    return None;
                }
                Decimal::from_scientific(&format!("{plain}e{exponent}")).ok()
            }
        }
    }
}

/// The digits of a whole number; groups of three where it has thousands separators.
fn whole_part(text: &str, thousands: char) -> Option<String> {
    let mut groups = text.split(thousands);
    let first = groups.next().filter(|group| is_digits(group))?;
    let mut digits = first.to_owned();
    for group in groups {
        let placed = first.len() <= 3 && !first.starts_with('0');
        if !placed || group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::history::parse_history;
    use super::*;

    fn check(notation: Notation, text: &str, expected: Option<&str>) {
        let read = notation.decimal(text).ok();
        assert_eq!(read, expected.map(|text| text.parse().unwrap()), "{text}");
    }

    #[test]
    fn a_comma_separates_thousands_where_it_is_well_placed() {
        for (text, expected) in [
            ("10.50", "10.50"),
            ("1,234.50", "1234.50"),
            ("12,345,678", "12345678"),
            ("$1,234.5", "1234.5"),
            ("-1.5", "-1.5"),
            ("1.5e-2", "0.015"),
            ("3.8478e7", "38478000"),
            ("2093900.0", "2093900"),
            ("00.5", "0.5"),
        ] {
            check(Notation::Point, text, Some(expected));
        }
        for text in [
            "10,50", "1,23", "1,2345", "1234,567", ",123", "0,123", "1,,234", "1,234,56",
            "1.234,56", "1_0", "1'000", "1 000", "+1", ".5", "1.", "1.5.2", "NaN", "inf", "null",
            "0x10", "١", "1e", "1e1.5", "e5", "1e999", "$", "--1", "",
        ] {
            check(Notation::Point, text, None);
        }
    }

    #[test]
    fn a_comma_separates_decimals_only_in_a_file_that_says_so() {
        for (text, expected) in [
            ("10,50", "10.50"),
            ("1.234,56", "1234.56"),
            ("1.234", "1234"),
            ("7", "7"),
            ("0,123", "0.123"),
        ] {
            check(Notation::Comma, text, Some(expected));
        }
        for text in ["10.50", "1,234.56", "1.23", "1,5,2", "1.234.5", "1_0"] {
            check(Notation::Comma, text, None);
        }
    }

    fn opens(text: &str) -> Result<Vec<String>, String> {
        let history = parse_history(Path::new("X.csv"), text.as_bytes());
        let history = history.map_err(|error| error.to_string())?;
        let days = history.days().iter();
        Ok(days
            .map(|day| day.open.decimal().normalize().to_string())
            .collect())
    }

    #[test]
    fn a_point_before_three_digits_everywhere_is_no_guess() {
        let file = |row: &str| {
            opens(&format!(
                "Date;Open;High;Low;Close;Volume\n2000-03-01;1;1;1;1;5\n2000-03-02;{row}\n"
            ))
        };
        let check = |row: &str, open: &str| assert_eq!(file(row).unwrap(), ["1", open], "{row}");
        check("1.234;1.500;1.1;1.234;700", "1.234");
        check("1.234;1.500,5;1.100;1.234;700", "1234");
        check("1234;1500;1100;1234;700", "1234");
        for row in [
            "1.234;1.500;1.100;1.234;700",
            "1.234;1.234;1.234;1.234;7.000.000",
        ] {
            let told = file(row).unwrap_err();
            assert!(
                told.contains("X.csv:3: column Open: may be a number with decimals"),
                "{told}"
            );
        }
        let commas = "date,open,high,low,close\n2000-03-02,1.234,1.500,1.100,1.234\n";
        assert_eq!(opens(commas).unwrap(), ["1.234"]);
    }
}
