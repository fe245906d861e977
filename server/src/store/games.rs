//! Games and the accounts in them.

use async_trait::async_trait;
use domain::{AccountId, GameId, Money, PlayerId, Timestamp};

use super::{GameRecord, NewGame, StoreResult};

/// Games and the accounts in them.
#[async_trait]
pub trait GameStore {
    /// Creates a game, and its own market if it has one, atomically. `None` if the slug is taken.
    async fn create_game(&self, new: &NewGame) -> StoreResult<Option<GameRecord>>;
    /// Opens a player's account in a game, with its opening ledger entry. False if it already exists.
    async fn open_account(
        &self,
        account: AccountId,
        starting_cash: Money,
        now: Timestamp,
    ) -> StoreResult<bool>;
    /// The games in which a player has an account.
    async fn list_games_of(&self, player: PlayerId) -> StoreResult<Vec<GameId>>;
}
