//! Every address of the server, and what all of them have in common.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use domain::api::ErrorCode;
use futures_util::FutureExt;
use tower::{Layer, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::api::{self, docs, health};
use crate::app::App;
use crate::error::{self, Error};
use crate::session::identify;
use crate::{assets, client, forms, headers, observe, pages, site};

/// Bytes from which an answer is compressed.
const COMPRESS_FROM: u64 = 1_024;

/// What every request comes to first. Plain calls around the addresses and not layers of their
/// router, of which each costs every request an allocation and a copy of what is inside it.
#[derive(Debug, Clone)]
pub struct Front {
    app: App,
    addresses: Router,
}

impl Front {
    /// The whole server.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            addresses: addresses(&app),
            app,
        }
    }

    /// Answers a request, whatever happens.
    pub async fn answer(&self, request: Request) -> Response {
        let answer = |request| async {
            let admitted = AssertUnwindSafe(self.admit(request)).catch_unwind().await;
            match admitted {
                Ok(answered) => answered.into_response(),
                Err(panic) => error::answer_panic(&*panic),
            }
        };
        let mut response = observe::observe(request, answer).await;
        headers::secure(&self.app, response.headers_mut());
        response
    }

    /// Lets a request in, or refuses it, and gives it up when it takes too long. What it has begun
    /// to write is still written.
    async fn admit(&self, mut request: Request) -> Result<Response, Error> {
        site::guard(&self.app, &request)?;
        client::recognize(&self.app, &mut request);
        let limit = Duration::from_secs(self.app.config.limits.request_timeout_s);
        let answer = tokio::time::timeout(limit, self.dispatch(request)).await;
        answer.map_err(|_| {
            Error::new(
                ErrorCode::Timeout,
                "This took too long and was given up. Please try again.",
            )
        })
    }

    /// Compressed for whoever can read that, which few programs can.
    async fn dispatch(&self, request: Request) -> Response {
        let addresses = self.addresses.clone();
        if !request.headers().contains_key(header::ACCEPT_ENCODING) {
            return addresses.oneshot(request).await.into_response();
        }
        let worthwhile = SizeAbove::new(COMPRESS_FROM)
            .and(NotForContentType::IMAGES)
            .and(NotForContentType::const_new("font/"));
        let compressed = CompressionLayer::new()
            .compress_when(worthwhile)
            .layer(addresses);
        compressed.oneshot(request).await.into_response()
    }
}

fn addresses(app: &App) -> Router {
    let api = api_router(app);
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route(site::LAUNCH, get(site::launch))
        .merge(assets::routes())
        .merge(docs::routes())
        .nest("/forms", forms::routes(app, &api))
        .fallback_service(pages::routes(app, &api))
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(app.clone())
        .merge(api)
}

/// The API alone: also what pages and forms call from inside the server.
fn api_router(app: &App) -> Router {
    let (routes, _) = api::routes().split_for_parts();
    routes
        .route("/api", any(error::no_such_address))
        .route("/api/{*rest}", any(error::no_such_address))
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(DefaultBodyLimit::max(app.config.limits.body_max))
        .with_state(app.clone())
}
