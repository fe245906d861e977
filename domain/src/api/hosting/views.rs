//! What host, pupils and projector see.

use serde::{Deserialize, Serialize};

use super::{HostSettings, HostedState, MemberStatus, NoticeKind};
use crate::api::GameView;
use crate::boards::Measure;
use crate::progress::{AssignmentProgress, AssignmentRule};
use crate::{Currency, Day, HostXp, Money, Percent, PlayerId, Symbol, Timestamp, Xp};

/// The ticket of a hosted game: what a class needs to come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketSlip {
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// Six letters; none once the game is archived.
    pub code: Option<String>,
    /// The URL of the page to join on, with the server's name as in this request.
    pub join_address: Option<String>,
    /// That URL as a QR code: the path of an SVG with modules of 1 by 1.
    pub qr_path: String,
    /// Modules per side, including the quiet zone.
    pub qr_size: u32,
}

/// What players see of a game before joining it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeView {
    /// The code as displayed.
    pub code: String,
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// The handle of its host.
    pub host: String,
    /// What each player starts with.
    pub starting_cash: Money,
    /// The currency of the game.
    #[serde(default)]
    pub currency: Currency,
    /// Whether a host has to agree to each who joins.
    pub approval: bool,
    /// Why the player cannot join now; none when joining is possible.
    pub closed: Option<String>,
    /// Whether the requesting player is in the game.
    pub joined: Option<MemberStatus>,
}

/// The result of joining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinAnswer {
    /// The name in addresses of the game.
    pub slug: String,
    /// The name that others see.
    pub handle: String,
    /// Words that recover a new guest on another device. They are only ever shown here.
    pub words: Option<String>,
    /// Whether the player is in, or waiting for a host's approval.
    pub status: MemberStatus,
    /// The token of a new session, if one was requested.
    pub token: Option<String>,
}

/// A member, as the host sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PupilView {
    /// The player.
    pub player: PlayerId,
    /// The name that others see.
    pub handle: String,
    /// Whether the player may play.
    pub status: MemberStatus,
    /// The team, if there are teams.
    pub team: Option<String>,
    /// Cash and positions.
    pub net_worth: Money,
    /// Gain or loss since the start, in percent of the starting cash.
    pub return_percent: Option<Percent>,
    /// The player's XP.
    pub xp: Xp,
    /// Trades that count.
    pub trades: i64,
    /// How many of them have a real reason.
    pub reasons: i64,
    /// Companies held.
    pub companies: u32,
    /// Part of the account in its largest position, in percent.
    pub largest_percent: Option<Percent>,
    /// Stamped reasons.
    pub good_ones: u32,
    /// None who has no session.
    pub last_seen_at: Option<Timestamp>,
}

/// A reason, as the host reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonView {
    /// Whose.
    pub player: PlayerId,
    /// The name that others see.
    pub handle: String,
    /// The entry of the trade.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Such as `bought`.
    pub kind: String,
    /// Of what.
    pub symbol: String,
    /// The reason.
    pub text: String,
    /// Whether a host has stamped it.
    pub good: bool,
}

/// A host's announcement or change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeView {
    /// Counted from 1 in each game.
    pub seq: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// What the host says.
    pub text: String,
    /// When it was said.
    pub at: Timestamp,
    /// When it takes effect, in the game's time zone.
    pub effective: String,
    /// The changed rules in words.
    pub rules: Vec<String>,
}

/// Rules and news of a game, for everybody in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesView {
    /// The game with the rules in force.
    pub game: GameView,
    /// Those rules in words, one a line.
    pub rules: Vec<String>,
    /// Latest first.
    pub notices: Vec<NoticeView>,
}

/// Everything that a host's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostView {
    /// The game.
    pub game: GameView,
    /// Its stage.
    pub state: HostedState,
    /// Its settings besides the rules.
    pub settings: HostSettings,
    /// Code and QR code.
    pub ticket: TicketSlip,
    /// The address of the projector board; none while there is no link.
    pub board_address: Option<String>,
    /// Whether the host can advance and move the market, because no other game shares it.
    pub controls_market: bool,
    /// Handles of its hosts, the owner first.
    pub hosts: Vec<String>,
    /// The rules in words, one a line.
    pub rules: Vec<String>,
    /// What actions earn now.
    pub xp: HostXp,
    /// The most that they may earn: what games without rules of their own give.
    pub xp_most: HostXp,
    /// Who is in, in the order of joining.
    pub roster: Vec<PupilView>,
    /// Latest reasons first.
    pub reasons: Vec<ReasonView>,
    /// Latest first.
    pub notices: Vec<NoticeView>,
    /// Recovery words that an action has just made.
    pub words: Option<String>,
    /// The server's clock.
    pub now: Timestamp,
}

/// A row of the projector board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardRow {
    /// From 1.
    pub rank: u32,
    /// The name that others see.
    pub handle: String,
    /// Cash and positions.
    pub net_worth: Money,
    /// Gain or loss since the start, in percent of the starting cash.
    pub return_percent: Option<Percent>,
}

/// What the projector shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardView {
    /// The name for people.
    pub name: String,
    /// Six letters, while players can still join.
    pub code: Option<String>,
    /// What it ranks by.
    pub measure: Measure,
    /// Best first, at most 100.
    pub rows: Vec<BoardRow>,
    /// Why nothing moves, in words, if so.
    pub stands_still: Option<String>,
    /// The latest announcement.
    pub announcement: Option<String>,
    /// The server's clock.
    pub at: Timestamp,
    /// The same in the game's time zone, such as `10:32:05`.
    pub as_of: String,
}

/// A row of the final standings, with its rank by another measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FinalRow {
    /// From 1, by the game's own measure.
    pub rank: u32,
    /// From 1, by the other measure.
    pub other_rank: u32,
    /// The name that others see.
    pub handle: String,
    /// Cash and positions at the end.
    pub net_worth: Money,
    /// By the game's own measure.
    pub score: i64,
    /// By the other measure.
    pub other_score: i64,
}

/// The final standings of a season, by its own measure and by another one for comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FinalsView {
    /// The game.
    pub game: GameView,
    /// When it closed, in its time zone.
    pub closed: String,
    /// The game's own measure.
    pub measure: Measure,
    /// The other one, computed from the ledger alone.
    pub other: Measure,
    /// Best first by the game's own measure.
    pub rows: Vec<FinalRow>,
    /// What the game hid, if it replayed history in disguise.
    pub revealed: Option<RevealedHistory>,
}

/// Who was who in a game that replayed history in disguise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedHistory {
    /// The market's first day.
    pub day: Day,
    /// The day of history that it showed.
    pub real_day: Day,
    /// By shown symbol.
    pub companies: Vec<RevealedCompany>,
}

/// A company that a game showed under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedCompany {
    /// As it was shown.
    pub symbol: Symbol,
    /// Its real symbol.
    pub real_symbol: Symbol,
    /// Its real name.
    pub real_name: String,
}

/// An assignment, with the player's progress and, for hosts, who has completed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentView {
    /// Counted from 1 in each game.
    pub id: i64,
    /// What the host calls it.
    pub title: String,
    /// When it is due.
    pub due_at: Timestamp,
    /// The same in the game's time zone.
    pub due: String,
    /// What it asks for.
    pub rule: AssignmentRule,
    /// The requesting player's progress; none when not in the game.
    pub mine: Option<AssignmentProgress>,
    /// Handles of those who have completed it, for hosts; empty for everyone else.
    pub done: Vec<String>,
    /// How many play, for hosts.
    pub of: u32,
}
