//! What the forms of scenarios ask of the API.

use serde_json::json;

use super::calls::{Call, game, key_in_address};
use super::{Fields, json as fields_json};

const SCENARIOS: &str = "/scenarios";

pub fn start(fields: &Fields) -> Call {
    let id = key_in_address(fields.get("id").map_or("", String::as_str));
    // What is no name is none of a scenario, which the API says.
    let id = if id.is_empty() { "-" } else { &id };
    let page = format!("{SCENARIOS}/{id}");
    // One choice names both: `class:` and the game whose members are the ghost.
    let ghost = fields.get("ghost").map_or("", |ghost| ghost.trim());
    let body = match ghost.split_once(':') {
        Some((kind, class)) => json!({ "ghost": kind, "class": class }),
        None if ghost.is_empty() => json!({}),
        None => json!({ "ghost": ghost }),
    };
    Call::post(&page, body, &page, "/games/{slug}/scenario")
}

pub fn go_on(fields: &Fields) -> Call {
    let page = format!("/games/{}/scenario", game(fields));
    let said = fields.get("days").map_or("", |days| days.trim());
    // What is no number goes on as a text, which the API refuses by name.
    let days = said
        .parse::<u32>()
        .map_or_else(|_| json!(said), |days| json!(days));
    let body = if said.is_empty() {
        json!({ "finish": true })
    } else {
        json!({ "days": days })
    };
    Call::post(&page, body, &page, &page)
}

pub fn import(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["file"]);
    if body.get("file").is_none() {
        body["file"] = json!("");
    }
    Call::post(SCENARIOS, body, SCENARIOS, SCENARIOS)
}
