//! Scenarios that players imported, and the runs that players made of them.

use async_trait::async_trait;
use domain::scenario::Curve;
use domain::{AccountId, GameId, Money, PlayerId, Timestamp};

use super::StoreResult;

/// A scenario that a player has imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedScenario {
    /// Its name in addresses.
    pub id: String,
    pub author: PlayerId,
    /// The scenario as JSON.
    pub content: String,
    pub created_at: Timestamp,
}

/// A scenario that a player plays, or has played, in a game of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioRun {
    pub account: AccountId,
    /// The scenario's name in addresses.
    pub scenario: String,
    /// The scenario as JSON, as it was when the run began.
    pub content: String,
    pub started_at: Timestamp,
    /// `None` while it is being played.
    pub result: Option<RunResult>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunResult {
    pub finished_at: Timestamp,
    /// What the account was worth at the last instant of the scenario.
    pub net_worth: Money,
    /// 0 to 3.
    pub stars: u32,
}

/// The curves of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunCurves {
    /// The player's, up to the latest completed day.
    pub own: Curve,
    /// Whom the player races.
    pub ghost: Option<RunGhost>,
}

/// Whom a player races in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunGhost {
    /// Its name for people.
    pub name: String,
    /// Its complete curve, as it was when the run began.
    pub curve: Curve,
}

/// Scenarios.
#[async_trait]
pub trait ScenarioStore {
    /// Stores a scenario unless its id is taken. Returns whether it was stored.
    async fn store_scenario(&self, scenario: &ImportedScenario) -> StoreResult<bool>;
    async fn find_scenario(&self, id: &str) -> StoreResult<Option<ImportedScenario>>;
    /// What a player has imported, latest first.
    async fn list_scenarios_of(
        &self,
        author: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<ImportedScenario>>;
    async fn create_run(&self, run: &ScenarioRun, curves: &RunCurves) -> StoreResult<()>;
    /// The curves of a run; empty for one from before curves were recorded.
    async fn find_curves(&self, account: AccountId) -> StoreResult<RunCurves>;
    async fn store_curve(&self, account: AccountId, own: &Curve) -> StoreResult<()>;
    /// The curves of the finished runs of a scenario by the members who play in a game, ordered per member
    /// by the start of the run.
    async fn list_class_curves(
        &self,
        game: GameId,
        scenario: &str,
        limit: u32,
    ) -> StoreResult<Vec<(PlayerId, Curve)>>;
    async fn find_run(&self, account: AccountId) -> StoreResult<Option<ScenarioRun>>;
    /// A player's runs, latest first.
    async fn list_runs(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<ScenarioRun>>;
    /// Ends a run. Returns whether it had not already ended.
    async fn finish_run(&self, account: AccountId, result: &RunResult) -> StoreResult<bool>;
}
