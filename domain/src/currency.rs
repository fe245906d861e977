//! Currencies. An account holds the game's own currency only. The price of an instrument that trades in
//! another one is converted, so everything is valued in one currency; whoever trades it pays for
//! changing the money.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Fees, Money, Price, Rate, wire};

/// What changing money costs, in basis points of its value: about what brokers for small investors take.
pub const CONVERSION_BPS: u32 = 25;

/// An ISO 4217 code.
///
/// ```
/// use domain::Currency;
/// assert_eq!("EUR".parse::<Currency>().map(|euro| euro.to_string()).as_deref(), Ok("EUR"));
/// assert!("eur".parse::<Currency>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The code of the game's own.
    pub const GAME_CODE: &'static str = "USD";
    /// The game's own.
    pub const GAME: Self = Self(*b"USD");

    /// The currency with a code; the game's own for a text that is none.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        code.parse().unwrap_or(Self::GAME)
    }

    /// Its code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The text is not a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyError;

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a currency: three capital letters such as EUR")
    }
}

impl std::error::Error for CurrencyError {}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let code = <[u8; 3]>::try_from(text.as_bytes()).map_err(|_| CurrencyError)?;
        let letters = code.iter().all(u8::is_ascii_uppercase);
        letters.then_some(Self(code)).ok_or(CurrencyError)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

wire::as_text_or_bytes!(
    Currency,
    "an ISO 4217 currency code, such as \"EUR\"",
    "^[A-Z]{3}$",
    [u8; 3]
);

/// The currency that an instrument trades in, when it is not the game's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Foreign {
    /// Which one.
    pub currency: Currency,
    /// What one unit of it costs in the game's currency.
    pub rate: Rate,
}

/// Money that a trade changed from or into another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversion {
    /// The other currency.
    pub currency: Currency,
    /// Units of it that the trade was worth: above zero when bought, below zero when sold.
    pub amount: Money,
    /// What one unit of it cost in the game's currency.
    pub rate: Rate,
    /// What the conversion cost in the game's currency.
    pub cost: Money,
}

impl Foreign {
    /// The rate for people: how many units, and what they cost. Small units are told by the hundred.
    #[must_use]
    pub fn in_units(self) -> (u32, Price) {
        const SMALL: i64 = 5_000_000;
        // From 8 to 4 places, rounded half up.
        let rate = self.rate.units();
        if rate < SMALL {
            (100, Price::from_units(rate.saturating_add(50) / 100))
        } else {
            (1, Price::from_units(rate.saturating_add(5_000) / 10_000))
        }
    }

    /// What an instrument costs in its own currency.
    #[must_use]
    pub fn local_price(self, price: Price) -> Option<Price> {
        price.in_currency(self.rate)
    }
}

/// The basis points of a trade's value that its fee and conversion cost together.
pub(crate) fn basis_points(fees: Fees, foreign: Option<Foreign>) -> u32 {
    let currency = foreign.map_or(Currency::GAME, |foreign| foreign.currency);
    costs_in(currency, fees).basis_points
}

/// What a trade in a currency costs, with the conversion.
#[must_use]
pub fn costs_in(currency: Currency, fees: Fees) -> Fees {
    let conversion = if currency == Currency::GAME {
        0
    } else {
        CONVERSION_BPS
    };
    Fees {
        basis_points: fees.basis_points.saturating_add(conversion),
        ..fees
    }
}

/// What the conversion of a trade of this value costs; none beyond what [`Money`] holds.
///
/// Fee and conversion are rounded up together, so that an amount that covers both is never exceeded by
/// a second rounding.
pub(crate) fn conversion_cost(value: Money, fees: Fees, foreign: Option<Foreign>) -> Option<Money> {
    let both = Fees {
        basis_points: basis_points(fees, foreign),
        ..fees
    };
    both.of(value)?.checked_sub(fees.of(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fee_and_conversion_are_rounded_up_once_and_rates_are_told_in_units() {
        let euro = Foreign {
            currency: Currency(*b"EUR"),
            rate: Rate::from_units(110_000_000),
        };
        let fees = Fees {
            basis_points: 10,
            fixed: Money::ZERO,
        };
        // 0.0033 and 0.0082 of 3.2997 are 0.0033 + 0.0083 when each is rounded up; together 0.0116.
        let value = Money::from_units(32_997);
        let cost = |foreign| conversion_cost(value, fees, foreign);
        assert_eq!(fees.of(value), Some(Money::from_units(33)));
        assert_eq!(cost(Some(euro)), Some(Money::from_units(83)));
        assert_eq!(cost(None), Some(Money::ZERO));
        let local = euro.local_price(Price::from_whole(11));
        assert_eq!(local, Some(Price::from_whole(10)));
        assert_eq!(euro.in_units(), (1, Price::from_units(11_000)));
        let yen = Foreign {
            rate: Rate::from_units(690_000),
            ..euro
        };
        assert_eq!(yen.in_units(), (100, Price::from_units(6_900)));
    }
}
