//! The typed interface for enqueueing jobs.

use std::sync::Arc;

use domain::Timestamp;
use tokio::sync::Notify;

use super::kind::Kind;
use crate::clock::Clock;
use crate::store::jobs::{Enqueued, JobId, NewJob, PAYLOAD_MAX, Priority};
use crate::store::{JobStore, StoreError};

/// Maximum characters of a key.
const KEY_MAX: usize = 200;

/// Why a job was not enqueued.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The payload cannot be stored.
    #[error("the payload of {kind} cannot be stored: {reason}")]
    Payload {
        /// The kind.
        kind: &'static str,
        /// Why not.
        reason: String,
    },
    /// The key is empty or too long.
    #[error("a key of {kind} has {length} characters and may have 1 to {KEY_MAX}")]
    Key {
        /// The kind.
        kind: &'static str,
        /// Its length.
        length: usize,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Options of a job besides its payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    key: Option<String>,
    priority: Option<Priority>,
    run_at: Option<Timestamp>,
}

impl Ask {
    /// At most one job of the kind with this key is waiting or running: enqueueing returns the existing one.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// A priority other than the kind's.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Not before this instant.
    #[must_use]
    pub fn run_at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }
}

/// A job of a kind, to be enqueued by [`Queue`] or in the transaction of a batch.
///
/// # Errors
/// When payload or key cannot be stored.
pub fn job_of<K: Kind>(
    payload: &K::Payload,
    ask: &Ask,
    now: Timestamp,
    clock: &dyn Clock,
) -> Result<NewJob, QueueError> {
    let refused = |reason: String| QueueError::Payload {
        kind: K::NAME,
        reason,
    };
    let payload = serde_json::to_string(payload).map_err(|error| refused(error.to_string()))?;
    if payload.len() > PAYLOAD_MAX {
        let length = payload.len();
        return Err(refused(format!("{length} bytes, {PAYLOAD_MAX} at most")));
    }
    let length = ask.key.as_ref().map(|key| key.chars().count());
    if let Some(length) = length.filter(|length| !(1..=KEY_MAX).contains(length)) {
        return Err(QueueError::Key {
            kind: K::NAME,
            length,
        });
    }
    let limits = K::limits();
    let id = clock.draw(i64::MAX.unsigned_abs());
    Ok(NewJob {
        id: JobId(i64::try_from(id).unwrap_or(i64::MAX)),
        kind: K::NAME.to_owned(),
        key: ask.key.clone(),
        payload,
        version: K::VERSION,
        priority: ask.priority.unwrap_or(limits.priority),
        run_at: ask.run_at.unwrap_or(now),
        max_attempts: limits.max_attempts,
        created_at: now,
    })
}

/// The queue. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    store: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
    server: Option<i64>,
}

impl Queue {
    /// The queue in a store.
    #[must_use]
    pub fn new(store: Arc<dyn JobStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            clock,
            wake: Arc::default(),
            server: None,
        }
    }

    /// The same queue, worked on by the server with this number, which no other running server has.
    #[must_use]
    pub fn of_server(self, server: Option<i64>) -> Self {
        Self { server, ..self }
    }

    /// Enqueues a job in a transaction of its own, and wakes this server's worker.
    ///
    /// # Errors
    /// A [`QueueError`].
    pub async fn enqueue<K: Kind>(
        &self,
        payload: &K::Payload,
        ask: &Ask,
    ) -> Result<Enqueued, QueueError> {
        let new = job_of::<K>(payload, ask, self.clock.now(), &*self.clock)?;
        let enqueued = self.store.enqueue_job(&new).await?;
        self.wake();
        Ok(enqueued)
    }

    /// Wakes this server's worker because something may be due; other servers find it at their next poll.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) fn store(&self) -> &Arc<dyn JobStore> {
        &self.store
    }

    pub(super) fn server(&self) -> Option<i64> {
        self.server
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}
