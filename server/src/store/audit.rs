//! What `verify` reads from a store.

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{AccountId, Award, GameId, Hash, IdempotencyKey, PlayerId, Timestamp};

use super::{AccountRecord, LedgerRow, PlayerRecord, PositionRecord, RestingRecord, StoreResult};
use crate::retention::Checkpoint;

/// An order's answer, with the columns that repeat a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub key: IdempotencyKey,
    pub at: Timestamp,
    /// Whether it is marked as filled.
    pub filled: bool,
    /// The fingerprint of the order as requested.
    pub fingerprint: Hash,
    pub view: OrderView,
}

/// Rows that refer to a missing player, or a player without something every player must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stray {
    /// A table has rows for a player who does not exist.
    Rows {
        table: &'static str,
        player: PlayerId,
    },
    /// The player has no account.
    NoAccount { player: PlayerId },
}

/// Reads for `verify`.
#[async_trait]
pub trait AuditStore {
    /// Opens a consistent snapshot as of its first read.
    async fn begin_snapshot(&self) -> StoreResult<Box<dyn AuditSnapshot>>;
    /// Where the schema differs from what this program creates, one phrase per difference.
    async fn list_schema_faults(&self) -> StoreResult<Vec<String>>;
    /// Rows whose player is missing and players without an account, at most `limit` per table.
    async fn list_strays(&self, limit: u32) -> StoreResult<Vec<Stray>>;
}

/// A store as of one moment. Dropping it closes the snapshot.
#[async_trait]
pub trait AuditSnapshot: Send {
    /// A player's accounts, by game.
    async fn list_accounts_of(&mut self, player: PlayerId) -> StoreResult<Vec<AccountRecord>>;
    /// The games in which the player's ledger has entries.
    async fn list_ledger_games(&mut self, player: PlayerId) -> StoreResult<Vec<GameId>>;
    async fn find_player(&mut self, player: PlayerId) -> StoreResult<Option<PlayerRecord>>;
    async fn find_checkpoint(&mut self, account: AccountId) -> StoreResult<Option<Checkpoint>>;
    /// Entries of an account in order, after a `seq`.
    async fn list_entries(
        &mut self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>>;
    /// Every position of an account, including closed ones, by instrument.
    async fn list_positions(&mut self, account: AccountId) -> StoreResult<Vec<PositionRecord>>;
    /// Answers by the order's key, after one.
    async fn list_answers(
        &mut self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<StoredAnswer>>;
    /// The resting orders of an account, by key.
    async fn list_open_orders(
        &mut self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
    /// What hosts and jobs posted, by key, after one: the key, and the `seq` of the entry.
    async fn list_postings(
        &mut self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, i64)>>;
    /// Awards of a player in order, after a `seq`.
    async fn list_awards_after(
        &mut self,
        player: PlayerId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<Award>>;
}
