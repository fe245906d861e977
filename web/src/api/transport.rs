//! Requests and responses, over either transport.

use domain::api::{ApiError, ErrorCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Address;
#[cfg(feature = "client")]
use super::fetch;
#[cfg(feature = "ssr")]
use super::in_process;
use crate::language::Texts;

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Delete,
}

/// One request, ready for either transport.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) address: String,
    /// JSON.
    pub(super) body: Option<String>,
}

/// A raw response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// The server cannot be reached; only transports produce this.
pub(super) fn unreachable(message: &str) -> ApiError {
    ApiError::new(ErrorCode::Unreachable, message)
}

pub(super) async fn get<T: DeserializeOwned>(address: Address) -> Result<T, ApiError> {
    decode(send(Method::Get, address, None).await?)
}

pub(super) async fn post<T: DeserializeOwned>(
    address: Address,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let body = serde_json::to_string(body)
        .map_err(|error| ApiError::new(ErrorCode::MalformedRequest, error.to_string()))?;
    decode(send(Method::Post, address, Some(body)).await?)
}

pub(super) async fn empty(method: Method, address: Address) -> Result<(), ApiError> {
    send(method, address, None).await.map(|_| ())
}

pub(super) fn decode<T: DeserializeOwned>(body: String) -> Result<T, ApiError> {
    serde_json::from_str(&body).map_err(|error| {
        leptos::logging::warn!("an answer could not be read: {error}");
        ApiError::new(ErrorCode::Internal, Texts::get().parts_unreadable())
    })
}

/// The body of a success, or the error from the response.
pub(super) async fn send(
    method: Method,
    address: Address,
    body: Option<String>,
) -> Result<String, ApiError> {
    ask(Request {
        method,
        address: address.into_string(),
        body,
    })
    .await
}

/// The HTML of a page, as the server renders it.
#[cfg(not(feature = "ssr"))]
pub async fn page(address: String) -> Result<String, ApiError> {
    let (method, body) = (Method::Get, None);
    ask(Request {
        method,
        address,
        body,
    })
    .await
}

async fn ask(request: Request) -> Result<String, ApiError> {
    #[cfg(feature = "ssr")]
    let answer = in_process::send(request).await?;
    #[cfg(feature = "client")]
    let answer = fetch::send(request).await?;
    #[cfg(not(any(feature = "ssr", feature = "client")))]
    let answer = nowhere(request)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.body);
    }
    Err(serde_json::from_str(&answer.body).unwrap_or_else(|_| unreadable(answer.status)))
}

/// An error response that does not come from the server itself, but from a proxy, say.
fn unreadable(status: u16) -> ApiError {
    let code = match status {
        404 => ErrorCode::NotFound,
        429 => ErrorCode::RateLimited,
        502..=504 => ErrorCode::Unreachable,
        _ => ErrorCode::Internal,
    };
    ApiError::new(code, Texts::get().parts_bad_status(status))
}

#[cfg(not(any(feature = "ssr", feature = "client")))]
fn nowhere(request: Request) -> Result<Answer, ApiError> {
    let Request {
        method,
        address,
        body,
    } = request;
    Err(unreachable(&format!(
        "Nothing here can send {method:?} {address} ({} bytes).",
        body.unwrap_or_default().len()
    )))
}
