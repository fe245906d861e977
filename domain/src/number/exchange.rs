//! Amounts of the game's currency in another one.

use super::{Money, Price, Rate, ratio};

impl Rate {
    /// Units of the other currency for units of the game's, rounded half to even.
    fn units_of(self, units: i64) -> Option<i64> {
        let product = i128::from(units).checked_mul(i128::from(Self::ONE))?;
        ratio(product, i128::from(self.0))
    }
}

impl Money {
    /// The units of another currency that this is worth, rounded half to even; none at a rate of zero.
    #[must_use]
    pub fn in_currency(self, rate: Rate) -> Option<Self> {
        rate.units_of(self.0).map(Self)
    }
}

impl Price {
    /// The price in another currency, rounded half to even; none at a rate of zero.
    #[must_use]
    pub fn in_currency(self, rate: Rate) -> Option<Self> {
        rate.units_of(self.0).map(Self)
    }
}
