//! What `verify` reads of a store.

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
    /// Of the order as it was asked for.
    pub fingerprint: Hash,
    pub view: OrderView,
}

/// Something that names a player who is not there, or a player without what every player has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stray {
    /// A table has rows of the player, who is missing.
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
    /// Begins to read, all as of one moment: that of the first read.
    async fn begin_snapshot(&self) -> StoreResult<Box<dyn AuditSnapshot>>;
    /// Of the schema, what is not as this program makes it: one phrase each.
    async fn list_schema_faults(&self) -> StoreResult<Vec<String>>;
    /// Rows whose player is missing and players without an account, at most `limit` of each table.
    async fn list_strays(&self, limit: u32) -> StoreResult<Vec<Stray>>;
}

/// A store as of one moment. Dropping it ends the reading.
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
    /// Every position of an account, those sold out included, by instrument.
    async fn list_positions(&mut self, account: AccountId) -> StoreResult<Vec<PositionRecord>>;
    /// Answers by the order's key, after one.
    async fn list_answers(
        &mut self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<StoredAnswer>>;
    /// The orders of an account that rest, by key.
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
