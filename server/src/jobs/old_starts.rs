//! Deletes old starts of offline play. The results that count stay.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::Store;

/// Minutes after midnight (UTC).
const AT: u16 = 3 * 60 + 50;
/// Days that they are kept after their result was due.
const KEPT_DAYS: i64 = 180;
/// Starts deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

pub(super) struct OldStarts {
    store: Arc<dyn Store>,
}

impl OldStarts {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for OldStarts {
    const NAME: &'static str = "old_starts";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let before = job.now().plus_seconds(-KEPT_DAYS * 86_400);
        let delete = |limit| self.store.prune_offline_starts(before, limit);
        Ok(delete_in_portions(job, AT_ONCE, "starts deleted", delete).await?)
    }
}
