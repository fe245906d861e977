//! Forms of the pages that advise.

use axum::http::Method;
use serde_json::{Value, json};
use web::game::link_into;

use super::Fields;
use super::calls::{Call, game, key_in_address};

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |value| value.trim())
}

/// A number as the API reads it: people also write a percent sign, and a comma before the decimals. Before
/// three digits a comma could stand for thousands as well, so the API is left to refuse it.
fn number(text: &str) -> String {
    let text = text.trim_end_matches('%').trim();
    match text.rsplit_once(',') {
        Some((whole, decimals)) if decimals.len() != 3 => format!("{whole}.{decimals}"),
        _ => text.to_owned(),
    }
}

fn targets_page(game: &str) -> String {
    link_into(game, "/targets")
}

pub fn targets(fields: &Fields) -> Call {
    let mut targets = Vec::new();
    let mut add = |aim: Value, share: &str| {
        if !share.is_empty() {
            targets.push(json!({ "aim": aim, "share": number(share) }));
        }
    };
    for (name, share) in fields {
        let share = share.trim();
        if let Some(symbol) = name.strip_prefix("instrument:") {
            add(json!({ "instrument": symbol }), share);
        } else if let Some(category) = name.strip_prefix("category:") {
            add(json!({ "category": category }), share);
        } else if let Some(currency) = name.strip_prefix("currency:") {
            add(json!({ "currency": currency }), share);
        }
    }
    let symbol = text(fields, "add_symbol").to_uppercase();
    if !symbol.is_empty() {
        add(
            json!({ "instrument": symbol }),
            text(fields, "add_symbol_share"),
        );
    }
    let category = text(fields, "add_category");
    if !category.is_empty() {
        add(
            json!({ "category": category }),
            text(fields, "add_category_share"),
        );
    }
    let currency = text(fields, "add_currency");
    if !currency.is_empty() {
        add(
            json!({ "currency": currency }),
            text(fields, "add_currency_share"),
        );
    }
    let mut body = json!({ "targets": targets });
    for name in ["absolute", "relative", "trade_min"] {
        body[name] = json!(number(text(fields, name)));
    }
    let game = game(fields);
    let page = targets_page(&game);
    let call = Call::post(&format!("/games/{game}/targets"), body, &page, &page);
    Call {
        method: Method::PUT,
        ..call
    }
}

pub fn delete_targets(fields: &Fields) -> Call {
    let game = game(fields);
    let page = targets_page(&game);
    let call = Call::post(&format!("/games/{game}/targets"), json!({}), &page, &page);
    Call {
        method: Method::DELETE,
        ..call
    }
}

pub fn rebalance(fields: &Fields) -> Call {
    let may_sell = text(fields, "may_sell") == "true";
    let game = game(fields);
    let page = targets_page(&game);
    let address = format!("/games/{game}/rebalancings");
    let body = json!({ "may_sell": may_sell });
    Call::post(&address, body, &page, &format!("{page}#trades"))
}

pub fn place_rebalancing(fields: &Fields) -> Call {
    let game = game(fields);
    let page = targets_page(&game);
    let id = key_in_address(text(fields, "id"));
    // What is no id is no rebalancing, which the API then says.
    let id = if id.is_empty() { "none" } else { &id };
    let address = format!("/games/{game}/rebalancings/{id}/orders");
    let mode = match text(fields, "mode") {
        "" => "all_or_nothing",
        mode => mode,
    };
    let body = json!({ "mode": mode });
    Call::post(&address, body, &page, &format!("{page}#trades"))
}

pub fn luck(fields: &Fields) -> Call {
    let game = game(fields);
    let page = link_into(&game, "/luck");
    let address = format!("/games/{game}/luck");
    Call::post(&address, json!({}), &page, &format!("{page}?id={{id}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_targets_leaves_out_what_is_empty() {
        let fields: Fields = [
            ("instrument:PUFFN", "20 %"),
            ("instrument:WOBBL", ""),
            ("category:Funds", "12,5"),
            ("add_symbol", "boltw"),
            ("add_symbol_share", "5"),
            ("add_category", "Things"),
            ("add_category_share", ""),
            ("currency:EUR", "10"),
            ("add_currency", "JPY"),
            ("add_currency_share", "2"),
            ("absolute", "5"),
            ("relative", "25"),
            ("trade_min", "10"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let call = targets(&fields);
        assert_eq!(call.method, Method::PUT);
        let expected = json!({"targets": [
            {"aim": {"category": "Funds"}, "share": "12.5"},
            {"aim": {"currency": "EUR"}, "share": "10"},
            {"aim": {"instrument": "PUFFN"}, "share": "20"},
            {"aim": {"instrument": "BOLTW"}, "share": "5"},
            {"aim": {"currency": "JPY"}, "share": "2"}],
            "absolute": "5", "relative": "25", "trade_min": "10"});
        assert_eq!(call.body, expected);
    }
}
