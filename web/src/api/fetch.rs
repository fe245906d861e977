//! In the browser the transport is the network.

use domain::api::{ApiError, ErrorCode};
use gloo_net::http::{RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use send_wrapper::SendWrapper;
use web_sys::{AbortController, RequestCredentials};

use super::transport::{Answer, Method, Request, unreachable};

/// Milliseconds after which an answer is not waited for any longer. Longer than the server takes
/// at most, so that its own answer comes first.
const TIMEOUT_MS: u32 = 15_000;

/// Asks over the network. All that a browser hands out stays on its one thread, which is what the
/// wrapper promises to those who ask for a future that could be sent.
pub(super) fn send(request: Request) -> impl Future<Output = Result<Answer, ApiError>> + Send {
    SendWrapper::new(async move {
        let abort = AbortController::new().ok();
        let signal = abort.as_ref().map(AbortController::signal);
        let timeout = Timeout::new(TIMEOUT_MS, move || {
            if let Some(abort) = abort {
                abort.abort();
            }
        });
        let answer = exchange(request, signal.as_ref()).await;
        timeout.cancel();
        answer
    })
}

async fn exchange(
    request: Request,
    signal: Option<&web_sys::AbortSignal>,
) -> Result<Answer, ApiError> {
    let builder = match request.method {
        Method::Get => gloo_net::http::Request::get(&request.address),
        Method::Post => gloo_net::http::Request::post(&request.address),
        Method::Delete => gloo_net::http::Request::delete(&request.address),
    };
    let builder = builder
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(signal);
    let response = with_body(builder, request.body)?
        .send()
        .await
        .map_err(|error| lost(&error))?;
    read(response).await
}

fn with_body(
    builder: RequestBuilder,
    body: Option<String>,
) -> Result<gloo_net::http::Request, ApiError> {
    let built = match body {
        Some(body) => builder
            .header("content-type", "application/json")
            .body(body),
        None => builder.build(),
    };
    built.map_err(|error| ApiError::new(ErrorCode::MalformedRequest, error.to_string()))
}

async fn read(response: Response) -> Result<Answer, ApiError> {
    let status = response.status();
    let body = response.text().await.map_err(|error| lost(&error))?;
    Ok(Answer { status, body })
}

fn lost(error: &gloo_net::Error) -> ApiError {
    leptos::logging::warn!("request failed: {error}");
    unreachable("The server cannot be reached right now.")
}
