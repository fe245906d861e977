//! `/api/v1/rates`: exchange rates of the dollar.

use axum::extract::State;
use domain::api::RateView;

use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::market::live::rates;

/// The latest known exchange rates of the dollar, with source and time; none where the settings ask
/// for none.
#[utoipa::path(get, path = "/api/v1/rates", tag = "Market", security(()),
    responses((status = 200, description = "The rates", body = Vec<RateView>)))]
pub async fn rates(State(app): State<App>) -> Result<Json<Vec<RateView>>> {
    let ttl_s = app.config.providers.rate_ttl_s;
    let listed = rates::list(&*app.store, ttl_s, app.clock.now()).await?;
    Ok(Json(listed))
}
