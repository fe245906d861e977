//! Looks for offerings with something to allocate, and enqueues one job for each.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Allocations, GRACE_S, Payload};
use crate::jobs::running::SERVER_DIED;
use crate::jobs::{Ask, Context, Done, JobError, Kind, Limits, Parts, Schedule, job_of};
use crate::store::Store;
use crate::store::jobs::{JobFilter, JobRecord, JobState, Priority};

const EVERY_S: u32 = 2;
/// Maximum offerings examined per run.
const OFFERINGS_MAX: u32 = 1_000;

pub(in crate::jobs) struct DueOfferings {
    store: Arc<dyn Store>,
}

impl DueOfferings {
    pub(in crate::jobs) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }

    /// Offerings whose job is dead because its attempts failed: they wait for an operator. A job that died
    /// with its server is replaced by another one, which finds what was decided.
    async fn given_up(&self) -> Result<HashSet<i64>, JobError> {
        let filter = JobFilter {
            kind: Some(Allocations::NAME.to_owned()),
            state: Some(JobState::Dead),
        };
        let dead = self.store.list_jobs(&filter, None, OFFERINGS_MAX).await?;
        let failed = |job: &&JobRecord| {
            let error = job.last_error.as_deref().unwrap_or_default();
            !error.ends_with(SERVER_DIED)
        };
        let payloads = dead
            .iter()
            .filter(failed)
            .filter_map(|job| serde_json::from_str::<Payload>(&job.payload).ok());
        Ok(payloads.map(|payload| payload.offering).collect())
    }
}

#[async_trait]
impl Kind for DueOfferings {
    const NAME: &'static str = "due_offerings";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::High,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let closed_by = job.now().plus_seconds(-GRACE_S);
        let due = self.store.list_unsettled(closed_by, OFFERINGS_MAX).await?;
        if due.is_empty() {
            return Ok(Done::Finished);
        }
        let given_up = self.given_up().await?;
        for offering in due.into_iter().filter(|id| !given_up.contains(id)) {
            let ask = Ask::default().key(offering.to_string());
            let new = job_of::<Allocations>(&Payload { offering }, &ask, job.now(), &*job.clock);
            let new = new.map_err(anyhow::Error::from)?;
            self.store.enqueue_job(&new).await?;
        }
        Ok(Done::Finished)
    }
}
