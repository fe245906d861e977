//! `/api/v1/openapi.json` and the page to try it.

use reqwest::StatusCode;
use serde_json::Value;

use crate::app::TestApp;

/// Every address of the API: a new one is added here, and its description is looked at.
const ADDRESSES: [(&str, &[&str]); 21] = [
    ("/api/v1/auth/guest", &["post"]),
    ("/api/v1/auth/login", &["post"]),
    ("/api/v1/auth/logout", &["post"]),
    ("/api/v1/auth/register", &["post"]),
    ("/api/v1/auth/upgrade", &["post"]),
    ("/api/v1/games/{game}", &["get"]),
    ("/api/v1/games/{game}/categories", &["get"]),
    ("/api/v1/games/{game}/holdings", &["get"]),
    ("/api/v1/games/{game}/instruments", &["get"]),
    ("/api/v1/games/{game}/instruments/{symbol}", &["get"]),
    (
        "/api/v1/games/{game}/instruments/{symbol}/candles",
        &["get"],
    ),
    ("/api/v1/games/{game}/instruments/{symbol}/ticket", &["get"]),
    ("/api/v1/games/{game}/ledger", &["get"]),
    ("/api/v1/games/{game}/live", &["get"]),
    ("/api/v1/games/{game}/orders", &["get", "post"]),
    ("/api/v1/games/{game}/orders/{key}", &["get", "delete"]),
    ("/api/v1/games/{game}/quotes", &["get"]),
    ("/api/v1/games/{game}/summary", &["get"]),
    ("/api/v1/me", &["get"]),
    ("/api/v1/me/daily-bonus", &["post"]),
    ("/api/v1/me/sessions", &["get"]),
];
/// And those that stand out.
const MORE: [(&str, &[&str]); 3] = [
    ("/api/v1/games/{game}/open-orders", &["get"]),
    ("/api/v1/me/sessions/{key}", &["delete"]),
    ("/api/v1/openapi.json", &["get"]),
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
        .chain(&MORE)
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
