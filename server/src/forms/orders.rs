//! What the forms of orders ask of the API.

use axum::http::Method;
use domain::Timestamp;
use domain::api::FieldError;
use serde_json::json;
use web::game::link_into;
use web::paths::LOT;

use super::calls::{Call, game, key_in_address};
use super::{Fields, json as fields_json};

pub fn order(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["idempotency_key", "symbol", "side", "reason"]);
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    body["size"] = json!({ text("unit"): text("size") });
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
    if let Some(lots) = lots(fields) {
        body["lots"] = lots;
    }
    let symbol: String = text("symbol")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '.' || *c == '-')
        .take(8)
        .collect();
    let done = key_in_address(text("idempotency_key"));
    let game = game(fields);
    let page = match symbol.as_str() {
        "" => link_into(&game, "/market"),
        symbol => link_into(&game, &format!("/instruments/{symbol}")),
    };
    let next = format!("{page}?done={done}");
    let page = match text("lots") {
        "chosen" => link_into(&game, &format!("/lots/{symbol}")),
        _ => page,
    };
    let call = Call::post(&format!("/games/{game}/orders"), body, &page, &next);
    Call {
        unclear: unclear_order(&text),
        ..call
    }
}

/// Which shares a sale takes; none where it takes the oldest. The choice of the ticket is no part of an
/// order that buys or waits, even if its field is still there.
fn lots(fields: &Fields) -> Option<serde_json::Value> {
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let now = ["", "market"].contains(&text("trigger"));
    match text("lots") {
        "" | "oldest" => None,
        "chosen" => {
            let filled = fields.iter().filter(|(_, value)| !value.trim().is_empty());
            let lots = filled.filter_map(|(name, value)| {
                let micros = name.strip_prefix(LOT)?.parse().ok()?;
                let acquired_at = Timestamp::from_micros(micros).to_string();
                Some(json!({ "acquired_at": acquired_at, "quantity": value.trim() }))
            });
            Some(json!({ "chosen": lots.collect::<Vec<_>>() }))
        }
        "highest_cost" if text("side") == "buy" || !now => None,
        other => Some(json!(other)),
    }
}

/// What would have to be guessed of an order: shares or money, now or at a price. An order spends, so
/// nothing is.
fn unclear_order<'a>(text: &impl Fn(&str) -> &'a str) -> Option<FieldError> {
    let wrong = |field: &str, message: &str| {
        Some(FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        })
    };
    if !["quantity", "amount"].contains(&text("unit")) {
        return wrong("unit", "Choose whether you trade shares or an amount.");
    }
    if ["", "market"].contains(&text("trigger"))
        && !(text("trigger_price").is_empty() && text("expires_at").is_empty())
    {
        return wrong(
            "trigger",
            "Choose whether the order waits for a price, or leave price and end out.",
        );
    }
    if text("expected").is_empty() && !text("tolerance_bps").is_empty() {
        return wrong(
            "expected",
            "The form says how far the price may move, and not from which price.",
        );
    }
    if text("game").is_empty() {
        return wrong(
            "game",
            "Open the page of the game again: the form names none.",
        );
    }
    None
}

pub fn cancel_order(fields: &Fields) -> Call {
    let key = fields.get("key").map_or("", String::as_str).trim();
    let key = key_in_address(key);
    // What is not a key is no order, which the API then says.
    let key = if key.is_empty() { "none" } else { &key };
    let game = game(fields);
    let address = format!("/games/{game}/orders/{key}");
    let page = link_into(&game, "/orders");
    let call = Call::post(&address, json!({}), &page, &page);
    Call {
        method: Method::DELETE,
        ..call
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::form_in_league;
    use super::*;

    #[test]
    fn an_order_form_is_an_order_request() {
        let call = order(&form_in_league(&[
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
        let call = order(&form_in_league(&[
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
        assert_eq!(call.next, "/instruments/AAA?done=key-0001");
        let cancelled = cancel_order(&form_in_league(&[("key", "key-0001/../x")]));
        assert_eq!(cancelled.method, Method::DELETE);
        assert_eq!(cancelled.address, "/api/v1/games/open/orders/key-0001x");
    }

    #[test]
    fn an_order_form_names_the_shares_to_sell() {
        let lots = |pairs: &[(&str, &str)]| {
            let sale = [("symbol", "AAA"), ("unit", "quantity"), ("size", "3")];
            order(&form_in_league(&[&sale, pairs].concat()))
        };
        let sell = ("side", "sell");
        let dearest = ("lots", "highest_cost");
        assert_eq!(lots(&[sell, dearest]).body["lots"], json!("highest_cost"));
        for pairs in [
            [sell, ("lots", "oldest")],
            [("side", "buy"), dearest],
            [sell, ("lots", "")],
        ] {
            assert_eq!(lots(&pairs).body["lots"], json!(null));
        }
        let waits = lots(&[sell, dearest, ("trigger", "limit"), ("trigger_price", "9")]);
        assert_eq!(waits.body["lots"], json!(null));
        let named = lots(&[
            sell,
            ("lots", "chosen"),
            ("lot-1795253400000000", " 2 "),
            ("lot-1795339800000000", "1"),
            ("lot-1795426200000000", ""),
        ]);
        let chosen = json!({"chosen": [
            {"acquired_at": "2026-11-21T09:30:00.000000Z", "quantity": "2"},
            {"acquired_at": "2026-11-22T09:30:00.000000Z", "quantity": "1"},
        ]});
        assert_eq!(named.body["lots"], chosen);
        assert_eq!(named.page, "/lots/AAA");
        assert_eq!(
            lots(&[sell, ("lots", "newest")]).body["lots"],
            json!("newest")
        );
    }

    #[test]
    fn an_order_form_that_leaves_open_what_is_meant_calls_nothing() {
        let unclear = |pairs: &[(&str, &str)]| {
            let call = order(&form_in_league(pairs));
            call.unclear.map(|wrong| wrong.field)
        };
        let unit = Some("unit".to_owned());
        assert_eq!(unclear(&[("size", "10")]), unit);
        assert_eq!(unclear(&[("size", "10"), ("unit", "dollars")]), unit);
        assert_eq!(unclear(&[("size", "10"), ("unit", "")]), unit);
        assert_eq!(unclear(&[("size", "10"), ("unit", "amount")]), None);
        assert_eq!(unclear(&[("size", "10"), ("unit", "quantity")]), None);
        let priced = [("size", "1"), ("unit", "amount"), ("trigger_price", "9")];
        assert_eq!(unclear(&priced), Some("trigger".to_owned()));
        let now = [&priced[..], &[("trigger", "market")]].concat();
        assert_eq!(unclear(&now), Some("trigger".to_owned()));
        let ends = [("size", "1"), ("unit", "amount"), ("expires_at", "x")];
        assert_eq!(unclear(&ends), Some("trigger".to_owned()));
        let nowhere = order(&form_in_league(&[
            ("size", "1"),
            ("unit", "amount"),
            ("game", ""),
        ]));
        assert_eq!(
            nowhere.unclear.map(|wrong| wrong.field),
            Some("game".to_owned())
        );
        let from_nowhere = [("size", "1"), ("unit", "amount"), ("tolerance_bps", "5")];
        assert_eq!(unclear(&from_nowhere), Some("expected".to_owned()));
        let foreign = form_in_league(&[("game", "класс")]);
        assert_eq!(game(&foreign), "none");
    }
}
