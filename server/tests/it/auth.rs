//! `/api/v1/auth`: registering, logging in and out, guests.

use domain::api::{AuthAnswer, PlayerView, RecoveryWords, SummaryView};
use domain::{PlayerId, SessionId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{Answer, PASSWORD, TestApp, order, registration};
use crate::store::trading::find_session;

mod guests;
mod limits;
mod recovery;
mod sessions;

#[tokio::test]
async fn a_player_registers_and_is_known_by_the_cookie() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut body = registration("Ada");
    body["region"] = json!("GB");
    let answer = browser.post("/api/v1/auth/register", &body).await;
    let auth: AuthAnswer = answer.expect(StatusCode::CREATED);
    assert_eq!(auth.token, None);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("tickerquest=") && cookie.contains("HttpOnly; SameSite=Lax; Path=/")
    );
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me, auth.player);
    assert_eq!(
        (me.handle.as_str(), me.region.as_deref(), me.guest),
        ("Ada", Some("GB"), false)
    );
    assert_eq!(
        (me.locale.as_str(), me.base_currency.as_str()),
        ("en", "USD")
    );
    app.stop().await;
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    let app = TestApp::start().await;
    app.registered("Ada").await;
    let anonymous = app.anonymous();
    let mut body = registration("grace");
    body["email"] = json!("ADA@example.org");
    let taken = anonymous
        .post("/api/v1/auth/register", &body)
        .await
        .error("email_taken");
    assert_eq!(taken.fields[0].field, "email");
    let mut body = registration("grace");
    body["handle"] = json!("aDa");
    let taken = anonymous
        .post("/api/v1/auth/register", &body)
        .await
        .error("handle_taken");
    assert_eq!(taken.fields[0].field, "handle");
    app.stop().await;
}

#[tokio::test]
async fn a_player_logs_in_by_handle_or_address_and_out_again() {
    let app = TestApp::start().await;
    app.registered("Ada").await;
    for login in ["ada", "ADA", "ada@EXAMPLE.org", " ada "] {
        let body = json!({"login": login, "password": PASSWORD, "session": "token"});
        let answer = app.anonymous().post("/api/v1/auth/login", &body).await;
        let token = answer
            .expect::<AuthAnswer>(StatusCode::OK)
            .token
            .expect("it was asked for");
        let program = app.program(&token);
        program
            .get("/api/v1/me")
            .await
            .expect::<PlayerView>(StatusCode::OK);
        let out = program.post("/api/v1/auth/logout", &json!({})).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        program.get("/api/v1/me").await.error("unauthorized");
    }
    app.stop().await;
}

#[tokio::test]
async fn which_of_name_and_password_is_wrong_is_not_said() {
    let app = TestApp::start().await;
    app.registered("ada").await;
    let try_in = async |login: &str, password: &str| {
        let body = json!({"login": login, "password": password});
        app.anonymous().post("/api/v1/auth/login", &body).await
    };
    let wrong_password = try_in("ada", "another password").await;
    let wrong_name = try_in("nobody", PASSWORD).await;
    wrong_password.error("wrong_credentials");
    assert_eq!(wrong_password.body, wrong_name.body);
    app.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_all_at_once() {
    let app = TestApp::start().await;
    let body = json!({"email": "nope", "handle": "a b", "password": "short"});
    let error = app
        .anonymous()
        .post("/api/v1/auth/register", &body)
        .await
        .error("invalid_fields");
    let fields: Vec<&str> = error
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["email", "handle", "password"]);
    app.stop().await;
}

#[tokio::test]
async fn a_guest_registers_and_keeps_everything() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let before: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert!(before.guest && before.email.is_none(), "{before:?}");
    let symbol = app.symbol().await;
    let buy = order(&symbol, "buy", json!({"amount": "100"}));
    guest.place(&buy).await.expect::<Value>(StatusCode::CREATED);
    let summary: SummaryView = guest
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);

    let upgraded = guest
        .post("/api/v1/auth/upgrade", &registration("Ada"))
        .await;
    let upgraded: AuthAnswer = upgraded.expect(StatusCode::OK);
    let player = app.program(&upgraded.token.clone().expect("the guest was a program"));
    assert_eq!(
        (upgraded.player.id, upgraded.player.guest),
        (before.id, false)
    );
    assert_eq!(upgraded.player.xp, summary.xp);
    let body = json!({"login": "ada", "password": PASSWORD, "session": "token"});
    let login = app.anonymous().post("/api/v1/auth/login", &body).await;
    let token = login
        .expect::<AuthAnswer>(StatusCode::OK)
        .token
        .expect("it was asked for");
    let after: SummaryView = app
        .program(&token)
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (after.cash, after.version, after.xp),
        (summary.cash, summary.version, summary.xp)
    );

    let again = player
        .post("/api/v1/auth/upgrade", &registration("Eve"))
        .await;
    again.error("already_registered");
    app.stop().await;
}

#[tokio::test]
async fn a_guest_needs_no_body() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = Answer::of(browser.request(Method::POST, "/api/v1/auth/guest")).await;
    answer.expect::<AuthAnswer>(StatusCode::CREATED);
    browser
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser
        .post("/api/v1/auth/guest", &json!({}))
        .await
        .expect::<AuthAnswer>(StatusCode::CREATED);
    let send = async |site: &str, origin: Option<String>| {
        let request = browser.request(Method::POST, "/api/v1/me/daily-bonus");
        let request = request.header("sec-fetch-site", site);
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        Answer::of(request).await
    };
    send("cross-site", Some("https://evil.example".into()))
        .await
        .error("cross_site");
    send("same-site", None).await.error("cross_site");
    // Reading is safe, and what a page of ours sends is served.
    assert_eq!(browser.get("/api/v1/me").await.status, StatusCode::OK);
    assert_eq!(send("same-origin", None).await.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn an_old_browser_is_known_by_its_origin() {
    let app = TestApp::start().await;
    let guest = app.browser().post("/api/v1/auth/guest", &json!({})).await;
    let cookie = guest
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let send = async |origin: Option<String>| {
        let request = app.anonymous().request(Method::POST, "/api/v1/auth/logout");
        let request = request
            .header("cookie", &cookie)
            .json(&json!({"leave_guest": true}));
        let request = match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        Answer::of(request).await
    };
    send(Some("http://evil.example".into()))
        .await
        .error("cross_site");
    assert_eq!(send(Some(app.url(""))).await.status, StatusCode::NO_CONTENT);
    app.stop().await;
}

#[tokio::test]
async fn a_program_may_keep_its_session_in_a_cookie() {
    let app = TestApp::start().await;
    let guest = app.anonymous().post("/api/v1/auth/guest", &json!({})).await;
    let cookie = guest
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let request = app
        .anonymous()
        .request(Method::POST, "/api/v1/me/daily-bonus");
    let answer = Answer::of(request.header("cookie", cookie)).await;
    assert_eq!(answer.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn a_password_is_the_same_however_it_is_composed() {
    let app = TestApp::start().await;
    let mut body = registration("ada");
    body["password"] = json!("u\u{308}ber den Wolken");
    let made = app.anonymous().post("/api/v1/auth/register", &body).await;
    made.expect::<AuthAnswer>(StatusCode::CREATED);
    let body = json!({"login": "ada", "password": "\u{fc}ber\u{a0}den Wolken"});
    let login = app.anonymous().post("/api/v1/auth/login", &body).await;
    login.expect::<AuthAnswer>(StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn names_and_passwords_that_nobody_may_have_are_refused() {
    let app = TestApp::start().await;
    let refused = async |field: &str, value: &str| {
        let mut body = registration("ada");
        body[field] = json!(value);
        let answer = app.anonymous().post("/api/v1/auth/register", &body).await;
        assert_eq!(answer.wrong_field(), field, "{value:?}");
    };
    for email in [
        "ad\u{200b}a@example.org",
        "ada@exam\u{ad}ple.org",
        "\u{feff}ada@example.org",
        "a..da@example.org",
    ] {
        refused("email", email).await;
    }
    for handle in ["admin", "4dm1n", "tickerquest", "fuck", "support"] {
        refused("handle", handle).await;
    }
    for password in [
        "          ",
        "password12",
        "1234567890",
        "aaaaaaaaaa",
        "ada@example.org",
    ] {
        refused("password", password).await;
    }
    refused("base_currency", "ZZZ").await;
    app.stop().await;
}
