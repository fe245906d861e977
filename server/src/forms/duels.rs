//! What the forms of duels ask of the API.

use serde_json::json;

use super::calls::{Call, key_in_address};
use super::{Fields, json as fields_json};

const DUELS: &str = "/duels";

/// The address of the duel that a form names. What is no name is none of a duel, which the API says.
fn duel(fields: &Fields) -> String {
    let id = key_in_address(fields.get("id").map_or("", String::as_str));
    let id = if id.is_empty() { "-" } else { &id };
    format!("{DUELS}/{id}")
}

pub fn challenge(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["opponent"]);
    let days = fields.get("days").map_or("", |days| days.trim());
    if !days.is_empty() {
        // What is no number goes on as a text, which the API refuses by name.
        body["days"] = days
            .parse::<u32>()
            .map_or_else(|_| json!(days), |days| json!(days));
    }
    Call::post(DUELS, body, DUELS, "/duels/{id}")
}

pub fn act(fields: &Fields) -> Call {
    let page = duel(fields);
    Call::post(&page, fields_json(fields, ["action"]), &page, &page)
}

pub fn start(fields: &Fields) -> Call {
    let page = duel(fields);
    Call::post(
        &format!("{page}/run"),
        json!({}),
        &page,
        "/games/{slug}/scenario",
    )
}
