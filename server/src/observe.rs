//! One line in the log for every request, and a number by which it is found again.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs a request when it is answered; everything that is logged meanwhile carries its number.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = format!("{:016x}", rand::random::<u64>());
    let id_header = HeaderValue::from_str(&id).ok();
    if let Some(id) = id_header.clone() {
        request.headers_mut().insert(REQUEST_ID, id);
    }
    let span = tracing::info_span!(
        "request",
        %id,
        method = %request.method(),
        path = request.uri().path(),
    );
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    async move {
        let start = Instant::now();
        let mut response = next.run(request).await;
        let (status, elapsed) = (response.status().as_u16(), start.elapsed());
        tracing::debug!(status, route, elapsed_us = elapsed.as_micros(), "answered");
        if let Some(id) = id_header {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}
