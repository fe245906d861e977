//! `/api/v1/puzzles/{day}`: puzzles of earlier days, for fun.

use axum::extract::State;
use domain::Day;
use domain::api::{ApiError, PastPuzzleView};
use domain::puzzle::{Choices, ChoicesError};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Key, Query};
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::puzzles;

/// How long a puzzle can be played for fun.
pub const PAST_DAYS: i32 = 30;

/// Where an earlier puzzle stands.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct PastPuzzleQuery {
    /// The decisions so far: `i` for in, `o` for out.
    #[param(example = "iio")]
    pub choices: String,
}

/// The puzzle of one of the latest 30 days after some decisions. Its seed is published, so that the chart
/// can be checked; nothing of the decisions is kept.
#[utoipa::path(get, path = "/api/v1/puzzles/{key}", tag = "Puzzles", security(()),
    params(("key" = String, Path, description = "The day", example = "2026-11-28"), PastPuzzleQuery),
    responses((status = 200, description = "The puzzle", body = PastPuzzleView),
        (status = 404, description = "It is not over yet, or too long ago", body = ApiError)))]
pub async fn past(
    State(app): State<App>,
    Key(day): Key<Day>,
    Query(query): Query<PastPuzzleQuery>,
) -> Result<Json<PastPuzzleView>> {
    let today = app.clock.now().day();
    if day >= today || day < today.plus_days(-PAST_DAYS) {
        return Err(Error::not_found("puzzle of that day to play for fun"));
    }
    let wrong = |error: ChoicesError| ApiError::field("choices", error.to_string());
    let choices: Choices = query.choices.parse().map_err(wrong)?;
    let seed = puzzles::seed_of(&app, day);
    Ok(Json(PastPuzzleView {
        day,
        puzzle: puzzles::view(&seed, &choices),
        seed,
    }))
}
