//! Duels, as pages show them: nobody is told the other's result before it may be known.

use serde::{Deserialize, Serialize};

use crate::duel::DuelState;
use crate::scenario::RunPoint;
use crate::{Money, Percent, Timestamp};

/// A challenge that a player makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DuelRequest {
    /// Whom; none: whoever opens the link first.
    pub opponent: Option<String>,
    /// Market days: 30, 90, 180 or 365; none: 90.
    pub days: Option<u32>,
}

/// A challenge was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelCreated {
    /// Its name in addresses. Without a named opponent, who has it can accept.
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
    /// Takes the own challenge back.
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

/// Who is asking about a duel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelRole {
    /// Who made the challenge.
    Challenger,
    /// Who was challenged by name, or accepted.
    Opponent,
    /// Somebody with the link.
    Visitor,
}

/// How a duel ended for the player who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelOutcome {
    /// The better result.
    Won,
    /// The other one's was better.
    Lost,
    /// The same result.
    Draw,
    /// The other one did not finish in time.
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
    /// Who is asking.
    pub role: DuelRole,
    /// Who made the challenge; none after the player has left.
    pub challenger: Option<String>,
    /// Who was challenged or accepted; none while nobody has.
    pub opponent: Option<String>,
    /// Market days.
    pub days: u32,
    /// When the challenge was made.
    pub created_at: Timestamp,
    /// Until when it can be accepted, or must be finished.
    pub ends_at: Timestamp,
    /// Whether it waits for the player who asks: for an answer, or for a result.
    pub waits_for_me: bool,
    /// How it ended.
    pub outcome: Option<DuelOutcome>,
}

/// The duels of a player, latest first: at most 60.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelsView {
    /// All that are kept.
    pub duels: Vec<DuelRow>,
}

/// How far one of the two has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelPlayed {
    /// Has not started.
    Waits,
    /// Plays.
    Plays,
    /// Has finished.
    Done,
}

/// A result that may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelResultView {
    /// The return.
    pub percent: Percent,
    /// What the account was worth at the end.
    pub worth: Money,
}

/// One of the two, as the player who asks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuelSideView {
    /// The name; none after the player has left.
    pub handle: Option<String>,
    /// How far.
    pub played: DuelPlayed,
    /// The game of the run; only of the player who asks.
    pub slug: Option<String>,
    /// The result: the own one, and the other's once the duel is over.
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
    /// The player who asks; none of a visitor.
    pub me: Option<DuelSideView>,
    /// The other one, once it was accepted.
    pub other: Option<DuelSideView>,
    /// What the fund of the whole market did, once the duel is over.
    pub market: Vec<RunPoint>,
}
