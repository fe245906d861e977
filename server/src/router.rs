//! Every address of the server, and what all of them have in common.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use domain::api::ErrorCode;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::api::{self, docs, health};
use crate::app::App;
use crate::error::{self, Error};
use crate::session::identify;
use crate::{assets, client, forms, headers, observe, pages, site};

/// Bytes from which an answer is compressed.
const COMPRESS_FROM: u64 = 1_024;

/// The whole server.
pub fn router(app: App) -> Router {
    let api = api_router(&app);
    let addresses = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route(site::LAUNCH, get(site::launch))
        .merge(assets::routes())
        .merge(docs::routes())
        .nest("/forms", forms::routes(&app, &api))
        .route("/api", any(error::no_such_address))
        .route("/api/{*rest}", any(error::no_such_address))
        .fallback_service(pages::routes(&app, &api))
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(app.clone())
        .merge(api);
    let compression = SizeAbove::new(COMPRESS_FROM)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("font/"));
    // From the outside in.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), answer))
        .layer(CompressionLayer::new().compress_when(compression))
        .layer(CatchPanicLayer::custom(error::answer_panic))
        .layer(from_fn_with_state(app.clone(), admit));
    addresses.layer(around)
}

/// The API alone: also what pages and forms call from inside the server.
fn api_router(app: &App) -> Router {
    let (routes, _) = api::routes().split_for_parts();
    let routes = routes
        .fallback(error::no_such_address)
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(DefaultBodyLimit::max(app.config.limits.body_max))
        .with_state(app.clone());
    Router::new().nest("/api/v1", routes)
}

/// Observes a request, and gives its answer the headers that every answer has. What can be one layer
/// is one: each costs every request a copy of all that is inside it.
async fn answer(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = observe::observe(request, next).await;
    headers::secure(&app, response.headers_mut());
    response
}

/// Lets a request in, or refuses it, and gives it up when it takes too long. What it has begun to
/// write is still written.
async fn admit(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    site::guard(&app, &request)?;
    client::recognize(&app, &mut request);
    let limit = Duration::from_secs(app.config.limits.request_timeout_s);
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.map_err(|_| {
        Error::new(
            ErrorCode::Timeout,
            "This took too long and was given up. Please try again.",
        )
    })
}
