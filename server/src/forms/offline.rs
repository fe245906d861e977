//! What the forms of offline play ask of the API.

use domain::api::FieldError;
use serde_json::{Value, json};

use super::Fields;
use super::calls::{Call, key_in_address};

const PAGE: &str = "/scenarios/offline";

/// The id that a form names. What is no name is none of anything, which the API says.
fn id(fields: &Fields) -> String {
    let id = key_in_address(fields.get("id").map_or("", String::as_str));
    if id.is_empty() { "-".to_owned() } else { id }
}

fn file(fields: &Fields) -> &str {
    fields.get("file").map_or("", |file| file.trim())
}

pub fn start(fields: &Fields) -> Call {
    let scenario = format!("/scenarios/{}", id(fields));
    let starts = format!("{scenario}/offline-starts");
    Call::post(&starts, json!({}), &scenario, PAGE)
}

pub fn begin(fields: &Fields) -> Call {
    let body = json!({ "file": file(fields) });
    Call::post("/offline-runs", body, PAGE, "/games/{slug}/scenario")
}

pub fn send(fields: &Fields) -> Call {
    let run = format!("/offline-runs/{}", id(fields));
    Call::post(&run, json!({}), PAGE, PAGE)
}

pub fn hand_in(fields: &Fields) -> Call {
    let read = serde_json::from_str::<Value>(file(fields)).ok();
    let unclear = read.is_none().then(|| FieldError {
        field: "file".to_owned(),
        message: "is not a result file".to_owned(),
    });
    let body = read.unwrap_or_default();
    Call {
        unclear,
        ..Call::post("/offline-submissions", body, PAGE, PAGE)
    }
}
