//! What the trade engine reads and writes.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use domain::AccountId;

use super::{
    Batch, Fetched, GameRecord, OnceKey, OrderLookup, RestingPlace, RestingRecord, StoreResult,
    XpRulesRecord,
};

/// What the trade engine needs from the store.
#[async_trait]
pub trait OrderStore: Debug + Send + Sync + 'static {
    /// Every game; there are few. The first migration creates the open league, with the slug `open`.
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>>;
    /// All XP rules, oldest first.
    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>>;
    /// Everything that a batch touches.
    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched>;
    /// The `seq` of the postings and awards that were already done.
    async fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> StoreResult<HashMap<(AccountId, OnceKey), i64>>;
    /// Writes a batch in one transaction and makes it durable. Leaves out everything of a player whose
    /// progress or account version is no longer as expected, or one of whose orders, postings or awards
    /// was done meanwhile. Returns the accounts of those players.
    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>>;
    /// All resting orders in the order in which they were placed, after a place.
    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
}
