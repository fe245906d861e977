//! Currencies. A game is played in one currency, its own, and an account holds no other. The price of an
//! instrument that trades in another one is converted, so everything is valued in one currency; whoever
//! trades it pays for changing the money.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Fees, GameRules, Money, Price, Rate, wire};

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
    /// The code of the dollar.
    pub const DOLLAR_CODE: &'static str = "USD";
    /// The dollar: what the open league is played in, and any game that names no other currency.
    pub const DOLLAR: Self = Self(*b"USD");
    /// The currencies that a game can be played in: those of which two decimal places are cents.
    pub const OF_GAMES: [Self; 3] = [Self::DOLLAR, Self(*b"EUR"), Self(*b"GBP")];

    /// The currency with a code; the dollar for a text that is none.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        code.parse().unwrap_or(Self::DOLLAR)
    }

    /// Its code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether a game can be played in it.
    #[must_use]
    pub fn is_of_games(self) -> bool {
        Self::OF_GAMES.contains(&self)
    }

    /// Whether it is the dollar.
    #[must_use]
    pub fn is_dollar(&self) -> bool {
        *self == Self::DOLLAR
    }

    /// The sign of an amount in it.
    #[must_use]
    pub fn sign(self) -> char {
        match &self.0 {
            b"EUR" => '€',
            b"GBP" => '£',
            _ => '$',
        }
    }

    /// The currency with a sign; none if no game is played in it.
    #[must_use]
    pub fn of_sign(sign: char) -> Option<Self> {
        Self::OF_GAMES.into_iter().find(|one| one.sign() == sign)
    }

    /// A sentence of ours about a game in this currency. Our sentences mark amounts with `$`.
    ///
    /// ```
    /// use domain::Currency;
    /// let euro = Currency::of_code("EUR");
    /// assert_eq!(euro.in_words("You have $12.00.".into()), "You have €12.00.");
    /// ```
    #[must_use]
    pub fn in_words(self, sentence: String) -> String {
        if self.is_dollar() || !sentence.contains('$') {
            return sentence;
        }
        sentence.replace('$', self.sign().encode_utf8(&mut [0; 4]))
    }

    /// What changing money costs when a game in the currency `own` trades in this one, in basis points.
    #[must_use]
    pub fn conversion_bps(self, own: Self) -> u32 {
        if self == own { 0 } else { CONVERSION_BPS }
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::DOLLAR
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

/// The currency that an instrument trades in, when it is not the game's own.
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
    let conversion = foreign.map_or(0, |_| CONVERSION_BPS);
    fees.basis_points.saturating_add(conversion)
}

/// What a trade of an instrument in a currency costs in a game, with the conversion.
#[must_use]
pub fn costs_in(currency: Currency, rules: &GameRules) -> Fees {
    let conversion = currency.conversion_bps(rules.currency);
    Fees {
        basis_points: rules.fees.basis_points.saturating_add(conversion),
        ..rules.fees
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

    #[test]
    fn every_currency_of_games_has_a_sign_of_its_own() {
        for currency in Currency::OF_GAMES {
            assert_eq!(Currency::of_sign(currency.sign()), Some(currency));
        }
        assert_eq!(Currency::of_sign('¥'), None);
        let said = |code: &str| Currency::of_code(code).in_words("$1.00 of $2.00".into());
        assert_eq!(said("GBP"), "£1.00 of £2.00");
        assert_eq!(said("USD"), "$1.00 of $2.00");
    }

    #[test]
    fn only_what_is_abroad_pays_for_the_conversion() {
        let euro = Currency(*b"EUR");
        let rules = GameRules {
            currency: euro,
            ..GameRules::open_league()
        };
        assert_eq!(costs_in(euro, &rules).basis_points, 0);
        let abroad = costs_in(Currency::DOLLAR, &rules).basis_points;
        assert_eq!(abroad, CONVERSION_BPS);
    }
}
