//! What a browser shows while there is no network: a page of its own, which a service worker keeps.
//! The setting `offline_page` is the switch: without it the worker removes itself.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::app::App;
use crate::assets;

/// The address of the service worker. It stands above all pages, so that it may answer for them.
pub const WORKER: &str = "/service-worker.js";

/// The page loads nothing.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The worker and the page.
pub fn routes() -> Router<App> {
    Router::new()
        .route(WORKER, get(worker))
        .route("/offline.html", get(page))
}

/// Whether pages ask for the worker: not in the desktop's window, whose server is on the same machine.
#[must_use]
pub fn is_wanted(app: &App) -> bool {
    app.config.offline_page && app.config.session.launch_token.is_none()
}

async fn worker(State(app): State<App>) -> impl IntoResponse {
    let script = if is_wanted(&app) {
        // Another version is another worker, which fetches its page anew.
        include_str!("offline/worker.js").replace("VERSION", &assets::version())
    } else {
        include_str!("offline/removed.js").to_owned()
    };
    let kind = "text/javascript; charset=utf-8";
    (checked_each_time(kind), script)
}

async fn page() -> impl IntoResponse {
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    let kind = "text/html; charset=utf-8";
    (
        checked_each_time(kind),
        policy,
        include_str!("offline/page.html"),
    )
}

fn checked_each_time(kind: &'static str) -> [(HeaderName, &'static str); 2] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ]
}
