//! The scenarios of the store behind.

use async_trait::async_trait;
use domain::scenario::Curve;
use domain::{AccountId, GameId, PlayerId};
use server::store::{
    ImportedScenario, RunCurves, RunResult, ScenarioRun, ScenarioStore, StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl ScenarioStore for FaultyStore {
    async fn store_scenario(&self, scenario: &ImportedScenario) -> StoreResult<bool> {
        self.inner.store_scenario(scenario).await
    }

    async fn find_scenario(&self, id: &str) -> StoreResult<Option<ImportedScenario>> {
        self.inner.find_scenario(id).await
    }

    async fn list_scenarios_of(
        &self,
        author: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<ImportedScenario>> {
        self.inner.list_scenarios_of(author, limit).await
    }

    async fn create_run(&self, run: &ScenarioRun, curves: &RunCurves) -> StoreResult<()> {
        self.inner.create_run(run, curves).await
    }

    async fn find_curves(&self, account: AccountId) -> StoreResult<RunCurves> {
        self.inner.find_curves(account).await
    }

    async fn store_curve(&self, account: AccountId, own: &Curve) -> StoreResult<()> {
        self.inner.store_curve(account, own).await
    }

    async fn list_class_curves(
        &self,
        game: GameId,
        scenario: &str,
        limit: u32,
    ) -> StoreResult<Vec<(PlayerId, Curve)>> {
        self.inner.list_class_curves(game, scenario, limit).await
    }

    async fn find_run(&self, account: AccountId) -> StoreResult<Option<ScenarioRun>> {
        self.inner.find_run(account).await
    }

    async fn list_runs(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<ScenarioRun>> {
        self.inner.list_runs(player, limit).await
    }

    async fn finish_run(&self, account: AccountId, result: &RunResult) -> StoreResult<bool> {
        self.inner.finish_run(account, result).await
    }
}
