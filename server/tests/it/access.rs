//! The access matrix: every address of the API's description, as an outsider, a guest, a player, another
//! player and a host. It is made from the description itself, so that an address cannot be forgotten.

use std::fmt::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Player, TestApp};

/// Addresses that are asked last, and by players of their own, because they end sessions or accounts.
const ENDINGS: [&str; 4] = [
    "/api/v1/auth/logout",
    "/api/v1/me/deletion",
    "/api/v1/me/sessions",
    "/api/v1/me/sessions/{key}",
];
/// An upgrade to a WebSocket, which a plain request is not.
const NOT_PLAIN: &str = "/api/v1/games/{game}/live";

/// One operation of the description.
#[derive(Debug)]
struct Operation {
    method: Method,
    path: String,
    /// Whether the description says that nobody need be logged in.
    is_public: bool,
    has_body: bool,
}

fn operations(description: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().expect("there are paths") {
        for (method, operation) in item.as_object().expect("a path has methods") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
                continue;
            }
            let security = operation.get("security").and_then(Value::as_array);
            all.push(Operation {
                method,
                path: path.clone(),
                is_public: security.is_some_and(|ways| ways.contains(&json!({}))),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    all
}

/// The address with something in the place of each parameter.
fn address(path: &str, game: &str, symbol: &str) -> String {
    path.replace("{game}", game)
        .replace("{symbol}", symbol)
        .replace("{handle}", "ada")
        .replace("{key}", "12345")
        .replace("{id}", "12345")
}

async fn ask(player: &Player, operation: &Operation, address: &str) -> Answer {
    let mut request = player.request(operation.method.clone(), address);
    if operation.has_body {
        request = request.json(&json!({}));
    }
    Answer::of(request).await
}

#[tokio::test]
async fn nobody_passes_where_the_description_asks_for_a_session_or_a_right() {
    let app = TestApp::start().await;
    let description: Value = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect(StatusCode::OK);
    let (host, player, other) = (
        app.registered("ada").await,
        app.registered("bob").await,
        app.registered("eve").await,
    );
    let rules = json!({"name": "Class 7b", "starting_cash": "5000", "late_entry": true,
        "speed": 60, "fractional": true});
    let made = host.post("/api/v1/games", &rules).await;
    let game: Value = made.expect(StatusCode::CREATED);
    let slug = game["game"]["slug"].as_str().or(game["slug"].as_str());
    let slug = slug.expect("a game has a slug").to_owned();
    let symbol = app.symbol().await;
    let (outsider, guest) = (app.anonymous(), app.guest().await);
    let mut matrix = String::new();
    let mut wrong = Vec::new();
    let all = operations(&description);
    assert!(all.len() > 60, "{}", all.len());
    let plain = all.iter().filter(|one| one.path != NOT_PLAIN);
    for operation in plain.filter(|one| !ENDINGS.contains(&one.path.as_str())) {
        let address = address(&operation.path, &slug, &symbol);
        let mut row = format!("{:6} {:52}", operation.method.as_str(), operation.path);
        let of_host = operation.path.contains("/host");
        let of_operator = operation.path.contains("/operator");
        for (name, client) in [
            ("outsider", &outsider),
            ("guest", &guest),
            ("player", &player),
            ("other", &other),
            ("host", &host),
        ] {
            let status = ask(client, operation, &address).await.status;
            write!(row, " {name} {}", status.as_u16()).expect("a text takes every text");
            let is_refused = [401, 403, 404].contains(&status.as_u16());
            let must_be_refused = (name == "outsider" && !operation.is_public)
                || (of_host && name != "host")
                || of_operator;
            // A body that is wrong may be refused before the right is looked at.
            let is_unread = status.as_u16() == 422 || status.as_u16() == 400;
            if must_be_refused && !is_refused && !(is_unread && name != "outsider") {
                wrong.push(format!("{row}: {name} passes"));
            }
            if status.is_server_error() {
                wrong.push(format!("{row}: {name} breaks it"));
            }
        }
        matrix += &row;
        matrix.push('\n');
    }
    for path in ENDINGS {
        for operation in all.iter().filter(|one| one.path == path && !one.is_public) {
            let address = address(path, &slug, &symbol);
            let status = ask(&outsider, operation, &address).await.status;
            if status != StatusCode::UNAUTHORIZED {
                wrong.push(format!("{} {path}: outsider {status}", operation.method));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{matrix}", wrong.join("\n"));
    app.stop().await;
}
