//! The equity points of the store behind.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{AccountId, Day};
use server::store::{
    DashboardQuery, DashboardRows, EquityRecord, EquityStore, RollUp, StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl EquityStore for FaultyStore {
    async fn record_equity(&self, points: &[EquityRecord]) -> StoreResult<u64> {
        self.read().record_equity(points).await
    }

    async fn latest_equity(
        &self,
        first: AccountId,
        last: AccountId,
    ) -> StoreResult<HashMap<AccountId, EquityRecord>> {
        self.read().latest_equity(first, last).await
    }

    async fn list_equity(
        &self,
        account: AccountId,
        from: Day,
        limit: u32,
    ) -> StoreResult<Vec<EquityRecord>> {
        self.read().list_equity(account, from, limit).await
    }

    async fn find_dashboard(&self, query: &DashboardQuery) -> StoreResult<DashboardRows> {
        self.read().find_dashboard(query).await
    }

    async fn roll_up_equity(&self, roll_up: &RollUp) -> StoreResult<u64> {
        self.read().roll_up_equity(roll_up).await
    }
}
