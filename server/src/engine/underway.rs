//! A batch that has been decided: written, answered, and what is left to do of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::task::Poll;

use domain::api::OrderView;
use domain::{AccountId, PlayerId};
use tokio::task::JoinHandle;

use super::decide::{Decided, Outcome};
use super::watcher::SharedBook;
use super::{EngineError, Submission};
use crate::store::{Batch, Fate, OrderStore, StoreError};

/// A batch that can be written.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) batch: Vec<Submission>,
    pub(super) decided: Decided,
}

impl Ready {
    /// Whether it has to wait until what it was decided on is durable: it says so, and writes nothing
    /// that could wait in its place.
    pub(super) fn changes_nothing(&self) -> bool {
        self.decided.changes_nothing()
    }
}

/// What a batch leaves to its lane.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Accounts that may not be as they were decided to be. Without one, everything is written.
    pub(super) doubtful: Vec<AccountId>,
    /// Orders of accounts whose version had changed when they were to be written.
    pub(super) losers: Vec<Submission>,
}

/// A batch that a lane is writing. It goes on by itself, and answers whom it can.
#[derive(Debug)]
pub(super) struct Underway {
    accounts: Vec<AccountId>,
    players: HashSet<PlayerId>,
    fate: Fate,
    written: JoinHandle<Option<Left>>,
}

impl Underway {
    /// Begins to write it, after those that were decided before. It is handed over at once: of two tasks
    /// that are spawned, the second may run first.
    pub(super) async fn begin(
        store: Arc<dyn OrderStore>,
        book: Arc<SharedBook>,
        mut ready: Ready,
        before: Option<&Self>,
    ) -> Self {
        ready.decided.batch.after = before.map(|before| before.fate.clone());
        let fate = ready.decided.batch.fate.clone();
        if ready.changes_nothing() {
            fate.set_whole();
        }
        let accounts: Vec<_> = ready.batch.iter().map(|one| one.account).collect();
        let mut writing = Box::pin(write(store, book, ready));
        let begun = futures_util::poll!(&mut writing);
        Self {
            players: accounts.iter().map(|account| account.player).collect(),
            accounts,
            fate,
            written: tokio::spawn(async move {
                match begun {
                    Poll::Ready(left) => left,
                    Poll::Pending => writing.await,
                }
            }),
        }
    }

    /// Whether anything of a player is being written.
    pub(super) fn is_of(&self, player: PlayerId) -> bool {
        self.players.contains(&player)
    }

    /// Waits until it is written and answered. Whoever stops waiting can wait again; whoever has been
    /// told does not.
    pub(super) async fn end(&mut self) -> Left {
        let left = (&mut self.written).await.unwrap_or_else(|error| {
            tracing::error!(%error, "a batch of orders was not written to its end");
            None
        });
        left.unwrap_or_else(|| Left {
            doubtful: std::mem::take(&mut self.accounts),
            losers: Vec::new(),
        })
    }
}

/// Makes a batch durable, and then answers every order of it, but those of accounts that another
/// server has changed meanwhile. None: it may or may not have been written.
async fn write(store: Arc<dyn OrderStore>, book: Arc<SharedBook>, ready: Ready) -> Option<Left> {
    let nothing = ready.changes_nothing();
    let Ready { batch, decided } = ready;
    let written = Arc::new(decided.batch);
    let lost = if nothing {
        Vec::new()
    } else {
        match store.commit_batch(&written).await {
            Ok(lost) => lost,
            Err(error) => {
                fail_by_store(batch, &error, "orders could not be written");
                return None;
            }
        }
    };
    enter(&book, &written, &lost);
    Some(Left {
        losers: answer(batch, decided.outcomes, &lost),
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
fn answer(batch: Vec<Submission>, outcomes: Vec<Outcome>, lost: &[AccountId]) -> Vec<Submission> {
    let lost: HashSet<AccountId> = lost.iter().copied().collect();
    let mut losers = Vec::new();
    for (submission, outcome) in batch.into_iter().zip(outcomes) {
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
