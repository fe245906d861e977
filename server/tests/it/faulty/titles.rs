//! The titles of the store behind.

use async_trait::async_trait;
use domain::api::TitleAchievement;
use domain::{AccountId, GameId, Timestamp};
use server::store::{
    ApiKeyRecord, StoreResult, TitleProgress, TitleRecord, TitleScoreRow, TitleStore,
};

use super::FaultyStore;

#[async_trait]
impl TitleStore for FaultyStore {
    async fn create_api_key(&self, key: &ApiKeyRecord) -> StoreResult<()> {
        self.inner.create_api_key(key).await
    }

    async fn list_api_keys(&self, game: GameId, limit: u32) -> StoreResult<Vec<ApiKeyRecord>> {
        self.inner.list_api_keys(game, limit).await
    }

    async fn find_api_key(&self, game: GameId, id: i64) -> StoreResult<Option<ApiKeyRecord>> {
        self.inner.find_api_key(game, id).await
    }

    async fn revoke_api_key(&self, game: GameId, id: i64, now: Timestamp) -> StoreResult<bool> {
        self.inner.revoke_api_key(game, id, now).await
    }

    async fn define_title_achievements(
        &self,
        game: GameId,
        achievements: &[TitleAchievement],
        now: Timestamp,
    ) -> StoreResult<()> {
        let inner = &self.inner;
        inner
            .define_title_achievements(game, achievements, now)
            .await
    }

    async fn list_title_achievements(
        &self,
        game: GameId,
        limit: u32,
    ) -> StoreResult<Vec<TitleAchievement>> {
        self.inner.list_title_achievements(game, limit).await
    }

    async fn record_title_events(
        &self,
        game: GameId,
        records: &[TitleRecord],
        now: Timestamp,
    ) -> StoreResult<Vec<Option<bool>>> {
        self.inner.record_title_events(game, records, now).await
    }

    async fn find_title_progress(&self, account: AccountId) -> StoreResult<TitleProgress> {
        self.inner.find_title_progress(account).await
    }

    async fn list_title_best(
        &self,
        game: GameId,
        board: &str,
        limit: u32,
    ) -> StoreResult<Vec<TitleScoreRow>> {
        self.inner.list_title_best(game, board, limit).await
    }
}
