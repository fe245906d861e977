//! Records what each account was worth at the close of each market day.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::equity::{Closer, Report};
use crate::store::jobs::Priority;

/// A market's day may end at any minute, because markets have speeds of their own.
const EVERY_S: u32 = 60;
/// It yields to trades, so a day with very many accounts takes long.
const HARD: Duration = Duration::from_secs(6 * 3_600);

pub(super) struct ClosedDays {
    closer: Closer,
}

impl ClosedDays {
    pub(super) fn new(parts: &Parts) -> Self {
        let (store, markets) = (Arc::clone(&parts.store), Arc::clone(&parts.markets));
        Self {
            closer: Closer::new(store, markets),
        }
    }
}

#[async_trait]
impl Kind for ClosedDays {
    const NAME: &'static str = "closed_days";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Low,
            soft: HARD,
            hard: HARD,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let report = |report: Report| {
            let accounts = i64::try_from(report.accounts).unwrap_or(i64::MAX);
            let note = format!("{} points written", report.points);
            job.progress(accounts, None, &note);
            job.stop().is_some()
        };
        let done = self.closer.close(job.now(), report).await?;
        Ok(if done.stopped {
            Done::Unfinished
        } else {
            Done::Finished
        })
    }
}
