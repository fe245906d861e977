//! The decision journal: reasons, their grades, and notes.

use async_trait::async_trait;
use domain::api::Grade;
use domain::{AccountId, PlayerId, Symbol, Timestamp};

use super::{LedgerRow, StoreResult};

/// What a player thinks of an old decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradeRecord {
    /// The ledger entry of the trade.
    pub seq: i64,
    pub grade: Grade,
    pub at: Timestamp,
}

/// A note of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRecord {
    pub player: PlayerId,
    pub id: i64,
    pub symbol: Option<Symbol>,
    pub text: String,
    pub tags: Vec<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The decision journal and notes of players.
#[async_trait]
pub trait JournalStore {
    /// Trades of an account with a reason, latest first; those before the cursor (a `seq`).
    async fn list_reasons(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>>;
    /// Grades a decision, replacing an earlier grade.
    async fn store_grade(&self, account: AccountId, grade: &GradeRecord) -> StoreResult<()>;
    /// The grades of an account, of the latest decisions first.
    async fn list_grades(&self, account: AccountId, limit: u32) -> StoreResult<Vec<GradeRecord>>;
    /// Writes a note, replacing the one with its id.
    async fn store_note(&self, note: &NoteRecord) -> StoreResult<()>;
    /// The notes of a player, most recently changed first.
    async fn list_notes(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<NoteRecord>>;
    /// Deletes a note. Returns whether it existed.
    async fn delete_note(&self, player: PlayerId, id: i64) -> StoreResult<bool>;
}
