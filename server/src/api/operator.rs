//! `/api/v1/operator`: how the server is doing, for its operators.

use axum::extract::State;
use domain::api::{
    ApiError, ErrorCode, JobCountView, LoggedActionView, OpenReportView, OperatedGameView,
    OperatorAction, OperatorRequest, OperatorView,
};
use domain::{PlayerId, Timestamp};

use super::extract::Body;
use super::strategies;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::operation::audit;
use crate::operation::offerings::{dead_job, queues};
use crate::operation::status::Status;
use crate::session::{self, LoggedIn, Session};
use crate::store::jobs::{JobFilter, JobId, JobState, Retried};

/// Rows of each list.
const ROWS: u32 = 50;
/// How long ago an offering that is listed was settled at most.
const OFFERING_S: i64 = 7 * 86_400;
/// Games that are listed.
const GAMES: usize = 100;

/// How the server is doing, what failed, what was reported, and who did what.
#[utoipa::path(get, path = "/api/v1/operator", tag = "Operation",
    responses((status = 200, description = "For operators only", body = OperatorView),
        (status = 403, description = "`forbidden`: the player is no operator", body = ApiError)))]
pub async fn view(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<OperatorView>> {
    check_operator(&app, session).await?;
    Ok(Json(page(&app).await?))
}

/// Does what an operator asks for, and answers with the page after it.
#[utoipa::path(post, path = "/api/v1/operator", tag = "Operation",
    request_body(content = OperatorRequest, example = json!({"action": "retry_job", "id": "7"})),
    responses((status = 200, description = "The page after it", body = OperatorView),
        (status = 403, description = "`forbidden`: the player is no operator", body = ApiError),
        (status = 404, description = "There is no such job, report or strategy", body = ApiError),
        (status = 409, description = "`not_possible`: the job is not dead, or another one has its key", body = ApiError)))]
pub async fn act(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<OperatorRequest>,
) -> Result<Json<OperatorView>> {
    check_operator(&app, session).await?;
    let id: i64 = request.id.trim().parse().map_err(|_| {
        Error::from(ApiError::field(
            "id",
            "must be the number of a job, a report or a strategy",
        ))
    })?;
    let now = app.clock.now();
    match request.action {
        OperatorAction::RetryJob => retry(&app, JobId(id), now).await?,
        OperatorAction::DropJob => {
            if !app.store.drop_job(JobId(id)).await? {
                return Err(Error::not_found("such job"));
            }
        }
        OperatorAction::CloseReport => {
            if !app.store.close_report(id, now).await? {
                return Err(Error::not_found("such report that waits"));
            }
        }
        OperatorAction::HideStrategy => strategies::hide(&app, id, true).await?,
        OperatorAction::ShowStrategy => strategies::hide(&app, id, false).await?,
    }
    let action = request.action.as_str();
    audit::note(&app, session.player, action, &request.id).await;
    Ok(Json(page(&app).await?))
}

/// Refuses everybody else. Right and session are read anew each time: a right that was taken away counts at
/// once, and a session from before the right was given has ended, whatever this server remembers of it.
async fn check_operator(app: &App, session: Session) -> Result<()> {
    if app.store.is_operator(session.player).await? {
        if session::is_valid(app, session).await {
            return Ok(());
        }
        session::forget(app, session.player, session.id);
        return Err(Error::new(ErrorCode::Unauthorized, "Please log in again."));
    }
    let message = "This page is for those who operate the server.";
    Err(Error::new(ErrorCode::Forbidden, message))
}

async fn retry(app: &App, job: JobId, now: Timestamp) -> Result<()> {
    let message = match app.store.retry_job(job, now).await? {
        Retried::Ready => {
            app.jobs.wake();
            return Ok(());
        }
        Retried::Missing => return Err(Error::not_found("such job")),
        Retried::NotDead => "The job is not dead: nothing is to be tried again.",
        Retried::KeyTaken => {
            "Another job with its key waits or runs. Try again when that one has ended."
        }
    };
    Err(Error::new(ErrorCode::NotPossible, message))
}

async fn page(app: &App) -> Result<OperatorView> {
    let status = Status::read(&*app.store, &app.config).await?;
    let dead = JobFilter {
        kind: None,
        state: Some(JobState::Dead),
    };
    let dead = app.store.list_jobs(&dead, None, ROWS).await?;
    let actions = app.store.list_actions(None, ROWS).await?;
    let action = |action: crate::store::operation::ActionRecord| LoggedActionView {
        at: action.at,
        actor: action.actor,
        action: action.action,
        subject: action.subject,
    };
    let games = status
        .games
        .iter()
        .take(GAMES)
        .map(|game| OperatedGameView {
            slug: game.slug.clone(),
            name: game.name.clone(),
            state: app.hosting.find(game.id).map(|hosted| hosted.state),
            frozen: game.rules.frozen,
            closes_at: game.rules.closes_at,
        });
    let jobs = status.jobs.iter().map(|one| JobCountView {
        kind: one.kind.clone(),
        state: one.state.as_str().to_owned(),
        count: one.count,
    });
    let week = app.clock.now().plus_seconds(-OFFERING_S);
    Ok(OperatorView {
        offerings: queues(&*app.store, week, ROWS).await?,
        jobs: jobs.collect(),
        games: games.collect(),
        dead_jobs: dead.iter().map(dead_job).collect(),
        reports: reports(app).await?,
        actions: actions.into_iter().map(action).collect(),
        status: status.in_words(app.clock.now()),
    })
}

async fn reports(app: &App) -> Result<Vec<OpenReportView>> {
    let first = (Timestamp::from_micros(i64::MIN), 0);
    let reports = app.store.list_reports(first, ROWS).await?;
    let players: Vec<PlayerId> = reports
        .iter()
        .flat_map(|report| [report.player, report.reported])
        .collect();
    let handles = app.store.find_handles(&players).await?;
    let name = |player: PlayerId| {
        let handle = handles.get(&player);
        handle.map_or_else(|| format!("player {player}"), String::clone)
    };
    let view = |report: crate::store::social::ReportRecord| OpenReportView {
        id: report.id.to_string(),
        at: report.at,
        by: name(report.player),
        reported: name(report.reported),
        kind: report.kind.as_str().to_owned(),
        words: report.words,
    };
    Ok(reports.into_iter().map(view).collect())
}
