//! What an operator asks of the database as a whole: its size, its connections, its operators, and what
//! operators and hosts did.

use std::fmt::Debug;

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::StoreResult;

/// Maximum characters in the subject of an action.
pub const SUBJECT_MAX: usize = 500;

/// The connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// `writers`, `readers`.
    pub pool: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Open connections that are idle.
    pub idle: u32,
    /// Maximum connections.
    pub max: u32,
}

impl PoolUse {
    /// Connections in use.
    #[must_use]
    pub fn used(&self) -> u32 {
        self.open.saturating_sub(self.idle)
    }
}

/// What an operator or a host did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRecord {
    /// 63 random bits.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who. `None` for somebody on the machine.
    pub player: Option<PlayerId>,
    /// The handle at that time, or `command`.
    pub actor: String,
    /// What, such as `jobs retry`.
    pub action: String,
    /// What it was done to; at most [`SUBJECT_MAX`] characters.
    pub subject: String,
}

/// Operators and their view of the database.
#[async_trait]
pub trait OperationStore: Debug + Send + Sync + 'static {
    /// The connections of each pool, now.
    fn pools(&self) -> Vec<PoolUse>;
    /// Bytes that the database takes on disk.
    async fn database_size(&self) -> StoreResult<u64>;
    /// Makes a player an operator. False if the player already was one.
    async fn grant_operator(&self, player: PlayerId, now: Timestamp) -> StoreResult<bool>;
    /// Revokes the role. False if the player did not have it.
    async fn revoke_operator(&self, player: PlayerId) -> StoreResult<bool>;
    /// Whether a player is an operator.
    async fn is_operator(&self, player: PlayerId) -> StoreResult<bool>;
    /// All operators by player, at most `limit`.
    async fn list_operators(&self, limit: u32) -> StoreResult<Vec<(PlayerId, Timestamp)>>;
    /// Records what an operator or a host did.
    async fn log_action(&self, action: &ActionRecord) -> StoreResult<()>;
    /// Latest first; those before the cursor (instant and identity of the last one seen).
    async fn list_actions(
        &self,
        before: Option<(Timestamp, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<ActionRecord>>;
}
