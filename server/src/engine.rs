//! The trade engine: collects the orders that have arrived, decides them with `domain`, commits
//! them in one transaction, and only then answers.

use std::sync::Arc;

use domain::advice::Basket;
use domain::api::OrderView;
use domain::{AccountId, Award, AwardCause, GameRules, Order, PlayerId, Post, PostingError, Xp};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

use crate::feed::Publisher;
use crate::market::Market;
use crate::store::{Investment, MarketAction, OrderStore, RestingRecord, StoreResult};

mod actions;
mod basket;
mod book;
mod commit;
pub mod counts;
mod decide;
mod fingerprint;
mod lane;
mod memory;
mod reply;
mod rules;
mod start;
mod task;
mod watcher;

pub use basket::PlacedBasket;
use counts::EngineCounts;
pub use fingerprint::fingerprint;
use rules::{GameRuleBook, XpRuleBook};

/// What is to be done with an order.
#[derive(Debug)]
pub(crate) enum Task {
    /// Fill it, let it rest, or reject it.
    Place(Order),
    /// Place several orders in one batch.
    PlaceBasket(Basket),
    /// Cancel it at its player's request.
    Cancel(Arc<RestingRecord>),
    /// Fill it if its price has been reached, end it if it has expired.
    Settle(Arc<RestingRecord>),
    /// Change the account as a host or a job asks.
    Post(Post),
    /// Reserve the money of an investment, and write the investment beside it.
    Invest(Box<Invest>),
    /// Award XP to the account's player.
    Award(AwardRequest),
    /// Apply a corporate action to the account.
    Apply(MarketAction),
}

/// An investment in an offering, with the posting that reserves its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invest {
    /// The posting that reserves the money.
    pub post: Post,
    /// The investment as stored; its instant is that of the decision.
    pub investment: Investment,
}

/// XP that no trade earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardRequest {
    /// How much.
    pub xp: Xp,
    /// What for. Each cause is awarded once.
    pub cause: AwardCause,
}

/// The outcome of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The order was answered.
    Order(Box<OrderView>),
    /// The orders of a basket were answered.
    Basket(PlacedBasket),
    /// The posting is in the ledger, from this submission or an earlier one.
    Posted {
        /// Its entry.
        seq: i64,
    },
    /// The award was given.
    Awarded {
        /// The award.
        award: Award,
        /// The player's XP after it.
        xp_after: Xp,
    },
    /// The cause had already been awarded.
    AwardedBefore,
    /// The account held nothing when the corporate action came.
    NotConcerned,
}

/// What an order needs to know about its game.
#[derive(Debug, Clone)]
pub struct GameContext {
    /// The game's rules.
    pub rules: Arc<GameRules>,
    /// The market that the game is played on.
    pub market: Arc<Market>,
}

/// An order on its way through the engine.
#[derive(Debug)]
pub(crate) struct Submission {
    /// Who orders.
    pub account: AccountId,
    /// What.
    pub task: Task,
    /// The account's game.
    pub game: GameContext,
    reply: oneshot::Sender<Result<Done, EngineError>>,
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
    /// The account does not allow the posting.
    #[error("{0}")]
    Refused(PostingError),
    /// The store failed; nothing of this submission is known to be written.
    #[error("the store failed: {0}")]
    Store(String),
}

/// The way into the engine, cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    lanes: Arc<[mpsc::Sender<Submission>]>,
    rules: Arc<XpRuleBook>,
    games: Arc<GameRuleBook>,
    publisher: Publisher,
    counts: EngineCounts,
}

impl Engine {
    /// Decides an order and makes the outcome durable. Filled, rejected and resting orders are all an
    /// [`OrderView`]. A repeat of an earlier order gets the earlier answer; a repeat of an order that
    /// has rested gets its final outcome.
    ///
    /// # Errors
    /// An [`EngineError`] if there is no outcome.
    pub async fn submit(
        &self,
        account: AccountId,
        order: Order,
        game: GameContext,
    ) -> Result<OrderView, EngineError> {
        self.send_order(account, Task::Place(order), game).await
    }

    /// Posts a change to an account, once per key. Returns the `seq` of its entry.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the account does not allow it, and the others if there is no
    /// outcome.
    pub async fn post(
        &self,
        account: AccountId,
        post: Post,
        game: GameContext,
    ) -> Result<i64, EngineError> {
        match self.send(account, Task::Post(post), game).await? {
            Done::Posted { seq } => Ok(seq),
            other => Err(unexpected(&other)),
        }
    }

    /// Awards XP to the player of an account, once per cause. Returns the award and the XP after it, or
    /// `None` if the cause had already been awarded.
    ///
    /// # Errors
    /// An [`EngineError`] if there is no outcome.
    pub async fn award(
        &self,
        account: AccountId,
        award: AwardRequest,
        game: GameContext,
    ) -> Result<Option<(Award, Xp)>, EngineError> {
        match self.send(account, Task::Award(award), game).await? {
            Done::Awarded { award, xp_after } => Ok(Some((award, xp_after))),
            Done::AwardedBefore => Ok(None),
            other => Err(unexpected(&other)),
        }
    }

    /// Cancels a resting order and makes that durable. Returns its final outcome: an order that has
    /// already ended is no longer cancelled.
    ///
    /// # Errors
    /// An [`EngineError`] if there is no outcome.
    pub async fn cancel(
        &self,
        record: RestingRecord,
        game: GameContext,
    ) -> Result<OrderView, EngineError> {
        let account = record.account;
        self.send_order(account, Task::Cancel(Arc::new(record)), game)
            .await
    }

    async fn send_order(
        &self,
        account: AccountId,
        task: Task,
        game: GameContext,
    ) -> Result<OrderView, EngineError> {
        match self.send(account, task, game).await? {
            Done::Order(view) => Ok(*view),
            other => Err(unexpected(&other)),
        }
    }

    async fn send(
        &self,
        account: AccountId,
        task: Task,
        game: GameContext,
    ) -> Result<Done, EngineError> {
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            account,
            task,
            game,
            reply,
        };
        let lane = self.lane_of(account).ok_or(EngineError::Closing)?;
        lane.try_send(submission).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                self.counts.refused();
                EngineError::Full
            }
            mpsc::error::TrySendError::Closed(_) => EngineError::Closing,
        })?;
        answer.await.unwrap_or(Err(EngineError::Closing))
    }

    /// Where committed batches are published.
    #[must_use]
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// Whether the engine accepts orders.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.lanes.iter().all(|lane| !lane.is_closed())
    }

    /// Reloads the games' rules, for resting orders.
    ///
    /// # Errors
    /// When the store fails. The rules already loaded stay in force.
    pub async fn refresh_games(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.games.refresh(store).await
    }

    /// Reloads the XP rules, so that those of a newly created game apply at once.
    ///
    /// # Errors
    /// When the store fails. The rules already loaded stay in force.
    pub async fn refresh_xp_rules(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.rules.refresh(store).await
    }

    /// By player, so that the XP of a player's several accounts is counted in one place.
    fn lane_of(&self, account: AccountId) -> Option<&mpsc::Sender<Submission>> {
        self.lanes.get(lane_index(account.player, self.lanes.len()))
    }
}

/// A lane answers each kind of task with its own kind of outcome.
fn unexpected(done: &Done) -> EngineError {
    EngineError::Store(format!("the engine answered with {done:?}"))
}

/// Spreads players evenly over `count` lanes, whatever their ids.
fn lane_index(player: PlayerId, count: usize) -> usize {
    let spread = player.0.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let index = spread.checked_rem(count).unwrap_or(0);
    usize::try_from(index).unwrap_or(0)
}

/// The running engine. Dropping it lets the engine stop on its own.
#[derive(Debug)]
#[must_use = "the engine ends when its task is dropped"]
pub struct EngineTask {
    closing: DropGuard,
    tasks: Vec<JoinHandle<()>>,
}

impl EngineTask {
    /// Accepts no more orders, answers all that are waiting, and stops.
    pub async fn shutdown(self) {
        drop(self.closing);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the engine did not end well");
            }
        }
    }
}
