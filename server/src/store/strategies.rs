//! Strategies that players publish, their versions, the search for them, and who follows them.

use async_trait::async_trait;
use domain::advice::Measured;
use domain::api::{RiskProfile, StrategyContent, StrategyOrder, StrategyVisibility};
use domain::{Day, GameId, MarketId, PlayerId, Timestamp};

use super::StoreResult;
use super::jobs::NewJob;
use super::social::Tied;

/// Strategies of one author.
pub const STRATEGIES_MAX: u32 = 50;
/// Versions of a strategy.
pub const VERSIONS_MAX: u32 = 100;
/// Strategies that a player follows.
pub const FOLLOWED_MAX: u32 = 200;
/// What a search reads and sorts. Where more match, it walks the strategies in the order asked for.
pub const MATCHES_MAX: u32 = 5_000;
/// Needles of a [`StrategySearch`].
pub const NEEDLES_MAX: usize = 11;
/// Name needles of a [`StrategySearch`].
pub const NAME_NEEDLES_MAX: usize = 8;

/// A strategy as it is now, without its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyRecord {
    pub id: i64,
    pub author: PlayerId,
    /// The game that it was published in.
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
    /// What the search finds it by, between blanks; empty when it is not listed.
    pub terms: String,
}

impl StrategyRecord {
    /// Whether anybody but the author may find it.
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
    /// The market's day at that instant.
    pub market_day: Day,
    pub content: StrategyContent,
}

/// Which strategies are looked for. Only listed ones are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategySearch {
    pub market: MarketId,
    /// The game whose own strategies are found, too; none for an outsider.
    pub game: Option<GameId>,
    /// Terms of scope, one of which a match has.
    pub scope: Vec<String>,
    /// Terms that a match has, all of them; at most [`NEEDLES_MAX`].
    pub needles: Vec<String>,
    /// Terms that it has if the words are in its name; at most [`NAME_NEEDLES_MAX`].
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
    /// Stores a new strategy with its first version; false when the author has [`STRATEGIES_MAX`].
    async fn create_strategy(
        &self,
        record: &StrategyRecord,
        version: &VersionRecord,
    ) -> StoreResult<bool>;
    /// Stores what a strategy is now, and its new version with the job that tells followers. False, and
    /// nothing is written, when it is not at the version `from` any more.
    async fn change_strategy(
        &self,
        record: &StrategyRecord,
        from: u32,
        version: Option<(&VersionRecord, &NewJob)>,
    ) -> StoreResult<bool>;
    /// Hides a strategy or shows it again, with the terms that it is then found by.
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
    /// An author's strategies, latest changed first.
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
    /// Whether there was something to end.
    async fn unfollow_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool>;
    async fn follows_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool>;
    /// The strategies that a player follows, latest changed first.
    async fn list_followed_strategies(&self, player: PlayerId) -> StoreResult<Vec<StrategyRecord>>;
    /// Who follows a strategy, by id, after one.
    async fn list_strategy_followers(
        &self,
        strategy: i64,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>>;
}
