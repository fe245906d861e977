//! Strategies that players publish, their versions, the search for them, and who follows them.

use async_trait::async_trait;
use domain::advice::Measured;
use domain::api::{RiskProfile, StrategyContent, StrategyOrder, StrategyVisibility};
use domain::{Day, GameId, MarketId, PlayerId, Timestamp};

use super::StoreResult;
use super::jobs::NewJob;
use super::social::Tied;

/// Maximum strategies of one author.
pub const STRATEGIES_MAX: u32 = 50;
/// Maximum versions of a strategy.
pub const VERSIONS_MAX: u32 = 100;
/// Maximum strategies that a player follows.
pub const FOLLOWED_MAX: u32 = 200;
/// Maximum matches that a search reads and sorts. If more match, it walks the strategies in the
/// requested order.
pub const MATCHES_MAX: u32 = 5_000;
/// Maximum needles of a [`StrategySearch`].
pub const NEEDLES_MAX: usize = 11;
/// Maximum name needles of a [`StrategySearch`].
pub const NAME_NEEDLES_MAX: usize = 8;

/// A strategy as it is now, without its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyRecord {
    pub id: i64,
    pub author: PlayerId,
    /// The game in which it was published.
    pub game: GameId,
    /// The market of that game.
    pub market: MarketId,
    pub visibility: StrategyVisibility,
    /// By an operator.
    pub hidden: bool,
    pub name: String,
    pub description: String,
    pub tags: Vec<String>,
    pub risk: RiskProfile,
    pub version: u32,
    pub published_at: Timestamp,
    pub changed_at: Timestamp,
    pub followers: u32,
    /// None before it was measured.
    pub measured: Option<Measured>,
    /// The terms by which the search finds it, separated by spaces; empty if it is not listed.
    pub terms: String,
}

impl StrategyRecord {
    /// Whether anybody other than the author may find it.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.hidden && self.visibility != StrategyVisibility::Private
    }
}

/// A version of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    pub strategy: i64,
    /// From 1.
    pub version: u32,
    pub published_at: Timestamp,
    /// The market day at that instant.
    pub market_day: Day,
    pub content: StrategyContent,
}

/// A search for strategies. Only listed ones are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategySearch {
    pub market: MarketId,
    /// The game whose own strategies are also found. `None` for an outsider.
    pub game: Option<GameId>,
    /// Scope terms. A match has at least one of them.
    pub scope: Vec<String>,
    /// Terms all of which a match has; at most [`NEEDLES_MAX`].
    pub needles: Vec<String>,
    /// Terms that a match has if the words are in its name; at most [`NAME_NEEDLES_MAX`].
    pub name_needles: Vec<String>,
    /// The lowest return this year, in basis points.
    pub return_min: Option<i64>,
    pub order: StrategyOrder,
    pub limit: u32,
    pub offset: u32,
}

/// Strategies and their versions.
#[async_trait]
pub trait StrategyStore {
    /// Stores a new strategy with its first version. False if the author already has [`STRATEGIES_MAX`].
    async fn create_strategy(
        &self,
        record: &StrategyRecord,
        version: &VersionRecord,
    ) -> StoreResult<bool>;
    /// Stores a strategy's current state and its new version, with the job that notifies followers. False,
    /// and nothing is written, if it is no longer at the version `from`.
    async fn change_strategy(
        &self,
        record: &StrategyRecord,
        from: u32,
        version: Option<(&VersionRecord, &NewJob)>,
    ) -> StoreResult<bool>;
    /// Hides a strategy or shows it again, with the terms by which it is then found.
    async fn hide_strategy(&self, record: &StrategyRecord) -> StoreResult<()>;
    async fn find_strategy(&self, id: i64) -> StoreResult<Option<StrategyRecord>>;
    async fn find_strategy_version(
        &self,
        id: i64,
        version: u32,
    ) -> StoreResult<Option<VersionRecord>>;
    /// All versions, oldest first.
    async fn list_strategy_versions(&self, id: i64) -> StoreResult<Vec<VersionRecord>>;
    async fn search_strategies(&self, search: &StrategySearch) -> StoreResult<Vec<StrategyRecord>>;
    /// An author's strategies, most recently changed first.
    async fn list_strategies_of(&self, author: PlayerId) -> StoreResult<Vec<StrategyRecord>>;
    /// All strategies by id, after one.
    async fn list_strategies(&self, after: i64, limit: u32) -> StoreResult<Vec<StrategyRecord>>;
    /// Stores figures of strategies, by id.
    async fn store_measured(&self, measured: &[(i64, Measured)]) -> StoreResult<()>;
}

/// Who follows strategies.
#[async_trait]
pub trait StrategyFollowStore {
    async fn follow_strategy(
        &self,
        player: PlayerId,
        strategy: i64,
        now: Timestamp,
    ) -> StoreResult<Tied>;
    /// Returns whether the player followed the strategy.
    async fn unfollow_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool>;
    async fn follows_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool>;
    /// The strategies that a player follows, most recently changed first.
    async fn list_followed_strategies(&self, player: PlayerId) -> StoreResult<Vec<StrategyRecord>>;
    /// Who follows a strategy, by id, after one.
    async fn list_strategy_followers(
        &self,
        strategy: i64,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>>;
}
