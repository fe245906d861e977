//! What the forms about notifications and price alerts ask of the API.

use axum::http::Method;
use domain::api::{ChannelChoice, NotificationKind};
use form_urlencoded::Serializer;
use serde_json::json;
use web::game::link_into;

use super::calls::{Call, game};
use super::fields::digits;
use super::{Fields, json as fields_json};

const NOTIFICATIONS: &str = "/notifications";
const SETTINGS: &str = "/notifications/settings";

pub fn read(fields: &Fields) -> Call {
    let body = fields_json(fields, ["until"]);
    Call::post("/me/notifications/read", body, NOTIFICATIONS, NOTIFICATIONS)
}

pub fn choose(fields: &Fields) -> Call {
    // A box that is not ticked is not sent.
    let is_ticked = |name: String| fields.get(&name).is_some_and(|text| text == "true");
    let kinds = NotificationKind::ALL.map(|kind| ChannelChoice {
        kind,
        app: is_ticked(format!("app-{}", kind.as_str())),
        mail: is_ticked(format!("mail-{}", kind.as_str())),
    });
    let mut body = fields_json(fields, ["quiet_from", "quiet_until"]);
    body["kinds"] = json!(kinds);
    let saved = format!("{SETTINGS}?done=saved");
    Call {
        method: Method::PUT,
        ..Call::post("/me/notification-settings", body, SETTINGS, &saved)
    }
}

pub fn stop(fields: &Fields) -> Call {
    let given = |name: &str| fields.get(name).map_or("", String::as_str);
    let mut query = Serializer::new(String::new());
    for name in ["player", "kind", "signature"] {
        query.append_pair(name, given(name));
    }
    let address = format!("/mail/stop?{}", query.finish());
    Call::post(&address, json!({}), "/stop-mail", "/stop-mail?done=true")
}

pub fn new_alert(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["side", "price"]);
    let symbol = fields.get("symbol").map_or("", |symbol| symbol.trim());
    body["symbol"] = json!(symbol.to_uppercase());
    body["repeats"] = json!(fields.get("repeats").is_some_and(|text| text == "true"));
    let game = game(fields);
    let page = link_into(&game, "/alerts");
    Call::post(&format!("/games/{game}/alerts"), body, &page, &page)
}

pub fn delete_alert(fields: &Fields) -> Call {
    let id = digits(fields, "id");
    let game = game(fields);
    let page = link_into(&game, "/alerts");
    let address = format!("/games/{game}/alerts/{id}");
    Call {
        method: Method::DELETE,
        ..Call::post(&address, json!({}), &page, &page)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::form;
    use super::*;

    #[test]
    fn a_box_that_is_not_ticked_switches_off() {
        let call = choose(&form(&[("app-level", "true"), ("mail-week", "true")]));
        let of = |kind: &str| {
            let kinds = call.body["kinds"].as_array().unwrap();
            let one = kinds.iter().find(|one| one["kind"] == kind).unwrap();
            (one["app"] == true, one["mail"] == true)
        };
        assert_eq!(of("level"), (true, false));
        assert_eq!(of("week"), (false, true));
        assert_eq!(of("follower"), (false, false));
    }

    #[test]
    fn what_a_link_carries_stays_within_its_parameters() {
        let call = stop(&form(&[("player", "1&kind=level"), ("signature", "a#b")]));
        assert_eq!(
            call.address,
            "/api/v1/mail/stop?player=1%26kind%3Dlevel&kind=&signature=a%23b"
        );
        let call = delete_alert(&form(&[("id", "../7?"), ("game", "open")]));
        assert_eq!(call.address, "/api/v1/games/open/alerts/0");
    }
}
