//! `/api/v1/practice`: a practice account that begins with the holdings of a real portfolio.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{ApiError, PracticeCreated, PracticeRequest, PracticeView};

use super::extract::Body;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::practice;
use crate::session::LoggedIn;

/// Reads a file of holdings and tells, row by row, what a practice account would begin with, and why
/// something is left out. Nothing is created or stored.
#[utoipa::path(post, path = "/api/v1/practice/preview", tag = "Advice",
    request_body(content = PracticeRequest, example = json!({"text": "symbol,shares,price\nAAPL,10,190.50"})),
    responses((status = 200, description = "What would be created", body = PracticeView),
        (status = 422, description = "The file cannot be read, or a choice is no company", body = ApiError)))]
pub async fn preview(
    State(app): State<App>,
    LoggedIn(_): LoggedIn,
    Body(request): Body<PracticeRequest>,
) -> Result<Json<PracticeView>> {
    let (_, plan) = practice::prepare(&app, &request).await?;
    Ok(Json(plan.view))
}

/// Creates a game of the player's own whose account begins with these holdings, bought at the current prices
/// without fees. It earns no XP.
#[utoipa::path(post, path = "/api/v1/practice", tag = "Advice",
    request_body(content = PracticeRequest, example = json!({"text": "PUFFN,10\nTQ.ALL,5", "cash": "100"})),
    responses((status = 201, description = "The game", body = PracticeCreated),
        (status = 422, description = "Nothing to begin with, too much, or too many games", body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<PracticeRequest>,
) -> Result<(StatusCode, Json<PracticeCreated>)> {
    let created = practice::create(&app, session.player, &request).await?;
    Ok((StatusCode::CREATED, Json(created)))
}
