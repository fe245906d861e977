//! Deletes what live markets cost within the day, when it is older than any chart shows. Daily candles stay.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::Store;

/// Minutes after midnight (UTC).
const AT: u16 = 3 * 60 + 50;
/// Minutes deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

pub(super) struct OldMinutes {
    store: Arc<dyn Store>,
    kept_days: u32,
}

impl OldMinutes {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            kept_days: parts.config.minutes_kept_days,
        }
    }
}

#[async_trait]
impl Kind for OldMinutes {
    const NAME: &'static str = "old_minutes";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let kept_s = i64::from(self.kept_days).saturating_mul(86_400);
        let before = job.now().plus_seconds(kept_s.saturating_neg());
        let delete = |limit| self.store.prune_minutes(before, limit);
        Ok(delete_in_portions(job, AT_ONCE, "minutes deleted", delete).await?)
    }
}
