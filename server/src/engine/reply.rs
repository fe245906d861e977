//! Replies to those who submitted orders.

use super::{Done, EngineError, Submission};
use crate::store::StoreError;

/// Tells everyone in a batch that the store failed, and logs why.
pub(super) fn fail_by_store(batch: Vec<Submission>, error: &StoreError, what: &'static str) {
    tracing::error!(%error, orders = batch.len(), what);
    fail(batch, &error.to_string());
}

/// Tells everyone in a batch why there is no outcome.
pub(super) fn fail(batch: Vec<Submission>, why: &str) {
    for submission in batch {
        reply(submission, Err(EngineError::Store(why.to_owned())));
    }
}

/// Replies to one submission. A client that has disconnected finds the answer under its key.
pub(super) fn reply(submission: Submission, answer: Result<Done, EngineError>) {
    submission.reply.send(answer).ok();
}
