//! Deletes old duels. Their runs stay, like those of other scenarios.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::Store;

/// Minutes after midnight (UTC).
const AT: u16 = 3 * 60 + 45;
/// Days that they are kept.
const KEPT_DAYS: i64 = 180;
/// Duels deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

pub(super) struct OldDuels {
    store: Arc<dyn Store>,
}

impl OldDuels {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for OldDuels {
    const NAME: &'static str = "old_duels";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let before = job.now().plus_seconds(-KEPT_DAYS * 86_400);
        let delete = |limit| self.store.prune_duels(before, limit);
        Ok(delete_in_portions(job, AT_ONCE, "duels deleted", delete).await?)
    }
}
