//! Puzzles: each player's decisions, made once.

use async_trait::async_trait;
use domain::puzzle::Choices;
use domain::{PlayerId, Timestamp};

use super::StoreResult;

/// What a player has decided in a puzzle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PuzzleAttempt {
    pub player: PlayerId,
    /// The puzzle: the day of a daily one.
    pub puzzle: String,
    /// At least one decision.
    pub choices: Choices,
    /// When the latest decision was made.
    pub decided_at: Timestamp,
}

/// Attempts at puzzles.
#[async_trait]
pub trait PuzzleStore {
    async fn find_attempt(
        &self,
        player: PlayerId,
        puzzle: &str,
    ) -> StoreResult<Option<PuzzleAttempt>>;
    /// Stores an attempt that has one decision more than the stored one, and counts it once complete. Returns
    /// whether it was stored. Of two simultaneous decisions, one is.
    async fn store_choice(&self, attempt: &PuzzleAttempt) -> StoreResult<bool>;
    /// The daily puzzles that a player has finished, as their ids, latest first.
    async fn list_finished_puzzles(&self, player: PlayerId, limit: u32)
    -> StoreResult<Vec<String>>;
    /// How many players finished a puzzle with which decisions.
    async fn list_tallies(&self, puzzle: &str) -> StoreResult<Vec<(Choices, u64)>>;
}
