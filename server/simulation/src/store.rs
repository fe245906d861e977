//! What one server has of the world: a store that takes its time, and fails before, during and after
//! it has done what it was asked.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use domain::AccountId;
use server::store::{
    Batch, Fetched, GameRecord, OnceKey, OrderLookup, OrderStore, RestingPlace, RestingRecord,
    StoreError, StoreResult, XpRulesRecord,
};

use crate::{Chance, World};

/// Milliseconds that a call usually takes at most, and now and then.
const USUALLY_MS: u64 = 3;
const SLOWLY_MS: u64 = 300;

/// Whether the server is still there: what a dead one has begun is not heard of any more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life(Arc<AtomicBool>);

impl Life {
    pub(crate) fn end(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
pub(crate) struct SimulatedStore {
    world: World,
    chance: Chance,
    life: Life,
}

impl SimulatedStore {
    pub(crate) fn new(world: &World, chance: &Chance, life: Life) -> Self {
        Self {
            world: world.clone(),
            chance: chance.clone(),
            life,
        }
    }

    /// The way to the database, or back from it. Of a dead server none is made, and no lot is drawn for
    /// it: in which order its parts hear of its end is not the seed's.
    async fn travel(&self) -> StoreResult<()> {
        if self.life.is_over() {
            return Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        }
        let most_ms = if self.chance.happens(2) {
            SLOWLY_MS
        } else {
            USUALLY_MS
        };
        self.chance.linger(most_ms).await;
        if self.life.is_over() || self.chance.happens(4) {
            self.world.count_fault();
            return Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        }
        Ok(())
    }

    async fn read<T>(&self, read: impl FnOnce(&World) -> T + Send) -> StoreResult<T>
    where
        T: Send,
    {
        self.world.count_step();
        self.travel().await?;
        let value = read(&self.world);
        self.travel().await?;
        Ok(value)
    }
}

#[async_trait]
impl OrderStore for SimulatedStore {
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        self.read(World::games).await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        self.read(|_| Vec::new()).await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        self.read(|world| world.fetch(orders)).await
    }

    async fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> StoreResult<HashMap<(AccountId, OnceKey), i64>> {
        self.read(|world| world.find_done(keys)).await
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.world.count_step();
        let sent = self.travel().await;
        // What a server sent before it died may still arrive.
        if sent.is_err() && !(self.life.is_over() && self.chance.happens(50)) {
            return sent.map(|()| Vec::new());
        }
        let left_out = self.world.commit(batch)?;
        self.travel().await?;
        Ok(left_out)
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.read(|world| world.resting_after(after, limit)).await
    }
}
