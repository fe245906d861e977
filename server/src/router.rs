//! Every address of the server, and what all of them have in common.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use domain::api::ErrorCode;
use futures_util::FutureExt;
use tower::{Layer, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use web::language::Language;

use crate::api::{self, docs, health};
use crate::app::App;
use crate::client::{self, Client};
use crate::error::{self, Error};
use crate::metrics::{self, Metrics};
use crate::session::identify;
use crate::{assets, forms, headers, launch, observe, offline, pages, refusal, site};

/// What begins with this is answered whatever else is limited.
const HEALTH: &str = "/health/";
/// Bytes from which an answer is compressed.
const COMPRESS_FROM: u64 = 1_024;
/// Bytes of the largest compressed answer.
const COMPRESSED_MAX: usize = 16 * 1_024 * 1_024;

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
            let shown_in =
                refusal::is_shown(&request).then(|| Language::of_request(request.headers()));
            let admitted = AssertUnwindSafe(self.admit(request)).catch_unwind().await;
            let response = match admitted {
                Ok(answered) => answered.into_response(),
                Err(panic) => error::answer_panic(&*panic),
            };
            match shown_in {
                Some(language) => refusal::shown(response, language).await,
                None => response,
            }
        };
        let requests = &self.app.metrics.requests;
        let mut response = observe::observe(requests, request, answer).await;
        headers::secure(&self.app, response.headers_mut());
        response
    }

    /// What is measured.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.app.metrics
    }

    /// Answers health checks, and tells everything else that the server is full.
    pub async fn answer_when_full(&self, request: Request) -> Response {
        if request.uri().path().starts_with(HEALTH) {
            return self.answer(request).await;
        }
        let message = "The server has as many connections as it can serve. Please try again.";
        let mut response = Error::unavailable(message).into_response();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        headers::secure(&self.app, response.headers_mut());
        response
    }

    /// Lets a request in, or refuses it, and gives it up when it takes too long. What it has begun
    /// to write is still written.
    async fn admit(&self, mut request: Request) -> Result<Response, Error> {
        site::check_host(&request)?;
        site::check_encoding(request.headers())?;
        site::guard(&self.app, &request)?;
        client::recognize(&self.app, &mut request);
        if let Some(client) = request.extensions().get::<Client>()
            && !request.uri().path().starts_with(HEALTH)
        {
            self.app.limits.check_total(client.address)?;
        }
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
        let compressing = CompressionLayer::new()
            .compress_when(SizeAbove::new(COMPRESS_FROM).and(is_made_for_this_request))
            .layer(addresses);
        let response = compressing.oneshot(request).await.into_response();
        whole(response).await
    }
}

/// Pages and data. Files that never change are compressed ahead; they have an entity tag.
fn is_made_for_this_request(
    _: StatusCode,
    _: Version,
    headers: &HeaderMap,
    _: &Extensions,
) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let ours = kind
        .is_some_and(|kind| kind.starts_with("application/json") || kind.starts_with("text/html"));
    ours && !headers.contains_key(header::ETAG)
}

/// A compressor takes megabytes. It ends before the answer is sent, so that a client that does not
/// read holds no more than the compressed answer.
async fn whole(response: Response) -> Response {
    let compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    if !compressed || response.headers().contains_key(header::ETAG) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, COMPRESSED_MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(error) => Error::internal(error).into_response(),
    }
}

fn addresses(app: &App) -> Router {
    let api = api_router(app);
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::answer))
        .route(site::LAUNCH, get(site::launch))
        .route(
            launch::PLAYER,
            get(launch::play).layer(from_fn_with_state(app.clone(), identify)),
        )
        .merge(assets::routes())
        .merge(offline::routes())
        .merge(docs::routes(app))
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
