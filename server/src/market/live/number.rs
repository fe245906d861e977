//! Providers' numbers as exact decimals: they never pass through a float.

use domain::Price;
use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::provider::Refusal;

/// A decimal, plain or with an exponent.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok())
}

/// A price above zero, rounded half to even to the decimal places of prices.
pub(super) fn price(text: &str) -> Result<Price, Refusal> {
    let decimal = decimal(text).ok_or(Refusal::Garbled)?;
    let price = Price::from_decimal(decimal.round_dp(Price::SCALE)).ok();
    price
        .filter(|price| price.is_positive())
        .ok_or(Refusal::Garbled)
}

/// A price that may be missing.
pub(super) fn price_if_any(text: &str) -> Option<Price> {
    price(text).ok()
}

/// A number of shares; fractions, which some providers report, are truncated.
pub(super) fn volume(text: &str) -> Option<i64> {
    use rust_decimal::prelude::ToPrimitive as _;
    let volume = decimal(text)?.trunc().to_i64()?;
    (volume >= 0).then_some(volume)
}

/// The digits of a JSON number, plain or in quotes.
pub(super) fn digits(raw: &RawValue) -> &str {
    raw.get().trim_matches('"')
}

/// A decimal as a text, for serde.
pub(super) mod as_text {
    use rust_decimal::Decimal;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        decimal: &Decimal,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(&decimal.normalize())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Decimal, D::Error> {
        let text = String::deserialize(from)?;
        super::decimal(&text).ok_or_else(|| D::Error::custom("not a decimal number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_the_last_digit() {
        let check = |text: &str, expected: &str| {
            assert_eq!(price(text).unwrap().to_string(), expected, "{text}");
        };
        check("10442.0000", "10442.00");
        check("272.11", "272.11");
        check("0.12345", "0.1234");
        check("2.7211e2", "272.11");
        check("900719925474.0993", "900719925474.0993");
        assert_eq!(volume("3999452374199.0005"), Some(3_999_452_374_199));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["", "None", "-", "NaN", "0", "-1", "1e40", "1,000", "null"] {
            assert_eq!(price(text), Err(Refusal::Garbled), "{text}");
        }
        assert_eq!(volume("-3"), None);
    }
}
