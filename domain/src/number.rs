//! Exact amounts: [`Money`], [`Price`], [`Rate`] and [`Quantity`], decimals of a fixed scale.
//!
//! Each is a whole number of the smallest unit of its scale in 64 bits, which is also how the
//! databases keep it (`units`); sums, products, comparisons and ratios are those of integers, and
//! rounded once. On the wire an amount is a decimal string.
//!
//! Each type has one rounding rule, never in the player's favour, so that no order creates money:
//! - [`Money`]: what a player pays rounds up, what a player receives rounds down. The value of a holding is
//!   not a payment: it rounds up like the cost it is compared with ([`crate::Position::value`]).
//! - [`Quantity`]: rounds down, so an amount never buys more than it covers.
//! - [`Price`] and [`Rate`]: round half to even; they are observations, not debts.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::wire;

mod cents;
mod exchange;
mod product;
mod ratio;
mod text;

use product::{Rounding, product};
pub use ratio::Ratio;
use text::{parse_units, write_units};

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

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, scale = $scale:literal, min_places = $min:literal, whole = $whole:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// Decimal places kept.
            pub const SCALE: u32 = $scale;
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// Units in one.
            const ONE: i64 = 10_i64.pow($scale);

            #[doc = concat!("The ", $what, " of so many units of 10^-", stringify!($scale), ": how databases keep it.")]
            #[must_use]
            pub fn from_units(units: i64) -> Self {
                Self(units)
            }

            #[doc = concat!("The ", $what, " as a whole number of 10^-", stringify!($scale), ".")]
            #[must_use]
            pub fn units(self) -> i64 {
                self.0
            }

            #[doc = concat!("A whole ", $what, ".")]
            #[must_use]
            pub fn from_whole(whole: i32) -> Self {
                // 31 bits plus the scale's 20 make 51.
                Self(i64::from(whole).saturating_mul(Self::ONE))
            }

            /// The exact decimal.
            #[must_use]
            pub fn decimal(self) -> Decimal {
                Decimal::new(self.0, Self::SCALE)
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

            /// Converts a decimal with at most the scale's places.
            fn fitting(decimal: Decimal) -> Option<Self> {
                let mut scaled = decimal;
                scaled.rescale(Self::SCALE);
                // A number far out of range ends up with a smaller scale.
                let units = i64::try_from(scaled.mantissa()).ok();
                Self::within(units.filter(|_| scaled.scale() == Self::SCALE)?)
            }

            /// Symmetric around zero, so that every amount can be negated.
            fn within(units: i64) -> Option<Self> {
                (units != i64::MIN).then_some(Self(units))
            }

            /// The sum, or none when it is beyond the type.
            #[must_use]
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).and_then(Self::within)
            }

            /// The difference (it may be below zero), or none when it is beyond the type.
            #[must_use]
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).and_then(Self::within)
            }

            /// Whether it is exactly zero.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Whether it is above zero.
            #[must_use]
            pub fn is_positive(self) -> bool {
                self.0 > 0
            }

            /// Whether it is below zero.
            #[must_use]
            pub fn is_negative(self) -> bool {
                self.0 < 0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_units(f, self.0, $scale, $min)
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
                let units = parse_units(text, Self::SCALE)?;
                Self::within(units).ok_or(NumberError::OutOfRange)
            }
        }

        wire::as_text_or!(
            $name,
            concat!("a ", $what, ": a decimal number in quotes, such as \"12.34\""),
            concat!("^-?[0-9]{1,", $whole, "}([.][0-9]{1,", $scale, "}0*)?$"),
            i64,
            |value| value.units(),
            $name::from_units
        );
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
    Money, scale = 4, min_places = 2, whole = 15, "money amount"
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
    Price, scale = 4, min_places = 2, whole = 15, "price"
}
amount! {
    /// What one unit of another currency costs in the game's, 8 decimal places: a yen is less than a cent.
    Rate, scale = 8, min_places = 4, whole = 10, "exchange rate"
}
amount! {
    /// A number of shares, 6 decimal places.
    Quantity, scale = 6, min_places = 0, whole = 13, "share quantity"
}

/// `part / whole`, rounded half to even; none over zero. One rounding: the quotient of two decimals
/// would be rounded to its last digit first.
fn ratio(part: i128, whole: i128) -> Option<i64> {
    let quotient = part.checked_div(whole)?;
    let rest = part.checked_rem(whole)?.unsigned_abs();
    let is_odd = quotient & 1 == 1;
    let away = match rest.saturating_mul(2).cmp(&whole.unsigned_abs()) {
        Ordering::Less => 0,
        Ordering::Equal if !is_odd => 0,
        _ => part.signum().saturating_mul(whole.signum()),
    };
    i64::try_from(quotient.checked_add(away)?).ok()
}

/// A ratio in percent, rounded half to even to 2 places. A ratio over zero does not exist: it
/// is none, never an error and never "infinite".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Percent(i64);

impl Percent {
    /// The ratio of two numbers of the same unit.
    fn of(part: i64, whole: i64) -> Option<Self> {
        ratio(i128::from(part).checked_mul(10_000)?, i128::from(whole)).map(Self)
    }

    /// From hundredths of a percent.
    #[must_use]
    pub fn from_basis_points(basis_points: i64) -> Self {
        Self(basis_points)
    }

    /// The hundredths of a percent in it.
    #[must_use]
    pub fn basis_points(self) -> i64 {
        self.0
    }

    /// The exact decimal, `12.5` for 12.5 %.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The absolute value. The minimum becomes the maximum.
    #[must_use]
    pub fn magnitude(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_units(f, self.0, 2, 2)
    }
}

impl FromStr for Percent {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_units(text, 2).map(Self)
    }
}

wire::as_string!(
    Percent,
    "a percentage: a decimal number in quotes, such as \"12.34\"",
    "^-?[0-9]+([.][0-9]{1,2}0*)?$"
);

impl Money {
    fn rounded(decimal: Decimal, strategy: RoundingStrategy) -> Option<Self> {
        Self::fitting(decimal.round_dp_with_strategy(Self::SCALE, strategy))
    }

    /// The amount with its sign changed.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// The given basis points of the amount, rounded up: what a fee at that rate costs.
    #[must_use]
    pub fn basis_points_rounded_up(self, basis_points: u32) -> Option<Self> {
        let rate = Decimal::new(i64::from(basis_points), 4);
        let exact = self.decimal().checked_mul(rate)?;
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
        let product = i128::from(self.0).checked_mul(i128::from(Quantity::ONE))?;
        let units = product.checked_div(i128::from(price.0))?;
        i64::try_from(units).ok().map(Quantity::from_units)
    }

    /// The average price of `quantity` shares that cost this, rounded half to even.
    #[must_use]
    pub fn average_price(self, quantity: Quantity) -> Option<Price> {
        let product = i128::from(self.0).checked_mul(i128::from(Quantity::ONE))?;
        ratio(product, i128::from(quantity.0)).map(Price::from_units)
    }
}

impl Price {
    /// What `quantity` shares cost their buyer: rounded up.
    #[must_use]
    pub fn cost_of(self, quantity: Quantity) -> Option<Money> {
        product(self, quantity, Rounding::AwayFromZero)
    }

    /// What a sale of `quantity` shares brings: rounded down.
    #[must_use]
    pub fn value_of(self, quantity: Quantity) -> Option<Money> {
        product(self, quantity, Rounding::ToZero)
    }

    /// Change from an earlier price in percent, 2 places; none if that price is zero.
    #[must_use]
    pub fn percent_since(self, earlier: Self) -> Option<Percent> {
        Percent::of(self.checked_sub(earlier)?.0, earlier.0)
    }
}

impl Quantity {
    /// The number of whole shares, rounded down.
    #[must_use]
    pub fn whole_shares(self) -> Self {
        Self(self.0.saturating_sub(self.0 % Self::ONE))
    }

    /// Whether it is a whole number of shares.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0 % Self::ONE == 0
    }
}

#[cfg(test)]
mod tests;
