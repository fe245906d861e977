//! Backs up the database as often as the settings say.

use async_trait::async_trait;
use std::time::Duration;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::App;
use crate::backup::back_up_now;
use crate::operation::status::note_backup;

const SECONDS_PER_HOUR: u32 = 3_600;
/// A large database takes a while to copy and to verify.
const SOFT: Duration = Duration::from_secs(5 * 3_600);
const HARD: Duration = Duration::from_secs(6 * 3_600);

pub(super) struct Backups {
    app: App,
}

impl Backups {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }
}

#[async_trait]
impl Kind for Backups {
    const NAME: &'static str = "backup";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            max_attempts: 3,
            soft: SOFT,
            hard: HARD,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        let hours = self.app.config.backup.every_hours;
        let every_s = hours.saturating_mul(SECONDS_PER_HOUR);
        (hours > 0).then(|| (Schedule::every_s(every_s), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let now = job.now();
        let made = back_up_now(&self.app.config, now).await;
        let file = made.map_err(anyhow::Error::from)?;
        note_backup(&*self.app.store, now).await?;
        tracing::info!(event = "backup_made", file = %file.display(), "the database was backed up");
        Ok(Done::Finished)
    }
}
