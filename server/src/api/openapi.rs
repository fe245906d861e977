//! The description of the API, made from its code.

use std::sync::OnceLock;

use axum::http::HeaderMap;
use axum::response::Response;
use domain::api::{ApiError, ErrorCode};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Description, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::config::SessionConfig;
use crate::packed::Packed;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tickerquest",
        description = "A stock-market game. Amounts are decimal strings, times RFC 3339 in UTC, ids \
            decimal strings. Every answer that is not a success is an `ApiError` with a stable `code`. \
            Programs log in with `\"session\": \"token\"` and send the token as bearer."
    ),
    tags(
        (name = "Players", description = "Register, log in, sessions"),
        (name = "Games", description = "Games and their rules"),
        (name = "Hosting", description = "Making and running a game, and joining by code"),
        (name = "Market", description = "Instruments and prices"),
        (name = "Operation", description = "For those who operate the server"),
        (name = "Trading", description = "Orders and what came of them"),
        (name = "Offerings", description = "Shares on offer, investments and savings plans"),
        (name = "Duels", description = "Two players on the same market, each at a time of their choice"),
        (name = "Puzzles", description = "Five decisions over a hidden chart"),
        (name = "Scenarios", description = "Markets with a task, to be played alone"),
        (name = "Proof", description = "The signed log, and receipts that anyone can check"),
        (name = "Advice", description = "Targets, rebalancing and what an investor could do next"),
        (name = "Description", description = "This document")
    ),
    security(("token" = []), ("cookie" = [])),
    components(schemas(ApiError)),
    modifiers(&Sessions, &Errors)
)]
struct Base;

/// The whole description.
#[must_use]
pub fn document() -> Description {
    let base = OpenApiRouter::with_openapi(Base::openapi());
    let mut document = base.merge(super::routes()).into_openapi();
    Errors.modify(&mut document);
    document
}

/// The description as JSON.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "Description", security(()),
    responses((status = 200, description = "This document", content_type = "application/json")))]
pub async fn openapi(headers: HeaderMap) -> Response {
    static JSON: OnceLock<Packed> = OnceLock::new();
    let json = JSON.get_or_init(|| {
        let json = document().to_json().unwrap_or_default();
        Packed::new("application/json", json)
    });
    json.answer(&headers).await
}

/// How a client says who it is.
struct Sessions;

impl Modify for Sessions {
    fn modify(&self, document: &mut Description) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let name = SessionConfig::default().cookie_name;
        let cookie = ApiKey::Cookie(ApiKeyValue::new(name));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
        let key = ApiKey::Header(ApiKeyValue::new("Api-Key"));
        components.add_security_scheme("key", SecurityScheme::ApiKey(key));
    }
}

/// The errors that any address can answer; those of one address are described there.
struct Errors;

impl Modify for Errors {
    fn modify(&self, document: &mut Description) {
        for item in document.paths.paths.values_mut() {
            for operation in operations(item) {
                describe_errors(operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

fn describe_errors(operation: &mut Operation) {
    // `security(())` says that nobody need be logged in.
    let public = operation.security.is_some();
    let has_body = operation.request_body.is_some();
    let has_path = operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_empty());
    for code in ErrorCode::ALL
        .iter()
        .copied()
        .filter(|code| *code != ErrorCode::Unreachable)
    {
        let applies = match code.status() {
            // 403: another site sent it, or the server does not answer to that name.
            400 | 403 | 429 | 500 | 503 | 504 => true,
            401 => !public,
            404 => has_path,
            408 | 413 | 415 => has_body,
            422 => has_body || has_path,
            _ => false,
        };
        let status = code.status().to_string();
        if applies && !operation.responses.responses.contains_key(&status) {
            let codes = ErrorCode::ALL.iter().filter(|other| {
                other.status() == code.status() && **other != ErrorCode::Unreachable
            });
            let codes: Vec<String> = codes.map(|code| format!("`{}`", code.as_str())).collect();
            let schema = RefOr::Ref(Ref::from_schema_name("ApiError"));
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response = ResponseBuilder::new()
                .description(codes.join(", "))
                .content("application/json", content)
                .build();
            operation
                .responses
                .responses
                .insert(status, RefOr::T(response));
        }
    }
}
