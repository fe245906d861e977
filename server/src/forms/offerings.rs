//! What the forms of offerings and savings plans ask of the API.

use axum::http::Method;
use serde_json::{Map, Value, json};
use web::game::link_into;

use super::Fields;
use super::calls::{Call, game, key_in_address};
use super::fields::{copy, flag, number, text};

pub fn new_offering(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(
        fields,
        &mut body,
        &["title", "story", "symbol", "price", "price_low", "rule"],
        text,
    );
    copy(
        fields,
        &mut body,
        &["shares", "minimum", "maximum", "minutes"],
        number,
    );
    // A company that does not trade yet goes before one of the market.
    if let Some(symbol) = fields.get("newcomer").map(|one| one.trim())
        && !symbol.is_empty()
    {
        body.insert("symbol".to_owned(), text(symbol));
    }
    upper(&mut body);
    let slug = game(fields);
    let next = link_into(&slug, "/offerings");
    let page = link_into(&slug, "/offer");
    Call::post(
        &format!("/games/{slug}/offerings"),
        Value::Object(body),
        &page,
        &next,
    )
}

pub fn invest(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(
        fields,
        &mut body,
        &["idempotency_key", "subscription"],
        text,
    );
    copy(fields, &mut body, &["shares"], number);
    let (address, page) = addresses(fields);
    let address = format!("{address}/investments");
    Call::post(&address, Value::Object(body), &page, &page)
}

pub fn reverse(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(fields, &mut body, &["player", "investment"], text);
    let (address, page) = addresses(fields);
    let address = format!("{address}/reversals");
    Call::post(&address, Value::Object(body), &page, &page)
}

pub fn new_plan(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(fields, &mut body, &["name", "amount", "symbol"], text);
    copy(fields, &mut body, &["months"], number);
    copy(fields, &mut body, &["shared", "new_money"], flag);
    // One field says what is bought: a symbol, the player's targets, or a strategy.
    match fields.get("buys").map(|buys| buys.trim()) {
        Some("targets") => {
            body.insert("by_targets".to_owned(), json!(true));
            body.remove("symbol");
        }
        Some(strategy) if strategy.parse::<i64>().is_ok() => {
            body.insert("strategy".to_owned(), text(strategy));
            body.remove("symbol");
        }
        _ => {}
    }
    upper(&mut body);
    let (slug, page) = savings(fields);
    let address = format!("/games/{slug}/plans");
    Call::post(&address, Value::Object(body), &page, &page)
}

pub fn retire_plan(fields: &Fields) -> Call {
    let (slug, page) = savings(fields);
    let id = id(fields, "plan");
    let call = Call::post(
        &format!("/games/{slug}/plans/{id}"),
        json!({}),
        &page,
        &page,
    );
    Call {
        method: Method::DELETE,
        ..call
    }
}

pub fn subscribe(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(fields, &mut body, &["plan", "amount"], text);
    let (slug, page) = savings(fields);
    let address = format!("/games/{slug}/subscriptions");
    Call::post(&address, Value::Object(body), &page, &page)
}

pub fn subscription(fields: &Fields) -> Call {
    let mut body = Map::new();
    copy(fields, &mut body, &["state"], text);
    let (slug, page) = savings(fields);
    let id = id(fields, "subscription");
    let address = format!("/games/{slug}/subscriptions/{id}");
    let call = Call::post(&address, Value::Object(body), &page, &page);
    Call {
        method: Method::PATCH,
        ..call
    }
}

fn savings(fields: &Fields) -> (String, String) {
    let slug = game(fields);
    let page = link_into(&slug, "/savings");
    (slug, page)
}

/// The address of the offering that a form names, and its page.
fn addresses(fields: &Fields) -> (String, String) {
    let slug = game(fields);
    let id = id(fields, "offering");
    let page = link_into(&slug, &format!("/offerings/{id}"));
    (format!("/games/{slug}/offerings/{id}"), page)
}

/// What is no id is none of anything, which the API then says.
fn id(fields: &Fields, name: &str) -> String {
    let id = key_in_address(fields.get(name).map_or("", String::as_str));
    if id.is_empty() { "0".to_owned() } else { id }
}

/// Symbols are written in capitals.
fn upper(body: &mut Map<String, Value>) {
    if let Some(Value::String(symbol)) = body.get_mut("symbol") {
        *symbol = symbol.to_uppercase();
    }
}
