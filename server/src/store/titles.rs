//! Titles: games for which third-party programs define achievements and report what players did.

use async_trait::async_trait;
use domain::api::{KeyScope, TitleAchievement};
use domain::{AccountId, GameId, Hash, PlayerId, Timestamp};

use super::StoreResult;

/// A key as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    pub game: GameId,
    pub id: i64,
    pub name: String,
    pub scopes: Vec<KeyScope>,
    /// SHA-256 of the secret.
    pub token_hash: Hash,
    pub created_by: PlayerId,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// Something that a player did in a title. Each event counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TitleRecord {
    /// Unlocked an achievement that the title has.
    Unlock {
        player: PlayerId,
        achievement: String,
    },
    /// Reached a score; only the best is kept.
    Score {
        player: PlayerId,
        board: String,
        value: i64,
    },
    /// Played.
    Session {
        player: PlayerId,
        session: String,
        seconds: u32,
    },
}

/// A score on a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleScoreRow {
    pub player: PlayerId,
    pub board: String,
    pub value: i64,
}

/// What a player has in a title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TitleProgress {
    pub unlocks: Vec<(String, Timestamp)>,
    pub seconds: i64,
    /// By board.
    pub scores: Vec<TitleScoreRow>,
}

/// Keys of titles, their achievements, and what players did.
#[async_trait]
pub trait TitleStore {
    async fn create_api_key(&self, key: &ApiKeyRecord) -> StoreResult<()>;
    /// Keys of a game, latest first.
    async fn list_api_keys(&self, game: GameId, limit: u32) -> StoreResult<Vec<ApiKeyRecord>>;
    async fn find_api_key(&self, game: GameId, id: i64) -> StoreResult<Option<ApiKeyRecord>>;
    /// Revokes a key. Returns whether it was valid.
    async fn revoke_api_key(&self, game: GameId, id: i64, now: Timestamp) -> StoreResult<bool>;
    /// Defines or redefines achievements, all or nothing.
    async fn define_title_achievements(
        &self,
        game: GameId,
        achievements: &[TitleAchievement],
        now: Timestamp,
    ) -> StoreResult<()>;
    /// By name.
    async fn list_title_achievements(
        &self,
        game: GameId,
        limit: u32,
    ) -> StoreResult<Vec<TitleAchievement>>;
    /// Records what players did, in one transaction. Returns for each whether it was new, or `None` if it is
    /// refused: an unlock of an achievement that the title does not have, a score on a twenty-first board, or
    /// more play time than a day has.
    async fn record_title_events(
        &self,
        game: GameId,
        records: &[TitleRecord],
        now: Timestamp,
    ) -> StoreResult<Vec<Option<bool>>>;
    async fn find_title_progress(&self, account: AccountId) -> StoreResult<TitleProgress>;
    /// The top scores of a board, best first; ties go to the earlier.
    async fn list_title_best(
        &self,
        game: GameId,
        board: &str,
        limit: u32,
    ) -> StoreResult<Vec<TitleScoreRow>>;
}
