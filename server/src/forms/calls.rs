//! What each form asks of the API.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Fields, json as fields_json};
use crate::app::{OPEN_LEAGUE, random_id};

/// A call of the API, and the pages around it.
#[derive(Debug)]
pub struct Call {
    pub method: Method,
    pub address: String,
    pub body: Value,
    /// Where the form stands, if the browser does not say.
    pub page: String,
    /// Where to go on, if the form does not say.
    pub next: String,
}

impl Call {
    fn post(address: &str, body: Value, page: &str, next: &str) -> Self {
        let address = format!("/api/v1{address}");
        Self {
            method: Method::POST,
            address,
            body,
            page: page.into(),
            next: next.into(),
        }
    }
}

pub fn login(fields: &Fields) -> Call {
    let body = fields_json(fields, ["login", "password"]);
    Call::post("/auth/login", body, "/login", "/market")
}

pub fn register(fields: &Fields) -> Call {
    let names = [
        "email",
        "handle",
        "password",
        "region",
        "locale",
        "base_currency",
    ];
    Call::post(
        "/auth/register",
        fields_json(fields, names),
        "/register",
        "/market",
    )
}

pub fn guest(_: &Fields) -> Call {
    Call::post("/auth/guest", json!({}), "/", "/market")
}

pub fn upgrade(fields: &Fields) -> Call {
    let body = fields_json(fields, ["email", "handle", "password"]);
    Call::post("/auth/upgrade", body, "/register", "/profile")
}

pub fn logout(_: &Fields) -> Call {
    Call::post("/auth/logout", json!({}), "/profile", "/")
}

pub fn daily_bonus(_: &Fields) -> Call {
    Call::post("/me/daily-bonus", json!({}), "/profile", "/profile")
}

pub fn end_session(fields: &Fields) -> Call {
    let id = digits(fields.get("id"));
    let call = Call::post(
        &format!("/me/sessions/{id}"),
        json!({}),
        "/profile",
        "/profile",
    );
    Call {
        method: Method::DELETE,
        ..call
    }
}

pub fn order(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["idempotency_key", "symbol", "side", "reason"]);
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    // A form without a key is an old page of nobody's: a double click then buys twice.
    let key = match text("idempotency_key") {
        "" => format!("form-{}", random_id()),
        key => key.to_owned(),
    };
    let unit = if text("unit") == "amount" {
        "amount"
    } else {
        "quantity"
    };
    body["idempotency_key"] = json!(key);
    body["size"] = json!({ unit: text("size") });
    let waits = !["", "market"].contains(&text("trigger"));
    if waits {
        body["trigger"] = json!({ text("trigger"): text("trigger_price") });
        if !text("expires_at").is_empty() {
            body["expires_at"] = json!(text("expires_at"));
        }
    } else if !text("expected").is_empty() {
        let tolerance = text("tolerance_bps").parse::<u32>().ok();
        let tolerance = tolerance.map_or_else(|| json!(text("tolerance_bps")), |bps| json!(bps));
        body["guard"] = json!({ "expected": text("expected") });
        if !text("tolerance_bps").is_empty() {
            body["guard"]["tolerance_bps"] = tolerance;
        }
    }
    let symbol: String = text("symbol")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.' || *c == '-')
        .take(8)
        .collect();
    let done = key_in_address(&key);
    let (page, next) = match (waits, symbol.as_str()) {
        (true, _) => (
            "/orders".to_owned(),
            format!("/orders?symbol={symbol}&done={done}"),
        ),
        (false, "") => ("/market".to_owned(), format!("/market?done={done}")),
        (false, _) => (
            format!("/instruments/{symbol}"),
            format!("/instruments/{symbol}?done={done}"),
        ),
    };
    Call::post(&format!("/games/{OPEN_LEAGUE}/orders"), body, &page, &next)
}

pub fn cancel_order(fields: &Fields) -> Call {
    let key = fields.get("key").map_or("", String::as_str).trim();
    let key = key_in_address(key);
    // What is not a key is no order, which the API then says.
    let key = if key.is_empty() { "none" } else { &key };
    let address = format!("/games/{OPEN_LEAGUE}/orders/{key}");
    let call = Call::post(&address, json!({}), "/orders", "/orders");
    Call {
        method: Method::DELETE,
        ..call
    }
}

/// Of a key only what may stand in one goes into an address.
fn key_in_address(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
        .collect()
}

/// Only digits go into an address; anything else is no session, which the API then says.
fn digits(text: Option<&String>) -> &str {
    let text = text.map_or("", String::as_str).trim();
    let plain = !text.is_empty() && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text } else { "0" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn an_order_form_is_an_order_request() {
        let call = order(&fields(&[
            ("symbol", "AAA"),
            ("side", "buy"),
            ("unit", "amount"),
            ("size", "100.50"),
            ("expected", "12.34"),
            ("tolerance_bps", "50"),
            ("reason", ""),
            ("idempotency_key", "key-0001"),
        ]));
        let expected = json!({"idempotency_key": "key-0001", "symbol": "AAA", "side": "buy",
            "size": {"amount": "100.50"}, "guard": {"expected": "12.34", "tolerance_bps": 50}});
        assert_eq!(call.body, expected);
        assert_eq!(call.next, "/instruments/AAA?done=key-0001");
    }

    #[test]
    fn an_order_form_that_waits_is_a_request_on_terms() {
        let call = order(&fields(&[
            ("symbol", "AAA"),
            ("side", "sell"),
            ("unit", "quantity"),
            ("size", "2"),
            ("trigger", "stop"),
            ("trigger_price", "9.50"),
            ("expires_at", "2026-11-22T00:00:00Z"),
            ("expected", "12.34"),
            ("idempotency_key", "key-0001"),
        ]));
        let expected = json!({"idempotency_key": "key-0001", "symbol": "AAA", "side": "sell",
            "size": {"quantity": "2"}, "trigger": {"stop": "9.50"},
            "expires_at": "2026-11-22T00:00:00Z"});
        assert_eq!(call.body, expected);
        assert_eq!(call.next, "/orders?symbol=AAA&done=key-0001");
        let cancelled = cancel_order(&fields(&[("key", "key-0001/../x")]));
        assert_eq!(cancelled.method, Method::DELETE);
        assert_eq!(cancelled.address, "/api/v1/games/open/orders/key-0001x");
    }

    #[test]
    fn an_address_cannot_be_changed_by_a_form() {
        assert_eq!(
            end_session(&fields(&[("id", "../../auth/logout")])).address,
            "/api/v1/me/sessions/0"
        );
        assert_eq!(
            order(&fields(&[("symbol", "//evil.example")])).page,
            "/instruments/evil.exa"
        );
    }
}
