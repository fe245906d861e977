//! The games of the store behind.

use async_trait::async_trait;
use domain::{AccountId, GameId, Money, PlayerId, Timestamp};
use server::store::{GameRecord, GameStore, NewGame, StoreResult};

use super::FaultyStore;

#[async_trait]
impl GameStore for FaultyStore {
    async fn create_game(&self, new: &NewGame) -> StoreResult<Option<GameRecord>> {
        self.read().create_game(new).await
    }

    async fn open_account(
        &self,
        account: AccountId,
        starting_cash: Money,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.read().open_account(account, starting_cash, now).await
    }

    async fn list_games_of(&self, player: PlayerId) -> StoreResult<Vec<GameId>> {
        self.read().list_games_of(player).await
    }
}
