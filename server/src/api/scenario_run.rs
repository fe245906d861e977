//! `/api/v1/games/{game}/scenario`: a run of a scenario, and the time that passes in it.

use axum::extract::State;
use domain::Day;
use domain::api::{ApiError, GhostView, RunEnd, RunRequest, RunView};
use domain::scenario::Scenario;

use super::extract::{Body, InGame};
use super::scenarios::{row, view};
use crate::app::{App, Game};
use crate::duels;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::reveal;
use crate::scenarios::{self, RUNS_MAX, history};
use crate::store::{RunResult, ScenarioRun};

const DAYS_MAX: u32 = 8_000;

/// The player's run in this game.
#[utoipa::path(get, path = "/api/v1/games/{game}/scenario", tag = "Scenarios",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The run", body = RunView),
        (status = 404, description = "This game plays no scenario of yours", body = ApiError)))]
pub async fn run(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<RunView>> {
    let run = find(&app, account).await?;
    Ok(Json(shown(&app, &game, &run).await?))
}

/// Lets days pass, or asks for the result at the end.
#[utoipa::path(post, path = "/api/v1/games/{game}/scenario", tag = "Scenarios",
    params(("game" = String, Path, example = "open")),
    request_body(content = RunRequest, example = json!({"days": 7})),
    responses((status = 200, description = "The run after it", body = RunView),
        (status = 404, description = "This game plays no scenario of yours", body = ApiError),
        (status = 409, description = "The end is there, or has not come yet", body = ApiError)))]
pub async fn go_on(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<RunRequest>,
) -> Result<Json<RunView>> {
    let run = find(&app, account).await?;
    if let Some(days) = request.days {
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(ApiError::field("days", "must be 1 to 8000").into());
        }
        scenarios::step(&app, &game, &run, days).await?;
    }
    if request.finish {
        scenarios::finish(&app, &game, &run).await?;
    }
    let run = find(&app, account).await?;
    Ok(Json(shown(&app, &game, &run).await?))
}

async fn find(app: &App, account: domain::AccountId) -> Result<ScenarioRun> {
    let run = app.store.find_run(account).await?;
    run.ok_or_else(|| Error::not_found("scenario of yours in this game"))
}

async fn shown(app: &App, game: &Game, run: &ScenarioRun) -> Result<RunView> {
    let scenario = scenarios::read(&run.content)?;
    let runs = app.store.list_runs(run.account.player, RUNS_MAX).await?;
    let standing = scenarios::standing(app, game, run).await?;
    let net_worth = run
        .result
        .map_or(standing.net_worth, |result| result.net_worth);
    let percent = scenario.return_of(net_worth).unwrap_or_default();
    let end = match &run.result {
        Some(result) => Some(ended(app, game, &scenario, result).await?),
        None => None,
    };
    let passed = scenario.days_passed(standing.market.seconds());
    let day_number = passed.saturating_add(1);
    // Nothing of the ghost after the day that is reached: it would tell what the market will do.
    let mut curves = app.store.find_curves(run.account).await?;
    if run.result.is_none() {
        curves.own.push(passed, percent);
    }
    let ghost = curves.ghost.map(|ghost| GhostView {
        name: ghost.name,
        points: ghost.curve.until(passed),
    });
    let at_end = standing.market.seconds() >= scenario.end_step();
    let row = row(app, &run.scenario, &scenario, &runs).await?;
    Ok(RunView {
        scenario: view(row, &scenario, Vec::new(), game.rules.currency),
        day: domain::market::day_of(standing.market.seconds()).min(last_day(&scenario)),
        day_number: day_number.min(scenario.days),
        net_worth,
        return_percent: percent,
        trades: standing.trades,
        points: curves.own.until(passed),
        ghost,
        duel: duels::id_of(run).map(str::to_owned),
        has_offering: scenario.new_company.is_some(),
        at_end,
        end,
    })
}

/// What a run ended with, and what nobody may know before.
async fn ended(app: &App, game: &Game, scenario: &Scenario, result: &RunResult) -> Result<RunEnd> {
    let benchmarks = history::benchmarks(app, scenario).await?;
    Ok(RunEnd {
        stars: result.stars,
        lesson: scenario.lesson.clone(),
        index_percent: benchmarks.index,
        plan: plan(scenario),
        plan_percent: benchmarks.plan,
        revealed: reveal(&*app.store, game.record.market).await?,
    })
}

fn last_day(scenario: &Scenario) -> Day {
    domain::market::day_of(scenario.step_of(scenario.days))
}

/// A plan in words; what is not planned stays cash.
fn plan(scenario: &Scenario) -> String {
    let part = |part: &domain::scenario::Planned| format!("{}% {}", part.percent, part.symbol);
    let mut parts: Vec<String> = scenario.plan.iter().map(part).collect();
    let planned = scenario.plan.iter().map(|part| part.percent);
    let left = 100_u32.saturating_sub(planned.fold(0, u32::saturating_add));
    if left > 0 {
        parts.push(format!("{left}% cash"));
    }
    parts.join(", ")
}
