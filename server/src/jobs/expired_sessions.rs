//! Deletes sessions that have expired.

use std::sync::Arc;

use async_trait::async_trait;

use super::deletion::delete_in_portions;
use super::{Context, Done, JobError, Kind, Parts, Schedule};
use crate::store::Store;

const EVERY_S: u32 = 60;
/// Sessions deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

pub(super) struct ExpiredSessions {
    store: Arc<dyn Store>,
}

impl ExpiredSessions {
    pub(super) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
        }
    }
}

#[async_trait]
impl Kind for ExpiredSessions {
    const NAME: &'static str = "expired_sessions";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let delete = |limit| self.store.delete_expired_sessions(job.now(), limit);
        Ok(delete_in_portions(job, AT_ONCE, "sessions deleted", delete).await?)
    }
}
