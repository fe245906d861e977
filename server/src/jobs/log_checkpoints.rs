//! Appends what has changed to the log that proves scores and signs it, every hour.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::App;
use crate::proof;
use crate::store::Store;

const EVERY_S: u32 = 3_600;

pub(super) struct LogCheckpoints {
    store: Arc<dyn Store>,
    folder: PathBuf,
}

impl LogCheckpoints {
    pub(super) fn new(app: &App) -> Self {
        Self {
            store: Arc::clone(&app.store),
            folder: app.config.data_dir.clone(),
        }
    }
}

#[async_trait]
impl Kind for LogCheckpoints {
    const NAME: &'static str = "log_checkpoints";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(20 * 60),
            hard: Duration::from_secs(25 * 60),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let stop = || job.stop().is_some();
        let appended = proof::append(&*self.store, &self.folder, job.now(), stop).await?;
        if !appended.is_whole {
            return Ok(Done::Unfinished);
        }
        Ok(Done::With(json!({ "leaves": appended.leaves })))
    }
}
