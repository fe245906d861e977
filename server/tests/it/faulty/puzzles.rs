//! The puzzles of the store behind.

use async_trait::async_trait;
use domain::PlayerId;
use domain::puzzle::Choices;
use server::store::{PuzzleAttempt, PuzzleStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl PuzzleStore for FaultyStore {
    async fn find_attempt(
        &self,
        player: PlayerId,
        puzzle: &str,
    ) -> StoreResult<Option<PuzzleAttempt>> {
        self.inner.find_attempt(player, puzzle).await
    }

    async fn store_choice(&self, attempt: &PuzzleAttempt) -> StoreResult<bool> {
        self.inner.store_choice(attempt).await
    }

    async fn list_finished_puzzles(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        self.inner.list_finished_puzzles(player, limit).await
    }

    async fn list_tallies(&self, puzzle: &str) -> StoreResult<Vec<(Choices, u64)>> {
        self.inner.list_tallies(puzzle).await
    }
}
