//! Reads what a dashboard is made of: two queries, whatever it covers.

use std::sync::Arc;

use domain::api::CurveRange;
use domain::{AccountId, Money, Timestamp};

use super::dashboard::{Dashboard, ENTRIES_MAX, UNLOCKS_MAX, read_from};
use crate::market::{Catalogue, Market};
use crate::portfolios::Portfolios;
use crate::store::{DashboardQuery, DashboardRows, Portfolio, Store, StoreResult};

/// What two queries have read of an account.
#[derive(Debug)]
pub struct Reading {
    range: CurveRange,
    portfolio: Portfolio,
    rows: DashboardRows,
    market: Arc<Market>,
}

impl Reading {
    /// Reads an account; none when there is no such account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        account: AccountId,
        range: CurveRange,
        (store, portfolios): (&dyn Store, &Portfolios),
        market: Arc<Market>,
        now: Timestamp,
    ) -> StoreResult<Option<Self>> {
        let (from, since) = read_from(range, &market, now);
        let query = DashboardQuery {
            account,
            from,
            since,
            entries_max: ENTRIES_MAX,
            unlocks_max: UNLOCKS_MAX,
        };
        // The portfolio last: an entry that only it knows is a point that comes with the next reading.
        // An entry that it does not know yet would be taken back although it had never happened.
        let mut rows = store.find_dashboard(&query).await?;
        let Some(portfolio) = portfolios.find(account).await? else {
            return Ok(None);
        };
        let version = portfolio.account.record.head.version;
        rows.entries.retain(|entry| entry.seq <= version);
        Ok(Some(Self {
            range,
            portfolio,
            rows,
            market,
        }))
    }

    /// What is seen in it, at the prices of now.
    pub fn with<T>(
        &self,
        instruments: &Catalogue,
        starting_cash: Money,
        see: impl FnOnce(&Dashboard<'_>) -> T,
    ) -> T {
        let snapshot = self.market.snapshot();
        see(&Dashboard {
            range: self.range,
            portfolio: &self.portfolio,
            rows: &self.rows,
            market: &self.market,
            snapshot: &snapshot,
            instruments,
            starting_cash,
        })
    }
}
