//! `/forms`: what works without script.

use domain::api::{PlayerView, SessionView, SummaryView};
use reqwest::{Method, StatusCode};

use crate::app::{Answer, PASSWORD, Player, TestApp};

#[track_caller]
fn goes_to(answer: &Answer, start: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let location = answer.header("location");
    assert!(location.starts_with(start), "{location}");
}

async fn handle(browser: &Player) -> String {
    browser
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK)
        .handle
}

#[tokio::test]
async fn a_player_registers_logs_out_and_in_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ada = [
        ("email", "ada@example.org"),
        ("handle", "ada"),
        ("password", PASSWORD),
        ("region", ""),
    ];
    goes_to(&browser.form("/forms/register", &ada).await, "/market");
    assert_eq!(handle(&browser).await, "ada");
    goes_to(&browser.form("/forms/logout", &[]).await, "/");
    browser.get("/api/v1/me").await.error("unauthorized");
    let wrong = [
        ("login", "ada"),
        ("password", "a wrong password"),
        ("next", "/portfolio"),
    ];
    let failed = browser.form("/forms/login", &wrong).await;
    goes_to(&failed, "/login?error=wrong_credentials&message=");
    assert!(
        failed.header("location").ends_with("&login=ada"),
        "{}",
        failed.header("location")
    );
    let right = [
        ("login", "ada"),
        ("password", PASSWORD),
        ("next", "/portfolio"),
    ];
    goes_to(&browser.form("/forms/login", &right).await, "/portfolio");
    let elsewhere = [
        ("login", "ada"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    goes_to(&browser.form("/forms/login", &elsewhere).await, "/market");
    app.stop().await;
}

#[tokio::test]
async fn a_guest_trades_and_registers_without_script() {
    let app = TestApp::start().await;
    let (browser, symbol) = (app.browser(), app.symbol().await);
    goes_to(&browser.form("/forms/guest", &[]).await, "/market");
    let buy = [
        ("symbol", symbol.as_str()),
        ("side", "buy"),
        ("unit", "amount"),
        ("size", "100"),
        ("reason", ""),
        ("idempotency_key", "form-order-1"),
    ];
    let done = format!("/instruments/{symbol}?done=form-order-1");
    goes_to(&browser.form("/forms/order", &buy).await, &done);
    // A second click is the same order.
    goes_to(&browser.form("/forms/order", &buy).await, &done);
    let summary: SummaryView = browser
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.version, 2);

    let mut too_much = buy;
    too_much[3] = ("size", "1000000");
    too_much[5] = ("idempotency_key", "form-order-2");
    let failed = browser.form("/forms/order", &too_much).await;
    goes_to(
        &failed,
        &format!("/instruments/{symbol}?error=insufficient_cash&"),
    );
    let mut nonsense = buy;
    nonsense[3] = ("size", "lots");
    let failed = browser.form("/forms/order", &nonsense).await;
    goes_to(
        &failed,
        &format!("/instruments/{symbol}?error=invalid_fields&"),
    );
    assert!(failed.header("location").contains("field.size.amount="));

    goes_to(&browser.form("/forms/daily-bonus", &[]).await, "/profile");
    goes_to(
        &browser.form("/forms/daily-bonus", &[]).await,
        "/profile?error=bonus_collected",
    );
    let ada = [
        ("email", "ada@example.org"),
        ("handle", "ada"),
        ("password", PASSWORD),
    ];
    goes_to(&browser.form("/forms/upgrade", &ada).await, "/profile");
    assert_eq!(handle(&browser).await, "ada");

    let sessions: Vec<SessionView> = browser
        .get("/api/v1/me/sessions")
        .await
        .expect(StatusCode::OK);
    let id = sessions[0].id.to_string();
    goes_to(
        &browser.form("/forms/end-session", &[("id", &id)]).await,
        "/profile",
    );
    browser.get("/api/v1/me").await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn who_is_not_logged_in_is_asked_to_and_comes_back() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    let buy = [("symbol", symbol.as_str()), ("side", "buy"), ("size", "1")];
    let answer = app.browser().form("/forms/order", &buy).await;
    goes_to(
        &answer,
        &format!("/login?next=%2Finstruments%2F{symbol}&error=unauthorized"),
    );
    app.stop().await;
}

#[tokio::test]
async fn a_failed_form_returns_to_the_page_that_it_was_on() {
    let app = TestApp::start().await;
    let send = async |referer: &str| {
        let request = app.browser().request(Method::POST, "/forms/login");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Answer::of(
            request
                .header("referer", referer)
                .body("login=ada&password=x"),
        )
        .await
    };
    goes_to(
        &send(&app.url("/welcome?next=%2Fmarket")).await,
        "/welcome?next=%2Fmarket&error=",
    );
    goes_to(&send("https://evil.example/login").await, "/login?error=");
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_send_forms() {
    let app = TestApp::start().await;
    for (path, fields) in [
        ("/forms/login", "login=ada&password=irrelevant"),
        ("/forms/guest", ""),
    ] {
        let request = app
            .anonymous()
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://evil.example")
            .body(fields);
        Answer::of(request).await.error("cross_site");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_theme_is_kept() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .form("/forms/theme", &[("theme", "dark"), ("next", "/market")])
        .await;
    goes_to(&answer, "/market");
    assert!(answer.header("set-cookie").starts_with("theme=dark;"));
    let answer = app
        .browser()
        .form("/forms/theme", &[("theme", "auto")])
        .await;
    assert!(answer.header("set-cookie").starts_with("theme=;"));
    app.stop().await;
}
