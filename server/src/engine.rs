//! The trade engine: collects the orders that have arrived, decides them with `domain`, commits
//! them in one transaction, and only then answers.

use std::sync::Arc;

use domain::api::OrderView;
use domain::{AccountId, GameRules, Order, Timestamp, XpRules};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::EngineConfig;
use crate::market::Market;
use crate::store::{OrderStore, RestingRecord, StoreResult, place_of};

mod book;
mod decide;
mod fingerprint;
mod lane;
mod memory;
mod rules;
mod underway;
mod watcher;

pub use fingerprint::fingerprint;
use lane::Lane;
use rules::{GameRuleBook, XpRuleBook};
use watcher::{SharedBook, Watcher};

/// What is to be done with an order.
#[derive(Debug)]
pub(crate) enum Task {
    /// Fill it, put it to rest, or reject it.
    Place(Order),
    /// End it: its player does not want it any more.
    Cancel(Arc<RestingRecord>),
    /// Fill it if its price is there, end it if its time is over.
    Settle(Arc<RestingRecord>),
}

impl Task {
    fn order(&self) -> &Order {
        match self {
            Self::Place(order) => order,
            Self::Cancel(record) | Self::Settle(record) => &record.resting.order,
        }
    }

    /// Whether it is about an order that is thought to rest: what is said of its key has to be read.
    fn is_of_a_resting_order(&self) -> bool {
        matches!(self, Self::Cancel(_) | Self::Settle(_))
    }
}

/// An order on its way through the engine.
#[derive(Debug)]
pub(crate) struct Submission {
    /// Who orders.
    pub account: AccountId,
    /// What.
    pub task: Task,
    /// The rules of the account's game.
    pub game: Arc<GameRules>,
    reply: oneshot::Sender<Result<OrderView, EngineError>>,
}

/// Why the engine could not answer. Sending the same order again under the same key is safe.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The queue is full.
    #[error("the engine's queue is full")]
    Full,
    /// The server is shutting down.
    #[error("the engine is closing")]
    Closing,
    /// The key was used for another order.
    #[error("the idempotency key was used for another order")]
    KeyReused,
    /// The account does not exist.
    #[error("there is no such account")]
    NoAccount,
    /// The account has no such order.
    #[error("there is no such order")]
    NoOrder,
    /// The store failed; nothing of this order is known to be written.
    #[error("the store failed: {0}")]
    Store(String),
}

/// The way into the engine, cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    lanes: Arc<[mpsc::Sender<Submission>]>,
    rules: Arc<XpRuleBook>,
}

impl Engine {
    /// Reads the rules and the orders that rest, and starts the engine.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(
        store: Arc<dyn OrderStore>,
        market: Arc<Market>,
        clock: Arc<dyn Clock>,
        config: &EngineConfig,
    ) -> StoreResult<(Self, EngineTask)> {
        let rules = Arc::new(XpRuleBook::load(&*store).await?);
        let games = Arc::new(GameRuleBook::load(&*store).await?);
        let book = Arc::new(SharedBook::default());
        let closing = watch::Sender::new(false);
        // As many for each shard, so that all players of a lane are on one: a shard that is slow keeps
        // its own lanes waiting and no others.
        let count = usize::from(config.lanes.max(1)).saturating_mul(store.shards().max(1));
        let mut lanes = Vec::with_capacity(count);
        let mut tasks = Vec::with_capacity(count.saturating_add(1));
        for _ in 0..count {
            let (sender, queue) = mpsc::channel(config.queue_max.div_ceil(count).max(1));
            let lane = Lane::new(
                Arc::clone(&store),
                Arc::clone(&market),
                Arc::clone(&clock),
                Arc::clone(&rules),
                Arc::clone(&book),
                config,
                config.accounts_remembered.div_ceil(count),
            );
            tasks.push(tokio::spawn(lane.run(queue, closing.subscribe())));
            lanes.push(sender);
        }
        tasks.push(tokio::spawn(rules::keep_fresh(
            Arc::clone(&rules),
            Arc::clone(&games),
            Arc::clone(&store),
            closing.subscribe(),
        )));
        let engine = Self {
            lanes: lanes.into(),
            rules,
        };
        let mut watcher = Watcher::new(engine.clone(), store, market, clock, book, games);
        watcher.rebuild().await?;
        tasks.push(tokio::spawn(watcher.run(closing.subscribe())));
        Ok((engine, EngineTask { closing, tasks }))
    }

    /// Decides an order and makes the outcome durable: filled, rejected or put to rest, all are an
    /// [`OrderView`]. A repeat of an earlier order gets the earlier answer; of one that has rested,
    /// what became of it.
    ///
    /// # Errors
    /// An [`EngineError`] when there is no outcome.
    pub async fn submit(
        &self,
        account: AccountId,
        order: Order,
        game: Arc<GameRules>,
    ) -> Result<OrderView, EngineError> {
        self.send(account, Task::Place(order), game).await
    }

    /// Ends an order that rests, and makes that durable. Gives what became of it: one that has ended
    /// before is not cancelled any more.
    ///
    /// # Errors
    /// An [`EngineError`] when there is no outcome.
    pub async fn cancel(
        &self,
        record: RestingRecord,
        game: Arc<GameRules>,
    ) -> Result<OrderView, EngineError> {
        let account = record.account;
        self.send(account, Task::Cancel(Arc::new(record)), game)
            .await
    }

    async fn send(
        &self,
        account: AccountId,
        task: Task,
        game: Arc<GameRules>,
    ) -> Result<OrderView, EngineError> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            account,
            task,
            game,
            reply,
        };
        let lane = self.lane_of(account).ok_or(EngineError::Closing)?;
        lane.try_send(submission).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => EngineError::Full,
            mpsc::error::TrySendError::Closed(_) => EngineError::Closing,
        })?;
        answer.await.unwrap_or(Err(EngineError::Closing))
    }

    /// Whether orders are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.lanes.iter().all(|lane| !lane.is_closed())
    }

    /// What actions earn at an instant.
    #[must_use]
    pub fn xp_rules(&self, now: Timestamp) -> XpRules {
        self.rules.effective(now)
    }

    /// By player, so that the XP of a player's several accounts is counted in one place.
    fn lane_of(&self, account: AccountId) -> Option<&mpsc::Sender<Submission>> {
        self.lanes.get(place_of(account.player, self.lanes.len()))
    }
}

/// The running engine. Dropping it lets the engine end on its own.
#[derive(Debug)]
#[must_use = "the engine ends when its task is dropped"]
pub struct EngineTask {
    closing: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl EngineTask {
    /// Takes no more orders, answers all that are waiting, and ends.
    pub async fn shutdown(self) {
        self.closing.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the engine did not end well");
            }
        }
    }
}
