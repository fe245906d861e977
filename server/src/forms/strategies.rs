//! What the forms of strategies ask of the API.

use axum::http::Method;
use serde_json::{Value, json};
use web::game::link_into;

use super::calls::{Call, game, key_in_address};
use super::{Fields, json as fields_json};

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |value| value.trim())
}

/// The strategy that a form names: its part of the API's address, and its page.
fn one(fields: &Fields) -> (String, String) {
    let game = game(fields);
    let id = key_in_address(text(fields, "strategy"));
    // What is no id is no strategy, which the API then says.
    let id = if id.is_empty() { "0".to_owned() } else { id };
    let page = link_into(&game, &format!("/strategies/{id}"));
    (format!("/games/{game}/strategies/{id}"), page)
}

/// Publishes a strategy, or changes the one that the form names.
pub fn publish(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["name", "description", "risk", "visibility"]);
    let tags = text(fields, "tags").split(|c: char| c == ',' || c.is_whitespace());
    let tags: Vec<&str> = tags.filter(|tag| !tag.is_empty()).collect();
    body["tags"] = json!(tags);
    if text(fields, "strategy").is_empty() {
        let game = game(fields);
        let page = link_into(&game, "/publish");
        let next = link_into(&game, "/strategies/{id}");
        return Call::post(&format!("/games/{game}/strategies"), body, &page, &next);
    }
    body["own_targets"] = json!(text(fields, "own_targets") == "true");
    let (address, page) = one(fields);
    let call = Call::post(&address, body, &format!("{page}/edit"), &page);
    Call {
        method: Method::PUT,
        ..call
    }
}

pub fn follow(fields: &Fields) -> Call {
    let (address, page) = one(fields);
    let call = Call::post(&format!("{address}/follow"), json!({}), &page, &page);
    Call {
        method: Method::PUT,
        ..call
    }
}

pub fn unfollow(fields: &Fields) -> Call {
    Call {
        method: Method::DELETE,
        ..follow(fields)
    }
}

pub fn copy(fields: &Fields) -> Call {
    let (address, page) = one(fields);
    let mut body = json!({});
    if let Ok(version) = text(fields, "version").parse::<u32>() {
        body["version"] = Value::from(version);
    }
    let targets = link_into(&game(fields), "/targets");
    Call::post(
        &format!("{address}/copy"),
        body,
        &format!("{page}/copy"),
        &targets,
    )
}

pub fn report(fields: &Fields) -> Call {
    let (address, page) = one(fields);
    let body = json!({ "words": text(fields, "words") });
    let call = Call::post(&format!("{address}/reports"), body, &page, &page);
    Call {
        shows_answer: true,
        ..call
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::form;
    use super::*;

    #[test]
    fn tags_are_separated_by_blanks_or_commas() {
        let call = publish(&form(&[
            ("game", "open"),
            ("name", "Calm"),
            ("tags", "funds,  long-term"),
            ("risk", "bold"),
            ("visibility", "game"),
        ]));
        assert_eq!(call.address, "/api/v1/games/open/strategies");
        assert_eq!(
            call.body,
            json!({"name": "Calm", "tags": ["funds", "long-term"], "risk": "bold", "visibility": "game"})
        );
    }

    #[test]
    fn a_form_that_names_a_strategy_changes_that_one() {
        let call = publish(&form(&[
            ("game", "open"),
            ("strategy", "12/../9"),
            ("own_targets", "true"),
        ]));
        assert_eq!(call.method, Method::PUT);
        assert_eq!(call.address, "/api/v1/games/open/strategies/129");
        assert_eq!(call.body["own_targets"], json!(true));
    }
}
