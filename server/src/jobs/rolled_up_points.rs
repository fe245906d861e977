//! Rolls up equity points that are older than a year, at night.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::equity::roll_up;
use crate::store::Store;
use crate::store::jobs::Priority;

/// Ten past four in the morning, UTC.
const AT_MINUTE: u16 = 4 * 60 + 10;
const HARD: Duration = Duration::from_secs(6 * 3_600);

pub(super) struct RolledUpPoints {
    store: Arc<dyn Store>,
}

impl RolledUpPoints {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for RolledUpPoints {
    const NAME: &'static str = "rolled_up_points";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Batch,
            soft: HARD,
            hard: HARD,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT_MINUTE), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let stop = |deleted| {
            let deleted = i64::try_from(deleted).unwrap_or(i64::MAX);
            job.progress(deleted, None, "points rolled up");
            job.stop().is_some()
        };
        roll_up(&self.store, job.now(), stop).await?;
        Ok(if job.stop().is_some() {
            Done::Unfinished
        } else {
            Done::Finished
        })
    }
}
