//! Games that players host: who runs them, how one gets in, what the host has told, and who is in.

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
    /// Six letters; none once the game is archived.
    pub join_code: Option<String>,
    /// What the address of the projector board carries; none while there is no link.
    pub board_key: Option<String>,
    pub settings: HostSettings,
    pub created_at: Timestamp,
    /// Since when the final standings are there.
    pub settled_at: Option<Timestamp>,
}

/// What a host has told, or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub game: GameId,
    /// Counted from 1 in each game.
    pub seq: i64,
    pub at: Timestamp,
    /// From when it counts.
    pub effective_at: Timestamp,
    pub author: PlayerId,
    pub kind: NoticeKind,
    pub text: String,
    /// The whole rules from then on, where they change.
    pub rules: Option<GameRules>,
    /// Whether the rules are in force, or were.
    pub applied: bool,
}

/// Somebody who has asked to be in a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub account: AccountId,
    pub status: MemberStatus,
    pub joined_at: Timestamp,
    /// A guest who was made by joining this game: only of these may a host give out recovery words.
    pub made_here: bool,
    pub team: Option<String>,
}

/// A member as the host sees one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    pub member: Member,
    pub handle: String,
    /// None without a session.
    pub last_seen_at: Option<Timestamp>,
}

/// A reason that a member gave with a trade.
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
    /// Whether a host has stamped it.
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
    /// Makes a game, the market of its own if it has one, and its host, all or nothing. The id in
    /// `hosted` is replaced by the new game's. None when the slug or the code is taken.
    async fn create_hosted_game(
        &self,
        new: &NewGame,
        hosted: &HostedGame,
    ) -> StoreResult<Option<GameRecord>>;
    /// Writes all of a hosted game but its id and the instant of its making.
    async fn update_hosted_game(&self, hosted: &HostedGame) -> StoreResult<()>;
    /// Every host beside the owners, by game, those who have been it for longest first; few.
    async fn list_hosts(&self) -> StoreResult<Vec<(GameId, PlayerId)>>;
    /// Makes a player a host since an instant, or no host any more.
    async fn set_host(
        &self,
        game: GameId,
        player: PlayerId,
        since: Option<Timestamp>,
    ) -> StoreResult<()>;
    /// Adds a notice after the latest one; its `seq`. Rules that are applied are the game's from then
    /// on.
    async fn add_notice(&self, notice: &Notice) -> StoreResult<i64>;
    /// Latest first.
    async fn list_notices(&self, game: GameId, limit: u32) -> StoreResult<Vec<Notice>>;
    /// What hosts announced in all games, in the order of time, game and `seq`, after one.
    async fn list_announcements(
        &self,
        after: (Timestamp, GameId, i64),
        limit: u32,
    ) -> StoreResult<Vec<Notice>>;
    /// Changed rules that count from `now` on or earlier and are not yet the game's, in their order.
    async fn list_due_rules(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Notice>>;
    /// Makes the rules of a notice the game's, once.
    async fn apply_rules(&self, notice: &Notice) -> StoreResult<()>;
    /// Adds an assignment; the id that it is given replaces the one it has.
    async fn add_assignment(&self, game: GameId, assignment: &Assignment) -> StoreResult<i64>;
    /// In the order in which they were given.
    async fn list_assignments(&self, game: GameId, limit: u32) -> StoreResult<Vec<Assignment>>;
    async fn remove_assignment(&self, game: GameId, id: i64) -> StoreResult<()>;
}

/// Members of hosted games, what they wrote, and how seasons ended.
#[async_trait]
pub trait RosterStore {
    /// Writes a member, in place of what was known of the player in that game.
    async fn store_member(&self, member: &Member) -> StoreResult<()>;
    async fn find_member(&self, account: AccountId) -> StoreResult<Option<Member>>;
    /// Members who may not play now, in all games.
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
    /// Erases what members wrote in a game and their teams, and gives guests another handle: `handles`
    /// says which, none for whom it stays. Ledger and accounts stay.
    async fn pseudonymise(
        &self,
        game: GameId,
        handles: &[(PlayerId, Option<String>)],
    ) -> StoreResult<()>;
    /// Writes the final standings by a measure, and that the game is settled, all or nothing.
    /// Standings that are there stay.
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
