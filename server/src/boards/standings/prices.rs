//! The prices that members are valued at, and what a holding is worth.

use std::collections::{HashMap, HashSet};

use domain::{InstrumentId, Money, Price, Quantity, holding_value};

use crate::market::Snapshot;
use crate::store::PositionRecord;

/// The price of every instrument that has one, all of one moment; and the categories of instruments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices(
    pub(super) HashMap<InstrumentId, Price>,
    HashMap<InstrumentId, u16>,
);

impl Prices {
    /// Those of a market.
    #[must_use]
    pub fn of(market: &Snapshot) -> Self {
        let instruments = &market.catalogue.instruments;
        let prices = instruments.iter().zip(&market.listings);
        let prices =
            prices.filter_map(|(instrument, listing)| Some((instrument.id, listing.quote?.price)));
        let mut numbers: HashMap<&str, u16> = HashMap::new();
        let mut categories = HashMap::with_capacity(instruments.len());
        for instrument in instruments.iter() {
            let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
            let number = *numbers.entry(&instrument.category).or_insert(next);
            categories.insert(instrument.id, number);
        }
        Self(prices.collect(), categories)
    }

    /// The number of an instrument's category.
    pub(super) fn category(&self, instrument: InstrumentId) -> Option<u16> {
        self.1.get(&instrument).copied()
    }

    /// The instruments whose price is another one than before.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> HashSet<InstrumentId> {
        let all = self.0.keys().chain(before.0.keys());
        all.filter(|id| self.0.get(id) != before.0.get(id))
            .copied()
            .collect()
    }
}

impl FromIterator<(InstrumentId, Price)> for Prices {
    fn from_iter<I: IntoIterator<Item = (InstrumentId, Price)>>(prices: I) -> Self {
        Self(prices.into_iter().collect(), HashMap::new())
    }
}

/// A position, as far as its worth needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) instrument: InstrumentId,
    quantity: Quantity,
    /// What it is worth while there is no price.
    cost: Money,
    /// Its purchases, each of which was rounded.
    lots: u32,
}

impl Holding {
    pub(super) fn of(record: &PositionRecord) -> Self {
        Self {
            instrument: record.instrument,
            quantity: record.position.quantity,
            cost: record.position.cost_basis,
            lots: u32::try_from(record.position.lots.len()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn worth(self, prices: &Prices) -> Money {
        let price = prices.0.get(&self.instrument);
        let lots = usize::try_from(self.lots).unwrap_or(usize::MAX);
        let value = price.and_then(|price| holding_value(*price, self.quantity, self.cost, lots));
        value.unwrap_or(self.cost)
    }
}

/// Beyond what money can be, it stays at the most.
pub(super) fn net_worth(cash: Money, holdings: &[Holding], prices: &Prices) -> Money {
    let worths = holdings.iter().map(|holding| holding.worth(prices));
    let sum = worths.fold(cash.units(), |sum, worth| sum.saturating_add(worth.units()));
    Money::from_units(sum)
}

#[cfg(test)]
impl Prices {
    /// Prices of instruments with the numbers of their categories.
    pub(super) fn with_categories(
        instruments: impl Iterator<Item = (InstrumentId, Price, u16)>,
    ) -> Self {
        let mut prices = Self::default();
        for (instrument, price, category) in instruments {
            prices.0.insert(instrument, price);
            prices.1.insert(instrument, category);
        }
        prices
    }
}

#[cfg(test)]
impl Holding {
    /// Shares that have cost a dollar each.
    pub(super) fn plain(instrument: InstrumentId, shares: i32) -> Self {
        Self {
            instrument,
            quantity: Quantity::from_whole(shares),
            cost: Money::from_whole(shares),
            lots: 0,
        }
    }
}
