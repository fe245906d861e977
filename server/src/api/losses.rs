//! `/api/v1/games/{game}/losses`: what selling at a loss would save in tax.

use axum::extract::State;
use domain::Percent;
use domain::api::{ApiError, LossesView};
use serde::Deserialize;

use super::extract::{InGame, Query};
use crate::advice::{Reading, losses};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

/// The assumed tax on gains.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LossesQuery {
    /// In percent; by default what the game takes of shares held up to a year, and 25 in a game without
    /// taxes.
    #[param(value_type = Option<String>, example = "25")]
    rate: Option<Percent>,
}

/// The default rate in a game without taxes, in basis points.
const RATE_BPS: i64 = 2_500;

/// Positions with a loss, each with its purchases, what the loss saves at the rate, what the trades
/// cost, and the days in which a purchase makes the loss void.
#[utoipa::path(get, path = "/api/v1/games/{game}/losses", tag = "Advice",
    params(("game" = String, Path, example = "open"), LossesQuery),
    responses((status = 200, description = "Positions with a loss, the largest benefit first", body = LossesView),
        (status = 404, description = "The player has no account in this game", body = ApiError),
        (status = 422, description = "A rate that is none", body = ApiError)))]
pub async fn list(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(query): Query<LossesQuery>,
) -> Result<Json<LossesView>> {
    let own = game
        .rules
        .taxes
        .map(|taxes| i64::from(taxes.short_term_bps));
    let rate = Percent::from_basis_points(own.unwrap_or(RATE_BPS));
    let rate = query.rate.unwrap_or(rate);
    if !(0..=10_000).contains(&rate.basis_points()) {
        return Err(ApiError::field("rate", "must be from 0 to 100").into());
    }
    let reading = Reading::of(&app, &game, account).await?;
    Ok(Json(losses::find(&app, &reading, rate).await?))
}
