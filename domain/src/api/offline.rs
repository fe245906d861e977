//! Runs that are played away from the server that counts them, as pages show them.

use serde::{Deserialize, Serialize};

use crate::{Money, Percent, Timestamp};

/// A signed start that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineStarted {
    /// Names it, and its file.
    pub id: String,
}

/// A start file to play from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartImport {
    /// The content of the file.
    pub file: String,
}

/// The player's runs away from a server: those that this server counts, and those that are played here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflinePlayView {
    /// The starts that this server has signed for the player, latest first.
    pub starts: Vec<OfflineStartView>,
    /// The runs that the player plays here for another server.
    pub runs: Vec<OfflineRunView>,
    /// Whether this server sends results to others, as the one inside the desktop app does.
    pub sends: bool,
}

/// What became of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OfflineState {
    /// No result has come yet, and there is time.
    Open,
    /// A result counts.
    Counted,
    /// It is too late for a result.
    Missed,
    /// The other server has refused the result.
    Refused,
}

/// A start that this server has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineStartView {
    /// Names it, and its file.
    pub id: String,
    /// The scenario's name in addresses.
    pub scenario: String,
    /// The scenario's name for people.
    pub title: String,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// The last instant at which a result counts.
    pub due_at: Timestamp,
    /// What became of it.
    pub state: OfflineState,
    /// The result that counts.
    pub result: Option<OfflineResult>,
    /// Why the latest result does not count.
    pub refusal: Option<String>,
}

/// A run that is played here for another server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineRunView {
    /// The start that it was begun from.
    pub id: String,
    /// The scenario's name for people.
    pub title: String,
    /// The game in which it is played.
    pub slug: String,
    /// The server that counts it.
    pub server: String,
    /// The player's name there.
    pub player: String,
    /// The last instant at which its result counts.
    pub due_at: Timestamp,
    /// What the account was worth in the end; none while it is being played.
    pub net_worth: Option<Money>,
    /// What became of it.
    pub state: OfflineState,
    /// What the other server said last, or why it could not be asked.
    pub answer: Option<String>,
}

/// A result that was replayed and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineResult {
    /// What the account was worth.
    pub net_worth: Money,
    /// Its return.
    pub return_percent: Percent,
    /// 0 to 3.
    pub stars: u32,
}

/// The best results of a scenario among runs that were played elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineBoardView {
    /// Whether its runs can be replayed, so that it has such results at all.
    pub is_replayable: bool,
    /// Each player's best, best first.
    pub rows: Vec<OfflineBoardRow>,
}

/// A player's best result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfflineBoardRow {
    /// The player.
    pub handle: String,
    /// Whether it is the reader.
    pub is_me: bool,
    /// The result.
    pub result: OfflineResult,
    /// Trades.
    pub trades: u32,
    /// When it was handed in.
    pub at: Timestamp,
}
