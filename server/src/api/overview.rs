//! `/api/v1/games/{game}/market`: the whole market at a glance.

use axum::extract::State;
use domain::Timestamp;
use domain::api::{LiveView, MarketOverview};

use crate::app::{App, Game};
use crate::error::Result;
use crate::json::Json;
use crate::market::Market;
use crate::market::live::Hours;

/// The whole market at a glance: how fast its time runs, what moved today, by category and by
/// instrument, its index, and which companies report soon.
#[utoipa::path(get, path = "/api/v1/games/{game}/market", tag = "Market", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The market", body = MarketOverview)))]
pub async fn overview(State(app): State<App>, game: Game) -> Result<Json<MarketOverview>> {
    let market = app.market_of(&game).await?;
    Ok(Json(MarketOverview {
        coming_reports: market.coming_reports(),
        live: live(&market, app.clock.now()),
        ..market.snapshot().overview()
    }))
}

/// Where the prices of a live market come from; none for another one.
pub(super) fn live(market: &Market, now: Timestamp) -> Option<LiveView> {
    let prices = market.live()?;
    let (open, changes_at) = match Hours::at(now) {
        Hours::Open { until, .. } => (true, until),
        Hours::Closed { until, .. } => (false, until),
    };
    Some(LiveView {
        at: now,
        open,
        changes_at,
        providers: prices.providers(),
        fill_age_max_s: prices.fill_age_max_s(),
    })
}
