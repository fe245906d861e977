//! Computes the rebalancings that players request.

use std::time::Duration;

use async_trait::async_trait;
use domain::PlayerId;
use domain::api::AdviceState;
use serde::{Deserialize, Serialize};

use super::{Context, Done, JobError, Kind, Limits};
use crate::advice::Reading;
use crate::app::App;
use crate::error::Error;
use crate::store::jobs::Priority;
use crate::store::{RebalancingRecord, RebalancingStep};

/// Computes a rebalancing and stores its proposal.
#[derive(Debug)]
pub struct Rebalancings {
    app: App,
}

impl Rebalancings {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    /// The final state of a rebalancing. Transient failures are errors instead, so that the job retries.
    async fn compute(&self, record: &RebalancingRecord) -> Result<RebalancingStep, Error> {
        let failed = |why: &str| Ok(RebalancingStep::Failed(why.to_owned()));
        let games = self.app.games.all();
        let mut games = games.into_iter();
        let Some(game) = games.find(|game| game.record.id == record.account.game) else {
            return failed("This game is not there any more.");
        };
        let Some(targets) = self.app.store.find_target_plan(record.account).await? else {
            return failed("Your targets were deleted meanwhile.");
        };
        let reading = Reading::of(&self.app, &game, record.account).await?;
        let proposal = reading.rebalance(&targets.plan, record.may_sell);
        Ok(RebalancingStep::Completed(Box::new(proposal)))
    }
}

/// Which rebalancing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Which {
    /// Whose.
    pub player: PlayerId,
    /// Its id.
    pub rebalancing: i64,
}

#[async_trait]
impl Kind for Rebalancings {
    const NAME: &'static str = "rebalancing";
    type Payload = Which;

    fn limits() -> Limits {
        Limits {
            at_once: 2,
            max_attempts: 3,
            priority: Priority::High,
            soft: Duration::from_secs(50),
            hard: Duration::from_secs(60),
            ..Limits::default()
        }
    }

    async fn run(&self, job: &Context, which: Which) -> Result<Done, JobError> {
        let Which {
            player,
            rebalancing,
        } = which;
        let store = &self.app.store;
        let found = store.find_rebalancing(player, rebalancing).await?;
        let Some(record) = found.filter(|record| !record.state.has_ended()) else {
            return Ok(Done::Finished);
        };
        let step = RebalancingStep::Processing;
        store
            .advance_rebalancing(player, rebalancing, &step, job.now())
            .await?;
        let step = self.compute(&record).await;
        let step = step.map_err(|error| anyhow::anyhow!("{}", error.answer()))?;
        store
            .advance_rebalancing(player, rebalancing, &step, job.now())
            .await?;
        let state = match step {
            RebalancingStep::Processing => AdviceState::Processing,
            RebalancingStep::Completed(_) => AdviceState::Completed,
            RebalancingStep::Failed(_) => AdviceState::Failed,
        };
        self.app.live.tell_rebalancing(player, rebalancing, state);
        Ok(Done::Finished)
    }
}
