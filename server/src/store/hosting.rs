//! Games that players host: their hosts, join codes, announcements and members.

use async_trait::async_trait;
use domain::api::{HostSettings, HostedState, MemberStatus, NoticeKind};
use domain::boards::Measure;
use domain::progress::AssignmentRule;
use domain::{AccountId, GameId, GameRules, InstrumentId, Money, PlayerId, Timestamp};

use super::{GameRecord, NewGame, StoreResult};

/// A hosted game as stored. Its rules are the game's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedGame {
    pub game: GameId,
    pub owner: PlayerId,
    pub state: HostedState,
    /// Six letters. `None` once the game is archived.
    pub join_code: Option<String>,
    /// The key in the projector board's URL. `None` while there is no link.
    pub board_key: Option<String>,
    pub settings: HostSettings,
    pub created_at: Timestamp,
    /// When the final standings were stored.
    pub settled_at: Option<Timestamp>,
}

/// An announcement by a host, or a change of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub game: GameId,
    /// Counted from 1 in each game.
    pub seq: i64,
    pub at: Timestamp,
    /// When it takes effect.
    pub effective_at: Timestamp,
    pub author: PlayerId,
    pub kind: NoticeKind,
    pub text: String,
    /// The complete rules from then on, if they change.
    pub rules: Option<GameRules>,
    /// Whether the rules are or have been in force.
    pub applied: bool,
}

/// A player who has asked to join a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub account: AccountId,
    pub status: MemberStatus,
    pub joined_at: Timestamp,
    /// Whether this is a guest created by joining this game. Only for these may a host issue recovery words.
    pub made_here: bool,
    pub team: Option<String>,
}

/// A member as the host sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    pub member: Member,
    pub handle: String,
    /// None without a session.
    pub last_seen_at: Option<Timestamp>,
}

/// A reason that a member gave for a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonRow {
    pub player: PlayerId,
    pub handle: String,
    /// The entry of the trade.
    pub seq: i64,
    pub at: Timestamp,
    pub instrument: InstrumentId,
    /// Such as `bought`.
    pub kind: String,
    pub text: String,
    /// Whether a host has stamped it as good.
    pub good: bool,
}

/// A row of a season's final standings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalStanding {
    pub rank: i64,
    pub player: PlayerId,
    pub handle: String,
    pub net_worth: Money,
    /// What the measure ranks by.
    pub score: i64,
}

/// What a host asks of everybody in a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Counted from 1 in each game.
    pub id: i64,
    pub title: String,
    pub due_at: Timestamp,
    pub rule: AssignmentRule,
}

/// Hosted games, their hosts and notices.
#[async_trait]
pub trait HostingStore {
    /// All of them; few.
    async fn list_hosted_games(&self) -> StoreResult<Vec<HostedGame>>;
    /// Creates a game, its own market if it has one, and its host, atomically. The new game's id replaces
    /// the one in `hosted`. `None` if the slug or the code is taken.
    async fn create_hosted_game(
        &self,
        new: &NewGame,
        hosted: &HostedGame,
    ) -> StoreResult<Option<GameRecord>>;
    /// Updates everything about a hosted game except its id and creation time.
    async fn update_hosted_game(&self, hosted: &HostedGame) -> StoreResult<()>;
    /// Every host other than the owners, by game, longest-serving first. There are few.
    async fn list_hosts(&self) -> StoreResult<Vec<(GameId, PlayerId)>>;
    /// Makes a player a host from an instant on, or removes the role.
    async fn set_host(
        &self,
        game: GameId,
        player: PlayerId,
        since: Option<Timestamp>,
    ) -> StoreResult<()>;
    /// Adds a notice after the latest one. Returns its `seq`. If its rules are applied, they become the
    /// game's.
    async fn add_notice(&self, notice: &Notice) -> StoreResult<i64>;
    /// Latest first.
    async fn list_notices(&self, game: GameId, limit: u32) -> StoreResult<Vec<Notice>>;
    /// Announcements by hosts in all games, ordered by time, game and `seq`, after the given one.
    async fn list_announcements(
        &self,
        after: (Timestamp, GameId, i64),
        limit: u32,
    ) -> StoreResult<Vec<Notice>>;
    /// Rule changes that take effect at `now` or earlier and have not been applied yet, in order.
    async fn list_due_rules(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Notice>>;
    /// Makes the rules of a notice the game's, once.
    async fn apply_rules(&self, notice: &Notice) -> StoreResult<()>;
    /// Adds an assignment. Its id is replaced by the next one in the game.
    async fn add_assignment(&self, game: GameId, assignment: &Assignment) -> StoreResult<i64>;
    /// In the order in which they were given.
    async fn list_assignments(&self, game: GameId, limit: u32) -> StoreResult<Vec<Assignment>>;
    async fn remove_assignment(&self, game: GameId, id: i64) -> StoreResult<()>;
}

/// Members of hosted games, what they wrote, and how seasons ended.
#[async_trait]
pub trait RosterStore {
    /// Writes a member, replacing any earlier row of the player in that game.
    async fn store_member(&self, member: &Member) -> StoreResult<()>;
    async fn find_member(&self, account: AccountId) -> StoreResult<Option<Member>>;
    /// Members of all games who may not currently play.
    async fn list_kept_out(&self) -> StoreResult<Vec<AccountId>>;
    /// In the order of joining.
    async fn list_roster(&self, game: GameId, limit: u32) -> StoreResult<Vec<RosterRow>>;
    /// Reasons of a game's members, latest first.
    async fn list_game_reasons(&self, game: GameId, limit: u32) -> StoreResult<Vec<ReasonRow>>;
    /// Stamps the reason of an entry; false when it was stamped before.
    async fn stamp_reason(
        &self,
        account: AccountId,
        seq: i64,
        by: PlayerId,
        at: Timestamp,
    ) -> StoreResult<bool>;
    /// Erases members' words and teams in a game, and gives guests a new handle: `handles` says which, with
    /// none for members who keep theirs. Ledger and accounts stay.
    async fn pseudonymise(
        &self,
        game: GameId,
        handles: &[(PlayerId, Option<String>)],
    ) -> StoreResult<()>;
    /// Writes the final standings by a measure and marks the game as settled, atomically. Existing
    /// standings stay.
    async fn store_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        rows: &[FinalStanding],
        at: Timestamp,
    ) -> StoreResult<()>;
    async fn list_final_standings(
        &self,
        game: GameId,
        measure: Measure,
        limit: u32,
    ) -> StoreResult<Vec<FinalStanding>>;
}
