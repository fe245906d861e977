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

#[track_caller]
fn is_at(answer: &Answer, address: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header("location"), address);
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
    goes_to(&browser.form("/forms/register", &ada).await, "/start");
    assert_eq!(handle(&browser).await, "ada");
    goes_to(&browser.form("/forms/logout", &[]).await, "/");
    browser.get("/api/v1/me").await.error("unauthorized");
    let wrong = [
        ("login", "ada"),
        ("password", "a wrong password"),
        ("next", "/portfolio"),
    ];
    let failed = browser.form("/forms/login", &wrong).await;
    is_at(&failed, "/login");
    let page = browser.get("/login").await;
    assert!(
        page.body.contains("do not belong together"),
        "{}",
        page.body
    );
    assert!(page.body.contains(r#"value="ada""#), "{}", page.body);
    assert!(!page.body.contains("a wrong password"));
    let again = browser.get("/login").await;
    assert!(!again.body.contains("do not belong together"));
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
    goes_to(
        &browser.form("/forms/login", &elsewhere).await,
        "/dashboard",
    );
    app.stop().await;
}

#[tokio::test]
async fn a_guest_trades_and_registers_without_script() {
    let app = TestApp::start().await;
    let (browser, symbol) = (app.browser(), app.symbol().await);
    goes_to(&browser.form("/forms/guest", &[]).await, "/start");
    let buy = [
        ("game", "open"),
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
    too_much[4] = ("size", "1000000");
    too_much[6] = ("idempotency_key", "form-order-2");
    let failed = browser.form("/forms/order", &too_much).await;
    let page = format!("/instruments/{symbol}");
    is_at(&failed, &page);
    let shown = browser.get(&page).await.body;
    assert!(shown.contains("Nothing was traded."), "{shown}");
    assert!(shown.contains(r#"value="1000000""#), "{shown}");
    let mut nonsense = buy;
    nonsense[4] = ("size", "lots");
    let failed = browser.form("/forms/order", &nonsense).await;
    is_at(&failed, &page);
    assert!(browser.get(&page).await.body.contains("size.amount"));

    goes_to(&browser.form("/forms/daily-bonus", &[]).await, "/profile");
    is_at(&browser.form("/forms/daily-bonus", &[]).await, "/profile");
    let shown = browser.get("/profile").await.body;
    assert!(shown.contains("Come back tomorrow"), "{shown}");
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
async fn an_order_form_without_a_unit_spends_nothing() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    for unit in [None, Some(""), Some("dollars")] {
        let mut buy = vec![
            ("game", "open"),
            ("symbol", symbol.as_str()),
            ("side", "buy"),
            ("size", "10"),
        ];
        buy.extend(unit.map(|unit| ("unit", unit)));
        let answer = browser.form("/forms/order", &buy).await;
        let back = format!("/instruments/{symbol}");
        is_at(&answer, &back);
        let shown = browser.get(&back).await.body;
        assert!(shown.contains("shares or an amount"), "{shown}");
    }
    let summary: domain::api::SummaryView = browser
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.version, 1);
    app.stop().await;
}

#[tokio::test]
async fn who_is_not_logged_in_is_asked_to_and_comes_back() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    let buy = [
        ("game", "open"),
        ("symbol", symbol.as_str()),
        ("side", "buy"),
        ("size", "1"),
        ("unit", "amount"),
        ("idempotency_key", "form-order-3"),
    ];
    let answer = app.browser().form("/forms/order", &buy).await;
    goes_to(&answer, &format!("/login?next=%2Finstruments%2F{symbol}"));
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
    is_at(
        &send(&app.url("/welcome?next=%2Fmarket%3Fpage%3D2%26query%3Da")).await,
        "/welcome?next=%2Fmarket%3Fpage%3D2%26query%3Da",
    );
    is_at(&send("https://evil.example/login").await, "/login");
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
async fn whoever_cannot_keep_the_cookie_is_told_why() {
    let app = TestApp::start_with(|config| config.session.secure_cookie = true).await;
    let send = async |origin: &str| {
        let request = app.browser().request(Method::POST, "/forms/guest");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Answer::of(request.header("origin", origin)).await
    };
    let refused = send("http://game.example").await;
    is_at(&refused, "/login");
    let cookie = refused.header("set-cookie");
    assert!(cookie.starts_with("tickerquest_form="), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
    goes_to(&send("https://game.example").await, "/start");
    goes_to(&send("http://localhost:8080").await, "/start");
    app.stop().await;
}

#[tokio::test]
async fn the_answer_to_another_site_tells_what_a_proxy_must_forward() {
    let app = TestApp::start().await;
    let request = app.anonymous().request(Method::POST, "/forms/guest");
    let request = request.header("origin", "http://game.example");
    let error = Answer::of(request).await.error("cross_site");
    for part in ["http://game.example", &app.address, "Host"] {
        assert!(error.message.contains(part), "{error}");
    }
    let request = app.anonymous().request(Method::POST, "/forms/guest");
    let request = request.header("origin", "http://game.example");
    let shown = Answer::of(request.header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.header("content-type").starts_with("text/html"));
    assert!(shown.body.contains("<h1>This came from another site</h1>"));
    app.stop().await;
}

/// What a browser downloads before a page answers grows with every page that is not plain.
#[tokio::test]
async fn a_plain_page_loads_no_webassembly() {
    let app = TestApp::start().await;
    for (path, plain) in [("/look", true), ("/login", true), ("/market", false)] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let loads = page.body.contains("application/wasm");
        // Without a built site no page loads anything.
        assert!(!(plain && loads), "{path} loads WebAssembly");
    }
    app.stop().await;
}

#[tokio::test]
async fn no_address_makes_a_page_say_something() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    for page in [
        "/login",
        "/register",
        "/",
        &format!("/instruments/{symbol}"),
    ] {
        let said = "error=internal&message=Send+your+password&login=evil&email=evil";
        let page = app.browser().get(&format!("{page}?{said}")).await;
        assert!(!page.body.contains("Send your password"), "{}", page.body);
        assert!(!page.body.contains(r#"value="evil""#), "{}", page.body);
    }
    // A cookie of somebody else's making is no better than an address.
    let forged = "tickerquest_form=eyJwYWdlIjoiL2xvZ2luIiwiZXJyb3IiOm51bGwsImZpZWxkcyI6eyJsb2dpbiI6ImV2aWwifX0.00";
    let request = app.browser().request(Method::GET, "/login");
    let page = Answer::of(request.header("cookie", forged)).await;
    assert!(!page.body.contains(r#"value="evil""#), "{}", page.body);
    app.stop().await;
}

#[tokio::test]
async fn a_page_leads_on_only_within_this_server() {
    let app = TestApp::start().await;
    for next in [
        "/%09/evil.example",
        "//evil.example",
        "/.//x",
        "/%5Cevil.example",
    ] {
        let page = app.browser().get(&format!("/login?next={next}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let kept = r#"name="next" value="/dashboard""#;
        assert!(page.body.contains(kept), "{next}: {}", page.body);
    }
    let page = app
        .browser()
        .get("/login?next=%2Forders%3Fsymbol%3DA%26side%3Dbuy")
        .await;
    let kept = r#"href="/register?next=%2Forders%3Fsymbol%3DA%26side%3Dbuy""#;
    assert!(page.body.contains(kept), "{}", page.body);
    app.stop().await;
}

#[tokio::test]
async fn a_password_of_blanks_is_refused_as_by_the_api() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let blank = [
        ("email", "ada@example.org"),
        ("handle", "ada"),
        ("password", "          "),
    ];
    is_at(&browser.form("/forms/register", &blank).await, "/register");
    let page = browser.get("/register").await.body;
    assert!(page.contains("must not be a row of keys"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_guest_is_asked_before_logging_out_and_comes_back_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    goes_to(&browser.form("/forms/guest", &[]).await, "/start");
    let guest = handle(&browser).await;
    is_at(&browser.form("/forms/logout", &[]).await, "/profile");
    assert_eq!(handle(&browser).await, guest);
    is_at(
        &browser.form("/forms/recovery-words", &[]).await,
        "/profile",
    );
    let page = browser.get("/profile").await.body;
    let words = page
        .split("Recovery words<!></dt><dd><strong>")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap_or_else(|| panic!("no words in {page}"))
        .to_owned();
    assert!(
        !browser.get("/profile").await.body.contains(&words),
        "words are shown once"
    );
    let leave = [("leave_guest", "true")];
    is_at(&browser.form("/forms/logout", &leave).await, "/");
    let back = [("handle", guest.as_str()), ("words", words.as_str())];
    goes_to(&browser.form("/forms/recover", &back).await, "/dashboard");
    assert_eq!(handle(&browser).await, guest);
    is_at(
        &browser.form("/forms/end-other-sessions", &[]).await,
        "/profile",
    );
    app.stop().await;
}
