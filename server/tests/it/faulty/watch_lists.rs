//! The watch lists of the store behind.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};
use server::store::{StoreResult, WatchList, WatchListChange, WatchListStore};

use super::FaultyStore;

#[async_trait]
impl WatchListStore for FaultyStore {
    async fn list_watch_lists(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<WatchList>> {
        self.inner.list_watch_lists(player, limit).await
    }

    async fn find_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<Option<WatchList>> {
        self.inner.find_watch_list(player, id).await
    }

    async fn create_watch_list(&self, list: &WatchList) -> StoreResult<()> {
        self.inner.create_watch_list(list).await
    }

    async fn change_watch_list(
        &self,
        player: PlayerId,
        id: i64,
        change: &WatchListChange,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.change_watch_list(player, id, change, now).await
    }

    async fn delete_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        self.inner.delete_watch_list(player, id).await
    }
}
