//! What the forms about friends, blocks, reports and privacy ask of the API.

use axum::http::Method;
use serde_json::json;

use super::calls::{Call, key_in_address};
use super::{Fields, json as fields_json};

const FRIENDS: &str = "/friends";

pub fn follow(fields: &Fields) -> Call {
    let body = fields_json(fields, ["handle", "invitation"]);
    Call::post("/me/friends", body, FRIENDS, FRIENDS)
}

pub fn unfollow(fields: &Fields) -> Call {
    end("/me/friends", fields)
}

pub fn block(fields: &Fields) -> Call {
    let body = fields_json(fields, ["handle"]);
    Call::post("/me/blocks", body, FRIENDS, FRIENDS)
}

pub fn unblock(fields: &Fields) -> Call {
    end("/me/blocks", fields)
}

pub fn report(fields: &Fields) -> Call {
    let handle = handle(fields);
    let page = format!("/players/{handle}");
    let body = fields_json(fields, ["kind", "words"]);
    let call = Call::post(&format!("{page}/reports"), body, &page, &page);
    Call {
        shows_answer: true,
        ..call
    }
}

pub fn privacy(fields: &Fields) -> Call {
    let mut body = fields_json(fields, ["visibility"]);
    // A box that is not ticked is not sent.
    let is_ticked = fields
        .get("on_leaderboards")
        .is_some_and(|text| text == "true");
    body["on_leaderboards"] = json!(is_ticked);
    Call::post("/me/privacy", body, "/profile", "/profile")
}

fn end(what: &str, fields: &Fields) -> Call {
    let address = format!("{what}/{}", handle(fields));
    let call = Call::post(&address, json!({}), FRIENDS, FRIENDS);
    Call {
        method: Method::DELETE,
        ..call
    }
}

/// What is no handle is no player, which the API says.
fn handle(fields: &Fields) -> String {
    let handle = key_in_address(fields.get("handle").map_or("", String::as_str));
    if handle.is_empty() {
        "-".to_owned()
    } else {
        handle
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::form;
    use super::*;

    #[test]
    fn a_handle_stays_within_its_part_of_the_address() {
        let call = unfollow(&form(&[("handle", "../../auth/logout?")]));
        assert_eq!(call.address, "/api/v1/me/friends/authlogout");
        assert_eq!(unblock(&form(&[])).address, "/api/v1/me/blocks/-");
    }

    #[test]
    fn a_box_that_is_not_ticked_hides_from_leaderboards() {
        let ticked = privacy(&form(&[
            ("visibility", "friends"),
            ("on_leaderboards", "true"),
        ]));
        assert_eq!(
            ticked.body,
            json!({"visibility": "friends", "on_leaderboards": true})
        );
        let empty = privacy(&form(&[("visibility", "private")]));
        assert_eq!(
            empty.body,
            json!({"visibility": "private", "on_leaderboards": false})
        );
    }
}
