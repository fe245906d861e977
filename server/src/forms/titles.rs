//! What the forms for programs of others ask of the API.

use axum::http::Method;
use serde_json::json;
use web::game::link_into;

use super::calls::{Call, game, key_in_address};
use super::{Fields, json as fields_json};

pub fn new_api_key(fields: &Fields) -> Call {
    let (address, page) = addresses(fields);
    Call {
        shows_answer: true,
        ..Call::post(&address, fields_json(fields, ["name"]), &page, &page)
    }
}

pub fn revoke_api_key(fields: &Fields) -> Call {
    let (address, page) = addresses(fields);
    let id = key_in_address(fields.get("id").map_or("0", String::as_str));
    let call = Call::post(&format!("{address}/{id}"), json!({}), &page, &page);
    Call {
        method: Method::DELETE,
        ..call
    }
}

fn addresses(fields: &Fields) -> (String, String) {
    let slug = game(fields);
    let page = link_into(&slug, "/title");
    (format!("/games/{slug}/keys"), page)
}
