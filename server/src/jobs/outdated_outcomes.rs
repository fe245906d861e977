//! Deletes outcomes that every reader has read or given up on.

use std::sync::Arc;

use async_trait::async_trait;
use domain::Timestamp;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::{Store, StoreResult};

const EVERY_S: u32 = 60;
/// Seconds that outcomes stay for readers that were disconnected.
const KEPT_S: i64 = 3_600;
/// Seconds that outcomes stay if they have not become notifications yet.
const UNREAD_KEPT_S: i64 = 86_400;
/// Batches deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 5_000;

pub(super) struct OutdatedOutcomes {
    store: Arc<dyn Store>,
}

impl OutdatedOutcomes {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }

    /// The instant before which all batches have become notifications; `before` at the latest.
    async fn read_before(&self, before: Timestamp) -> StoreResult<Timestamp> {
        let positions = self.store.list_notification_positions().await?;
        let mut read = before;
        for lane in self.store.list_lanes().await? {
            let position = positions.iter().find(|position| position.lane == lane);
            let seq = position.map_or(0, |position| position.seq);
            if let Some(next) = self.store.list_outcomes(lane, seq, 1).await?.first() {
                read = read.min(next.at);
            }
        }
        Ok(read)
    }
}

#[async_trait]
impl Kind for OutdatedOutcomes {
    const NAME: &'static str = "outdated_outcomes";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let now = job.now();
        let read = self.read_before(now.plus_seconds(-KEPT_S)).await?;
        let before = read.max(now.plus_seconds(-UNREAD_KEPT_S));
        let delete = |limit| self.store.prune_outcomes(before, limit);
        Ok(delete_in_portions(job, AT_ONCE, "batches of outcomes deleted", delete).await?)
    }
}
