//! `/metrics`: on a listener of its own, or at the game's address for whoever has the token.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::CONTENT_TYPE;
use crate::app::App;
use crate::config::Secret;
use crate::error::Error;

/// Answers on the listener of the metrics until `stop`.
pub async fn serve(app: App, listener: TcpListener, stop: CancellationToken) {
    let routes = Router::new()
        .route("/metrics", get(own_listener))
        .with_state(app);
    let served = axum::serve(listener, routes).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = served.await {
        tracing::error!(%error, "the listener of the metrics ended");
    }
}

async fn own_listener(State(app): State<App>, request: Request) -> Response {
    match &app.config.metrics.token {
        Some(token) if !carries(request.headers(), token) => {
            StatusCode::UNAUTHORIZED.into_response()
        }
        _ => text(&app).await,
    }
}

/// Answers at the game's address. Without a token in the settings, or with another one, there is no such
/// address.
pub async fn answer(State(app): State<App>, headers: HeaderMap) -> Response {
    match &app.config.metrics.token {
        Some(token) if carries(&headers, token) => text(&app).await,
        _ => Error::not_found("such address").into_response(),
    }
}

async fn text(app: &App) -> Response {
    let metrics = Arc::clone(&app.metrics);
    let text = metrics.render(app).await;
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}

fn carries(headers: &HeaderMap, token: &Secret) -> bool {
    let sent = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    sent.is_some_and(|sent| sent.as_bytes().ct_eq(token.reveal().as_bytes()).into())
}
