//! The HTTP API, under `/api/v1`: one module an address. Every handler names its address in full: a
//! nested router would rewrite the address of each request on its way in.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub mod auth;
pub mod docs;
mod extract;
mod games;
pub mod health;
mod holdings;
mod instruments;
mod ledger;
mod live;
mod me;
mod open_orders;
mod openapi;
mod orders;
mod paging;
mod player;
mod quotes;
mod summary;
mod ticket;

pub use openapi::document;

/// Every route with its description.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::guest))
        .routes(routes!(auth::upgrade))
        .routes(routes!(auth::logout))
        .routes(routes!(me::me))
        .routes(routes!(me::sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::daily_bonus))
        .routes(routes!(openapi::openapi))
        .routes(routes!(games::game))
        .routes(routes!(games::categories))
        .routes(routes!(instruments::list))
        .routes(routes!(instruments::detail))
        .routes(routes!(instruments::candles))
        .routes(routes!(ticket::ticket))
        .routes(routes!(quotes::quotes))
        .routes(routes!(live::live))
        .routes(routes!(orders::place, orders::list))
        .routes(routes!(orders::find, orders::cancel))
        .routes(routes!(open_orders::list))
        .routes(routes!(holdings::holdings))
        .routes(routes!(summary::summary))
        .routes(routes!(ledger::ledger))
}
