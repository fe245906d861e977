//! Links that are sent by mail.

use std::time::Duration;

use domain::api::AuthAnswer;
use reqwest::StatusCode;
use serde_json::json;

use super::{NEW, log_in, security};
use crate::app::{PASSWORD, TestApp};
use crate::mail::{Manner, Sink};

/// The token of the link in the latest mail to an address whose text has these words.
async fn mailed(sink: &Sink, to: &str, words: &str) -> String {
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        let taken = sink.taken();
        let found = taken.iter().rev().find_map(|mail| {
            // Quoted-printable breaks long lines and writes `=` as `=3D`.
            let text = mail.replace("=\r\n", "").replace("=3D", "=");
            let is_it = text.contains(&format!("To: {to}")) && text.contains(words);
            let (_, rest) = text.split_once("?token=").filter(|_| is_it)?;
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
            Some(rest[..end.unwrap_or(rest.len())].to_owned())
        });
        if let Some(token) = found {
            return token;
        }
    }
}

#[tokio::test]
async fn addresses_are_confirmed_and_changed_and_passwords_come_back_by_links() {
    let sink = Sink::start(|_| Manner::Accept).await;
    let mail = sink.config();
    let app = TestApp::start_with(|config| config.mail = mail).await;
    let ada = app.registered("ada").await;
    let stranger = app.anonymous();
    let confirm = "/api/v1/auth/confirm";
    let token = mailed(&sink, "ada@example.org", "is yours").await;
    assert!(!security(&ada).await.email_verified);
    let done = stranger.post(confirm, &json!({"token": token})).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);
    assert!(security(&ada).await.email_verified);
    stranger
        .post(confirm, &json!({"token": token}))
        .await
        .error("link_ended");

    // The same answer whoever has the address.
    for email in ["ada@example.org", "nobody@example.org"] {
        let asked = stranger
            .post("/api/v1/auth/forgotten", &json!({"email": email}))
            .await;
        assert_eq!(
            (asked.status, asked.body.as_str()),
            (StatusCode::ACCEPTED, "")
        );
    }
    let token = mailed(&sink, "ada@example.org", "asked for a new password").await;
    stranger
        .post(confirm, &json!({"token": token}))
        .await
        .error("link_ended");
    let reset = stranger
        .post(
            "/api/v1/auth/reset",
            &json!({"token": token, "new_password": NEW}),
        )
        .await;
    assert_eq!(reset.status, StatusCode::NO_CONTENT, "{}", reset.body);
    ada.get("/api/v1/me").await.error("unauthorized");

    let auth: AuthAnswer = log_in(&app, "ada", NEW, None).await.expect(StatusCode::OK);
    let ada = app.program(&auth.token.expect("a token was asked for"));
    let change = |password: &str| json!({"email": "ada@example.net", "password": password});
    assert_eq!(
        ada.post("/api/v1/me/email", &change(PASSWORD))
            .await
            .wrong_field(),
        "password"
    );
    let asked = ada.post("/api/v1/me/email", &change(NEW)).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.body);
    let token = mailed(&sink, "ada@example.net", "have this address").await;
    assert_eq!(
        security(&ada).await.email.as_deref(),
        Some("ada@example.org")
    );
    let done = ada.post(confirm, &json!({"token": token})).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);
    let shown = security(&ada).await;
    assert_eq!(
        (shown.email.as_deref(), shown.email_verified),
        (Some("ada@example.net"), true)
    );
    assert_eq!(
        log_in(&app, "ada@example.net", NEW, None).await.status,
        StatusCode::OK
    );
    log_in(&app, "ada@example.org", NEW, None)
        .await
        .error("wrong_credentials");
    assert!(
        sink.taken()
            .iter()
            .all(|mail| !mail.contains("nobody@example.org"))
    );
    app.stop().await;
}
