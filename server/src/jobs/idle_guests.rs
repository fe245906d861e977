//! Removes guests who did nothing and have not come back.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::security::{GUEST_REMOVED, record};
use crate::store::Store;

/// Ten past four in the morning, UTC.
const AT_MINUTE: u16 = 4 * 60 + 10;
const DAY_S: i64 = 86_400;
/// Guests examined per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 100;

pub(super) struct IdleGuests {
    store: Arc<dyn Store>,
    /// `None` means never.
    kept_days: Option<u32>,
}

impl IdleGuests {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            kept_days: Some(parts.config.idle_guests_kept_days).filter(|days| *days > 0),
        }
    }
}

#[async_trait]
impl Kind for IdleGuests {
    const NAME: &'static str = "idle_guests";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        self.kept_days?;
        Some((Schedule::daily(AT_MINUTE), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let Some(days) = self.kept_days else {
            return Ok(Done::Finished);
        };
        let (mut after, mut removed) = (None, 0_i64);
        loop {
            let now = job.now();
            let unseen_since = now.plus_seconds(-i64::from(days) * DAY_S);
            let page = self.store.list_guests(unseen_since, after, AT_ONCE).await?;
            let Some(last) = page.last().copied() else {
                return Ok(Done::Finished);
            };
            after = Some(last);
            let guests: Vec<_> = page.iter().map(|(_, player)| *player).collect();
            let gone = self.store.remove_idle_guests(&guests, unseen_since, now);
            let gone = gone.await?;
            for guest in &gone {
                record(GUEST_REMOVED, Some(*guest), None);
            }
            removed = removed.saturating_add(i64::try_from(gone.len()).unwrap_or(i64::MAX));
            job.progress(removed, None, "guests removed");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
    }
}
