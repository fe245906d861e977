//! What the trade engine asks of a game that is spread over several databases. A lane's players are all
//! in one of them, so a batch is one transaction there; whoever brings others together has it split.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use domain::AccountId;
use futures_util::future::join_all;

use super::{ShardedStore, merged};
use crate::store::placement::place_of;
use crate::store::selection::Selection;
use crate::store::{
    Batch, Fetched, GameRecord, OrderLookup, OrderStore, RestingPlace, RestingRecord, StoreResult,
    XpRulesRecord,
};

#[async_trait]
impl OrderStore for ShardedStore {
    fn shards(&self) -> usize {
        self.shards.len()
    }

    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        let home = self.home();
        home.ask(home.store.list_games()).await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        let home = self.home();
        home.ask(home.store.list_xp_rules()).await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        let place = |order: &OrderLookup, count| place_of(order.account.player, count);
        let parts = self.split(orders, place, |store, orders| {
            store.fetch_for_orders(orders)
        });
        let mut fetched = Fetched::default();
        for part in parts.await? {
            fetched.extend(part);
        }
        Ok(fetched)
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        let mut players = batch.accounts.iter().map(|change| change.record.id.player);
        let place = |player| place_of(player, self.shards.len());
        let first = players.next().map(place).unwrap_or_default();
        if players.all(|player| place(player) == first) {
            let shard = &self.shards[first];
            return shard.ask(shard.store.commit_batch(batch)).await;
        }
        // A batch that contradicts itself is refused as a whole.
        Selection::of(batch, &HashSet::new())?;
        let parts = self.parts(batch).into_iter();
        let parts: Vec<_> = parts.map(|(place, part)| (place, Arc::new(part))).collect();
        let mut asked = Vec::with_capacity(parts.len());
        for (place, part) in &parts {
            let shard = &self.shards[*place];
            asked.push(shard.ask(shard.store.commit_batch(part)));
        }
        let left_out: StoreResult<Vec<_>> = join_all(asked).await.into_iter().collect();
        Ok(left_out?.concat())
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        let lists = self.each(|store| store.list_resting_orders(after, limit));
        Ok(merged(lists.await?, limit, RestingRecord::place))
    }
}

impl ShardedStore {
    /// What is of each shard, by its place.
    fn parts(&self, batch: &Batch) -> BTreeMap<usize, Batch> {
        let place = |account: AccountId| place_of(account.player, self.shards.len());
        let mut parts: BTreeMap<usize, Batch> = BTreeMap::new();
        for one in &batch.accounts {
            let part = parts.entry(place(one.record.id)).or_default();
            part.accounts.push(*one);
        }
        for one in &batch.positions {
            let part = parts.entry(place(one.0)).or_default();
            part.positions.push(one.clone());
        }
        for one in &batch.entries {
            let part = parts.entry(place(one.0)).or_default();
            part.entries.push(one.clone());
        }
        for one in &batch.answers {
            let part = parts.entry(place(one.0)).or_default();
            part.answers.push(one.clone());
        }
        for one in &batch.rested {
            let part = parts.entry(place(one.account)).or_default();
            part.rested.push(one.clone());
        }
        for one in &batch.ended {
            let part = parts.entry(place(one.0)).or_default();
            part.ended.push(one.clone());
        }
        parts
    }
}
