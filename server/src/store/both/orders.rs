//! What the trade engine reads and writes, delegated to the modules that do it.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::AccountId;

use super::{DatabaseStore, done, fetch, games, resting};
use crate::store::{
    Batch, Fetched, GameRecord, OnceKey, OrderLookup, OrderStore, RestingPlace, RestingRecord,
    StoreResult, XpRulesRecord,
};

#[async_trait]
impl OrderStore for DatabaseStore {
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        games::list(&self.readers).await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        games::list_xp_rules(&self.readers).await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        fetch::for_orders(self.before_writing(), orders).await
    }

    async fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> StoreResult<HashMap<(AccountId, OnceKey), i64>> {
        done::find(self.before_writing(), keys).await
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.commit(batch).await
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        resting::list_all(&self.readers, after, limit).await
    }
}
