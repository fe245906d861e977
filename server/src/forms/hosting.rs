//! What the forms of hosts and of those who join ask of the API.

use domain::HostXp;
use serde_json::{Map, Value, json};

use super::Fields;
use super::calls::{Call, game};
use super::fields::{copy, flag, number, text};

/// What the names of a form's categories begin with, each of them a box of its own.
const CATEGORY: &str = "category:";

pub fn create_game(fields: &Fields) -> Call {
    let mut body = rules(fields);
    copy(
        fields,
        &mut body,
        &[
            "name",
            "opens_at",
            "closes_at",
            "time_zone",
            "market",
            "currency",
            "replay_from",
        ],
        text,
    );
    copy(fields, &mut body, &["measure", "visibility"], text);
    copy(fields, &mut body, &["speed"], number);
    copy(
        fields,
        &mut body,
        &["late_entry", "approval", "draft"],
        flag,
    );
    let body = Value::Object(body);
    Call::post("/games", body, "/games/new", "/games/{slug}/host")
}

/// Fields of the rules that a host may also change later.
fn rules(fields: &Fields) -> Map<String, Value> {
    let mut body = Map::new();
    copy(
        fields,
        &mut body,
        &[
            "starting_cash",
            "fee_fixed",
            "price_min",
            "hours_from",
            "hours_to",
        ],
        text,
    );
    copy(
        fields,
        &mut body,
        &[
            "fee_bps",
            "cash_interest_bps",
            "position_max_percent",
            "hold_minutes",
            "tax_short_percent",
            "tax_long_percent",
        ],
        number,
    );
    copy(fields, &mut body, &["fractional", "weekdays_only"], flag);
    let chosen = fields.keys().filter_map(|name| name.strip_prefix(CATEGORY));
    let categories: Vec<&str> = chosen.collect();
    body.insert("categories".to_owned(), json!(categories));
    body
}

pub fn join_code(fields: &Fields) -> Call {
    let typed = fields.get("code").map_or("", String::as_str);
    let code: String = typed
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(7)
        .collect();
    // What is no code is none of any game, which the API then says.
    let code = if code.is_empty() { "none" } else { &code };
    let mut body = Map::new();
    copy(fields, &mut body, &["nickname"], text);
    let page = format!("/join/{code}");
    let call = Call::post(&format!("/codes/{code}"), Value::Object(body), &page, &page);
    Call {
        shows_answer: true,
        ..call
    }
}

pub fn act(fields: &Fields) -> Call {
    let mut body = Map::new();
    let texts = [
        "action", "roster", "handle", "text", "amount", "category", "key", "at", "player",
    ];
    copy(fields, &mut body, &texts, text);
    copy(fields, &mut body, &["days", "percent", "seq"], number);
    if fields.get("action").is_some_and(|action| action == "rules") {
        body.insert("rules".to_owned(), Value::Object(rules(fields)));
    }
    if fields.get("action").is_some_and(|action| action == "xp") {
        let mut xp = Map::new();
        let names = HostXp::default().named().map(|(name, _)| name);
        copy(fields, &mut xp, &names, number);
        body.insert("xp".to_owned(), Value::Object(xp));
    }
    if fields
        .get("action")
        .is_some_and(|action| action == "assign")
    {
        let mut asked = Map::new();
        let names = ["companies", "sectors", "held_days", "trades", "reasons"];
        copy(fields, &mut asked, &names, number);
        if let Some(days) = asked.remove("held_days") {
            asked.insert("days".to_owned(), days);
        }
        body.insert("assignment".to_owned(), Value::Object(asked));
    }
    let slug = game(fields);
    let page = format!("/games/{slug}/host");
    let action = fields.get("action").map_or("", String::as_str);
    // A game that is started again has another page.
    let left = format!("/games/{slug}/rules");
    let next = match action {
        "restart" => "/games/{slug}/host",
        "leave" => &left,
        _ => &page,
    };
    let call = Call::post(&page_address(&slug), Value::Object(body), &page, next);
    Call {
        shows_answer: ["reset_words", "import"].contains(&action),
        ..call
    }
}

fn page_address(slug: &str) -> String {
    format!("/games/{slug}/host")
}

#[cfg(test)]
mod tests {
    use super::super::fields::form;
    use super::*;

    #[test]
    fn a_form_of_a_new_game_is_a_request() {
        let call = create_game(&form(&[
            ("name", "Year 9"),
            ("starting_cash", "5000"),
            ("hold_minutes", "15"),
            ("fee_bps", "ten"),
            ("fractional", "true"),
            ("category:Food", "true"),
            ("price_min", ""),
        ]));
        let expected = json!({"name": "Year 9", "starting_cash": "5000", "hold_minutes": 15,
            "fee_bps": "ten", "fractional": true, "categories": ["Food"]});
        assert_eq!(call.body, expected);
        assert_eq!(call.next, "/games/{slug}/host");
    }

    #[test]
    fn a_code_cannot_change_an_address() {
        let call = join_code(&form(&[("code", "../kxt-rwa"), ("nickname", "mia")]));
        assert_eq!(call.address, "/api/v1/codes/kxtrwa");
        assert_eq!(call.page, "/join/kxtrwa");
        assert_eq!(join_code(&form(&[])).address, "/api/v1/codes/none");
    }
}
