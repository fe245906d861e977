//! A lane of the engine: takes the orders that have arrived, fetches and decides them as one batch; when
//! many wait, while the batch before is being written and answered.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use domain::{AccountId, InstrumentId, PlayerId, Timestamp};
use tokio::sync::{mpsc, watch};

use super::decide::{Decided, Moment, Request, decide};
use super::memory::Memory;
use super::rules::{XpRuleBook, closed};
use super::underway::{Left, Ready, Underway, fail, fail_by_store};
use super::watcher::SharedBook;
use super::{Submission, Task};
use crate::clock::Clock;
use crate::config::EngineConfig;
use crate::market::{Market, Snapshot};
use crate::store::{OrderLookup, OrderStore, StoreResult};

/// Further tries of the orders of an account that another server changed meanwhile.
const RETRIES_MAX: u32 = 3;
const BACKOFF_MS: u64 = 4;
/// Batches that have been handed over. Only one is being written; the other one waits there, so that the
/// writer goes on without waiting for the lane.
const UNDERWAY_MAX: usize = 2;

/// What a lane works with.
#[derive(Debug)]
pub(super) struct Lane {
    store: Arc<dyn OrderStore>,
    market: Arc<Market>,
    clock: Arc<dyn Clock>,
    rules: Arc<XpRuleBook>,
    book: Arc<SharedBook>,
    batch_max: usize,
    /// So many are decided while others are being written; at most `batch_max`.
    ahead_min: usize,
    memory: Memory,
    /// The latest instant of a batch: a machine's clock that is set back does not take the
    /// ledger back in time.
    latest: Timestamp,
}

impl Lane {
    pub(super) fn new(
        store: Arc<dyn OrderStore>,
        market: Arc<Market>,
        clock: Arc<dyn Clock>,
        rules: Arc<XpRuleBook>,
        book: Arc<SharedBook>,
        config: &EngineConfig,
        accounts_max: usize,
    ) -> Self {
        let batch_max = config.batch_max.max(1);
        Self {
            store,
            market,
            clock,
            rules,
            book,
            batch_max,
            ahead_min: config.ahead_min.clamp(1, batch_max),
            memory: Memory::new(accounts_max),
            latest: Timestamp::default(),
        }
    }

    /// Works until the engine closes and the queue is empty. A batch is what came while the one before
    /// was written; many are decided meanwhile. An idle lane adds no delay.
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Submission>,
        mut closing: watch::Receiver<bool>,
    ) {
        let mut open = true;
        let mut more = true;
        let mut underway = VecDeque::new();
        let mut waiting = Vec::new();
        loop {
            let enough = if underway.is_empty() {
                1
            } else {
                self.ahead_min
            };
            let room = self.batch_max.saturating_sub(waiting.len());
            if waiting.len() < enough || underway.len() >= UNDERWAY_MAX {
                tokio::select! {
                    biased;
                    () = closed(&mut closing), if open => {
                        // What is in the queue is still received, then nothing.
                        queue.close();
                        open = false;
                    }
                    left = first_end(&mut underway), if !underway.is_empty() => {
                        self.take_up(left, &mut underway).await;
                    }
                    received = queue.recv_many(&mut waiting, room), if more && room > 0 => {
                        more = received > 0;
                    }
                    else => break,
                }
                continue;
            }
            waiting.extend(std::iter::from_fn(|| queue.try_recv().ok()).take(room));
            let (now, later) = self.part(waiting, &underway);
            waiting = later;
            if now.is_empty() {
                let left = first_end(&mut underway).await;
                self.take_up(left, &mut underway).await;
                continue;
            }
            let Some(mut ready) = self.prepare(now).await else {
                continue;
            };
            if !self.store.writes_in_order() || ready.changes_nothing() {
                let Some(still) = self.wait_for_all(&mut underway, ready).await else {
                    continue;
                };
                ready = still;
            }
            let begun = self.begin(ready, underway.back()).await;
            underway.push_back(begun);
        }
    }

    /// Waits until everything else is written. What was decided on it is decided again if not.
    async fn wait_for_all(
        &mut self,
        underway: &mut VecDeque<Underway>,
        ready: Ready,
    ) -> Option<Ready> {
        let mut right = true;
        while !underway.is_empty() {
            let left = first_end(underway).await;
            if !left.doubtful.is_empty() {
                self.forget(ready.batch.iter().map(|submission| submission.account));
                right = false;
            }
            self.take_up(left, underway).await;
        }
        if right {
            Some(ready)
        } else {
            self.prepare(ready.batch).await
        }
    }

    /// Takes up what a batch has left to do. If it was not written as it was decided, then neither are
    /// those that were decided on it.
    async fn take_up(&mut self, left: Left, underway: &mut VecDeque<Underway>) {
        if left.doubtful.is_empty() {
            return;
        }
        let mut losers = left.losers;
        self.forget(left.doubtful);
        while !underway.is_empty() {
            let left = first_end(underway).await;
            self.forget(left.doubtful);
            losers.extend(left.losers);
        }
        self.retry(losers).await;
    }

    /// Those that can be decided while others are being written, and those that have to wait until
    /// they are: of their players, what is not remembered would be read as it was before. All that a
    /// player has sent waits together.
    fn part(
        &mut self,
        batch: Vec<Submission>,
        underway: &VecDeque<Underway>,
    ) -> (Vec<Submission>, Vec<Submission>) {
        let snapshot = self.market.snapshot();
        let must_read = |submission: &&Submission| {
            let player = submission.account.player;
            underway.iter().any(|underway| underway.is_of(player))
                && (submission.task.is_of_a_resting_order()
                    || !self.memory.knows(&lookup(submission, &snapshot)))
        };
        let player = |submission: &Submission| submission.account.player;
        let waiting: HashSet<PlayerId> = batch.iter().filter(must_read).map(player).collect();
        if waiting.is_empty() {
            return (batch, Vec::new());
        }
        batch
            .into_iter()
            .partition(|submission| !waiting.contains(&submission.account.player))
    }

    /// Decides a batch. From here on its outcome is remembered as if it were written: the next batch
    /// is decided on it, and written only if this one was.
    async fn prepare(&mut self, batch: Vec<Submission>) -> Option<Ready> {
        if batch.is_empty() {
            return None;
        }
        match self.decide(&batch).await {
            Ok(decided) => {
                self.memory.written(&decided.batch);
                Some(Ready { batch, decided })
            }
            Err(error) => {
                fail_by_store(batch, &error, "orders could not be prepared");
                None
            }
        }
    }

    async fn begin(&self, ready: Ready, before: Option<&Underway>) -> Underway {
        let (store, book) = (Arc::clone(&self.store), Arc::clone(&self.book));
        Underway::begin(store, book, ready, before).await
    }

    fn forget(&mut self, accounts: impl IntoIterator<Item = AccountId>) {
        for account in accounts {
            self.memory.forget(account);
        }
    }

    /// Tries those again that lost to another server.
    async fn retry(&mut self, mut losers: Vec<Submission>) {
        for retry in 0..RETRIES_MAX {
            if losers.is_empty() {
                return;
            }
            let longest = BACKOFF_MS << retry;
            let backoff_ms = self.clock.draw(longest).saturating_add(1);
            tokio::time::sleep(Duration::from_millis(backoff_ms)).await;
            let Some(ready) = self.prepare(losers).await else {
                return;
            };
            let left = self.begin(ready, None).await.end().await;
            self.forget(left.doubtful);
            losers = left.losers;
        }
        if let Some(loser) = losers.first() {
            tracing::warn!(account = %loser.account, orders = losers.len(), "orders kept losing to another server");
            fail(losers, "the account is being changed by another server");
        }
    }

    async fn decide(&mut self, batch: &[Submission]) -> StoreResult<Decided> {
        // Whether an order rests is not guessed: what is said of its key has to be read.
        for submission in batch {
            if submission.task.is_of_a_resting_order() {
                self.memory.forget(submission.account);
            }
        }
        let snapshot = self.market.snapshot();
        let lookups: Vec<_> = batch.iter().map(|one| lookup(one, &snapshot)).collect();
        let (mut touched, unknown) = self.memory.recall(&lookups);
        if !unknown.is_empty() {
            let fetched = self.store.fetch_for_orders(&unknown).await?;
            self.memory.learn(&unknown, &fetched);
            touched.extend(fetched);
        }
        // Prices and time are taken after the fetch, so that they are as new as can be.
        let snapshot = self.market.snapshot();
        self.latest = self.latest.max(self.clock.now());
        let now = self.latest;
        let xp_rules = self.rules.effective(now);
        let requests: Vec<Request<'_>> = batch.iter().map(Request::of).collect();
        Ok(decide(
            touched,
            &requests,
            Moment {
                snapshot: &snapshot,
                xp_rules: &xp_rules,
                now,
            },
        ))
    }
}

/// Waits for the batch that was handed over first; there is one. Whoever stops waiting can wait again.
async fn first_end(underway: &mut VecDeque<Underway>) -> Left {
    let Some(first) = underway.front_mut() else {
        return Left::default();
    };
    let left = first.end().await;
    underway.pop_front();
    left
}

fn lookup(submission: &Submission, snapshot: &Snapshot) -> OrderLookup {
    OrderLookup {
        account: submission.account,
        instrument: instrument(&submission.task, snapshot),
        key: submission.task.order().key().clone(),
    }
}

/// An order that rests knows its instrument, though another market may run now.
fn instrument(task: &Task, snapshot: &Snapshot) -> Option<InstrumentId> {
    match task {
        Task::Place(order) => {
            let found = snapshot.catalogue.find(order.symbol());
            found.map(|(_, found)| found.id)
        }
        Task::Cancel(record) | Task::Settle(record) => Some(record.instrument),
    }
}
