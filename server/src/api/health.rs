//! `/health`: whether the process lives, and whether it is ready to serve.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;
use crate::json::Json;

/// What is well and what is not.
#[derive(Debug, Serialize)]
pub struct Health {
    /// Whether all is well.
    ready: bool,
    /// Whether the database answers.
    store: bool,
    /// Whether there are prices.
    market: bool,
    /// Whether orders are taken.
    engine: bool,
}

/// The process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// The server can do its work: the database answers, there are prices, orders are taken.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let store = app.store.ping().await;
    if let Err(error) = &store {
        tracing::warn!(%error, "the database does not answer");
    }
    let market = app
        .market
        .snapshot()
        .listings
        .iter()
        .any(|listing| listing.quote.is_some());
    let (store, engine) = (store.is_ok(), app.engine.is_open());
    let ready = store && market && engine && !app.live.is_closing();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(Health {
            ready,
            store,
            market,
            engine,
        }),
    )
}
