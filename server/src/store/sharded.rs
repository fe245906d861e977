//! A game that is spread over several PostgreSQL databases, its shards, by nothing but their addresses.
//!
//! All rows of a player are in one of them, by [`place_of`], and no order touches two players: each
//! database commits its own part of a batch, and no transaction spans two. What is the same for all
//! players is in the first one, called home. Names are where their own hash puts them; `names` says how
//! they stay unique.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::PlayerId;
use futures_util::future::{BoxFuture, join_all};

use super::placement::{place_of, place_of_name};
use super::postgres::PostgresStore;
use super::{InstrumentRecord, MarketKind, Store, StoreResult};
use crate::config::PostgresConfig;
use shard::Shard;

mod marks;
mod names;
mod orders;
mod retention;
mod shard;
mod store;
#[cfg(test)]
mod tests;

/// Opens the database at an address, or the game that is spread over those at several.
///
/// # Errors
/// When one does not answer, or is not what it has to be among them.
pub async fn open(addresses: &[String], config: &PostgresConfig) -> StoreResult<Arc<dyn Store>> {
    match addresses {
        [address] => {
            let store = PostgresStore::open(address, config).await?;
            marks::check_whole(&store, address).await?;
            Ok(Arc::new(store))
        }
        _ => Ok(Arc::new(ShardedStore::open(addresses, config).await?)),
    }
}

/// A store in several PostgreSQL databases.
#[derive(Debug)]
pub struct ShardedStore {
    /// In the order of their addresses, home first; never empty.
    shards: Vec<Shard>,
}

impl ShardedStore {
    /// Connects to all databases and brings their schemas up to date. When they are new, a game begins
    /// with them, and each keeps which of how many it is.
    ///
    /// # Errors
    /// When one does not answer, or is not what it has to be among them: of another game, at another
    /// place, one of another number of databases.
    pub async fn open(addresses: &[String], config: &PostgresConfig) -> StoreResult<Self> {
        let mut shards = Vec::with_capacity(addresses.len());
        for address in addresses {
            shards.push(Shard::open(address, config).await?);
        }
        marks::check(&shards).await?;
        let store = Self { shards };
        store.copy_instruments().await?;
        Ok(store)
    }

    /// Where what is the same for all players is.
    fn home(&self) -> &Shard {
        &self.shards[0]
    }

    /// Where all of a player is.
    fn of(&self, player: PlayerId) -> &Shard {
        &self.shards[place_of(player, self.shards.len())]
    }

    /// Where it says whose a name is.
    fn of_name(&self, folded: &str) -> &Shard {
        &self.shards[place_of_name(folded, self.shards.len())]
    }

    /// Asks every shard, all at once; what they say, in their order. All of them answer before the
    /// first failure is told.
    async fn each<'s, T>(
        &'s self,
        question: impl Fn(&'s PostgresStore) -> BoxFuture<'s, StoreResult<T>> + Send,
    ) -> StoreResult<Vec<T>> {
        let mut asked = Vec::with_capacity(self.shards.len());
        for shard in &self.shards {
            asked.push(shard.ask(question(&shard.store)));
        }
        join_all(asked).await.into_iter().collect()
    }

    /// [`ShardedStore::each`] for what may take as long as it does.
    async fn each_unhurried<'s, T>(
        &'s self,
        question: impl Fn(&'s PostgresStore) -> BoxFuture<'s, StoreResult<T>> + Send,
    ) -> StoreResult<Vec<T>> {
        let mut asked = Vec::with_capacity(self.shards.len());
        for shard in &self.shards {
            asked.push(shard.ask_unhurried(question(&shard.store)));
        }
        join_all(asked).await.into_iter().collect()
    }

    /// Gives each shard those of the items that are its own, all at once; what they say of them.
    async fn split<I: Clone + Send + Sync, T>(
        &self,
        items: &[I],
        place: impl Fn(&I, usize) -> usize + Send,
        question: impl for<'p> Fn(&'p PostgresStore, &'p [I]) -> BoxFuture<'p, StoreResult<T>> + Send,
    ) -> StoreResult<Vec<T>> {
        let count = self.shards.len();
        let mut places = items.iter().map(|item| place(item, count));
        let Some(first) = places.next() else {
            return Ok(Vec::new());
        };
        // Nearly always: who asks for many asks for those of one shard.
        if places.all(|place| place == first) {
            let shard = &self.shards[first];
            return Ok(vec![shard.ask(question(&shard.store, items)).await?]);
        }
        let mut parts: BTreeMap<usize, Vec<I>> = BTreeMap::new();
        for item in items {
            let part = parts.entry(place(item, count)).or_default();
            part.push(item.clone());
        }
        let mut asked = Vec::with_capacity(parts.len());
        for (place, part) in &parts {
            let shard = &self.shards[*place];
            asked.push(shard.ask(question(&shard.store, part)));
        }
        join_all(asked).await.into_iter().collect()
    }

    /// Gives every shard the instruments of home that it lacks: a batch looks for them in its own
    /// database. Home has them first, so what a failure leaves is made good by the next call.
    async fn copy_instruments(&self) -> StoreResult<()> {
        let home = self.home();
        let instruments = home.ask(list_instruments(&home.store)).await?;
        let mut asked = Vec::with_capacity(self.shards.len());
        for shard in self.shards.iter().skip(1) {
            asked.push(shard.ask(copy_to(&shard.store, &instruments)));
        }
        join_all(asked).await.into_iter().collect()
    }
}

async fn list_instruments(store: &PostgresStore) -> StoreResult<Vec<InstrumentRecord>> {
    let mut instruments = store.list_instruments(MarketKind::Simulated).await?;
    instruments.extend(store.list_instruments(MarketKind::Replay).await?);
    Ok(instruments)
}

async fn copy_to(store: &PostgresStore, instruments: &[InstrumentRecord]) -> StoreResult<()> {
    if list_instruments(store).await? != instruments {
        store.import_market(instruments, &[]).await?;
    }
    Ok(())
}

/// The first so many of all lists, each of which is in the order of a key.
fn merged<T, K: Ord>(lists: Vec<Vec<T>>, limit: u32, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = lists.into_iter().flatten().collect();
    all.sort_by_cached_key(key);
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    all
}
