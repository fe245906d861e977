//! `/api/docs`: a page to try the API.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa_swagger_ui::Config;

use crate::app::App;
use crate::assets::content_type;
use crate::error::Error;
use crate::headers;
use crate::packed::Packed;
use crate::session::identify;

const PAGE: &str = "/api/docs/";
const INDEX: &str = "index.html";
/// What the page loads. The source maps beside it are left out.
const NAMES: [&str; 8] = [
    INDEX,
    "index.css",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-initializer.js",
    "favicon-16x16.png",
    "favicon-32x32.png",
];

static FILES: LazyLock<HashMap<&'static str, Packed>> = LazyLock::new(|| {
    let config = Config::from("/api/v1/openapi.json").try_it_out_enabled(true);
    let config: Arc<Config<'static>> = Arc::new(config);
    let files = NAMES.into_iter().filter_map(|name| {
        let file = utoipa_swagger_ui::serve(name, Arc::clone(&config)).ok()??;
        let bytes = match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some((name, Packed::new(content_type(name), bytes)))
    });
    files.collect()
});

/// The page and its files, limited as every other request is.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/api/docs", get(|| async { Redirect::to(PAGE) }))
        .route(PAGE, get(index))
        .route("/api/docs/{name}", get(file))
        .layer(from_fn(headers::docs_policy))
        .layer(from_fn_with_state(app.clone(), identify))
}

async fn index(headers: HeaderMap) -> Response {
    answer(INDEX, &headers).await
}

async fn file(name: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    match name {
        Ok(Path(name)) => answer(&name, &headers).await,
        Err(_) => Error::not_found("such file").into_response(),
    }
}

async fn answer(name: &str, headers: &HeaderMap) -> Response {
    match FILES.get(name) {
        Some(file) => file.answer(headers).await,
        None => Error::not_found("such file").into_response(),
    }
}
