//! Players, their names and their awards.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{Award, PlayerId};

use super::{Credentials, NewPlayer, PlayerRecord, StoreResult, Taken, TakenOf};

/// Players, their names and their awards.
#[async_trait]
pub trait PlayerStore: Send + Sync {
    /// Makes a player, the account with its opening ledger entry, and a session, all or nothing.
    /// Gives which name is taken, if one is.
    async fn create_player(&self, new: &NewPlayer) -> StoreResult<Result<(), Taken>> {
        let made = self.create_players(std::slice::from_ref(new)).await?;
        Ok(made.map_err(|which| which.taken))
    }
    /// Makes many players, each as [`PlayerStore::create_player`] does, all of them or none. Gives the
    /// first whose name is taken, by someone else or by an earlier one of them.
    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>>;
    /// Gives a guest credentials; everything else stays. The guest's generated handle is freed.
    /// A player who is no guest any more keeps what is there, and is told that the address is taken.
    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>>;
    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>>;
    /// The handles of those of the players that exist.
    async fn find_handles(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>>;
    /// By e-mail address or handle, without regard to case.
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
