//! `/api/v1/openapi.json` and the page to try it.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::app::TestApp;

/// Every address of the API: a new one is added here, and its description is looked at.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("/api/v1/achievements/{key}/picture", &["get"]),
    ("/api/v1/auth/confirm", &["post"]),
    ("/api/v1/auth/forgotten", &["post"]),
    ("/api/v1/auth/guest", &["post"]),
    ("/api/v1/auth/login", &["post"]),
    ("/api/v1/auth/logout", &["post"]),
    ("/api/v1/auth/recover", &["post"]),
    ("/api/v1/auth/recovery-words", &["post"]),
    ("/api/v1/auth/register", &["post"]),
    ("/api/v1/auth/reset", &["post"]),
    ("/api/v1/auth/upgrade", &["post"]),
    ("/api/v1/codes/{key}", &["get", "post"]),
    ("/api/v1/games", &["get", "post"]),
    ("/api/v1/games/{game}", &["get"]),
    ("/api/v1/games/{game}/assignments", &["get"]),
    ("/api/v1/games/{game}/baskets", &["post"]),
    ("/api/v1/games/{game}/baskets/preview", &["post"]),
    ("/api/v1/games/{game}/board", &["get"]),
    ("/api/v1/games/{game}/categories", &["get"]),
    ("/api/v1/games/{game}/finals", &["get"]),
    ("/api/v1/games/{game}/dashboard", &["get"]),
    ("/api/v1/games/{game}/holdings", &["get"]),
    ("/api/v1/games/{game}/host", &["get", "post"]),
    ("/api/v1/games/{game}/host/marks.csv", &["get"]),
    ("/api/v1/games/{game}/instruments", &["get"]),
    ("/api/v1/games/{game}/instruments/{symbol}", &["get"]),
    (
        "/api/v1/games/{game}/instruments/{symbol}/candles",
        &["get"],
    ),
    (
        "/api/v1/games/{game}/instruments/{symbol}/chart-marks",
        &["get"],
    ),
    ("/api/v1/games/{game}/instruments/{symbol}/lots", &["get"]),
    ("/api/v1/games/{game}/instruments/{symbol}/ticket", &["get"]),
    ("/api/v1/games/{game}/join", &["post"]),
    ("/api/v1/games/{game}/keys", &["get", "post"]),
    ("/api/v1/games/{game}/keys/{key}", &["delete"]),
    ("/api/v1/games/{game}/title", &["get"]),
    ("/api/v1/games/{game}/title/achievements", &["post"]),
    ("/api/v1/games/{game}/title/events", &["post"]),
    ("/api/v1/games/{game}/leaderboard", &["get"]),
    ("/api/v1/games/{game}/leaderboard/ended", &["get"]),
    ("/api/v1/games/{game}/ledger", &["get"]),
    ("/api/v1/games/{game}/live", &["get"]),
    ("/api/v1/games/{game}/losses", &["get"]),
    ("/api/v1/practice", &["post"]),
    ("/api/v1/practice/preview", &["post"]),
    ("/api/v1/games/{game}/taxes", &["get"]),
    ("/api/v1/games/{game}/luck", &["post"]),
    ("/api/v1/games/{game}/luck/{key}", &["get"]),
    ("/api/v1/games/{game}/market", &["get"]),
    ("/api/v1/games/{game}/offerings", &["get", "post"]),
    ("/api/v1/games/{game}/offerings/{key}", &["get"]),
    ("/api/v1/games/{game}/newcomers", &["get"]),
    (
        "/api/v1/games/{game}/offerings/{key}/investments",
        &["post"],
    ),
    ("/api/v1/games/{game}/offerings/{key}/draw", &["get"]),
    ("/api/v1/games/{game}/offerings/{key}/reversals", &["post"]),
    ("/api/v1/games/{game}/strategies", &["get", "post"]),
    ("/api/v1/games/{game}/strategies/{key}", &["get", "put"]),
    (
        "/api/v1/games/{game}/strategies/{key}/copy",
        &["get", "post"],
    ),
    (
        "/api/v1/games/{game}/strategies/{key}/follow",
        &["put", "delete"],
    ),
    ("/api/v1/games/{game}/strategies/{key}/reports", &["post"]),
    ("/api/v1/games/{game}/orders", &["get", "post"]),
    ("/api/v1/games/{game}/orders/{key}", &["get", "delete"]),
    ("/api/v1/games/{game}/plans", &["get", "post"]),
    ("/api/v1/games/{game}/plans/{key}", &["delete"]),
    ("/api/v1/games/{game}/plans/{key}/comparison", &["get"]),
    ("/api/v1/games/{game}/quotes", &["get"]),
    ("/api/v1/games/{game}/rebalancings", &["post"]),
    ("/api/v1/games/{game}/rebalancings/{key}", &["get"]),
    ("/api/v1/games/{game}/rebalancings/{key}/orders", &["post"]),
    ("/api/v1/games/{game}/rules", &["get"]),
    ("/api/v1/games/{game}/subscriptions", &["get", "post"]),
    ("/api/v1/games/{game}/subscriptions/{key}", &["patch"]),
    ("/api/v1/games/{game}/summary", &["get"]),
    ("/api/v1/games/{game}/targets", &["get", "put", "delete"]),
    ("/api/v1/invitations/{key}", &["get"]),
    ("/api/v1/games/{game}/week", &["get"]),
    ("/api/v1/games/{game}/what-if", &["get"]),
    ("/api/v1/games/{game}/x-ray", &["get"]),
    ("/api/v1/me", &["get"]),
    ("/api/v1/me/achievements", &["get"]),
    ("/api/v1/me/blocks", &["post"]),
    ("/api/v1/me/blocks/{key}", &["delete"]),
    ("/api/v1/me/daily-bonus", &["post"]),
    ("/api/v1/me/deletion", &["post"]),
    ("/api/v1/me/email", &["post"]),
    ("/api/v1/me/email/verification", &["post"]),
    ("/api/v1/me/friends", &["get", "post"]),
    ("/api/v1/me/friends/{key}", &["delete"]),
    ("/api/v1/me/language", &["put"]),
    ("/api/v1/me/password", &["put"]),
    ("/api/v1/me/privacy", &["get", "post"]),
    ("/api/v1/me/progress", &["get"]),
    ("/api/v1/me/second-factor", &["post", "put"]),
    ("/api/v1/me/second-factor/removal", &["post"]),
    ("/api/v1/me/security", &["get"]),
    ("/api/v1/me/sessions", &["get", "delete"]),
    ("/api/v1/me/streak/repair", &["post"]),
    ("/api/v1/me/terms/{key}", &["post"]),
    ("/api/v1/me/time-zone", &["put"]),
    ("/api/v1/me/unlocks", &["get"]),
    ("/api/v1/operator", &["get", "post"]),
    ("/api/v1/me/xp-history", &["get"]),
    ("/api/v1/time-zones", &["get"]),
    ("/api/v1/players/{key}", &["get"]),
    ("/api/v1/players/{key}/reports", &["post"]),
    ("/api/v1/rates", &["get"]),
];
/// And those that stand out.
const MORE: &[(&str, &[&str])] = &[
    ("/api/v1/games/{game}/scenario", &["get", "post"]),
    ("/api/v1/duels", &["get", "post"]),
    ("/api/v1/duels/{key}", &["get", "post"]),
    ("/api/v1/duels/{key}/run", &["post"]),
    ("/api/v1/puzzle", &["get", "post"]),
    ("/api/v1/puzzles/{key}", &["get"]),
    ("/api/v1/scenarios", &["get", "post"]),
    ("/api/v1/scenarios/{key}", &["get", "post"]),
    ("/api/v1/scenarios/{key}/file", &["get"]),
    ("/api/v1/scenarios/{key}/offline-starts", &["post"]),
    ("/api/v1/scenarios/{key}/offline-results", &["get"]),
    ("/api/v1/offline-starts/{key}", &["get"]),
    ("/api/v1/offline-submissions", &["post"]),
    ("/api/v1/offline-runs", &["get", "post"]),
    ("/api/v1/offline-runs/{key}", &["get", "post"]),
    ("/api/v1/games/{game}/receipts/{key}", &["get"]),
    ("/api/v1/games/{game}/receipts/{key}/checks", &["get"]),
    ("/api/v1/log/checkpoint", &["get"]),
    ("/api/v1/log/consistency", &["get"]),
    ("/api/v1/log/inclusion", &["get"]),
    ("/api/v1/log/keys", &["get"]),
    ("/api/v1/games/{game}/alerts", &["get", "post"]),
    ("/api/v1/games/{game}/alerts/{key}", &["delete"]),
    ("/api/v1/games/{game}/exports/{key}", &["get"]),
    ("/api/v1/games/{game}/journal", &["get"]),
    ("/api/v1/games/{game}/journal/{key}", &["put"]),
    ("/api/v1/mail/stop", &["post"]),
    ("/api/v1/me/export.json", &["get"]),
    ("/api/v1/me/notes", &["get", "post"]),
    ("/api/v1/me/notes/{key}", &["put", "delete"]),
    ("/api/v1/me/notification-settings", &["get", "put"]),
    ("/api/v1/me/notifications", &["get"]),
    ("/api/v1/me/notifications/read", &["post"]),
    ("/api/v1/games/{game}/open-orders", &["get"]),
    ("/api/v1/me/sessions/{key}", &["delete"]),
    ("/api/v1/openapi.json", &["get"]),
    ("/api/v1/games/{game}/instruments/{symbol}/logo", &["get"]),
    ("/api/v1/me/watch-lists", &["get", "post"]),
    ("/api/v1/me/watch-lists/{key}", &["patch", "delete"]),
    ("/api/v1/watch-lists/{key}", &["get"]),
];

#[tokio::test]
async fn the_document_describes_every_address() {
    let app = TestApp::start().await;
    let document: Value = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect(StatusCode::OK);
    let paths = document["paths"].as_object().expect("there are paths");
    let described: Vec<(String, Vec<String>)> = paths
        .iter()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect();
    let mut expected: Vec<(String, Vec<String>)> = ADDRESSES
        .iter()
        .chain(MORE)
        .map(|(path, methods)| {
            (
                (*path).to_owned(),
                methods.iter().map(|m| (*m).to_owned()).collect(),
            )
        })
        .collect();
    expected.sort();
    assert_eq!(described, expected);
    app.stop().await;
}

fn methods(item: &Value) -> Vec<String> {
    let known = ["get", "post", "put", "patch", "delete"];
    known
        .iter()
        .filter(|method| item.get(**method).is_some())
        .map(|m| (*m).to_owned())
        .collect()
}

#[tokio::test]
async fn every_error_is_described_as_one() {
    let app = TestApp::start().await;
    let document: Value = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect(StatusCode::OK);
    let mut errors = 0;
    for (path, item) in document["paths"].as_object().expect("there are paths") {
        for method in methods(item) {
            let operation = &item[&method];
            assert!(
                operation["summary"].is_string(),
                "{method} {path} has no summary"
            );
            let responses = operation["responses"]
                .as_object()
                .expect("there are responses");
            for (status, response) in responses
                .iter()
                .filter(|(status, _)| status.as_str() >= "400")
            {
                let schema = &response["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(
                    schema, "#/components/schemas/ApiError",
                    "{method} {path} {status}"
                );
                errors += 1;
            }
            for status in ["429", "500", "503", "504"] {
                assert!(responses.contains_key(status), "{method} {path} {status}");
            }
        }
    }
    assert!(errors > 100, "{errors}");
    app.stop().await;
}

#[tokio::test]
async fn nothing_that_is_referred_to_is_missing() {
    let app = TestApp::start().await;
    let document: Value = app
        .anonymous()
        .get("/api/v1/openapi.json")
        .await
        .expect(StatusCode::OK);
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a text ends");
        assert!(
            document["components"]["schemas"].get(name).is_some(),
            "{name}"
        );
    }
    for scheme in ["token", "cookie"] {
        assert!(
            document["components"]["securitySchemes"]
                .get(scheme)
                .is_some()
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn there_is_a_page_to_try_it() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("swagger-ui"));
    assert!(
        page.header("content-security-policy")
            .contains("style-src 'self' 'unsafe-inline'")
    );
    let script = app
        .anonymous()
        .get("/api/docs/swagger-initializer.js")
        .await;
    assert!(script.body.contains("/api/v1/openapi.json"));
    app.stop().await;
}

#[tokio::test]
async fn files_of_the_page_are_compressed_ahead_and_known_by_a_tag() {
    let app = TestApp::start().await;
    let ask = async |name: &str, value: &str| {
        let path = "/api/docs/swagger-ui-bundle.js";
        let request = app.anonymous().request(Method::GET, path);
        let response = request.header(name, value).send().await;
        response.expect("it answers")
    };
    let header = |response: &reqwest::Response, name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().expect("headers are text").to_owned())
    };
    let packed = ask("accept-encoding", "gzip, br").await;
    assert_eq!(header(&packed, "content-encoding").as_deref(), Some("gzip"));
    assert_eq!(header(&packed, "vary").as_deref(), Some("accept-encoding"));
    let etag = header(&packed, "etag").expect("it has a tag");
    let known = ask("if-none-match", &etag).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let plain = ask("accept-encoding", "br").await;
    assert_eq!(header(&plain, "content-encoding"), None);
    let sizes = (packed.content_length(), plain.content_length());
    assert!(sizes.0.is_some() && sizes.0 < sizes.1, "{sizes:?}");
    app.stop().await;
}

#[tokio::test]
async fn the_page_is_limited_as_every_request_is() {
    let app = TestApp::start_with(|config| {
        config.limits.anonymous_per_minute_per_address = 1;
        config.limits.shared_addresses = Vec::new();
    })
    .await;
    let client = app.anonymous();
    assert_eq!(client.get("/api/docs/").await.status, StatusCode::OK);
    client
        .get("/api/docs/index.css")
        .await
        .error("rate_limited");
    app.stop().await;
}
