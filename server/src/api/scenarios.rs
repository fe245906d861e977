//! `/api/v1/scenarios`: what can be played alone, and how a run begins.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, GhostOption, ImportRequest, ImportedView, RunStarted, ScenarioRow, ScenarioView,
    ScenariosView, StartRequest,
};
use domain::scenario::{GoalMeasure, Scenario, ScenarioFile, library};
use domain::{Currency, GameRules, PlayerId};
use web::language::Language;

use super::extract::{Body, Key, OptionalBody};
use crate::app::App;
use crate::error::{Error, Result};
use crate::ghosts;
use crate::hosting::words;
use crate::json::Json;
use crate::scenarios::{self, IMPORTED_MAX, RUNS_MAX, history};
use crate::session::{LoggedIn, Sent};
use crate::store::ScenarioRun;

/// The scenarios of the library and the player's own, with the best result of each.
#[utoipa::path(get, path = "/api/v1/scenarios", tag = "Scenarios", security(()),
    responses((status = 200, description = "The scenarios", body = ScenariosView)))]
pub async fn list(State(app): State<App>, sent: Sent) -> Result<Json<ScenariosView>> {
    let player = sent.current().map(|session| session.player);
    let runs = runs_of(&app, player).await?;
    let mut known = Vec::new();
    for listed in library() {
        known.push(row(&app, &listed.id, &listed.scenario, &runs).await?);
    }
    let mut imported = Vec::new();
    if let Some(player) = player {
        for one in app.store.list_scenarios_of(player, IMPORTED_MAX).await? {
            let scenario = scenarios::read(&one.content)?;
            imported.push(row(&app, &one.id, &scenario, &runs).await?);
        }
    }
    Ok(Json(ScenariosView {
        library: known,
        imported,
    }))
}

/// Imports a scenario; its address can be shared.
#[utoipa::path(post, path = "/api/v1/scenarios", tag = "Scenarios", request_body = ImportRequest,
    responses((status = 201, description = "It can be played", body = ImportedView),
        (status = 422, description = "The file is no scenario, or was changed", body = ApiError)))]
pub async fn import(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<ImportRequest>,
) -> Result<(StatusCode, Json<ImportedView>)> {
    let scenario = ScenarioFile::read(request.file.trim());
    let scenario = scenario.map_err(|error| ApiError::field("file", error.to_string()))?;
    let mine = app
        .store
        .list_scenarios_of(session.player, IMPORTED_MAX)
        .await?;
    if mine.len() >= usize::try_from(IMPORTED_MAX).unwrap_or(usize::MAX) {
        return Err(ApiError::field("file", "cannot be imported: you have 50 already").into());
    }
    let scenario = history::complete(&app, scenario).await?;
    let id = scenarios::import(&app, session.player, &scenario).await?;
    Ok((StatusCode::CREATED, Json(ImportedView { id })))
}

/// A scenario, without what will happen in it.
#[utoipa::path(get, path = "/api/v1/scenarios/{key}", tag = "Scenarios", security(()),
    params(("key" = String, Path, example = "bubble")),
    responses((status = 200, description = "The scenario", body = ScenarioView),
        (status = 404, description = "There is none of this name", body = ApiError)))]
pub async fn find(
    State(app): State<App>,
    sent: Sent,
    Key(id): Key<String>,
) -> Result<Json<ScenarioView>> {
    let scenario = find_scenario(&app, &id).await?;
    let player = sent.current().map(|session| session.player);
    let runs = runs_of(&app, player).await?;
    let ghosts = ghosts::options(&app, player, (&id, &scenario)).await?;
    let row = row(&app, &id, &scenario, &runs).await?;
    let currency = history::currency(&app, &scenario).await?;
    Ok(Json(view(row, &scenario, ghosts, currency)))
}

/// Begins to play a scenario, in a game made for it, beside a ghost if one is asked for.
#[utoipa::path(post, path = "/api/v1/scenarios/{key}", tag = "Scenarios",
    params(("key" = String, Path, example = "bubble")),
    request_body(content = Option<StartRequest>, example = json!({"ghost": "index"})),
    responses((status = 201, description = "The run has begun", body = RunStarted),
        (status = 404, description = "There is none of this name", body = ApiError),
        (status = 409, description = "Three runs are not finished, or the server lacks its price history", body = ApiError)))]
pub async fn start(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
    OptionalBody(asked): OptionalBody<StartRequest>,
) -> Result<(StatusCode, Json<RunStarted>)> {
    let scenario = find_scenario(&app, &id).await?;
    let named = (id.as_str(), &scenario);
    let ghost = ghosts::choose(&app, session.player, named, &asked).await?;
    let game = scenarios::start(&app, session.player, named, ghost).await?;
    Ok((StatusCode::CREATED, Json(RunStarted { slug: game.slug })))
}

pub(super) async fn find_scenario(app: &App, id: &str) -> Result<Scenario> {
    let found = scenarios::find(app, id).await?;
    found.ok_or_else(|| Error::not_found("such scenario"))
}

async fn runs_of(app: &App, player: Option<PlayerId>) -> Result<Vec<ScenarioRun>> {
    match player {
        Some(player) => Ok(app.store.list_runs(player, RUNS_MAX).await?),
        None => Ok(Vec::new()),
    }
}

pub(super) async fn row(
    app: &App,
    id: &str,
    scenario: &Scenario,
    runs: &[ScenarioRun],
) -> Result<ScenarioRow> {
    let mine = || runs.iter().filter(|run| run.scenario == id);
    let stars = mine().filter_map(|run| Some(run.result?.stars)).max();
    let running = mine().find(|run| run.result.is_none()).and_then(|run| {
        let mut games = app.games.all().into_iter();
        let game = games.find(|game| game.record.id == run.account.game)?;
        Some(game.record.slug.clone())
    });
    Ok(ScenarioRow {
        id: id.to_owned(),
        title: scenario.title.clone(),
        learn: scenario.learn.clone(),
        days: scenario.days,
        stars,
        running,
        on_history: scenario.history.is_some(),
        missing: history::missing(app, scenario).await?,
    })
}

pub(super) fn view(
    row: ScenarioRow,
    scenario: &Scenario,
    ghosts: Vec<GhostOption>,
    currency: Currency,
) -> ScenarioView {
    let rules = GameRules {
        currency,
        ..scenario.rules()
    };
    let goal = &scenario.goal;
    let than = match (goal.measure, &scenario.history) {
        (GoalMeasure::Return, _) => "a return",
        (GoalMeasure::AgainstIndex, None) => "a result, beside the fund TQ.ALL,",
        (GoalMeasure::AgainstIndex, Some(_)) => "a result, beside equal parts of every company,",
    };
    let texts = Language::English.texts();
    let line = |(stars, percent): (u32, &domain::Percent)| {
        let plural = if stars == 1 { "star" } else { "stars" };
        format!(
            "{stars} {plural}: {than} of {} or better",
            texts.percent(*percent)
        )
    };
    let mut goals: Vec<String> = (1..).zip(&goal.stars).map(line).collect();
    if let Some(max) = goal.trades_max {
        goals.push(format!("With more than {max} trades, one star at most"));
    }
    ScenarioView {
        row,
        story: scenario.story.clone(),
        starting_cash: scenario.starting_cash,
        rules: words::of_rules(&rules, "UTC"),
        goals,
        ghosts,
    }
}
