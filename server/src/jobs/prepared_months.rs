//! Prepares the database for the entries of this month and the next.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::store::Store;
use crate::store::jobs::Priority;

const EVERY_S: u32 = 3_600;

pub(super) struct PreparedMonths {
    store: Arc<dyn Store>,
}

impl PreparedMonths {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for PreparedMonths {
    const NAME: &'static str = "prepared_months";
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
        self.store.prepare(job.now()).await?;
        Ok(Done::Finished)
    }
}
