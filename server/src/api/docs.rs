//! `/api/docs`: a page to try the API.

use axum::Router;
use axum::middleware::from_fn;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;
use crate::headers;

/// The page and its files.
pub fn routes() -> Router<App> {
    let config = Config::from("/api/v1/openapi.json").try_it_out_enabled(true);
    let page = SwaggerUi::new("/api/docs").config(config);
    Router::from(page).layer(from_fn(headers::docs_policy))
}
