//! Moves old months of the ledger into files, at night.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::retention::{Archived, Month, RetentionError, archive};
use crate::store::Store;
use crate::store::jobs::Priority;

/// Half past three in the morning, UTC.
const AT_MINUTE: u16 = 3 * 60 + 30;
const DAY_S: i64 = 86_400;
/// It yields to trades, so the first archive of a large ledger takes hours.
const HARD: Duration = Duration::from_secs(12 * 3_600);

pub(super) struct ArchivedMonths {
    store: Arc<dyn Store>,
    folder: PathBuf,
    /// `None` means never.
    after_days: Option<u32>,
}

impl ArchivedMonths {
    pub(super) fn new(parts: &Parts) -> Self {
        let days = parts.config.archive_after_days;
        Self {
            store: Arc::clone(&parts.store),
            folder: parts.archive_dir.clone(),
            after_days: Some(days).filter(|days| *days > 0),
        }
    }
}

#[async_trait]
impl Kind for ArchivedMonths {
    const NAME: &'static str = "archived_months";
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
        self.after_days?;
        Some((Schedule::daily(AT_MINUTE), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let Some(days) = self.after_days else {
            return Ok(Done::Finished);
        };
        let now = job.now();
        let before = Month::of(now.plus_seconds(-i64::from(days) * DAY_S));
        let (store, folder, runtime) = (
            Arc::clone(&self.store),
            self.folder.clone(),
            Handle::current(),
        );
        let (told, mut tells) = watch::channel((0_i64, None));
        // It reads and writes files, so it runs on a thread of its own. If the server stops meanwhile,
        // the store closes and the archive stops at its next query; the next run continues from there.
        let work = tokio::task::spawn_blocking(move || {
            let report = |one: &Archived| {
                tracing::info!(month = %one.month, entries = one.entries, "archived a month");
                told.send_modify(|(count, latest)| {
                    *count += 1;
                    *latest = Some(one.month);
                });
            };
            runtime.block_on(archive(&*store, &folder, before, now, report))
        });
        // Until the archive has ended and dropped the sender.
        while tells.changed().await.is_ok() {
            let (count, latest) = *tells.borrow_and_update();
            if let Some(month) = latest {
                job.progress(count, None, &format!("{month} is archived"));
            }
        }
        let done = work.await.context("the archive panicked")?;
        match done {
            // The process holding the lock, or the next night's run, does the rest.
            Ok(()) | Err(RetentionError::Busy) => Ok(Done::Finished),
            Err(RetentionError::Store(error)) => Err(error.into()),
            Err(error) => Err(JobError::Failed(error.into())),
        }
    }
}
