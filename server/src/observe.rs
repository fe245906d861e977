//! One line in the log for every request, a number by which it is found again, and a count.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;

use crate::metrics::{Requests, Started};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs a request when it is answered; everything that is logged meanwhile carries its number.
pub async fn observe<F>(
    requests: &Requests,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let id = format!("{:016x}", rand::random::<u64>());
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
    );
    let started = Started::of(request.method(), request.uri().path());
    let start = Instant::now();
    let mut response = answer(request).instrument(span.clone()).await;
    let elapsed = start.elapsed();
    requests.count(started, &response, elapsed);
    span.in_scope(|| {
        let status = response.status().as_u16();
        tracing::debug!(status, elapsed_us = elapsed.as_micros(), "answered");
    });
    // Hexadecimal digits are always a header.
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
