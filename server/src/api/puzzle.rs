//! `/api/v1/puzzle`: the puzzle of today.

use axum::extract::State;
use domain::api::{ApiError, DailyPuzzleView, ErrorCode, PuzzleMove, PuzzlePlace};
use domain::puzzle::{Choices, DAILY_XP, Puzzle, streak};
use domain::{AwardCause, Day, PlayerId};

use super::extract::Body;
use super::progress::award;
use super::puzzles::PAST_DAYS;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::puzzles;
use crate::session::{LoggedIn, Sent};

/// Days in a row that are counted.
const STREAK_MAX: u32 = 400;

/// Today's puzzle, as far as the player has come. Without a session, as it is before the first decision.
#[utoipa::path(get, path = "/api/v1/puzzle", tag = "Puzzles", security(()),
    responses((status = 200, description = "The puzzle", body = DailyPuzzleView)))]
pub async fn today(State(app): State<App>, sent: Sent) -> Result<Json<DailyPuzzleView>> {
    let day = app.clock.now().day();
    let player = sent.current().map(|session| session.player);
    let choices = match player {
        Some(player) => puzzles::choices_of(&app, player, &day.to_string()).await?,
        None => Choices::default(),
    };
    Ok(Json(view(&app, player, day, &choices).await?))
}

/// Makes the next decision. The fifth one ends the puzzle and brings XP.
#[utoipa::path(post, path = "/api/v1/puzzle", tag = "Puzzles", request_body = PuzzleMove,
    responses((status = 200, description = "The puzzle after it", body = DailyPuzzleView),
        (status = 409, description = "The decision was made before, or the day is over", body = ApiError)))]
pub async fn decide(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<PuzzleMove>,
) -> Result<Json<DailyPuzzleView>> {
    let day = app.clock.now().day();
    if request.day != day {
        let message = "That puzzle's day is over. There is a new one today.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let decision = (request.step, request.choice);
    let player = session.player;
    let choices = puzzles::decide(&app, player, &day.to_string(), decision).await?;
    if choices.are_complete() {
        award(&app, player, DAILY_XP, AwardCause::Puzzle { day }).await?;
    }
    Ok(Json(view(&app, Some(player), day, &choices).await?))
}

async fn view(
    app: &App,
    player: Option<PlayerId>,
    day: Day,
    choices: &Choices,
) -> Result<DailyPuzzleView> {
    let seed = puzzles::seed_of(app, day);
    let place = if choices.are_complete() {
        let tallies = app.store.list_tallies(&day.to_string()).await?;
        Some(PuzzlePlace {
            players: tallies.iter().map(|(_, players)| players).sum(),
            better_than_percent: Puzzle::of_seed(&seed).better_than(choices, &tallies),
        })
    } else {
        None
    };
    Ok(DailyPuzzleView {
        day,
        puzzle: puzzles::view(&seed, choices),
        streak: match player {
            Some(player) => streak_of(app, player, day).await?,
            None => 0,
        },
        xp: DAILY_XP,
        place,
        past: (1..=PAST_DAYS).map(|back| day.plus_days(-back)).collect(),
    })
}

async fn streak_of(app: &App, player: PlayerId, today: Day) -> Result<u32> {
    let finished = app.store.list_finished_puzzles(player, STREAK_MAX).await?;
    let days: Vec<Day> = finished.iter().map_while(|id| id.parse().ok()).collect();
    Ok(streak(&days, today))
}
