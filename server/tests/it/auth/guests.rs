//! Guests, who have no password: what must not take their session away, and how many come at once.

use domain::api::{AuthAnswer, PlayerView};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::LimitConfig;

use crate::app::{Answer, PASSWORD, TestApp, order, registration};

#[tokio::test]
async fn another_site_can_neither_replace_nor_clear_the_cookie() {
    let app = TestApp::start().await;
    for path in [
        "/api/v1/auth/guest",
        "/api/v1/auth/logout",
        "/forms/guest",
        "/forms/logout",
    ] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            // A browser leaves a `SameSite` cookie out, and would take a new one all the same.
            let request = app.anonymous().request(Method::POST, path);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = Answer::of(request.header(name, value)).await;
            answer.error("cross_site");
            assert!(!answer.headers.contains_key("set-cookie"), "{path}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn who_is_a_guest_stays_the_same_guest() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let guest = async |status| {
        let answer = browser.post("/api/v1/auth/guest", &json!({})).await;
        answer.expect::<AuthAnswer>(status).player
    };
    let first = guest(StatusCode::CREATED).await;
    let second = guest(StatusCode::OK).await;
    assert_eq!(first.id, second.id);
    browser.form("/forms/guest", &[]).await;
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me.id, first.id);
    app.stop().await;
}

#[tokio::test]
async fn a_guest_who_has_traded_is_left_only_on_purpose() {
    let app = TestApp::start().await;
    app.registered("ada").await;
    let browser = app.browser();
    let mut login = json!({"login": "ada", "password": PASSWORD});
    let guest = async || {
        let answer = browser.post("/api/v1/auth/guest", &json!({})).await;
        answer.expect::<AuthAnswer>(StatusCode::CREATED).player
    };
    // Nothing is lost of a guest who has done nothing.
    guest().await;
    let answer = browser.post("/api/v1/auth/login", &login).await;
    answer.expect::<AuthAnswer>(StatusCode::OK);
    browser.post("/api/v1/auth/logout", &json!({})).await;

    let player = guest().await;
    let buy = order(&app.symbol().await, "buy", json!({"amount": "100"}));
    browser
        .place(&buy)
        .await
        .expect::<Value>(StatusCode::CREATED);
    let refused = browser.post("/api/v1/auth/login", &login).await;
    refused.error("guest_would_be_lost");
    let mut eve = registration("eve");
    let refused = browser.post("/api/v1/auth/register", &eve).await;
    refused.error("guest_would_be_lost");
    let form = [("login", "ada"), ("password", PASSWORD)];
    let refused = browser.form("/forms/login", &form).await;
    assert_eq!(refused.header("location"), "/login");
    let shown = browser.get("/login").await.body;
    assert!(shown.contains("You play as the guest"), "{shown}");
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me.id, player.id);
    // A program that asks for a token replaces no cookie.
    eve["session"] = json!("token");
    let answer = browser.post("/api/v1/auth/register", &eve).await;
    answer.expect::<AuthAnswer>(StatusCode::CREATED);

    login["leave_guest"] = json!(true);
    let answer = browser.post("/api/v1/auth/login", &login).await;
    let left: AuthAnswer = answer.expect(StatusCode::OK);
    assert_eq!(left.player.handle, "ada");
    app.stop().await;
}

#[tokio::test]
async fn a_class_of_one_address_plays_at_once() {
    let app = TestApp::start_with(|config| {
        let usual = LimitConfig::default();
        config.limits.logins_per_minute_per_address = usual.logins_per_minute_per_address;
        config.limits.requests_per_minute_per_address = usual.requests_per_minute_per_address;
    })
    .await;
    for _ in 0..30 {
        app.guest().await;
    }
    app.stop().await;
}

#[tokio::test]
async fn all_players_of_an_address_have_one_limit_together() {
    let app = TestApp::start_with(|config| {
        config.limits.requests_per_minute_per_address = 20;
        config.limits.shared_addresses = Vec::new();
    })
    .await;
    let (ada, eve) = (app.guest().await, app.guest().await);
    loop {
        let answers = [ada.get("/api/v1/me").await, eve.get("/api/v1/me").await];
        let refused = answers
            .iter()
            .find(|answer| answer.status != StatusCode::OK);
        if let Some(refused) = refused {
            refused.error("rate_limited");
            break;
        }
    }
    let health = app.anonymous().get("/health/live").await;
    assert_eq!(health.status, StatusCode::OK);
    app.stop().await;
}
