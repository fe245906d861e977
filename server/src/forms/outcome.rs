//! What became of a form, told to the page that the browser is led to next: in a signed cookie that
//! lives for a minute, never in an address, where anyone could write it and everyone could read it.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::api::{ApiError, ErrorCode};
use serde_json::Value;
use web::submission::FormOutcome;

use super::{Fields, SECRET};
use crate::app::App;
use crate::error::Result;
use crate::session::cookie;

const PURPOSE: &str = "form";
const SECONDS: u32 = 60;
/// Bytes of the cookie's value; browsers take 4,096 with its name and attributes.
const VALUE_MAX: usize = 3_800;

/// A form that failed: what was wrong, and what its fields held, secrets left out.
#[must_use]
pub fn failed(page: &str, form: &str, error: ApiError, fields: &Fields) -> FormOutcome {
    let shown = fields
        .iter()
        .filter(|(name, _)| !SECRET.contains(&name.as_str()) && name.as_str() != "next");
    FormOutcome {
        page: page.to_owned(),
        form: form.to_owned(),
        error: Some(error),
        fields: shown
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    }
}

/// A form whose answer the next page shows.
#[must_use]
pub fn answered(page: &str, answer: BTreeMap<String, Value>) -> FormOutcome {
    let texts = answer.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        _ => None,
    });
    FormOutcome {
        page: page.to_owned(),
        form: String::new(),
        error: None,
        fields: texts.collect(),
    }
}

/// The cookie that carries an outcome to its page. What does not fit is left out, the longest field
/// first.
///
/// # Errors
/// When the cookie's name is not of characters that a header can hold.
pub fn write(app: &App, mut outcome: FormOutcome) -> Result<HeaderValue> {
    let is_insecure = |error: &ApiError| error.code == ErrorCode::InsecureConnection;
    let is_insecure = outcome.error.as_ref().is_some_and(is_insecure);
    if is_insecure {
        outcome.fields.clear();
    }
    let mut value = seal(app, &outcome);
    while value.len() > VALUE_MAX {
        let longest = outcome.fields.iter().max_by_key(|(_, value)| value.len());
        let Some(longest) = longest.map(|(name, _)| name.clone()) else {
            value.clear();
            break;
        };
        outcome.fields.remove(&longest);
        value = seal(app, &outcome);
    }
    let mut config = app.config.session.clone();
    // Whoever came without TLS would throw a secure cookie away, and not learn why nothing works.
    config.secure_cookie &= !is_insecure;
    cookie::keep_seconds(&config, &name(app), &value, SECONDS)
}

/// The outcome that a request for a page carries, if it is about that page.
#[must_use]
pub fn read(app: &App, headers: &HeaderMap, page: &str) -> Option<FormOutcome> {
    let (body, signature) = cookie::find(headers, &name(app))?.split_once('.')?;
    if !app.seal.holds(PURPOSE, body, signature) {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(body).ok()?;
    let outcome: FormOutcome = serde_json::from_slice(&json).ok()?;
    (outcome.page == page).then_some(outcome)
}

/// Takes the outcome away, once its page has shown it.
///
/// # Errors
/// When the cookie's name is not of characters that a header can hold.
pub fn clear(app: &App) -> Result<HeaderValue> {
    cookie::keep_seconds(&app.config.session, &name(app), "", 0)
}

fn seal(app: &App, outcome: &FormOutcome) -> String {
    let json = serde_json::to_vec(outcome).unwrap_or_default();
    let body = URL_SAFE_NO_PAD.encode(json);
    let signature = app.seal.sign(PURPOSE, &body);
    format!("{body}.{signature}")
}

fn name(app: &App) -> String {
    format!("{}_form", app.config.session.cookie_name)
}
