//! The companies that joined a simulated market while it was running, stored alongside its seed.

use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::market::{Debut, Simulation};
use domain::{Day, MarketId, Price, Symbol};
use serde::{Deserialize, Serialize};

use super::kept::Kept;
use super::universe::SimulatedUniverse;
use crate::store::{Store, StoreResult};

/// A company's first trading day in one market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The company.
    pub symbol: Symbol,
    /// The number of the market day from which it trades.
    pub day: i32,
    /// The price at which its shares were offered, in units.
    pub offered: i64,
}

impl Listed {
    /// A company that trades from a given day, after its shares were offered at a price.
    #[must_use]
    pub fn new(symbol: Symbol, day: Day, offered: Price) -> Self {
        Self {
            symbol,
            day: day.number(),
            offered: offered.units(),
        }
    }

    /// Its first trading day.
    pub(super) fn day(&self) -> Day {
        Day::from_number(self.day)
    }

    /// Its index in the simulation, and its prices from then on.
    pub(super) fn debut(
        &self,
        simulation: &Simulation,
        universe: &SimulatedUniverse,
    ) -> Option<(usize, Debut)> {
        let mut symbols = universe.symbols.iter();
        let index = symbols.position(|symbol| *symbol == self.symbol)?;
        let offered = Price::from_units(self.offered);
        Some((index, Debut::new(simulation, index, self.day(), offered)?))
    }
}

/// The debuts of a market, shared by everything that shows its prices.
#[derive(Debug, Default)]
pub(super) struct Debuts(ArcSwap<Vec<Listed>>);

impl Debuts {
    /// Reloads them.
    ///
    /// # Errors
    /// When the store fails. The known ones stay.
    pub(super) async fn refresh(&self, store: &dyn Store, market: MarketId) -> StoreResult<()> {
        self.0.store(Arc::new(list_debuts(store, market).await?));
        Ok(())
    }

    pub(super) fn all(&self) -> Arc<Vec<Listed>> {
        self.0.load_full()
    }

    /// The debut of an instrument of the simulation.
    pub(super) fn find(
        &self,
        simulation: &Simulation,
        universe: &SimulatedUniverse,
        index: usize,
    ) -> Option<Debut> {
        let symbol = universe.symbols.get(index)?;
        let all = self.0.load();
        let listed = all.iter().find(|one| one.symbol == *symbol)?;
        Some(listed.debut(simulation, universe)?.1)
    }
}

const KEPT: Kept = Kept {
    name: "debuts",
    words: "new companies",
};

/// The companies that joined a market.
///
/// # Errors
/// When the store fails.
pub async fn list_debuts(store: &dyn Store, market: MarketId) -> StoreResult<Vec<Listed>> {
    KEPT.list(store, market).await
}

/// Lists a company in a market. False if it is already listed there.
///
/// # Errors
/// When the store fails.
pub async fn list_company(store: &dyn Store, market: MarketId, new: Listed) -> StoreResult<bool> {
    let mut listed = list_debuts(store, market).await?;
    if listed.iter().any(|one| one.symbol == new.symbol) {
        return Ok(false);
    }
    listed.push(new);
    KEPT.store(store, market, &listed).await?;
    Ok(true)
}
