//! The prices that members are valued at, and what a holding is worth.

use std::collections::{HashMap, HashSet};

use domain::{InstrumentId, Money, Price, Quantity, holding_value};

use crate::market::Snapshot;
use crate::store::PositionRecord;

/// Instruments below this number are looked up by it. Databases count them from 1.
const NUMBERED: usize = 65_536;

/// The price of every instrument that has one, all of one moment; and the categories of instruments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prices {
    pub(super) by_id: HashMap<InstrumentId, Price>,
    /// The same at the numbers of instruments, as far as they are below [`NUMBERED`].
    numbered: Vec<Option<Price>>,
    categories: HashMap<InstrumentId, u16>,
}

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
        Self {
            categories,
            ..prices.collect()
        }
    }

    /// The price of an instrument.
    fn get(&self, instrument: Short) -> Option<Price> {
        match instrument.number() {
            Some(number) => self.numbered.get(number).copied().flatten(),
            None => self.by_id.get(&instrument.id()).copied(),
        }
    }

    /// The number of an instrument's category.
    pub(super) fn category(&self, instrument: InstrumentId) -> Option<u16> {
        self.categories.get(&instrument).copied()
    }

    /// The instruments whose price is another one than before.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> HashSet<InstrumentId> {
        let all = self.by_id.keys().chain(before.by_id.keys());
        all.filter(|id| self.by_id.get(id) != before.by_id.get(id))
            .copied()
            .collect()
    }
}

impl FromIterator<(InstrumentId, Price)> for Prices {
    fn from_iter<I: IntoIterator<Item = (InstrumentId, Price)>>(prices: I) -> Self {
        let by_id: HashMap<InstrumentId, Price> = prices.into_iter().collect();
        let mut numbered = Vec::new();
        for (instrument, price) in &by_id {
            if let Some(number) = Short::of(*instrument).number() {
                if numbered.len() <= number {
                    numbered.resize(number.saturating_add(1), None);
                }
                if let Some(place) = numbered.get_mut(number) {
                    *place = Some(*price);
                }
            }
        }
        Self {
            by_id,
            numbered,
            categories: HashMap::new(),
        }
    }
}

/// The id of an instrument in half the room. Databases count instruments from 1; one beyond four thousand
/// million would have no price here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short(u32);

impl Short {
    fn of(instrument: InstrumentId) -> Self {
        Self(u32::try_from(instrument.0).unwrap_or(u32::MAX))
    }

    pub(super) fn id(self) -> InstrumentId {
        InstrumentId(i64::from(self.0))
    }

    /// The number at which it is looked up; none for a large one.
    fn number(self) -> Option<usize> {
        let number = usize::try_from(self.0).ok()?;
        (number < NUMBERED).then_some(number)
    }
}

/// Instruments whose price has changed, looked up as prices are.
#[derive(Debug)]
pub(super) struct Changed<'a> {
    numbered: Vec<bool>,
    all: &'a HashSet<InstrumentId>,
}

impl<'a> Changed<'a> {
    pub(super) fn of(all: &'a HashSet<InstrumentId>) -> Self {
        let last = all.iter().filter_map(|one| Short::of(*one).number()).max();
        let mut numbered = vec![false; last.map_or(0, |last| last.saturating_add(1))];
        for number in all.iter().filter_map(|one| Short::of(*one).number()) {
            if let Some(place) = numbered.get_mut(number) {
                *place = true;
            }
        }
        Self { numbered, all }
    }

    /// Whether one of these has another price.
    pub(super) fn concerns(&self, holdings: &[Holding]) -> bool {
        holdings.iter().any(|one| match one.instrument.number() {
            Some(number) => self.numbered.get(number).copied().unwrap_or(false),
            None => self.all.contains(&one.instrument.id()),
        })
    }
}

/// A position, as far as its worth needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) instrument: Short,
    quantity: Quantity,
    /// What it is worth while there is no price.
    cost: Money,
    /// Its purchases, each of which was rounded.
    lots: u32,
}

impl Holding {
    pub(super) fn of(record: &PositionRecord) -> Self {
        Self {
            instrument: Short::of(record.instrument),
            quantity: record.position.quantity,
            cost: record.position.cost_basis,
            lots: u32::try_from(record.position.lots.len()).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn worth(self, prices: &Prices) -> Money {
        let price = prices.get(self.instrument);
        let lots = usize::try_from(self.lots).unwrap_or(usize::MAX);
        let value = price.and_then(|price| holding_value(price, self.quantity, self.cost, lots));
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
        let all: Vec<_> = instruments.collect();
        let prices = all
            .iter()
            .map(|(instrument, price, _)| (*instrument, *price));
        let categories = all
            .iter()
            .map(|(instrument, _, category)| (*instrument, *category));
        Self {
            categories: categories.collect(),
            ..prices.collect()
        }
    }
}

#[cfg(test)]
impl Holding {
    /// Shares that have cost a dollar each.
    pub(super) fn plain(instrument: InstrumentId, shares: i32) -> Self {
        Self {
            instrument: Short::of(instrument),
            quantity: Quantity::from_whole(shares),
            cost: Money::from_whole(shares),
            lots: 0,
        }
    }
}
