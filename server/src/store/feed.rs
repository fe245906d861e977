//! Outcomes: what each committed batch publishes to the readers of the feed, kept in an outbox so that
//! a reader that was disconnected can catch up.

use async_trait::async_trait;
use domain::api::OrderStatus;
use domain::{
    AccountId, AwardCause, FactKind, GameId, IdempotencyKey, PlayerId, Symbol, Timestamp, Xp,
};
use serde::{Deserialize, Serialize};

use super::StoreResult;

/// What a committed batch changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// The lane that wrote it: unique per start of each server.
    pub lane: i64,
    /// Grows with each batch of the lane.
    pub seq: i64,
    pub at: Timestamp,
    pub accounts: Vec<AccountOutcome>,
}

/// What happened to an account in a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOutcome {
    pub player: PlayerId,
    pub game: GameId,
    /// The account's version after it.
    pub version: i64,
    /// The player's XP before it.
    pub xp_before: Xp,
    /// The player's XP after it.
    pub xp: Xp,
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An order was answered: filled, rejected, resting or ended.
    Order {
        key: IdempotencyKey,
        symbol: Symbol,
        status: OrderStatus,
        /// Whether it had been resting.
        rested: bool,
    },
    /// A host or a job posted something.
    Posted { seq: i64, kind: FactKind },
    /// The player was awarded XP that no trade earned.
    Awarded { xp: Xp, cause: AwardCause },
}

impl AccountOutcome {
    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId {
            player: self.player,
            game: self.game,
        }
    }
}

impl Outcomes {
    /// The outcomes without those of the given accounts.
    #[must_use]
    pub fn without(&self, left_out: impl Fn(PlayerId) -> bool) -> Self {
        let mut rest = self.clone();
        rest.accounts.retain(|outcome| !left_out(outcome.player));
        rest
    }
}

/// Encodes the accounts of [`Outcomes`] as the outbox stores them.
pub(super) fn encode(accounts: &[AccountOutcome]) -> Vec<u8> {
    postcard::to_allocvec(accounts).expect("outcomes are numbers and short texts, which encode")
}

/// Decodes what [`encode`] wrote.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<AccountOutcome>> {
    postcard::from_bytes(bytes).ok()
}

/// Reads and prunes the outbox, which committing a batch writes to.
#[async_trait]
pub trait FeedStore {
    /// The lanes of all servers that have batches left to read.
    async fn list_lanes(&self) -> StoreResult<Vec<i64>>;
    /// Batches of a lane in order, after a `seq`.
    async fn list_outcomes(&self, lane: i64, after: i64, limit: u32) -> StoreResult<Vec<Outcomes>>;
    /// The latest `seq` of a lane; 0 when its batches are gone.
    async fn latest_outcome(&self, lane: i64) -> StoreResult<i64>;
    /// Deletes at most `limit` batches older than an instant, and lanes that have none left. Returns the
    /// number of batches.
    async fn prune_outcomes(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
