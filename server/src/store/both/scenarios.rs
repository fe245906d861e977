//! Scenarios and their runs.

use async_trait::async_trait;
use domain::scenario::Curve;
use domain::{AccountId, GameId, Money, PlayerId};

use super::games::{read_json, write_json};
use super::{DatabaseStore, Row};
use crate::store::rows::{self, Columns as _};
use crate::store::{
    ImportedScenario, RunCurves, RunGhost, RunResult, ScenarioRun, ScenarioStore, StoreResult,
};

const STORE: &str = "
    insert into scenarios (scenario_id, author_id, content, created_at)
    values ($1, $2, $3, $4)
    on conflict (scenario_id) do nothing";
pub(super) const FIND: &str = "
    select scenario_id, author_id, content, created_at
    from scenarios
    where scenario_id = $1";
pub(super) const LIST_OF: &str = "
    select scenario_id, author_id, content, created_at
    from scenarios
    where author_id = $1
    order by created_at desc
    limit $2";
const CREATE_RUN: &str = "
    insert into scenario_runs (
        player_id, game_id, scenario_id, content, started_at, curve, ghost, ghost_curve
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
pub(super) const FIND_CURVES: &str = "
    select curve, ghost, ghost_curve
    from scenario_runs
    where player_id = $1
    and game_id = $2";
pub(super) const STORE_CURVE: &str = "
    update scenario_runs
    set curve = $3
    where player_id = $1
    and game_id = $2";
pub(super) const LIST_CLASS_CURVES: &str = "
    select r.player_id, r.curve
    from game_members m
    join scenario_runs r on r.player_id = m.player_id
    where m.game_id = $1
    and m.status = 'playing'
    and r.scenario_id = $2
    and r.finished_at is not null
    and r.curve is not null
    order by r.player_id, r.finished_at, r.started_at
    limit $3";
pub(super) const FIND_RUN: &str = "
    select player_id, game_id, scenario_id, content, started_at, finished_at, net_worth, stars
    from scenario_runs
    where player_id = $1
    and game_id = $2";
pub(super) const LIST_RUNS: &str = "
    select player_id, game_id, scenario_id, content, started_at, finished_at, net_worth, stars
    from scenario_runs
    where player_id = $1
    order by started_at desc
    limit $2";
pub(super) const FINISH_RUN: &str = "
    update scenario_runs
    set finished_at = $3,
        net_worth = $4,
        stars = $5
    where player_id = $1
    and game_id = $2
    and finished_at is null";

fn scenario(row: &Row) -> StoreResult<ImportedScenario> {
    Ok(ImportedScenario {
        id: row.text("scenario_id")?.to_owned(),
        author: PlayerId(row.integer("author_id")?),
        content: row.text("content")?.to_owned(),
        created_at: rows::instant(row, "created_at")?,
    })
}

fn run(row: &Row) -> StoreResult<ScenarioRun> {
    let ended = (
        rows::instant_or_none(row, "finished_at")?,
        row.integer_or_none("net_worth")?,
        rows::small_or_none(row, "stars", || "the stars of a run".to_owned())?,
    );
    let result = match ended {
        (Some(finished_at), Some(worth), Some(stars)) => Some(RunResult {
            finished_at,
            net_worth: Money::from_units(worth),
            stars,
        }),
        _ => None,
    };
    Ok(ScenarioRun {
        account: rows::account_id(row)?,
        scenario: row.text("scenario_id")?.to_owned(),
        content: row.text("content")?.to_owned(),
        started_at: rows::instant(row, "started_at")?,
        result,
    })
}

fn curve(row: &Row, column: &str) -> StoreResult<Option<Curve>> {
    let text = row.text_or_none(column)?;
    text.map(|text| read_json(text, || "a curve".to_owned()))
        .transpose()
}

#[async_trait]
impl ScenarioStore for DatabaseStore {
    async fn store_scenario(&self, scenario: &ImportedScenario) -> StoreResult<bool> {
        let stored = sqlx::query(STORE)
            .bind(&scenario.id)
            .bind(scenario.author.0)
            .bind(&scenario.content)
            .bind(scenario.created_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(stored.rows_affected() == 1)
    }

    async fn find_scenario(&self, id: &str) -> StoreResult<Option<ImportedScenario>> {
        let row = sqlx::query(FIND)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(scenario).transpose()
    }

    async fn list_scenarios_of(
        &self,
        author: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<ImportedScenario>> {
        let found = sqlx::query(LIST_OF)
            .bind(author.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(scenario).collect()
    }

    async fn create_run(&self, run: &ScenarioRun, curves: &RunCurves) -> StoreResult<()> {
        let ghost = curves.ghost.as_ref();
        let ghost_curve = ghost.map(|ghost| write_json(&ghost.curve)).transpose()?;
        sqlx::query(CREATE_RUN)
            .bind(run.account.player.0)
            .bind(run.account.game.0)
            .bind(&run.scenario)
            .bind(&run.content)
            .bind(run.started_at.micros())
            .bind(write_json(&curves.own)?)
            .bind(ghost.map(|ghost| &ghost.name))
            .bind(ghost_curve)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_curves(&self, account: AccountId) -> StoreResult<RunCurves> {
        let row = sqlx::query(FIND_CURVES)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else {
            return Ok(RunCurves::default());
        };
        let name = row.text_or_none("ghost")?.map(str::to_owned);
        let ghost = name.zip(curve(&row, "ghost_curve")?);
        Ok(RunCurves {
            own: curve(&row, "curve")?.unwrap_or_default(),
            ghost: ghost.map(|(name, curve)| RunGhost { name, curve }),
        })
    }

    async fn store_curve(&self, account: AccountId, own: &Curve) -> StoreResult<()> {
        sqlx::query(STORE_CURVE)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(write_json(own)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_class_curves(
        &self,
        game: GameId,
        scenario: &str,
        limit: u32,
    ) -> StoreResult<Vec<(PlayerId, Curve)>> {
        let rows = sqlx::query(LIST_CLASS_CURVES)
            .bind(game.0)
            .bind(scenario)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let read = |row: &Row| {
            let player = PlayerId(row.integer("player_id")?);
            Ok((player, curve(row, "curve")?.unwrap_or_default()))
        };
        rows.iter().map(read).collect()
    }

    async fn find_run(&self, account: AccountId) -> StoreResult<Option<ScenarioRun>> {
        let row = sqlx::query(FIND_RUN)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(run).transpose()
    }

    async fn list_runs(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<ScenarioRun>> {
        let found = sqlx::query(LIST_RUNS)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(run).collect()
    }

    async fn finish_run(&self, account: AccountId, result: &RunResult) -> StoreResult<bool> {
        let finished = sqlx::query(FINISH_RUN)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(result.finished_at.micros())
            .bind(result.net_worth.units())
            .bind(i64::from(result.stars))
            .execute(&self.writer)
            .await?;
        Ok(finished.rows_affected() == 1)
    }
}
