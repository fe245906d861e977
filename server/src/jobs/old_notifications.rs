//! Deletes old notifications.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::Store;

/// Minutes after midnight (UTC).
const AT: u16 = 3 * 60 + 40;
/// Days that they are kept.
const KEPT_DAYS: i64 = 90;
/// Notifications deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

pub(super) struct OldNotifications {
    store: Arc<dyn Store>,
}

impl OldNotifications {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for OldNotifications {
    const NAME: &'static str = "old_notifications";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let before = job.now().plus_seconds(-KEPT_DAYS * 86_400);
        let delete = |limit| self.store.prune_notifications(before, limit);
        Ok(delete_in_portions(job, AT_ONCE, "notifications deleted", delete).await?)
    }
}
