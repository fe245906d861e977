//! What the forms of the journal and of notes ask of the API.

use axum::http::Method;
use serde_json::json;
use web::game::link_into;

use super::calls::{Call, game};
use super::fields::digits;
use super::{Fields, json as fields_json};

const NOTES: &str = "/notes";

pub fn grade(fields: &Fields) -> Call {
    let game = game(fields);
    let page = link_into(&game, "/journal");
    let seq = digits(fields, "seq");
    let address = format!("/games/{game}/journal/{seq}");
    let next = format!("{page}#entry-{seq}");
    let body = fields_json(fields, ["grade"]);
    Call {
        method: Method::PUT,
        ..Call::post(&address, body, &page, &next)
    }
}

/// A new note, or one that is written anew where the form names it.
pub fn note(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["text", "tags"]);
    let symbol = fields.get("symbol").map_or("", |symbol| symbol.trim());
    if !symbol.is_empty() {
        body["symbol"] = json!(symbol.to_uppercase());
    }
    if body.get("text").is_none() {
        body["text"] = json!("");
    }
    if fields.contains_key("id") {
        let address = format!("/me/notes/{}", digits(fields, "id"));
        return Call {
            method: Method::PUT,
            ..Call::post(&address, body, NOTES, NOTES)
        };
    }
    Call::post("/me/notes", body, NOTES, NOTES)
}

pub fn delete_note(fields: &Fields) -> Call {
    let address = format!("/me/notes/{}", digits(fields, "id"));
    Call {
        method: Method::DELETE,
        ..Call::post(&address, json!({}), NOTES, NOTES)
    }
}
