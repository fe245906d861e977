//! The progress of the store behind.

use async_trait::async_trait;
use domain::{Award, PlayerId};
use server::store::{ProgressStore, StoreResult, XpRulesRecord};

use super::FaultyStore;

#[async_trait]
impl ProgressStore for FaultyStore {
    async fn create_xp_rules(&self, record: &XpRulesRecord) -> StoreResult<bool> {
        self.inner.create_xp_rules(record).await
    }

    async fn list_players(
        &self,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>> {
        self.inner.list_players(after, limit).await
    }

    async fn list_latest_unlocks(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>> {
        self.inner.list_latest_unlocks(player, before, limit).await
    }

    async fn list_unlock_keys(
        &self,
        first: PlayerId,
        last: PlayerId,
    ) -> StoreResult<Vec<(PlayerId, String)>> {
        self.inner.list_unlock_keys(first, last).await
    }
}
