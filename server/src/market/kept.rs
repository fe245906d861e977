//! Lists stored alongside a market's seed, each in a variable of its own.

use domain::MarketId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::{Store, StoreError, StoreResult};

/// A list that each market has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    /// The prefix of its variables.
    pub(super) name: &'static str,
    /// What an error calls it.
    pub(super) words: &'static str,
}

impl Kept {
    /// The list of a market; empty before anything was added.
    pub(super) async fn list<T: DeserializeOwned>(
        self,
        store: &dyn Store,
        market: MarketId,
    ) -> StoreResult<Vec<T>> {
        let Some(json) = store.find_variable(&self.variable(market)).await? else {
            return Ok(Vec::new());
        };
        serde_json::from_str(&json).map_err(|_| self.corrupt(market))
    }

    /// Stores the list of a market, replacing the previous one.
    pub(super) async fn store<T: Serialize>(
        self,
        store: &dyn Store,
        market: MarketId,
        all: &[T],
    ) -> StoreResult<()> {
        let json = serde_json::to_string(all).map_err(|_| self.corrupt(market))?;
        store.store_variable(&self.variable(market), &json).await
    }

    /// Stores the list of a market unless it has one. Returns the list that is then stored.
    pub(super) async fn store_once<T: Serialize + DeserializeOwned>(
        self,
        store: &dyn Store,
        market: MarketId,
        all: &[T],
    ) -> StoreResult<Vec<T>> {
        let json = serde_json::to_string(all).map_err(|_| self.corrupt(market))?;
        let name = self.variable(market);
        let stored = store.store_variable_once(&name, &json).await?;
        serde_json::from_str(&stored).map_err(|_| self.corrupt(market))
    }

    fn variable(self, market: MarketId) -> String {
        format!("{}:{market}", self.name)
    }

    fn corrupt(self, market: MarketId) -> StoreError {
        StoreError::Corrupt {
            what: format!("the {} of market {market}", self.words),
        }
    }
}
