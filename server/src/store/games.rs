//! Games and who plays in them.

use async_trait::async_trait;
use domain::{AccountId, GameId, Money, PlayerId, Timestamp};

use super::{GameRecord, NewGame, StoreResult};

/// Games and the accounts in them.
#[async_trait]
pub trait GameStore {
    /// Makes a game, and the market of its own if it has one, all or nothing. None when the slug is
    /// taken.
    async fn create_game(&self, new: &NewGame) -> StoreResult<Option<GameRecord>>;
    /// Makes a player's account in a game, with its opening ledger entry; false when there is one.
    async fn open_account(
        &self,
        account: AccountId,
        starting_cash: Money,
        now: Timestamp,
    ) -> StoreResult<bool>;
    /// The games in which a player has an account.
    async fn list_games_of(&self, player: PlayerId) -> StoreResult<Vec<GameId>>;
}
