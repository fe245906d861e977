//! Notifies the followers of a strategy of a new version.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Context, Done, JobError, Kind};
use crate::app::App;
use crate::notifications::{Happened, Subject, tell};

/// Followers notified per transaction.
const PAGE: u32 = 200;

/// Notifies the followers of a strategy of a new version. A follower is notified once per version,
/// however often the job runs.
#[derive(Debug)]
pub struct StrategyNews {
    app: App,
}

/// The version to notify about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVersion {
    /// The strategy's id.
    pub strategy: i64,
    /// The number of the version.
    pub version: u32,
}

impl StrategyNews {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }
}

#[async_trait]
impl Kind for StrategyNews {
    const NAME: &'static str = "strategy_news";
    type Payload = NewVersion;

    async fn run(&self, job: &Context, new: NewVersion) -> Result<Done, JobError> {
        let store = &self.app.store;
        let found = store.find_strategy(new.strategy).await?;
        let Some(record) = found.filter(|record| record.is_listed()) else {
            return Ok(Done::Finished);
        };
        let version = store
            .find_strategy_version(new.strategy, new.version)
            .await?;
        let Some(version) = version else {
            return Ok(Done::Finished);
        };
        let mut after = None;
        loop {
            let page = store
                .list_strategy_followers(record.id, after, PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(Done::Finished);
            };
            after = Some(*last);
            let told: Vec<Happened> = page
                .iter()
                .map(|player| Happened {
                    player: *player,
                    cause: format!("strategy:{}:{}", record.id, new.version),
                    subject: Subject::StrategyChanged {
                        game: record.game,
                        strategy: record.id,
                        name: version.content.name.clone(),
                        version: new.version,
                    },
                    at: version.published_at,
                })
                .collect();
            tell(&self.app, &told).await?;
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
    }
}
