//! Watch lists: instruments that a player keeps an eye on, in several lists.

use async_trait::async_trait;
use domain::{PlayerId, Symbol, Timestamp};

use super::StoreResult;

/// A watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchList {
    pub player: PlayerId,
    pub id: i64,
    pub name: String,
    /// Whether anyone with its address may read it.
    pub shared: bool,
    pub created_at: Timestamp,
    /// The watched symbols, in the order in which they were added.
    pub symbols: Vec<Symbol>,
}

/// A change to a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchListChange {
    pub name: Option<String>,
    pub shared: Option<bool>,
    pub add: Option<Symbol>,
    pub remove: Option<Symbol>,
}

/// Watch lists.
#[async_trait]
pub trait WatchListStore {
    /// The lists of a player, oldest first, with their symbols.
    async fn list_watch_lists(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<WatchList>>;
    async fn find_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<Option<WatchList>>;
    /// Creates a list without symbols.
    async fn create_watch_list(&self, list: &WatchList) -> StoreResult<()>;
    /// Changes a list. Returns whether it existed. A symbol already in the list is not added again.
    async fn change_watch_list(
        &self,
        player: PlayerId,
        id: i64,
        change: &WatchListChange,
        now: Timestamp,
    ) -> StoreResult<bool>;
    /// Deletes a list. Returns whether it existed.
    async fn delete_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<bool>;
}
