//! What a browser shows while there is no network: a page of its own, which a service worker keeps.
//! The setting `offline_page` is the switch: without it the worker removes itself.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::get;
use web::language::Language;

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

async fn page(headers: HeaderMap) -> impl IntoResponse {
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    let kind = "text/html; charset=utf-8";
    let page = page_in(Language::of_request(&headers));
    (checked_each_time(kind), policy, page)
}

/// The page in a language, with a line for each other one: whoever shares the device may read another.
fn page_in(language: Language) -> String {
    let known = Language::ALL.into_iter().filter(|one| !one.is_draft());
    let others: String = known
        .filter(|one| *one != language)
        .map(|one| one.network_words())
        .map(|words| format!("<li lang=\"{}\">{}</li>\n", words.tag, words.short))
        .collect();
    let words = language.network_words();
    include_str!("offline/page.html")
        .replace("LANGUAGE", words.tag)
        .replace("TITLE", words.title)
        .replace("HEAD", words.head)
        .replace("WORDS", words.words)
        .replace("AGAIN", words.again)
        .replace("OTHERS", &others)
}

fn checked_each_time(kind: &'static str) -> [(HeaderName, &'static str); 2] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ]
}
