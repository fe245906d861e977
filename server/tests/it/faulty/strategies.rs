//! The strategies of the store behind.

use async_trait::async_trait;
use domain::advice::Measured;
use domain::{PlayerId, Timestamp};
use server::store::jobs::NewJob;
use server::store::social::Tied;
use server::store::{
    StoreResult, StrategyFollowStore, StrategyRecord, StrategySearch, StrategyStore, VersionRecord,
};

use super::FaultyStore;

#[async_trait]
impl StrategyStore for FaultyStore {
    async fn create_strategy(
        &self,
        record: &StrategyRecord,
        version: &VersionRecord,
    ) -> StoreResult<bool> {
        self.inner.create_strategy(record, version).await
    }

    async fn change_strategy(
        &self,
        record: &StrategyRecord,
        from: u32,
        version: Option<(&VersionRecord, &NewJob)>,
    ) -> StoreResult<bool> {
        self.inner.change_strategy(record, from, version).await
    }

    async fn hide_strategy(&self, record: &StrategyRecord) -> StoreResult<()> {
        self.inner.hide_strategy(record).await
    }

    async fn find_strategy(&self, id: i64) -> StoreResult<Option<StrategyRecord>> {
        self.inner.find_strategy(id).await
    }

    async fn find_strategy_version(
        &self,
        id: i64,
        version: u32,
    ) -> StoreResult<Option<VersionRecord>> {
        self.inner.find_strategy_version(id, version).await
    }

    async fn list_strategy_versions(&self, id: i64) -> StoreResult<Vec<VersionRecord>> {
        self.inner.list_strategy_versions(id).await
    }

    async fn search_strategies(&self, search: &StrategySearch) -> StoreResult<Vec<StrategyRecord>> {
        self.inner.search_strategies(search).await
    }

    async fn list_strategies_of(&self, author: PlayerId) -> StoreResult<Vec<StrategyRecord>> {
        self.inner.list_strategies_of(author).await
    }

    async fn list_strategies(&self, after: i64, limit: u32) -> StoreResult<Vec<StrategyRecord>> {
        self.inner.list_strategies(after, limit).await
    }

    async fn store_measured(&self, measured: &[(i64, Measured)]) -> StoreResult<()> {
        self.inner.store_measured(measured).await
    }
}

#[async_trait]
impl StrategyFollowStore for FaultyStore {
    async fn follow_strategy(
        &self,
        player: PlayerId,
        strategy: i64,
        now: Timestamp,
    ) -> StoreResult<Tied> {
        self.inner.follow_strategy(player, strategy, now).await
    }

    async fn unfollow_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool> {
        self.inner.unfollow_strategy(player, strategy).await
    }

    async fn follows_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool> {
        self.inner.follows_strategy(player, strategy).await
    }

    async fn list_followed_strategies(&self, player: PlayerId) -> StoreResult<Vec<StrategyRecord>> {
        self.inner.list_followed_strategies(player).await
    }

    async fn list_strategy_followers(
        &self,
        strategy: i64,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>> {
        self.inner
            .list_strategy_followers(strategy, after, limit)
            .await
    }
}
