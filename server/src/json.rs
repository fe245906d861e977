//! Answers in JSON.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::Error;

/// Room that nearly every answer fits in, so that it does not grow while it is written.
const USUAL_SIZE: usize = 1_024;

/// An answer in JSON. Unlike axum's it is written into a plain vector, for which serde_json has a quick
/// way: an answer consists of many small pieces.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut bytes = Vec::with_capacity(USUAL_SIZE);
        if let Err(error) = serde_json::to_writer(&mut bytes, &self.0) {
            return Error::internal(format_args!("an answer cannot be JSON: {error}"))
                .into_response();
        }
        let mut response = Response::new(Body::from(bytes));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}
