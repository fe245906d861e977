//! Deletes old job results and old dead jobs.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::config::JobsConfig;
use crate::store::Store;
use crate::store::jobs::{JobState, Priority};

const EVERY_S: u32 = 3_600;
/// Jobs deleted per transaction.
const AT_ONCE: u32 = 1_000;
const HOUR_S: i64 = 3_600;

pub(super) struct EndedJobs {
    store: Arc<dyn Store>,
    config: JobsConfig,
}

impl EndedJobs {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            config: parts.config.clone(),
        }
    }
}

#[async_trait]
impl Kind for EndedJobs {
    const NAME: &'static str = "ended_jobs";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Low,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let kept_hours = [
            (JobState::Finished, self.config.results_kept_hours),
            (JobState::Dead, self.config.dead_kept_days * 24),
        ];
        for (state, hours) in kept_hours {
            let before = job.now().plus_seconds(-i64::from(hours) * HOUR_S);
            let delete = |limit| self.store.prune_jobs(state, before, limit);
            let done = delete_in_portions(job, AT_ONCE, "jobs deleted", delete).await?;
            if !matches!(done, Done::Finished) {
                return Ok(done);
            }
        }
        Ok(Done::Finished)
    }
}
