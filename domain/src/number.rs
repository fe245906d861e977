//! Exact amounts: [`Money`], [`Price`] and [`Quantity`], decimals of a fixed scale.
//!
//! Each is a [`Decimal`] that is known to fit a signed 64-bit integer at its scale, which is
//! how the databases keep it (`units`). On the wire an amount is a decimal string.
//!
//! One rounding rule each, and never in a player's favour, so that no order creates money:
//! - [`Money`]: what a player pays rounds up, what a player receives or owns rounds down.
//! - [`Quantity`]: rounds down, so an amount never buys more than it covers.
//! - [`Price`]: rounds half to even; it is an observation, not a debt.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::wire;

/// Why a number could not be read or computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// The text is not a plain decimal number such as `12.34`.
    Malformed,
    /// The number has more decimal places than the type keeps.
    TooPrecise {
        /// Decimal places that the type keeps.
        scale: u32,
    },
    /// The number is beyond what the type holds.
    OutOfRange,
    /// A number below zero where none can be.
    Negative,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("is not a decimal number such as 12.34"),
            Self::TooPrecise { scale } => write!(f, "has more than {scale} decimal places"),
            Self::OutOfRange => f.write_str("is too large"),
            Self::Negative => f.write_str("is below zero"),
        }
    }
}

impl std::error::Error for NumberError {}

/// Reads plain decimal notation only: no exponent, no sign but a leading `-`, no separators.
fn parse_decimal(text: &str, scale: u32) -> Result<Decimal, NumberError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole) || !plain(fraction) {
        return Err(NumberError::Malformed);
    }
    if whole.len() > 24 {
        return Err(NumberError::OutOfRange);
    }
    if fraction.trim_end_matches('0').len() > usize::try_from(scale).unwrap_or(usize::MAX) {
        return Err(NumberError::TooPrecise { scale });
    }
    Decimal::from_str_exact(
        text.trim_end_matches(|c| c == '0' && text.contains('.'))
            .trim_end_matches('.'),
    )
    .map_err(|_| NumberError::OutOfRange)
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, scale = $scale:literal, min_places = $min:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(Decimal);

        impl $name {
            /// Decimal places kept.
            pub const SCALE: u32 = $scale;
            /// Nothing.
            pub const ZERO: Self = Self(Decimal::ZERO);

            #[doc = concat!("The ", $what, " of so many units of 10^-", stringify!($scale), ": how databases keep it.")]
            #[must_use]
            pub fn from_units(units: i64) -> Self {
                Self(Decimal::new(units, Self::SCALE))
            }

            #[doc = concat!("The ", $what, " as a whole number of 10^-", stringify!($scale), ".")]
            #[must_use]
            pub fn units(self) -> i64 {
                let mut scaled = self.0;
                scaled.rescale(Self::SCALE);
                // Every constructor has checked that the mantissa fits.
                i64::try_from(scaled.mantissa()).unwrap_or(i64::MAX)
            }

            #[doc = concat!("A whole ", $what, ".")]
            #[must_use]
            pub fn from_whole(whole: i32) -> Self {
                Self(Decimal::from(whole))
            }

            /// The exact decimal.
            #[must_use]
            pub fn decimal(self) -> Decimal {
                self.0
            }

            /// Takes a decimal that already has at most the scale's places.
            ///
            /// # Errors
            /// [`NumberError::TooPrecise`] or [`NumberError::OutOfRange`].
            pub fn from_decimal(decimal: Decimal) -> Result<Self, NumberError> {
                let decimal = decimal.normalize();
                if decimal.scale() > Self::SCALE {
                    return Err(NumberError::TooPrecise { scale: Self::SCALE });
                }
                Self::fitting(decimal).ok_or(NumberError::OutOfRange)
            }

            fn rounded(decimal: Decimal, strategy: RoundingStrategy) -> Option<Self> {
                Self::fitting(decimal.round_dp_with_strategy(Self::SCALE, strategy))
            }

            fn fitting(decimal: Decimal) -> Option<Self> {
                let limit = Decimal::new(i64::MAX, Self::SCALE);
                (decimal.abs() <= limit).then(|| Self(decimal.normalize()))
            }

            /// The sum, or none when it is beyond the type.
            #[must_use]
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).and_then(Self::fitting)
            }

            /// The difference (it may be below zero), or none when it is beyond the type.
            #[must_use]
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).and_then(Self::fitting)
            }

            /// Whether it is exactly zero.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// Whether it is above zero.
            #[must_use]
            pub fn is_positive(self) -> bool {
                self.0 > Decimal::ZERO
            }

            /// Whether it is below zero.
            #[must_use]
            pub fn is_negative(self) -> bool {
                self.0 < Decimal::ZERO
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut shown = self.0.normalize();
                shown.rescale(shown.scale().max($min));
                shown.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                Self::from_decimal(parse_decimal(text, Self::SCALE)?)
            }
        }

        wire::as_string!($name, concat!("a ", $what, " as a decimal string such as \"12.34\""));
    };
}

amount! {
    /// An amount of the game's currency, 4 decimal places; may be below zero (a loss).
    ///
    /// ```
    /// use domain::Money;
    /// let cash: Money = "10000".parse()?;
    /// assert_eq!(cash.units(), 100_000_000);
    /// assert_eq!(cash.to_string(), "10000.00");
    /// # Ok::<(), domain::NumberError>(())
    /// ```
    Money, scale = 4, min_places = 2, "money amount"
}
amount! {
    /// What one share costs, 4 decimal places.
    ///
    /// ```
    /// use domain::{Money, Price, Quantity};
    /// let price: Price = "33.3333".parse()?;
    /// let quantity: Quantity = "0.5".parse()?;
    /// assert_eq!(price.cost_of(quantity), Some(Money::from_units(166_667)));
    /// assert_eq!(price.value_of(quantity), Some(Money::from_units(166_666)));
    /// # Ok::<(), domain::NumberError>(())
    /// ```
    Price, scale = 4, min_places = 2, "price"
}
amount! {
    /// A number of shares, 6 decimal places.
    Quantity, scale = 6, min_places = 0, "share quantity"
}

/// A ratio in percent, rounded half to even to 2 places. A ratio over zero does not exist: it
/// is none, never an error and never "infinite".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Percent(Decimal);

impl Percent {
    fn of(part: Decimal, whole: Decimal) -> Option<Self> {
        let ratio = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
        Some(Self(ratio.round_dp_with_strategy(
            2,
            RoundingStrategy::MidpointNearestEven,
        )))
    }

    /// The exact decimal, `12.5` for 12.5 %.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0;
        shown.rescale(2);
        shown.fmt(f)
    }
}

impl FromStr for Percent {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_decimal(text, 2).map(Self)
    }
}

wire::as_string!(
    Percent,
    "a percentage as a decimal string such as \"12.34\""
);

impl Money {
    /// The amount with its sign changed.
    #[must_use]
    pub fn negated(self) -> Self {
        let mut decimal = self.0;
        if !decimal.is_zero() {
            decimal.set_sign_negative(!decimal.is_sign_negative());
        }
        Self(decimal)
    }

    /// So many basis points of it, rounded up: what a fee of that rate costs.
    #[must_use]
    pub fn basis_points_rounded_up(self, basis_points: u32) -> Option<Self> {
        let exact = self
            .0
            .checked_mul(Decimal::new(i64::from(basis_points), 4))?;
        Self::rounded(exact, RoundingStrategy::AwayFromZero)
    }

    /// The share `part / whole` of it, rounded down; none when `whole` is zero.
    #[must_use]
    pub fn share_rounded_down(self, part: Quantity, whole: Quantity) -> Option<Self> {
        // The product first, the division last: one rounding. Units keep it exact in i128.
        let product = i128::from(self.units()).checked_mul(i128::from(part.units()))?;
        let units = product.checked_div_euclid(i128::from(whole.units()))?;
        i64::try_from(units).ok().map(Self::from_units)
    }

    /// `self / base` in percent, rounded half to even to 2 places; none over a zero base.
    #[must_use]
    pub fn percent_of(self, base: Self) -> Option<Percent> {
        Percent::of(self.0, base.0)
    }

    /// How many shares this buys at a price, rounded down; none at a zero price.
    #[must_use]
    pub fn quantity_at(self, price: Price) -> Option<Quantity> {
        let exact = self.0.checked_div(price.0)?;
        Quantity::rounded(exact, RoundingStrategy::ToZero)
    }

    /// The average price of so many shares that cost this, rounded half to even.
    #[must_use]
    pub fn average_price(self, quantity: Quantity) -> Option<Price> {
        let exact = self.0.checked_div(quantity.0)?;
        Price::rounded(exact, RoundingStrategy::MidpointNearestEven)
    }
}

impl Price {
    /// What so many shares cost their buyer: rounded up.
    #[must_use]
    pub fn cost_of(self, quantity: Quantity) -> Option<Money> {
        Money::rounded(
            self.0.checked_mul(quantity.0)?,
            RoundingStrategy::AwayFromZero,
        )
    }

    /// What so many shares are worth to their owner: rounded down.
    #[must_use]
    pub fn value_of(self, quantity: Quantity) -> Option<Money> {
        Money::rounded(self.0.checked_mul(quantity.0)?, RoundingStrategy::ToZero)
    }

    /// Change from an earlier price in percent, 2 places; none from zero.
    #[must_use]
    pub fn percent_since(self, earlier: Self) -> Option<Percent> {
        Percent::of(self.0.checked_sub(earlier.0)?, earlier.0)
    }
}

impl Quantity {
    /// The whole shares in it.
    #[must_use]
    pub fn whole_shares(self) -> Self {
        Self(self.0.trunc().normalize())
    }

    /// Whether it is a whole number of shares.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0.fract().is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn paying_rounds_up_and_receiving_rounds_down() {
        let price = Price::from_units(1);
        let quantity = Quantity::from_units(1);
        assert_eq!(price.cost_of(quantity), Some(Money::from_units(1)));
        assert_eq!(price.value_of(quantity), Some(Money::ZERO));
    }

    #[test]
    fn a_percentage_over_zero_is_none() {
        assert_eq!(Money::from_whole(1).percent_of(Money::ZERO), None);
        assert_eq!(
            Money::from_whole(1).percent_of(Money::from_whole(3)),
            Some(Percent(Decimal::new(3333, 2)))
        );
    }

    #[test]
    fn json_is_a_string_and_nothing_else() {
        assert_eq!(
            serde_json::to_string(&Money::from_whole(5)).ok(),
            Some("\"5.00\"".into())
        );
        assert!(serde_json::from_str::<Money>("5").is_err());
        assert!(serde_json::from_str::<Money>("\"5.1\"").is_ok());
    }
}
