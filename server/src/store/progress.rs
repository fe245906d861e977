//! Progress of all players: the rules of XP, and who has unlocked what.

use async_trait::async_trait;
use domain::{Award, PlayerId};

use super::{StoreResult, XpRulesRecord};

/// Adds XP rules, and walks through the players and their unlocks.
#[async_trait]
pub trait ProgressStore {
    /// Adds XP rules. False if others take effect at the same instant.
    async fn create_xp_rules(&self, record: &XpRulesRecord) -> StoreResult<bool>;
    /// Players in order of their id, after one.
    async fn list_players(&self, after: Option<PlayerId>, limit: u32)
    -> StoreResult<Vec<PlayerId>>;
    /// A player's unlocks in all games, latest first; those before the cursor (a `seq`).
    async fn list_latest_unlocks(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>>;
    /// The keys of the first unlocks, without repeats, of the players in a range of ids, both ends
    /// included.
    async fn list_unlock_keys(
        &self,
        first: PlayerId,
        last: PlayerId,
    ) -> StoreResult<Vec<(PlayerId, String)>>;
}
