//! Makes a decided batch durable, then notifies the book of resting orders and everyone who
//! submitted an order.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{AccountId, PlayerId};
use tokio::time::Instant;

use super::counts::EngineCounts;
use super::decide::{Decided, Outcome};
use super::reply::{fail_by_store, reply};
use super::watcher::SharedBook;
use super::{EngineError, Submission};
use crate::feed::Publisher;
use crate::store::{Batch, OrderStore};

/// Who is notified of a batch besides those who submitted it.
#[derive(Debug, Clone)]
pub(super) struct Listeners {
    pub(super) book: Arc<SharedBook>,
    pub(super) publisher: Publisher,
    pub(super) counts: EngineCounts,
}

/// A batch that has been written.
#[derive(Debug)]
pub(super) struct Committed {
    /// The batch.
    pub(super) written: Arc<Batch>,
    /// The accounts that another server had changed. Nothing was written for them.
    pub(super) lost: Vec<AccountId>,
    /// Their orders.
    pub(super) losers: Vec<Submission>,
}

/// Writes a batch and answers its orders, except those of the accounts that lost. `None` means the
/// store failed, and the batch may or may not have been written.
///
/// Runs as a task of its own, so that a batch in flight is answered even when the lane is dropped.
pub(super) async fn commit(
    store: Arc<dyn OrderStore>,
    listeners: Listeners,
    batch: Vec<Submission>,
    decided: Decided,
) -> Option<Committed> {
    let task = tokio::spawn(write(store, listeners, batch, decided));
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "writing a batch of orders ended early");
        None
    })
}

async fn write(
    store: Arc<dyn OrderStore>,
    listeners: Listeners,
    batch: Vec<Submission>,
    decided: Decided,
) -> Option<Committed> {
    let changes_nothing = decided.changes_nothing();
    let start = Instant::now();
    let written = Arc::new(decided.batch);
    let lost = if changes_nothing {
        Vec::new()
    } else {
        match store.commit_batch(&written).await {
            Ok(lost) => lost,
            Err(error) => {
                listeners.counts.failed();
                fail_by_store(batch, &error, "orders could not be written");
                return None;
            }
        }
    };
    let losers = {
        let lost: HashSet<AccountId> = lost.iter().copied().collect();
        update_book(&listeners.book, &written, &lost);
        publish(&listeners.publisher, &written, &lost);
        answer(batch, decided.outcomes, &lost)
    };
    if !changes_nothing {
        let took = start.elapsed();
        let entries = written.entries.len();
        listeners.counts.committed(entries, losers.len(), took);
    }
    Some(Committed {
        written,
        lost,
        losers,
    })
}

/// Publishes to the readers of the feed, leaving out the players who lost.
fn publish(publisher: &Publisher, written: &Batch, lost: &HashSet<AccountId>) {
    let Some(outcomes) = &written.outcomes else {
        return;
    };
    let left_out: HashSet<PlayerId> = lost.iter().map(|account| account.player).collect();
    publisher.publish(outcomes.without(|player| left_out.contains(&player)));
}

/// Adds new resting orders to the book and removes those that ended.
fn update_book(book: &SharedBook, written: &Batch, lost: &HashSet<AccountId>) {
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

/// Sends every outcome except those of the accounts that lost; returns the orders of those accounts.
fn answer(
    batch: Vec<Submission>,
    outcomes: Vec<Outcome>,
    lost: &HashSet<AccountId>,
) -> Vec<Submission> {
    let mut losers = Vec::new();
    for (submission, outcome) in batch.into_iter().zip(outcomes) {
        if lost.contains(&submission.account) {
            losers.push(submission);
            continue;
        }
        reply(
            submission,
            match outcome {
                Outcome::Done(done) => Ok(done),
                Outcome::KeyReused => Err(EngineError::KeyReused),
                Outcome::NoAccount => Err(EngineError::NoAccount),
                Outcome::NoOrder => Err(EngineError::NoOrder),
                Outcome::Refused(error) => Err(EngineError::Refused(error)),
            },
        );
    }
    losers
}
