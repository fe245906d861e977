//! The duels of the store behind.

use async_trait::async_trait;
use domain::duel::{DuelRefusal, DuelResult, DuelSide};
use domain::{GameId, PlayerId, Timestamp};
use server::store::{DuelRecord, DuelStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl DuelStore for FaultyStore {
    async fn create_duel(&self, duel: &DuelRecord) -> StoreResult<()> {
        self.inner.create_duel(duel).await
    }

    async fn find_duel(&self, id: &str) -> StoreResult<Option<DuelRecord>> {
        self.inner.find_duel(id).await
    }

    async fn list_duels(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<DuelRecord>> {
        self.inner.list_duels(player, limit).await
    }

    async fn accept_duel(&self, id: &str, player: PlayerId, at: Timestamp) -> StoreResult<bool> {
        self.inner.accept_duel(id, player, at).await
    }

    async fn refuse_duel(&self, id: &str, refusal: DuelRefusal) -> StoreResult<bool> {
        self.inner.refuse_duel(id, refusal).await
    }

    async fn settle_duel(&self, id: &str, content: &str) -> StoreResult<Option<String>> {
        self.inner.settle_duel(id, content).await
    }

    async fn start_duel(
        &self,
        id: &str,
        side: DuelSide,
        now: Timestamp,
        lost_since: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.start_duel(id, side, now, lost_since).await
    }

    async fn store_duel_game(&self, id: &str, side: DuelSide, game: GameId) -> StoreResult<()> {
        self.inner.store_duel_game(id, side, game).await
    }

    async fn store_duel_result(
        &self,
        id: &str,
        side: DuelSide,
        result: DuelResult,
    ) -> StoreResult<bool> {
        self.inner.store_duel_result(id, side, result).await
    }

    async fn prune_duels(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.prune_duels(before, limit).await
    }
}
