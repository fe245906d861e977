//! The form of a practice account. Its dry run is long and holds a player's portfolio, so it is rendered as the
//! answer to the form: in no cookie, no address and no table.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use domain::api::{ApiError, PracticeOutcome, PracticeView};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::ServiceExt;
use web::PracticePosted;
use web::game::link_into;

use super::{Fields, fields, json as fields_json, read, redirect};
use crate::api::extract;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages;

const PREVIEW: &str = "/api/v1/practice/preview";
const CREATE: &str = "/api/v1/practice";
/// The prefix of the names of fields for choices, followed by the symbol as written.
const CHOICE: &str = "choice:";

/// Shows what would be created, or creates it.
///
/// # Errors
/// When the form cannot be read, or the API cannot be reached.
pub async fn submit(State((app, api)): State<(App, Router)>, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let whole = extract::bytes(Request::from_parts(parts.clone(), body), &app).await?;
    let form = Request::from_parts(parts.clone(), Body::from(whole));
    let mut fields = fields(form).await?;
    let wish = fields.get("do").cloned().unwrap_or_default();
    if wish == "create" {
        let answer = ask(&api, &parts, CREATE, &fields).await?;
        if answer.status().is_success() {
            let created: BTreeMap<String, Value> = read(answer).await?;
            let slug = created.get("slug").and_then(Value::as_str);
            let next = link_into(slug.unwrap_or_default(), "/x-ray");
            return redirect(&next, &HeaderMap::new());
        }
        let refused = read(answer).await?;
        let view = preview(&api, &parts, &fields).await?.ok();
        return Ok(show((app, api), parts, fields, view, Some(refused)).await);
    }
    let mut view = preview(&api, &parts, &fields).await?;
    if wish == "suggest"
        && let Ok(shown) = &view
    {
        take_suggestions(&mut fields, shown);
        view = preview(&api, &parts, &fields).await?;
    }
    let (view, error) = match view {
        Ok(view) => (Some(view), None),
        Err(error) => (None, Some(error)),
    };
    Ok(show((app, api), parts, fields, view, error).await)
}

/// Chooses the suggested company for each row that nothing is chosen for.
fn take_suggestions(fields: &mut Fields, shown: &PracticeView) {
    for row in &shown.rows {
        if let (PracticeOutcome::Unknown, Some(symbol)) = (row.outcome, row.suggestion) {
            fields.insert(format!("{CHOICE}{}", row.written), symbol.to_string());
        }
    }
}

async fn preview(
    api: &Router,
    parts: &Parts,
    fields: &Fields,
) -> Result<Result<PracticeView, ApiError>> {
    let answer = ask(api, parts, PREVIEW, fields).await?;
    if answer.status().is_success() {
        return Ok(Ok(whole(answer).await?));
    }
    Ok(Err(whole(answer).await?))
}

async fn whole<T: DeserializeOwned>(answer: Response) -> Result<T> {
    read(answer).await
}

/// Asks the API as the player who sent the form.
async fn ask(api: &Router, parts: &Parts, address: &str, fields: &Fields) -> Result<Response> {
    let mut inner = Request::builder().method(Method::POST).uri(address);
    if let Some(carried) = inner.headers_mut() {
        *carried = parts.headers.clone();
        carried.remove(header::CONTENT_LENGTH);
        let json = HeaderValue::from_static("application/json");
        carried.insert(header::CONTENT_TYPE, json);
    }
    let inner = inner.body(Body::from(body(fields).to_string()));
    let mut inner = inner.map_err(Error::internal)?;
    *inner.extensions_mut() = parts.extensions.clone();
    match api.clone().oneshot(inner).await {
        Ok(answer) => Ok(answer),
        Err(never) => match never {},
    }
}

/// What the form says. An empty choice is none yet; a hyphen leaves the holding out.
fn body(fields: &Fields) -> Value {
    let mut body = fields_json(fields, ["cash", "market"]);
    body["text"] = json!(fields.get("text").map_or("", String::as_str));
    let choices = fields.iter().filter_map(|(name, value)| {
        let written = name.strip_prefix(CHOICE)?;
        let chosen = match value.trim() {
            "" => return None,
            "-" => String::new(),
            symbol => symbol.to_uppercase(),
        };
        Some((written.to_owned(), json!(chosen)))
    });
    body["choices"] = Value::Object(choices.collect());
    body
}

async fn show(
    (app, api): (App, Router),
    mut parts: Parts,
    fields: Fields,
    view: Option<PracticeView>,
    error: Option<ApiError>,
) -> Response {
    parts.method = Method::GET;
    parts.headers.remove(header::CONTENT_LENGTH);
    let request = Request::from_parts(parts, Body::empty());
    let posted = PracticePosted {
        fields,
        view,
        error,
    };
    pages::render_with(app, api, request, Some(posted)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_choice_is_none_and_a_hyphen_leaves_out() {
        let fields: Fields = [
            ("text", "AAPL,1\n"),
            ("cash", " "),
            ("choice:AAPL", "puffn"),
            ("choice:MSFT", "-"),
            ("choice:X", " "),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let expected = json!({"text": "AAPL,1\n", "choices": {"AAPL": "PUFFN", "MSFT": ""}});
        assert_eq!(body(&fields), expected);
    }
}
