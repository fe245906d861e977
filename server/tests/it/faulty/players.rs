//! The players of the store behind.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{Award, PlayerId};
use server::store::{
    Credentials, NewPlayer, PlayerRecord, PlayerStore, StoreResult, Taken, TakenOf,
};

use super::FaultyStore;

#[async_trait]
impl PlayerStore for FaultyStore {
    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        self.read().create_players(new).await
    }

    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        self.read().register_guest(player, credentials).await
    }

    async fn store_locale(&self, player: PlayerId, locale: &str) -> StoreResult<()> {
        self.read().store_locale(player, locale).await
    }

    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        self.read().find_player(player).await
    }

    async fn find_handles(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>> {
        self.read().find_handles(players).await
    }

    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        self.read().find_player_by_login(login).await
    }

    async fn list_awards(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>> {
        self.read().list_awards(player, before, limit).await
    }

    async fn list_unlocks(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<Award>> {
        self.read().list_unlocks(player, limit).await
    }
}
