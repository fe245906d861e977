//! What each form asks of the API.

use axum::http::Method;
use domain::api::FieldError;
use serde_json::{Value, json};
use web::game::link_into;

use super::fields::digits;
use super::{Fields, json as fields_json};

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
    /// Whether the next page shows the API's answer.
    pub shows_answer: bool,
    /// A field that leaves open what is meant. Then nothing is called.
    pub unclear: Option<FieldError>,
}

impl Call {
    pub fn post(address: &str, body: Value, page: &str, next: &str) -> Self {
        let address = format!("/api/v1{address}");
        Self {
            method: Method::POST,
            address,
            body,
            page: page.into(),
            next: next.into(),
            shows_answer: false,
            unclear: None,
        }
    }
}

pub fn login(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["login", "password", "code"]);
    body["leave_guest"] = json!(
        fields
            .get("leave_guest")
            .is_some_and(|value| value == "true")
    );
    Call::post("/auth/login", body, "/login", "/dashboard")
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
        "/start",
    )
}

pub fn guest(_: &Fields) -> Call {
    Call::post("/auth/guest", json!({}), "/", "/start")
}

pub fn upgrade(fields: &Fields) -> Call {
    let body = fields_json(fields, ["email", "handle", "password"]);
    Call::post("/auth/upgrade", body, "/register", "/profile")
}

pub fn logout(fields: &Fields) -> Call {
    let forget = fields.get("leave_guest").is_some_and(|text| text == "true");
    let body = json!({ "leave_guest": forget });
    Call::post("/auth/logout", body, "/profile", "/")
}

pub fn recovery_words(_: &Fields) -> Call {
    let call = Call::post("/auth/recovery-words", json!({}), "/profile", "/profile");
    Call {
        shows_answer: true,
        ..call
    }
}

pub fn recover(fields: &Fields) -> Call {
    let body = fields_json(fields, ["handle", "words"]);
    Call::post("/auth/recover", body, "/login", "/dashboard")
}

pub fn daily_bonus(_: &Fields) -> Call {
    Call::post("/me/daily-bonus", json!({}), "/profile", "/profile")
}

pub fn repair_streak(_: &Fields) -> Call {
    Call::post("/me/streak/repair", json!({}), "/progress", "/progress")
}

pub fn time_zone(fields: &Fields) -> Call {
    let body = fields_json(fields, ["time_zone"]);
    Call {
        method: Method::PUT,
        ..Call::post("/me/time-zone", body, "/progress", "/progress")
    }
}

/// The language of a tag as the language of mails.
pub fn language(tag: &str) -> Call {
    let body = json!({ "language": tag });
    Call {
        method: Method::PUT,
        ..Call::post("/me/language", body, "/look", "/look")
    }
}

pub fn end_session(fields: &Fields) -> Call {
    let id = digits(fields, "id");
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

pub fn end_other_sessions(_: &Fields) -> Call {
    let call = Call::post("/me/sessions", json!({}), "/profile", "/profile");
    Call {
        method: Method::DELETE,
        ..call
    }
}

pub fn join_game(fields: &Fields) -> Call {
    let game = game(fields);
    let address = format!("/games/{game}/join");
    Call::post(&address, json!({}), "/games", &link_into(&game, "/market"))
}

/// Where the player's watch lists are.
const WATCH_LISTS: &str = "/watch-lists";

pub fn new_watch_list(fields: &Fields) -> Call {
    let name = fields.get("name").map_or("", String::as_str);
    let body = json!({ "name": name });
    Call::post("/me/watch-lists", body, WATCH_LISTS, WATCH_LISTS)
}

pub fn watch_list(fields: &Fields) -> Call {
    let mut body = json!({});
    for name in ["add", "remove"] {
        if let Some(symbol) = fields.get(name) {
            body[name] = json!(symbol.trim().to_uppercase());
        }
    }
    if let Some(shared) = fields.get("shared") {
        body["shared"] = json!(shared == "true");
    }
    let call = Call::post(&list_address(fields), body, WATCH_LISTS, WATCH_LISTS);
    Call {
        method: Method::PATCH,
        ..call
    }
}

pub fn delete_watch_list(fields: &Fields) -> Call {
    let call = Call::post(&list_address(fields), json!({}), WATCH_LISTS, WATCH_LISTS);
    Call {
        method: Method::DELETE,
        ..call
    }
}

/// The address of the list that a form names. What is no id is no list, which the API then says.
fn list_address(fields: &Fields) -> String {
    let id = fields.get("id").map_or("", String::as_str);
    let plain = |c: &char| c.is_ascii_digit() || *c == '-';
    let id: String = id.chars().filter(plain).take(40).collect();
    let id = if id.is_empty() { "none" } else { &id };
    format!("/me/watch-lists/{id}")
}

/// The game that a form names. Without a name, or with one that no slug has, there is no such game, which
/// the API then says: nothing is done in a game that was not meant.
pub fn game(fields: &Fields) -> String {
    let named = fields.get("game").map_or("", |named| named.trim());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if named.is_empty() || !named.chars().all(plain) {
        return "none".to_owned();
    }
    named.to_owned()
}

/// Of a key only what may stand in one goes into an address.
pub(super) fn key_in_address(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::fields::form_in_league;
    use super::super::orders::{cancel_order, order};
    use super::*;

    #[test]
    fn a_form_stays_in_its_game() {
        let named = |pairs: &[(&str, &str)]| {
            let mut all = vec![("game", "class-1"), ("symbol", "AAA"), ("key", "key-0001")];
            all.extend(pairs);
            form_in_league(&all)
        };
        let placed = order(&named(&[
            ("idempotency_key", "key-0001"),
            ("unit", "quantity"),
        ]));
        assert_eq!(placed.address, "/api/v1/games/class-1/orders");
        assert_eq!(placed.next, "/games/class-1/instruments/AAA?done=key-0001");
        let cancelled = cancel_order(&named(&[]));
        assert_eq!(cancelled.address, "/api/v1/games/class-1/orders/key-0001");
        assert_eq!(cancelled.next, "/games/class-1/orders");
        let joined = join_game(&named(&[]));
        assert_eq!(joined.address, "/api/v1/games/class-1/join");
        assert_eq!(joined.next, "/games/class-1/market");
        let elsewhere = join_game(&form_in_league(&[("game", "../../auth/logout")]));
        // A name with a slip is no other game's.
        assert_eq!(elsewhere.address, "/api/v1/games/none/join");
    }

    #[test]
    fn an_address_cannot_be_changed_by_a_form() {
        assert_eq!(
            end_session(&form_in_league(&[("id", "../../auth/logout")])).address,
            "/api/v1/me/sessions/0"
        );
        assert_eq!(
            order(&form_in_league(&[("symbol", "//evil.example")])).page,
            "/instruments/evil.exa"
        );
    }
}
