//! Applies splits and dividends to every holder.
//!
//! The key of the posting ensures that each account gets an action once: an account that trades before
//! its turn gets the action first, and a job that restarts after a crash changes nothing twice. Holders
//! are processed in portions, between which trades are decided.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use domain::api::OrderStatus;
use domain::{AccountId, PlayerId};
use futures_util::future::join_all;

use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::{Engine, EngineError, GameContext};
use crate::market::FindMarket;
use crate::store::jobs::Priority;
use crate::store::{GameRecord, MarketAction, Store};

const EVERY_S: u32 = 5;
/// Maximum actions applied per run.
const ACTIONS_MAX: u32 = 1_000;
/// Holders in flight through the engine at once.
const PORTION: u32 = 256;
/// Waits for room in the engine's queue before an attempt fails.
const FULL_MAX: u32 = 200;
const FULL_PAUSE: Duration = Duration::from_millis(10);

pub(super) struct CorporateActions {
    store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
}

impl CorporateActions {
    pub(super) fn new(parts: &Parts, engine: Engine, markets: Arc<dyn FindMarket>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets,
        }
    }

    /// Applies an action to everyone it concerns. False if some have to wait or the job has to stop.
    async fn give(&self, job: &Context, action: &MarketAction) -> Result<bool, JobError> {
        let market = self.markets.find_market(action.market).await;
        let market = market.context("the market of an action cannot be started")?;
        if market.snapshot().at < action.dated.day.start() {
            return Ok(false);
        }
        let games = self.store.list_games().await?;
        let mut complete = true;
        for game in games.iter().filter(|game| game.market == action.market) {
            let context = GameContext {
                rules: Arc::new(game.rules.clone()),
                market: Arc::clone(&market),
            };
            if action.dated.action.ends_orders() {
                complete &= self.end_orders(action, game, &context).await?;
            }
            complete &= self.give_to_holders(job, action, game, &context).await?;
        }
        Ok(complete)
    }

    /// Ends the orders whose price no longer means the same after the action.
    async fn end_orders(
        &self,
        action: &MarketAction,
        game: &GameRecord,
        context: &GameContext,
    ) -> Result<bool, JobError> {
        loop {
            let (instrument, since) = (action.instrument, action.effective_at);
            let listed = self
                .store
                .list_resting_before(game.id, instrument, since, PORTION);
            let resting = listed.await?;
            let count = resting.len();
            if count == 0 {
                return Ok(true);
            }
            let settled = resting.into_iter().map(|record| {
                let engine = &self.engine;
                with_room(move || engine.settle(record.clone(), context.clone()))
            });
            for answer in join_all(settled).await {
                match answer {
                    Ok(view) if view.status == OrderStatus::Resting => return Ok(false),
                    Ok(_) | Err(EngineError::NoAccount | EngineError::NoOrder) => {}
                    Err(error) => return Err(failed(error)),
                }
            }
        }
    }

    async fn give_to_holders(
        &self,
        job: &Context,
        action: &MarketAction,
        game: &GameRecord,
        context: &GameContext,
    ) -> Result<bool, JobError> {
        let (mut after, mut given, mut complete) = (PlayerId(i64::MIN), 0_i64, true);
        loop {
            let listed = self
                .store
                .list_holders(game.id, action.instrument, after, PORTION);
            let holders = listed.await?;
            let Some(last) = holders.last() else {
                return Ok(complete);
            };
            after = last.player;
            given = given.saturating_add(i64::try_from(holders.len()).unwrap_or(i64::MAX));
            let answers = holders.into_iter().map(|holder: AccountId| {
                let engine = &self.engine;
                with_room(move || engine.apply(holder, *action, context.clone()))
            });
            for answer in join_all(answers).await {
                match answer {
                    Ok(()) | Err(EngineError::NoAccount) => {}
                    // An order placed in between holds its shares; the next run finds it ended.
                    Err(EngineError::Refused(_)) => complete = false,
                    Err(error) => return Err(failed(error)),
                }
            }
            job.progress(given, None, "holders have a corporate action");
            if job.stop().is_some() {
                return Ok(false);
            }
        }
    }
}

/// Retries while the engine's queue is full.
pub(super) async fn with_room<T, F: Future<Output = Result<T, EngineError>>>(
    ask: impl Fn() -> F,
) -> Result<T, EngineError> {
    for _ in 0..FULL_MAX {
        match ask().await {
            Err(EngineError::Full) => tokio::time::sleep(FULL_PAUSE).await,
            answer => return answer,
        }
    }
    Err(EngineError::Full)
}

fn failed(error: EngineError) -> JobError {
    JobError::Failed(anyhow::Error::from(error).context("a corporate action"))
}

#[async_trait]
impl Kind for CorporateActions {
    const NAME: &'static str = "corporate_actions";
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
        for action in self.store.list_due_actions(job.now(), ACTIONS_MAX).await? {
            if self.give(job, &action).await? {
                self.store.finish_action(&action, job.now()).await?;
            }
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
