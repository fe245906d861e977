//! The first hour: the walk of the first five minutes, languages, the glossary, the offline page.

use domain::api::ProgressView;
use domain::progress::FirstStep;
use reqwest::{Method, StatusCode};

use crate::app::{Answer, Player, TestApp};

const REASON: &str = "People eat bread in good times and in bad.";

async fn progress(browser: &Player) -> ProgressView {
    let answer = browser.get("/api/v1/me/progress").await;
    answer.expect(StatusCode::OK)
}

/// Buys shares as the form of `/start` does.
async fn buy(browser: &Player, symbol: &str, size: &str) -> Answer {
    let order = [
        ("game", "open"),
        ("symbol", symbol),
        ("side", "buy"),
        ("unit", "amount"),
        ("size", size),
        ("reason", REASON),
        ("idempotency_key", "start-buy-1"),
        ("next", "/start"),
    ];
    browser.form("/forms/order", &order).await
}

#[tokio::test]
async fn the_first_five_minutes_lead_to_three_stamps_and_level_2() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let visitor = browser.get("/start").await.body;
    assert!(visitor.contains("/forms/guest"), "{visitor}");
    browser.form("/forms/guest", &[]).await;

    let choice = browser.get("/start").await.body;
    assert_eq!(choice.matches("data-testid=\"choose-company\"").count(), 3);
    let symbol = choice.split("/start?company=").nth(1).unwrap();
    let symbol: String = symbol
        .chars()
        .take_while(|c| c.is_ascii_uppercase())
        .collect();
    let form = browser.get(&format!("/start?company={symbol}")).await.body;
    assert!(form.contains("name=\"reason\""), "{form}");
    assert_eq!(progress(&browser).await.next_step, Some(FirstStep::Buy));

    let bought = buy(&browser, &symbol, "500").await;
    assert_eq!(bought.header("location"), "/start");
    let receipt = browser.get("/start").await.body;
    for part in ["data-testid=\"receipt\"", "stamp-seedling", "stamp-pencil"] {
        assert!(receipt.contains(part), "{part}: {receipt}");
    }
    assert_eq!(progress(&browser).await.next_step, Some(FirstStep::Wait));

    let offered = receipt.split("name=\"trigger_price\"").nth(1);
    let offered = offered
        .and_then(|rest| rest.split("value=\"").nth(1))
        .unwrap_or_default();
    let offered = offered.split('"').next().unwrap_or_default();
    let wait = [
        ("game", "open"),
        ("symbol", &symbol[..]),
        ("side", "buy"),
        ("unit", "quantity"),
        ("size", "1"),
        ("trigger", "limit"),
        ("trigger_price", offered),
        ("idempotency_key", "start-wait-1"),
        ("next", "/start"),
    ];
    let waits = browser.form("/forms/order", &wait).await;
    assert_eq!(waits.header("location"), "/start");
    let tomorrow = browser.get("/start").await.body;
    for part in [
        "stamp-hourglass",
        "data-testid=\"order-waits\"",
        "/forms/daily-bonus",
        "/week",
    ] {
        assert!(tomorrow.contains(part), "{part}: {tomorrow}");
    }
    let after = progress(&browser).await;
    assert_eq!(
        (after.unlocked, after.level.level),
        (3, 2),
        "{} XP",
        after.xp
    );
    assert_eq!(after.next_step, None);
    app.stop().await;
}

#[tokio::test]
async fn an_order_that_fails_comes_back_to_its_company_with_what_was_typed() {
    let app = TestApp::start().await;
    let (browser, symbol) = (app.browser(), app.symbol().await);
    browser.form("/forms/guest", &[]).await;
    let order = [
        ("game", "open"),
        ("symbol", symbol.as_str()),
        ("side", "buy"),
        ("unit", "amount"),
        ("size", "1000000"),
        ("reason", REASON),
        ("idempotency_key", "start-buy-2"),
        ("next", "/start"),
    ];
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(order)
        .finish();
    let request = browser
        .request(Method::POST, "/forms/order")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("referer", app.url(&format!("/start?company={symbol}")));
    let failed = Answer::of(request.body(body)).await;
    assert_eq!(failed.header("location"), "/start");
    let page = browser.get("/start").await.body;
    assert!(
        page.contains("value=\"1000000\"") && page.contains(REASON),
        "{page}"
    );
    assert!(page.contains("this order costs"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn the_dashboard_leads_to_the_next_step_until_it_is_skipped() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let dashboard = browser.get("/dashboard").await.body;
    assert!(dashboard.contains("Buy your first shares"), "{dashboard}");
    let skipped = browser
        .form("/forms/skip-start", &[("next", "/dashboard")])
        .await;
    assert_eq!(skipped.header("location"), "/dashboard");
    assert!(
        !browser
            .get("/dashboard")
            .await
            .body
            .contains("data-testid=\"next-step\"")
    );
    assert_eq!(progress(&browser).await.next_step, None);
    app.stop().await;
}

async fn in_language(app: &TestApp, path: &str, accepted: &str) -> String {
    let request = app.anonymous().request(Method::GET, path);
    Answer::of(request.header("accept-language", accepted))
        .await
        .body
}

#[tokio::test]
async fn translated_pages_speak_the_language_of_the_browser_or_the_one_that_was_chosen() {
    let app = TestApp::start().await;
    for (accepted, lang, title) in [
        ("de-CH,de;q=0.9,en;q=0.5", "de", "Deine ersten fünf Minuten"),
        ("fr", "fr", "Tes cinq premières minutes"),
        ("es-MX", "es", "Tus primeros cinco minutos"),
        ("pt-BR", "pt", "Seus primeiros cinco minutos"),
        ("ja", "en", "Your first five minutes"),
        ("", "en", "Your first five minutes"),
    ] {
        let page = in_language(&app, "/start", accepted).await;
        assert!(
            page.contains(&format!("<html lang=\"{lang}\" dir=\"ltr\"")),
            "{accepted}"
        );
        assert!(page.contains(title), "{accepted}");
    }
    // A page that the browser takes over brings its texts along, except in English.
    let market = in_language(&app, "/market", "de").await;
    assert!(market.contains("<html lang=\"de\"") && market.contains("Der ganze Markt"));
    assert!(market.contains("id=\"texts\""), "{market}");
    let english = in_language(&app, "/market", "en").await;
    assert!(english.contains("The whole market") && !english.contains("id=\"texts\""));
    // What the browser never renders is there, too.
    let symbol = app.symbol().await;
    let instrument = in_language(&app, &format!("/instruments/{symbol}"), "de").await;
    assert!(instrument.contains("Kennzahlen") && instrument.contains("Was ist "));
    let browser = app.browser();
    browser
        .form("/forms/language", &[("language", "sn"), ("next", "/look")])
        .await;
    let look = browser.get("/look").await.body;
    assert!(
        look.contains("<html lang=\"sn\"") && look.contains("Mutauro"),
        "{look}"
    );
    app.stop().await;
}

#[tokio::test]
async fn every_term_has_an_address() {
    let app = TestApp::start().await;
    let page = app.browser().get("/glossary").await.body;
    for id in ["limit-order", "stop-order", "average-cost", "volatility"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let german = in_language(&app, "/glossary", "de").await;
    assert!(german.contains("Limitauftrag") && german.contains("id=\"limit-order\""));
    app.stop().await;
}

#[tokio::test]
async fn the_offline_page_is_kept_alone_and_can_be_switched_off() {
    let app = TestApp::start().await;
    let worker = app.anonymous().get("/service-worker.js").await;
    assert_eq!(
        worker.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(worker.body.contains("/offline.html") && !worker.body.contains("offline-VERSION"));
    let page = app.anonymous().get("/offline.html").await;
    assert!(page.body.contains("There is no network"));
    let german = in_language(&app, "/offline.html", "de").await;
    assert!(german.contains("<html lang=\"de\">"), "{german}");
    assert!(german.contains("<h1>Es gibt kein Netz</h1>"), "{german}");
    assert!(german.contains("<li lang=\"en\">No network."), "{german}");
    let capitals = ["LANGUAGE", "TITLE", "HEAD", "WORDS", "AGAIN", "OTHERS"];
    assert!(!capitals.iter().any(|gap| german.contains(gap)), "{german}");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    let wanted = "name=\"tickerquest-worker\" content=\"/service-worker.js\"";
    assert!(app.browser().get("/glossary").await.body.contains(wanted));
    app.stop().await;

    let app = TestApp::start_with(|config| config.offline_page = false).await;
    let removed = app.anonymous().get("/service-worker.js").await;
    assert!(removed.body.contains("unregister()"), "{}", removed.body);
    assert!(!app.browser().get("/glossary").await.body.contains(wanted));
    app.stop().await;
}

#[tokio::test]
async fn a_streak_begins_in_the_time_zone_of_the_browser() {
    let app = TestApp::start().await;
    let zone = async |cookie: &str| -> String {
        let guest = app.guest().await;
        let request = guest.request(Method::POST, "/api/v1/me/daily-bonus");
        let request = request.header("cookie", format!("zone={cookie}"));
        let answer = Answer::of(request.json(&serde_json::json!({}))).await;
        let bonus: domain::api::BonusAnswer = answer.expect(StatusCode::OK);
        bonus.player.time_zone
    };
    assert_eq!(zone("Africa/Harare").await, "Africa/Harare");
    assert_eq!(zone("Nowhere/At_All").await, "UTC");
    app.stop().await;
}

#[tokio::test]
async fn achievements_have_pictures_and_hidden_ones_keep_theirs() {
    let app = TestApp::start().await;
    let picture = async |id: &str| {
        let address = format!("/api/v1/achievements/{id}/picture");
        app.anonymous().get(&address).await
    };
    let seen = picture("first-purchase").await;
    assert_eq!(seen.header("content-type"), "image/svg+xml");
    assert!(seen.body.starts_with("<svg"), "{}", seen.body);
    let hidden = domain::progress::Achievements::standard().all().iter();
    let mut hidden = hidden.filter(|one| one.kind == domain::progress::AchievementKind::Hidden);
    let hidden = hidden.next().expect("there is a hidden one").id.clone();
    picture(hidden.as_str()).await.error("not_found");
    picture("no-such-thing").await.error("not_found");
    app.stop().await;
}
