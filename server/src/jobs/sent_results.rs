//! Sends the results of runs that were played here for another server, until it counts or refuses them.

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Schedule};
use crate::app::App;
use crate::offline_play;

const EVERY_S: u32 = 60;

pub(super) struct SentResults {
    app: App,
}

impl SentResults {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }
}

#[async_trait]
impl Kind for SentResults {
    const NAME: &'static str = "sent_results";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, _: &Context, (): ()) -> Result<Done, JobError> {
        let sent = offline_play::send_waiting(&self.app).await;
        sent.map_err(|error| JobError::Failed(anyhow::anyhow!("{}", error.answer().message)))?;
        Ok(Done::Finished)
    }
}
