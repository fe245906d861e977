//! A lane of the engine: takes the orders that have arrived, and fetches, decides, commits and
//! answers them as one batch.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::{AccountId, InstrumentId, Timestamp};
use tokio::sync::{mpsc, watch};

use super::decide::{Decided, Moment, Outcome, Request, decide};
use super::memory::Memory;
use super::rules::{XpRuleBook, closed};
use super::watcher::SharedBook;
use super::{EngineError, Submission, Task};
use crate::clock::Clock;
use crate::market::{Market, Snapshot};
use crate::store::{Batch, OrderLookup, OrderStore, StoreError};

/// Further tries of the orders of an account that another server changed meanwhile.
const RETRIES_MAX: u32 = 3;
const BACKOFF_MS: u64 = 4;

/// What a lane works with.
#[derive(Debug)]
pub(super) struct Lane {
    store: Arc<dyn OrderStore>,
    market: Arc<Market>,
    clock: Arc<dyn Clock>,
    rules: Arc<XpRuleBook>,
    book: Arc<SharedBook>,
    batch_max: usize,
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
        batch_max: usize,
        accounts_max: usize,
    ) -> Self {
        Self {
            store,
            market,
            clock,
            rules,
            book,
            batch_max: batch_max.max(1),
            memory: Memory::new(accounts_max),
            latest: Timestamp::default(),
        }
    }

    /// Works until the engine closes and the queue is empty. A batch is what came during the
    /// commit of the one before, so an idle lane adds no delay.
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Submission>,
        mut closing: watch::Receiver<bool>,
    ) {
        let mut open = true;
        loop {
            let mut batch = Vec::new();
            let received = tokio::select! {
                biased;
                () = closed(&mut closing), if open => {
                    // What is in the queue is still received, then nothing.
                    queue.close();
                    open = false;
                    continue;
                }
                received = queue.recv_many(&mut batch, self.batch_max) => received,
            };
            if received == 0 {
                break;
            }
            self.execute(batch).await;
        }
    }

    /// Answers every order of a batch, trying again those that lost to another server.
    async fn execute(&mut self, batch: Vec<Submission>) {
        let mut losers = self.attempt(batch).await;
        for retry in 0..RETRIES_MAX {
            if losers.is_empty() {
                return;
            }
            let longest = BACKOFF_MS << retry;
            let backoff_ms = self.clock.draw(longest).saturating_add(1);
            tokio::time::sleep(Duration::from_millis(backoff_ms)).await;
            losers = self.attempt(losers).await;
        }
        if let Some(loser) = losers.first() {
            tracing::warn!(account = %loser.account, orders = losers.len(), "orders kept losing to another server");
            fail(losers, "the account is being changed by another server");
        }
    }

    /// Answers the orders of a batch, but those of accounts whose version had changed when they
    /// were to be written: these are given back.
    async fn attempt(&mut self, batch: Vec<Submission>) -> Vec<Submission> {
        let decided = match self.decide(&batch).await {
            Ok(decided) => decided,
            Err(error) => {
                fail_by_store(batch, &error, "orders could not be prepared");
                return Vec::new();
            }
        };
        let lost = if decided.changes_nothing() {
            Vec::new()
        } else {
            match self.store.commit_batch(&decided.batch).await {
                Ok(lost) => lost,
                Err(error) => {
                    // It may or may not have been written.
                    for submission in &batch {
                        self.memory.forget(submission.account);
                    }
                    fail_by_store(batch, &error, "orders could not be written");
                    return Vec::new();
                }
            }
        };
        self.memory.written(&decided.batch);
        for account in &lost {
            self.memory.forget(*account);
        }
        self.enter(&decided.batch, &lost);
        answer(batch, decided, &lost)
    }

    /// Enters into the book what has been written.
    fn enter(&self, written: &Batch, lost: &[AccountId]) {
        if written.rested.is_empty() && written.ended.is_empty() {
            return;
        }
        let mut book = self.book.lock();
        for record in &written.rested {
            if !lost.contains(&record.account) {
                book.insert(Arc::new(record.clone()));
            }
        }
        for (account, answer) in &written.ended {
            if !lost.contains(account) {
                book.remove(*account, &answer.view.idempotency_key);
            }
        }
    }

    async fn decide(&mut self, batch: &[Submission]) -> Result<Decided, StoreError> {
        // Whether an order rests is not guessed: what is said of its key has to be read.
        for submission in batch {
            if !matches!(submission.task, Task::Place(_)) {
                self.memory.forget(submission.account);
            }
        }
        let lookups = lookups(batch, &self.market.snapshot());
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

fn lookups(batch: &[Submission], snapshot: &Snapshot) -> Vec<OrderLookup> {
    let lookup = |submission: &Submission| OrderLookup {
        account: submission.account,
        instrument: instrument(&submission.task, snapshot),
        key: submission.task.order().key().clone(),
    };
    batch.iter().map(lookup).collect()
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

/// Sends every outcome but those of the accounts that lost, whose orders are given back.
fn answer(batch: Vec<Submission>, decided: Decided, lost: &[AccountId]) -> Vec<Submission> {
    let lost: HashSet<AccountId> = lost.iter().copied().collect();
    let mut losers = Vec::new();
    for (submission, outcome) in batch.into_iter().zip(decided.outcomes) {
        if lost.contains(&submission.account) {
            losers.push(submission);
            continue;
        }
        reply(
            submission,
            match outcome {
                Outcome::Answer(view) => Ok(*view),
                Outcome::KeyReused => Err(EngineError::KeyReused),
                Outcome::NoAccount => Err(EngineError::NoAccount),
                Outcome::NoOrder => Err(EngineError::NoOrder),
            },
        );
    }
    losers
}

fn fail_by_store(batch: Vec<Submission>, error: &StoreError, what: &'static str) {
    tracing::error!(%error, orders = batch.len(), what);
    fail(batch, &error.to_string());
}

fn fail(batch: Vec<Submission>, why: &str) {
    for submission in batch {
        reply(submission, Err(EngineError::Store(why.to_owned())));
    }
}

fn reply(submission: Submission, answer: Result<domain::api::OrderView, EngineError>) {
    // Whoever has gone meanwhile finds the answer under the key.
    submission.reply.send(answer).ok();
}
