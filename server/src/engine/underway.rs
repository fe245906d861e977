//! A batch that has been decided: written, answered, and what is left to do of it.

use std::collections::HashSet;
use std::sync::Arc;

use domain::api::OrderView;
use domain::{AccountId, PlayerId};
use tokio::task::JoinHandle;

use super::decide::{Decided, Outcome};
use super::watcher::SharedBook;
use super::{EngineError, Submission};
use crate::store::{Batch, OrderStore, StoreError};

/// A batch that can be written.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) batch: Vec<Submission>,
    pub(super) decided: Decided,
}

/// What a batch leaves to its lane.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Accounts that may not be as they were decided to be. Without one, everything is written.
    pub(super) doubtful: Vec<AccountId>,
    /// Orders of accounts whose version had changed when they were to be written.
    pub(super) losers: Vec<Submission>,
}

/// The batch that a lane is writing, if there is one. It goes on by itself, and answers whom it can.
#[derive(Debug, Default)]
pub(super) struct Underway {
    accounts: Vec<AccountId>,
    players: HashSet<PlayerId>,
    written: Option<JoinHandle<Option<Left>>>,
}

impl Underway {
    pub(super) fn begin(store: Arc<dyn OrderStore>, book: Arc<SharedBook>, ready: Ready) -> Self {
        let accounts: Vec<_> = ready.batch.iter().map(|one| one.account).collect();
        Self {
            players: accounts.iter().map(|account| account.player).collect(),
            accounts,
            written: Some(tokio::spawn(write(store, book, ready))),
        }
    }

    pub(super) fn is_some(&self) -> bool {
        self.written.is_some()
    }

    /// Whether anything of a player is being written.
    pub(super) fn is_of(&self, player: PlayerId) -> bool {
        self.players.contains(&player)
    }

    /// Waits until it is written and answered; without one, nothing is left. Whoever stops waiting can
    /// wait again.
    pub(super) async fn end(&mut self) -> Left {
        let Some(written) = &mut self.written else {
            return Left::default();
        };
        let left = written.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a batch of orders was not written to its end");
            None
        });
        let accounts = std::mem::take(self).accounts;
        left.unwrap_or_else(|| Left {
            doubtful: accounts,
            losers: Vec::new(),
        })
    }
}

/// Makes a batch durable, and then answers every order of it, but those of accounts that another
/// server has changed meanwhile. None: it may or may not have been written.
async fn write(store: Arc<dyn OrderStore>, book: Arc<SharedBook>, ready: Ready) -> Option<Left> {
    let Ready { batch, decided } = ready;
    let lost = if decided.changes_nothing() {
        Vec::new()
    } else {
        match store.commit_batch(&decided.batch).await {
            Ok(lost) => lost,
            Err(error) => {
                fail_by_store(batch, &error, "orders could not be written");
                return None;
            }
        }
    };
    enter(&book, &decided.batch, &lost);
    Some(Left {
        losers: answer(batch, decided, &lost),
        doubtful: lost,
    })
}

/// Enters into the book what has been written.
fn enter(book: &SharedBook, written: &Batch, lost: &[AccountId]) {
    if written.rested.is_empty() && written.ended.is_empty() {
        return;
    }
    let mut book = book.lock();
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

pub(super) fn fail_by_store(batch: Vec<Submission>, error: &StoreError, what: &'static str) {
    tracing::error!(%error, orders = batch.len(), what);
    fail(batch, &error.to_string());
}

pub(super) fn fail(batch: Vec<Submission>, why: &str) {
    for submission in batch {
        reply(submission, Err(EngineError::Store(why.to_owned())));
    }
}

fn reply(submission: Submission, answer: Result<OrderView, EngineError>) {
    // Whoever has gone meanwhile finds the answer under the key.
    submission.reply.send(answer).ok();
}
