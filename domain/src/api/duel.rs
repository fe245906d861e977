//! Duels, as pages show them: neither player sees the other's result before the end.

use serde::{Deserialize, Serialize};

use crate::duel::DuelState;
use crate::scenario::RunPoint;
use crate::{Money, Percent, Timestamp};

/// A challenge that a player makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DuelRequest {
    /// The player to challenge; none: whoever opens the link first.
    pub opponent: Option<String>,
    /// Market days: 30, 90, 180 or 365; none: 90.
    pub days: Option<u32>,
}

/// A challenge that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelCreated {
    /// Its name in URLs. Without a named opponent, anyone who has it can accept.
    pub id: String,
}

/// What a player does with a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelAction {
    /// Becomes the opponent.
    Accept,
    /// Says no to a challenge by name.
    Decline,
    /// Withdraws one's own challenge.
    Withdraw,
}

/// What a player does with a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DuelStep {
    /// Which.
    pub action: DuelAction,
}

/// The requesting player's role in a duel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelRole {
    /// Made the challenge.
    Challenger,
    /// Was challenged by name, or accepted.
    Opponent,
    /// Someone with the link.
    Visitor,
}

/// How a duel ended for the requesting player.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelOutcome {
    /// The better result.
    Won,
    /// The other player's result was better.
    Lost,
    /// The same result.
    Draw,
    /// The other player did not finish in time.
    WonByForfeit,
    /// The player did not finish in time.
    LostByForfeit,
    /// Nobody finished in time.
    Nobody,
}

/// A duel in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelRow {
    /// Its name in addresses.
    pub id: String,
    /// Where it stands.
    pub state: DuelState,
    /// The requesting player's role.
    pub role: DuelRole,
    /// Who made the challenge; none after the player has left.
    pub challenger: Option<String>,
    /// Who was challenged or accepted; none until someone has.
    pub opponent: Option<String>,
    /// Market days.
    pub days: u32,
    /// When the challenge was made.
    pub created_at: Timestamp,
    /// The deadline for accepting it, or for finishing it.
    pub ends_at: Timestamp,
    /// Whether it waits for the requesting player: for an answer, or for a result.
    pub waits_for_me: bool,
    /// How it ended.
    pub outcome: Option<DuelOutcome>,
}

/// The duels of a player, latest first: at most 60.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelsView {
    /// All duels that are kept.
    pub duels: Vec<DuelRow>,
}

/// How far one of the two players has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelPlayed {
    /// Has not started.
    Waits,
    /// Is playing.
    Plays,
    /// Has finished.
    Done,
}

/// A result that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelResultView {
    /// The return.
    pub percent: Percent,
    /// What the account was worth at the end.
    pub worth: Money,
}

/// One of the two players, as the requesting player may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelSideView {
    /// The name; none after the player has left.
    pub handle: Option<String>,
    /// How far.
    pub played: DuelPlayed,
    /// The game of the run; only for the requesting player.
    pub slug: Option<String>,
    /// The result: one's own at once, the other's once the duel is over.
    pub result: Option<DuelResultView>,
    /// The return by days: the same.
    pub points: Vec<RunPoint>,
}

/// A duel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelView {
    /// As in the list.
    pub row: DuelRow,
    /// Cash at the start.
    pub starting_cash: Money,
    /// The requesting player; none for a visitor.
    pub me: Option<DuelSideView>,
    /// The other player, once accepted.
    pub other: Option<DuelSideView>,
    /// The return of the whole-market fund, once the duel is over.
    pub market: Vec<RunPoint>,
}
