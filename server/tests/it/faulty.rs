//! A store that fails as it is told, in front of a real one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{AccountId, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::store::{
    Batch, Fetched, GameRecord, OnceKey, OrderLookup, OrderStore, RestingPlace, RestingRecord,
    Store, StoreError, StoreResult, XpRulesRecord,
};

mod accounts;
mod actions;
mod audit;
mod boards;
mod duels;
mod equity;
mod feed;
mod games;
mod gate;
mod guests;
mod hosting;
mod instruments;
mod intraday;
mod jobs;
mod log;
mod markets;
mod months;
mod notifications;
mod offerings;
mod offline;
mod operation;
mod players;
mod progress;
mod protection;
mod providers;
mod puzzles;
mod retention;
mod scenarios;
mod sessions;
mod social;
mod strategies;
mod targets;
mod titles;
mod variables;
mod watch_lists;

use gate::Gate;

/// What a commit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What it should.
    Commits,
    /// Fails, and nothing is written.
    FailsBefore,
    /// Fails after everything was written, as when the connection breaks before the answer.
    FailsAfter,
    /// Leaves one account out, as if another server had changed it.
    LeavesOneOut,
}

/// The store with its faults.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    /// Calls of the methods that pages read through.
    reads: AtomicU32,
    /// Chooses a fault for each commit; none: there are no faults.
    seeded: Mutex<Option<StdRng>>,
    /// The faults of the next commits, before any is chosen.
    next: Mutex<Vec<Fault>>,
    pub fetches: Gate,
    pub commits: Gate,
    /// Pages of the outbox that have been read and not handed over.
    pub outbox: Gate,
    /// Whether the market's candles cannot be read.
    history_fails: AtomicBool,
    /// Calls of the retention that are still let through; none: all.
    retention_calls: Mutex<Option<u32>>,
}

impl FaultyStore {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            reads: AtomicU32::new(0),
            seeded: Mutex::default(),
            next: Mutex::default(),
            fetches: Gate::default(),
            commits: Gate::default(),
            outbox: Gate::default(),
            history_fails: AtomicBool::new(false),
            retention_calls: Mutex::default(),
        })
    }

    /// Faults as a seed has them: about a third of all commits.
    pub fn seeded(inner: Arc<dyn Store>, seed: u64) -> Arc<Self> {
        let store = Self::new(inner);
        *store
            .seeded
            .lock()
            .expect("no test panics while it holds the lock") = Some(StdRng::seed_from_u64(seed));
        store
    }

    /// Calls of the methods that pages read through, so far.
    pub fn reads(&self) -> u32 {
        self.reads.load(Ordering::SeqCst)
    }

    fn read(&self) -> &Arc<dyn Store> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        &self.inner
    }

    /// What the next commits do, in this order.
    pub fn do_next(&self, faults: &[Fault]) {
        *self
            .next
            .lock()
            .expect("no test panics while it holds the lock") =
            faults.iter().rev().copied().collect();
    }

    /// Whether reading a market's candles fails from now on.
    pub fn fail_history(&self, fails: bool) {
        self.history_fails.store(fails, Ordering::SeqCst);
    }

    fn fault(&self) -> Fault {
        if let Some(fault) = self
            .next
            .lock()
            .expect("no test panics while it holds the lock")
            .pop()
        {
            return fault;
        }
        let mut seeded = self
            .seeded
            .lock()
            .expect("no test panics while it holds the lock");
        let Some(random) = seeded.as_mut() else {
            return Fault::Commits;
        };
        match random.random_range(0..100) {
            0..10 => Fault::FailsBefore,
            10..20 => Fault::FailsAfter,
            20..35 => Fault::LeavesOneOut,
            _ => Fault::Commits,
        }
    }
}

fn broken() -> StoreError {
    StoreError::Unavailable(sqlx::Error::PoolTimedOut)
}

/// The batch without all that belongs to the player of its first account.
fn without_first(batch: &Arc<Batch>) -> (Arc<Batch>, Vec<AccountId>) {
    let Some(player) = batch.accounts.first().map(|change| change.record.id.player) else {
        return (Arc::clone(batch), Vec::new());
    };
    let mut rest = Batch::clone(batch);
    let left_out = batch.accounts.iter().map(|change| change.record.id);
    let left_out = left_out.filter(|id| id.player == player).collect();
    rest.accounts
        .retain(|change| change.record.id.player != player);
    rest.players.retain(|change| change.player != player);
    rest.positions.retain(|(id, _)| id.player != player);
    rest.entries.retain(|(id, _)| id.player != player);
    rest.words.retain(|(id, _, _)| id.player != player);
    rest.awards.retain(|(id, _)| *id != player);
    rest.postings.retain(|(id, _, _)| id.player != player);
    rest.answers.retain(|(id, _)| id.player != player);
    rest.rested.retain(|record| record.account.player != player);
    rest.invested.retain(|one| one.account.player != player);
    rest.ended.retain(|(id, _)| id.player != player);
    rest.outcomes = rest.outcomes.map(|told| told.without(|id| id == player));
    (Arc::new(rest), left_out)
}

#[async_trait]
impl OrderStore for FaultyStore {
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        self.inner.list_games().await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        self.inner.list_xp_rules().await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        self.fetches.pass().await;
        self.inner.fetch_for_orders(orders).await
    }

    async fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> StoreResult<HashMap<(AccountId, OnceKey), i64>> {
        self.inner.find_done(keys).await
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.commits.pass().await;
        match self.fault() {
            Fault::Commits => self.inner.commit_batch(batch).await,
            Fault::FailsBefore => Err(broken()),
            Fault::FailsAfter => {
                self.inner.commit_batch(batch).await?;
                Err(broken())
            }
            Fault::LeavesOneOut => {
                let (rest, mut left_out) = without_first(batch);
                left_out.extend(self.inner.commit_batch(&rest).await?);
                Ok(left_out)
            }
        }
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.inner.list_resting_orders(after, limit).await
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn ping(&self) -> StoreResult<()> {
        self.inner.ping().await
    }

    async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        self.inner.prepare(now).await
    }

    async fn close(&self) {
        self.inner.close().await
    }
}
