//! Scenarios and their runs, as pages show them.

use serde::{Deserialize, Serialize};

use crate::scenario::RunPoint;
use crate::{Day, Money, Percent};

/// All that a player can play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScenariosView {
    /// Those that come with the game.
    pub library: Vec<ScenarioRow>,
    /// Those that the player has imported, latest first.
    pub imported: Vec<ScenarioRow>,
}

/// A scenario in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScenarioRow {
    /// Its name in addresses.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What one learns.
    pub learn: String,
    /// Market days that it lasts.
    pub days: u32,
    /// The player's best result in stars; none without a finished run.
    pub stars: Option<u32>,
    /// The game of a run that is not finished.
    pub running: Option<String>,
}

/// A scenario before it is played: without what will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScenarioView {
    /// As in the list.
    pub row: ScenarioRow,
    /// What the player is told at the start.
    pub story: String,
    /// Cash at the start.
    pub starting_cash: Money,
    /// The rules in words.
    pub rules: Vec<String>,
    /// What one, two and three stars take, in words.
    pub goals: Vec<String>,
    /// Whom the player could race; none where there is nobody to ask for.
    pub ghosts: Vec<GhostOption>,
}

/// What a ghost is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GhostKind {
    /// The fund of the whole market.
    Index,
    /// The player's own best earlier run.
    Own,
    /// The middle of the first runs of a game's members.
    Class,
}

/// A ghost that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GhostOption {
    /// What it is.
    pub kind: GhostKind,
    /// The game whose members it is the middle of.
    pub class: Option<String>,
    /// Its name for people.
    pub name: String,
}

/// How a run is to begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StartRequest {
    /// Whose curve is drawn beside the player's; none: nobody's.
    pub ghost: Option<GhostKind>,
    /// The game whose members are the ghost.
    pub class: Option<String>,
}

/// A ghost beside a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GhostView {
    /// Its name for people.
    pub name: String,
    /// Its curve until the day that the player has reached, and not a day longer.
    pub points: Vec<RunPoint>,
}

/// A scenario that a player wants to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The content of the file: one that a server has signed, or a scenario alone.
    pub file: String,
}

/// An imported scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedView {
    /// Its name in addresses: who has it can play it.
    pub id: String,
}

/// A run has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunStarted {
    /// The name in addresses of the game that it is played in.
    pub slug: String,
}

/// What a player does with the time of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RunRequest {
    /// Lets so many market days pass, 1 to 8,000, at most to the end.
    pub days: Option<u32>,
    /// Asks for the result, at the end.
    pub finish: bool,
}

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunView {
    /// The scenario.
    pub scenario: ScenarioView,
    /// The day in the market.
    pub day: Day,
    /// The day counted from 1.
    pub day_number: u32,
    /// What the account is worth.
    pub net_worth: Money,
    /// Its return so far.
    pub return_percent: Percent,
    /// Trades so far.
    pub trades: u32,
    /// Its return, day by day until now.
    pub points: Vec<RunPoint>,
    /// Whom the player races.
    pub ghost: Option<GhostView>,
    /// The duel that it is a part of.
    pub duel: Option<String>,
    /// Whether a company offers its shares in it.
    #[serde(default)]
    pub has_offering: bool,
    /// Whether the last day is over and only the result is missing.
    pub at_end: bool,
    /// How it ended; none while it is played.
    pub end: Option<RunEnd>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunEnd {
    /// 0 to 3.
    pub stars: u32,
    /// What the scenario teaches.
    pub lesson: String,
    /// What the fund of the whole market brought.
    pub index_percent: Option<Percent>,
    /// A calm plan, in words.
    pub plan: String,
    /// What that plan brought.
    pub plan_percent: Option<Percent>,
}
