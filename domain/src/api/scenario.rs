//! Scenarios and their runs, as pages show them.

use serde::{Deserialize, Serialize};

use super::RevealedHistory;
use crate::scenario::RunPoint;
use crate::{Day, Money, Percent};

/// All scenarios that a player can play.
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
    /// What it teaches.
    pub learn: String,
    /// Length in market days.
    pub days: u32,
    /// The player's best result in stars; none without a completed run.
    pub stars: Option<u32>,
    /// The game of an unfinished run.
    pub running: Option<String>,
    /// Whether it is played on imported history.
    #[serde(default)]
    pub on_history: bool,
    /// Why it cannot be played on this server; none if it can.
    #[serde(default)]
    pub missing: Option<String>,
}

/// A scenario before it is played, without spoilers.
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
    /// The thresholds for one, two and three stars, in words.
    pub goals: Vec<String>,
    /// The ghosts that the player could race.
    pub ghosts: Vec<GhostOption>,
}

/// The kind of ghost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GhostKind {
    /// The whole-market fund.
    Index,
    /// The player's own best earlier run.
    Own,
    /// The median of the first runs of a game's members.
    Class,
}

/// A ghost that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GhostOption {
    /// What it is.
    pub kind: GhostKind,
    /// The game whose members it is the median of.
    pub class: Option<String>,
    /// Its name for people.
    pub name: String,
}

/// How to start a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StartRequest {
    /// The ghost to draw beside the player's curve; none: no ghost.
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
    /// Its curve up to the day that the player has reached, and no further.
    pub points: Vec<RunPoint>,
}

/// A scenario that a player wants to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The content of the file: signed by a server, or a bare scenario.
    pub file: String,
}

/// An imported scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedView {
    /// Its name in URLs: anyone who has it can play it.
    pub id: String,
}

/// A run that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunStarted {
    /// The slug of the game that it is played in.
    pub slug: String,
}

/// What a player does with the time of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RunRequest {
    /// Advances by this many market days, 1 to 8,000, at most to the end.
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
    /// The ghost that the player races.
    pub ghost: Option<GhostView>,
    /// The duel that it is a part of.
    pub duel: Option<String>,
    /// Whether it includes a company that offers its shares.
    #[serde(default)]
    pub has_offering: bool,
    /// Whether the last day is over and only the result is missing.
    pub at_end: bool,
    /// How it ended; none while it is still being played.
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
    /// The return of the whole-market fund; on imported history, of equal parts of every instrument.
    pub index_percent: Option<Percent>,
    /// The buy-and-hold plan, in words.
    pub plan: String,
    /// The return of that plan.
    pub plan_percent: Option<Percent>,
    /// Who was who, where names and dates were hidden.
    #[serde(default)]
    pub revealed: Option<RevealedHistory>,
}
