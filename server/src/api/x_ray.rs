//! `/api/v1/games/{game}/x-ray`: what could hurt a portfolio.

use axum::extract::State;
use domain::api::{ApiError, XRayView};

use super::extract::InGame;
use crate::advice::{Reading, x_ray};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

/// Concentration, sectors, idle cash, fees, churn, and how the holdings move together. Each finding has
/// its number, why it matters, and what could be done.
#[utoipa::path(get, path = "/api/v1/games/{game}/x-ray", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The findings, the most urgent first", body = XRayView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn look(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<XRayView>> {
    let reading = Reading::of(&app, &game, account).await?;
    Ok(Json(x_ray::look(&app, &reading).await?))
}
