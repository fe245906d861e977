//! `/api/v1/games/{game}/luck`: the player's decisions on a thousand other markets.

use axum::extract::State;
use axum::http::StatusCode;
use domain::PlayerId;
use domain::api::{AdviceState, ApiError, LuckView};

use super::extract::{InGame, Key};
use crate::advice::{Reading, luck};
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::{Ask, Decisions, Kind, Luck, MARKETS};
use crate::json::Json;
use crate::store::jobs::{Enqueued, JobId, JobRecord, JobState};

/// Computes how the player's decisions would have ended on 1,000 other markets. It runs as a job: poll
/// its id until `state` is `completed` or `failed`. An account has one at a time; if one is already in
/// progress, returns that one.
#[utoipa::path(post, path = "/api/v1/games/{game}/luck", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    responses((status = 202, description = "It was taken on", body = LuckView),
        (status = 409, description = "`not_possible`: nothing was traded, or the market is not invented", body = ApiError)))]
pub async fn ask(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<(StatusCode, Json<LuckView>)> {
    let reading = Reading::of(&app, &game, account).await?;
    let decisions = luck::decisions(&app, &reading).await?;
    let key = format!("{}.{}", account.player.0, account.game.0);
    let ask = Ask::default().key(key);
    let enqueued = app.jobs.enqueue::<Luck>(&decisions, &ask);
    let (Enqueued::New(id) | Enqueued::Existing(id)) = enqueued.await.map_err(Error::internal)?;
    let job = own(&app, account.player, id).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&job)?)))
}

/// Its progress, and how the markets ended. A report is kept for a while.
#[utoipa::path(get, path = "/api/v1/games/{game}/luck/{key}", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    responses((status = 200, description = "The job", body = LuckView),
        (status = 404, description = "The player has no such job, or not any more", body = ApiError)))]
pub async fn find(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Key(id): Key<i64>,
) -> Result<Json<LuckView>> {
    let job = own(&app, account.player, JobId(id)).await?;
    Ok(Json(view(&job)?))
}

async fn own(app: &App, player: PlayerId, id: JobId) -> Result<JobRecord> {
    let found = app.store.find_job(id).await?;
    let own = found.filter(|job| {
        let payload = serde_json::from_str::<Decisions>(&job.payload);
        job.kind == Luck::NAME && payload.is_ok_and(|payload| payload.player == player)
    });
    own.ok_or_else(|| Error::not_found("such job of yours"))
}

fn view(job: &JobRecord) -> Result<LuckView> {
    let state = match job.state {
        JobState::Ready if job.attempts == 0 => AdviceState::Pending,
        JobState::Ready => AdviceState::Processing,
        JobState::Dead => AdviceState::Failed,
        JobState::Finished => AdviceState::Completed,
    };
    let report = job.result.as_deref().map(serde_json::from_str);
    Ok(LuckView {
        id: job.id.0.to_string(),
        state,
        done: u32::try_from(job.progress.done)
            .unwrap_or_default()
            .min(MARKETS),
        total: MARKETS,
        report: report.transpose().map_err(Error::internal)?.flatten(),
    })
}
