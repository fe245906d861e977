//! Links that are sent by mail.

use std::time::Duration;

use domain::api::{AuthAnswer, PlayerView};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{NEW, log_in, put, security};
use crate::app::{Answer, PASSWORD, TestApp, registration};
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

#[tokio::test]
async fn mails_are_in_the_language_that_their_player_has_chosen_last() {
    let sink = Sink::start(|_| Manner::Accept).await;
    let mail = sink.config();
    let app = TestApp::start_with(|config| config.mail = mail).await;
    let browser = app.browser();
    let request = browser.request(Method::POST, "/api/v1/auth/register");
    let request = request.header("accept-language", "de-AT,de;q=0.9,en;q=0.5");
    let made = Answer::of(request.json(&registration("ada"))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    mailed(&sink, "ada@example.org", "dass diese Adresse deine ist").await;
    // Asked for from elsewhere, in whatever language.
    let stranger = app.anonymous();
    let forgotten = json!({"email": "ada@example.org"});
    stranger.post("/api/v1/auth/forgotten", &forgotten).await;
    mailed(&sink, "ada@example.org", "30 Minuten lang").await;

    let sent = browser
        .form("/forms/language", &[("language", "fr"), ("next", "/look")])
        .await;
    assert!(sent.header("set-cookie").starts_with("language=fr;"));
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me.locale, "fr");
    let change = json!({"password": PASSWORD, "new_password": NEW});
    let changed = put(&browser, "/api/v1/me/password", &change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let told = || {
        let taken = sink.taken();
        let mut texts = taken.iter().map(|mail| mail.replace("=\r\n", ""));
        texts.any(|text| text.contains("tous les autres appareils"))
    };
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    while !told() {
        looks.tick().await;
    }

    let path = "/api/v1/me/language";
    let chosen: PlayerView = put(&browser, path, &json!({"language": "pt"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(chosen.locale, "pt");
    let unknown = put(&browser, path, &json!({"language": "tlh"})).await;
    assert_eq!(unknown.wrong_field(), "language");
    let outsider = put(&stranger, path, &json!({"language": "pt"})).await;
    outsider.error("unauthorized");
    // Without a session, the cookie alone is kept.
    let visitor = app.browser();
    let sent = visitor.form("/forms/language", &[("language", "de")]).await;
    assert!(sent.header("set-cookie").starts_with("language=de;"));
    app.stop().await;
}
