//! `/api/v1/duels`: challenges, and what each of the two may see of the other.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, DuelAction, DuelCreated, DuelOutcome, DuelPlayed, DuelRequest, DuelResultView,
    DuelRole, DuelRow, DuelSideView, DuelStep, DuelView, DuelsView, RunStarted,
};
use domain::duel::{DuelRefusal, DuelResult, DuelSide, DuelState, DuelVerdict, stretch};
use domain::scenario::{RunPoint, Scenario};
use domain::{AccountId, PlayerId, Timestamp};

use super::extract::{Body, Key};
use crate::app::App;
use crate::duels::{self, LISTED_MAX};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::scenarios;
use crate::session::{LoggedIn, Sent};
use crate::store::DuelRecord;

/// The player's duels, latest first.
#[utoipa::path(get, path = "/api/v1/duels", tag = "Duels",
    responses((status = 200, description = "The duels", body = DuelsView)))]
pub async fn list(State(app): State<App>, LoggedIn(session): LoggedIn) -> Result<Json<DuelsView>> {
    let me = session.player;
    let records = app.store.list_duels(me, LISTED_MAX).await?;
    let now = app.clock.now();
    let players: Vec<PlayerId> = records
        .iter()
        .flat_map(|duel| [Some(duel.challenger), duel.opponent])
        .flatten()
        .collect();
    let handles = app.store.find_handles(&players).await?;
    let rows = records
        .iter()
        .map(|duel| row(duel, duel.side_of(me), &handles, now));
    Ok(Json(DuelsView {
        duels: rows.collect(),
    }))
}

/// Challenges a player by name, or whoever opens the link first.
#[utoipa::path(post, path = "/api/v1/duels", tag = "Duels",
    request_body(content = DuelRequest, example = json!({"opponent": "ada", "days": 90})),
    responses((status = 201, description = "The challenge waits", body = DuelCreated),
        (status = 409, description = "There are too many challenges", body = ApiError)))]
pub async fn challenge(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<DuelRequest>,
) -> Result<(StatusCode, Json<DuelCreated>)> {
    let id = duels::challenge(&app, session.player, &request).await?;
    Ok((StatusCode::CREATED, Json(DuelCreated { id })))
}

/// A duel, with the opponent's result only once it is over. With the link, an open challenge is visible
/// even without a session.
#[utoipa::path(get, path = "/api/v1/duels/{key}", tag = "Duels", security(()),
    params(("key" = String, Path, description = "The duel")),
    responses((status = 200, description = "The duel", body = DuelView),
        (status = 404, description = "There is none, or it is between two others", body = ApiError)))]
pub async fn detail(
    State(app): State<App>,
    sent: Sent,
    Key(id): Key<String>,
) -> Result<Json<DuelView>> {
    let player = sent.current().map(|session| session.player);
    let duel = find(&app, player, &id).await?;
    Ok(Json(view(&app, player, duel).await?))
}

/// Accepts, declines or takes back a challenge.
#[utoipa::path(post, path = "/api/v1/duels/{key}", tag = "Duels",
    params(("key" = String, Path, description = "The duel")),
    request_body(content = DuelStep, example = json!({"action": "accept"})),
    responses((status = 200, description = "The duel after it", body = DuelView),
        (status = 403, description = "It is not for the player to do", body = ApiError),
        (status = 404, description = "There is none, or it is between two others", body = ApiError),
        (status = 409, description = "It is not open any more, or the player's own", body = ApiError)))]
pub async fn act(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
    Body(step): Body<DuelStep>,
) -> Result<Json<DuelView>> {
    let me = session.player;
    let duel = find(&app, Some(me), &id).await?;
    match step.action {
        DuelAction::Accept => duels::accept(&app, me, &duel).await?,
        DuelAction::Decline => duels::refuse(&app, me, &duel, DuelRefusal::Declined).await?,
        DuelAction::Withdraw => duels::refuse(&app, me, &duel, DuelRefusal::Withdrawn).await?,
    }
    let duel = find(&app, Some(me), &id).await?;
    Ok(Json(view(&app, Some(me), duel).await?))
}

/// Begins the player's run, once: a second request returns the same run.
#[utoipa::path(post, path = "/api/v1/duels/{key}/run", tag = "Duels",
    params(("key" = String, Path, description = "The duel")),
    responses((status = 201, description = "The run", body = RunStarted),
        (status = 404, description = "There is none, or it is between two others", body = ApiError),
        (status = 409, description = "It does not run, or the player plays three scenarios", body = ApiError)))]
pub async fn start(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<String>,
) -> Result<(StatusCode, Json<RunStarted>)> {
    let duel = find(&app, Some(session.player), &id).await?;
    let game = duels::start(&app, session.player, &duel).await?;
    Ok((StatusCode::CREATED, Json(RunStarted { slug: game.slug })))
}

/// A duel that the player is in, or an open one waiting for anyone with the link.
async fn find(app: &App, player: Option<PlayerId>, id: &str) -> Result<DuelRecord> {
    let found = app.store.find_duel(id).await?;
    let is_seen = |duel: &DuelRecord| {
        let is_mine = player.is_some_and(|player| duel.side_of(player).is_some());
        let is_open = duel.course.state(app.clock.now()) == DuelState::Open;
        is_mine || (is_open && duel.opponent.is_none())
    };
    let found = found.filter(is_seen);
    found.ok_or_else(|| Error::not_found("such challenge, or it has two players already"))
}

fn row(
    duel: &DuelRecord,
    mine: Option<DuelSide>,
    handles: &HashMap<PlayerId, String>,
    now: Timestamp,
) -> DuelRow {
    let state = duel.course.state(now);
    let handle = |player: PlayerId| handles.get(&player).cloned();
    let is_done = mine.is_some_and(|side| duel.course.result(side).is_some());
    let is_asked = mine == Some(DuelSide::Opponent);
    let waits_for_me = match state {
        DuelState::Open => is_asked,
        DuelState::Running => mine.is_some() && !is_done,
        _ => false,
    };
    let verdict = duel.course.verdict(now);
    DuelRow {
        id: duel.id.clone(),
        state,
        role: match mine {
            Some(DuelSide::Challenger) => DuelRole::Challenger,
            Some(DuelSide::Opponent) => DuelRole::Opponent,
            None => DuelRole::Visitor,
        },
        challenger: handle(duel.challenger),
        opponent: duel.opponent.and_then(handle),
        days: duel.days,
        created_at: duel.course.created_at,
        ends_at: duel.course.deadline(),
        waits_for_me,
        outcome: mine.zip(verdict).map(|(side, verdict)| told(side, verdict)),
    }
}

/// A verdict for one of the two.
fn told(side: DuelSide, verdict: DuelVerdict) -> DuelOutcome {
    match verdict {
        DuelVerdict::Won(winner) if winner == side => DuelOutcome::Won,
        DuelVerdict::Won(_) => DuelOutcome::Lost,
        DuelVerdict::Draw => DuelOutcome::Draw,
        DuelVerdict::Forfeit(winner) if winner == side => DuelOutcome::WonByForfeit,
        DuelVerdict::Forfeit(_) => DuelOutcome::LostByForfeit,
        DuelVerdict::Nobody => DuelOutcome::Nobody,
    }
}

async fn view(app: &App, player: Option<PlayerId>, duel: DuelRecord) -> Result<DuelView> {
    let mine = player.and_then(|player| duel.side_of(player));
    let duel = match mine {
        Some(side) => taken_up(app, side, duel).await?,
        None => duel,
    };
    let now = app.clock.now();
    let players: Vec<PlayerId> = [Some(duel.challenger), duel.opponent]
        .into_iter()
        .flatten()
        .collect();
    let handles = app.store.find_handles(&players).await?;
    let scenario = match &duel.content {
        Some(content) => scenarios::read(content)?,
        // Not drawn yet: everything but its prices is known.
        None => stretch(0, duel.days),
    };
    let is_over = duel.course.verdict(now).is_some();
    let (mut me, mut other, mut market) = (None, None, Vec::new());
    if let Some(side) = mine {
        let of = (&duel, &scenario);
        me = Some(seat(app, of, side, &handles, (true, is_over)).await?);
        if duel.course.accepted_at.is_some() {
            other = Some(seat(app, of, side.other(), &handles, (false, is_over)).await?);
        }
        if is_over && duel.content.is_some() {
            market = scenario.index_curve().until(scenario.days);
        }
    }
    Ok(DuelView {
        row: row(&duel, mine, &handles, now),
        starting_cash: scenario.starting_cash,
        me,
        other,
        market,
    })
}

/// The duel, after adding the player's result if it is missing: a server may have stopped in between.
async fn taken_up(app: &App, side: DuelSide, duel: DuelRecord) -> Result<DuelRecord> {
    let [challenger, opponent] = duel.course.results;
    let known = match side {
        DuelSide::Challenger => challenger,
        DuelSide::Opponent => opponent,
    };
    let Some(account) = account(&duel, side).filter(|_| known.is_none()) else {
        return Ok(duel);
    };
    let run = app.store.find_run(account).await?;
    let Some((run, result)) = run.and_then(|run| run.result.map(|result| (run, result))) else {
        return Ok(duel);
    };
    duels::record(app, &run, &result).await?;
    let again = app.store.find_duel(&duel.id).await?;
    Ok(again.unwrap_or(duel))
}

fn account(duel: &DuelRecord, side: DuelSide) -> Option<AccountId> {
    let (player, game) = duel.player(side).zip(duel.seat(side).game)?;
    Some(AccountId { player, game })
}

/// One of the two sides. The opponent's result is revealed once the duel is over.
async fn seat(
    app: &App,
    (duel, scenario): (&DuelRecord, &Scenario),
    side: DuelSide,
    handles: &HashMap<PlayerId, String>,
    (is_mine, is_over): (bool, bool),
) -> Result<DuelSideView> {
    let account = account(duel, side);
    let result = duel.course.result(side);
    let played = match (account, result) {
        (_, Some(_)) => DuelPlayed::Done,
        (Some(_), None) => DuelPlayed::Plays,
        (None, None) => DuelPlayed::Waits,
    };
    let mut games = app.games.all().into_iter();
    let slug = account.filter(|_| is_mine).and_then(|account| {
        let game = games.find(|game| game.record.id == account.game)?;
        Some(game.record.slug.clone())
    });
    let is_told = (is_mine || is_over) && result.is_some();
    let points: Vec<RunPoint> = match account.filter(|_| is_told) {
        Some(account) => {
            let curves = app.store.find_curves(account).await?;
            curves.own.until(scenario.days)
        }
        None => Vec::new(),
    };
    let shown = |result: DuelResult| DuelResultView {
        percent: scenario.return_of(result.worth).unwrap_or_default(),
        worth: result.worth,
    };
    Ok(DuelSideView {
        handle: duel
            .player(side)
            .and_then(|player| handles.get(&player).cloned()),
        played,
        slug,
        result: result.filter(|_| is_told).map(shown),
        points,
    })
}
