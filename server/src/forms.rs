//! Forms that work without script: each is translated into its call of the API and answered with
//! a redirect.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, RequestExt};
use domain::api::{ApiError, ErrorCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::site;

mod calls;
mod theme;
mod way_back;

use calls::Call;
use way_back::WayBack;

/// Bytes of an answer of the API that a form reads.
const ANSWER_MAX: usize = 1024 * 1024;
/// Fields that are never shown again.
const SECRET: [&str; 1] = ["password"];

/// The fields of a form.
type Fields = BTreeMap<String, String>;

/// Where forms are sent to, under `/forms`.
pub fn routes(app: &App, api: &Router) -> Router<App> {
    let forms = Router::new()
        .route(
            "/login",
            post(|api, request| submit(api, request, calls::login)),
        )
        .route(
            "/register",
            post(|api, request| submit(api, request, calls::register)),
        )
        .route(
            "/guest",
            post(|api, request| submit(api, request, calls::guest)),
        )
        .route(
            "/upgrade",
            post(|api, request| submit(api, request, calls::upgrade)),
        )
        .route(
            "/logout",
            post(|api, request| submit(api, request, calls::logout)),
        )
        .route(
            "/order",
            post(|api, request| submit(api, request, calls::order)),
        )
        .route(
            "/cancel-order",
            post(|api, request| submit(api, request, calls::cancel_order)),
        )
        .route(
            "/daily-bonus",
            post(|api, request| submit(api, request, calls::daily_bonus)),
        )
        .route(
            "/end-session",
            post(|api, request| submit(api, request, calls::end_session)),
        )
        .route("/theme", post(theme::choose))
        .layer(from_fn(only_own))
        .layer(DefaultBodyLimit::max(app.config.limits.body_max))
        .with_state(api.clone());
    Router::new().merge(forms)
}

/// Also without a cookie: else another site could log a player in as somebody else.
async fn only_own(request: Request, next: Next) -> Result<Response> {
    if request.method().is_safe() || site::is_own(request.headers()) {
        return Ok(next.run(request).await);
    }
    Err(Error::new(
        ErrorCode::CrossSite,
        "This form was sent by another site.",
    ))
}

async fn submit(
    State(api): State<Router>,
    request: Request,
    call: fn(&Fields) -> Call,
) -> Result<Response> {
    let (headers, extensions) = (request.headers().clone(), request.extensions().clone());
    let fields = fields(request).await?;
    let call = call(&fields);
    let back = WayBack::of(&headers, &call.page);
    let mut inner = Request::builder().method(call.method).uri(call.address);
    if let Some(carried) = inner.headers_mut() {
        *carried = headers;
        carried.remove(header::CONTENT_LENGTH);
        carried.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    let mut inner = inner
        .body(Body::from(call.body.to_string()))
        .map_err(Error::internal)?;
    *inner.extensions_mut() = extensions;
    let answer = match api.oneshot(inner).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    if answer.status().is_success() {
        let next = fields.get("next").filter(|next| way_back::is_local(next));
        return redirect(next.unwrap_or(&call.next), answer.headers());
    }
    let cookies = answer.headers().clone();
    let error = read_error(answer).await?;
    redirect(&back.with_error(&error, &fields), &cookies)
}

async fn fields(request: Request) -> Result<Fields> {
    let form = request.extract::<Form<Vec<(String, String)>>, _>().await;
    let Form(pairs) = form.map_err(|rejection| {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
            _ => ErrorCode::MalformedRequest,
        };
        Error::new(code, "The form could not be read.")
    })?;
    Ok(pairs.into_iter().collect())
}

async fn read_error(answer: Response) -> Result<ApiError> {
    let body = to_bytes(answer.into_body(), ANSWER_MAX)
        .await
        .map_err(Error::internal)?;
    serde_json::from_slice(&body).map_err(Error::internal)
}

fn redirect(to: &str, with: &HeaderMap) -> Result<Response> {
    let to = HeaderValue::from_str(to).map_err(Error::internal)?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    for cookie in with.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// The JSON of fields that are there and not empty, by their names.
fn json<const N: usize>(fields: &Fields, names: [&str; N]) -> Value {
    let given = names.into_iter().filter_map(|name| {
        let value = fields.get(name).filter(|value| !value.trim().is_empty())?;
        Some((name.to_owned(), Value::from(value.as_str())))
    });
    Value::Object(given.collect())
}
