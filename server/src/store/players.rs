//! Players, their names and their awards.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{Award, PlayerId};

use super::{Credentials, NewPlayer, PlayerRecord, StoreResult, Taken, TakenOf};

/// Players, their names and their awards.
#[async_trait]
pub trait PlayerStore: Send + Sync {
    /// Creates a player, the account with its opening ledger entry, and a session, atomically.
    /// Returns which name is taken, if one is.
    async fn create_player(&self, new: &NewPlayer) -> StoreResult<Result<(), Taken>> {
        let made = self.create_players(std::slice::from_ref(new)).await?;
        Ok(made.map_err(|which| which.taken))
    }
    /// Creates many players, each as [`PlayerStore::create_player`] does, all or none. Returns the first
    /// whose name is taken, by someone else or by an earlier player in the list.
    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>>;
    /// Gives a guest credentials; everything else stays. Frees the guest's generated handle.
    /// For a player who is no longer a guest, nothing changes and the address is reported as taken.
    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>>;
    /// Stores the language tag of a player.
    async fn store_locale(&self, player: PlayerId, locale: &str) -> StoreResult<()>;
    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>>;
    /// The handles of the given players, as far as they exist.
    async fn find_handles(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>>;
    /// By e-mail address or handle, ignoring case.
    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>>;
    /// A player's awards, latest first; those before the cursor (a `seq`).
    async fn list_awards(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>>;
    /// A player's unlocks of achievements in all games, by key; at most `limit`.
    async fn list_unlocks(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<Award>>;
}
