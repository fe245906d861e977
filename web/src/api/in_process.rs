//! While the server renders a page, the transport is the server's own router.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderName, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method as HttpMethod};
use domain::api::{ApiError, ErrorCode};
use leptos::prelude::use_context;
use tower::ServiceExt;

use super::transport::{Answer, Method, Request, unreachable};

/// Bytes that an answer may have.
const ANSWER_MAX: usize = 8 * 1024 * 1024;

/// Headers of the page's request that its calls carry on: who asks, and from where.
const CARRIED: [HeaderName; 5] = [
    COOKIE,
    HOST,
    USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-request-id"),
];

/// The API of the server that renders, in the name of one page request. The server provides it
/// as a context.
#[derive(Debug, Clone)]
pub struct InProcess {
    router: Router,
    headers: HeaderMap,
    remote: Option<SocketAddr>,
}

impl InProcess {
    /// Calls `router`, which answers paths from `/api/v1` on, in the name of a page request.
    #[must_use]
    pub fn new(router: Router, page: &Parts) -> Self {
        let mut headers = HeaderMap::new();
        for name in CARRIED {
            for value in page.headers.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let remote = page
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(address)| *address);
        Self {
            router,
            headers,
            remote,
        }
    }

    fn request(&self, request: Request) -> Result<axum::http::Request<Body>, ApiError> {
        let method = match request.method {
            Method::Get => HttpMethod::GET,
            Method::Post => HttpMethod::POST,
            Method::Delete => HttpMethod::DELETE,
        };
        let mut built = axum::http::Request::builder()
            .method(method)
            .uri(&request.address)
            .header("sec-fetch-site", "same-origin");
        if request.body.is_some() {
            built = built.header(CONTENT_TYPE, "application/json");
        }
        if let Some(headers) = built.headers_mut() {
            headers.extend(self.headers.clone());
        }
        if let Some(remote) = self.remote {
            built = built.extension(ConnectInfo(remote));
        }
        built
            .body(request.body.map_or_else(Body::empty, Body::from))
            .map_err(|error| ApiError::new(ErrorCode::MalformedRequest, error.to_string()))
    }
}

/// Asks the router. The context is read before the first await, where it is still there; routes
/// are listed without one.
pub(super) fn send(request: Request) -> impl Future<Output = Result<Answer, ApiError>> + Send {
    let api = use_context::<InProcess>();
    async move {
        let api = api.ok_or_else(|| unreachable("No server is attached to this page."))?;
        let request = api.request(request)?;
        let response = match api.router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), ANSWER_MAX)
            .await
            .map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
