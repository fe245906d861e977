//! Rolls up what live markets cost, and moves old candles into files, at night.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::market::{KeptDays, roll_up};
use crate::retention::CandleFiles;
use crate::store::Store;
use crate::store::jobs::Priority;

/// Ten to four in the morning, UTC.
const AT_MINUTE: u16 = 3 * 60 + 50;
/// It reads every minute that is kept.
const HARD: Duration = Duration::from_secs(6 * 3_600);

pub(super) struct RolledUpCandles {
    store: Arc<dyn Store>,
    files: CandleFiles,
    kept: KeptDays,
}

impl RolledUpCandles {
    pub(super) fn new(parts: &Parts) -> Self {
        let config = &parts.config;
        Self {
            store: Arc::clone(&parts.store),
            files: CandleFiles::open(&parts.archive_dir),
            kept: KeptDays {
                minutes: config.minutes_kept_days,
                hours: config.hours_kept_days,
                days: config.days_kept_days,
            },
        }
    }
}

#[async_trait]
impl Kind for RolledUpCandles {
    const NAME: &'static str = "rolled_up_candles";
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
        let stop = |done| {
            job.progress(done, None, "instruments rolled up");
            job.stop().is_some()
        };
        roll_up(&*self.store, &self.files, self.kept, job.now(), stop).await?;
        Ok(if job.stop().is_some() {
            Done::Unfinished
        } else {
            Done::Finished
        })
    }
}
