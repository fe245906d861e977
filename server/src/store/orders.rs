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

/// What the trade engine needs of the server's memory.
#[async_trait]
pub trait OrderStore: Debug + Send + Sync + 'static {
    /// Every game; few. The open league is there from the first migration on, with the slug `open`.
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>>;
    /// All XP rules, oldest first.
    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>>;
    /// All that a batch touches.
    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched>;
    /// The `seq` of those postings and awards that were done before.
    async fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> StoreResult<HashMap<(AccountId, OnceKey), i64>>;
    /// Writes a batch in one transaction and makes it durable. Players of whom an account's version,
    /// or the progress, is no longer the expected one, or of whose orders, postings or awards one was
    /// done meanwhile, are left out with all that is theirs; the result names their accounts.
    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>>;
    /// All orders that rest, in the order in which they were placed, after a place.
    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
}
