//! A practice account that begins with the holdings of a real portfolio.

use domain::api::{
    PracticeCreated, PracticeMarket, PracticeOutcome, PracticeView, SummaryView, XRayView,
};
use domain::proof::{Outcome, check_receipt};
use domain::{Day, InstrumentId};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::store::MarketSource;
use server::verify::verify;

use crate::app::{Player, TestApp};
use crate::market::{candle, instrument};

const PRACTICE: &str = "/api/v1/practice";

const FILE: &str = "symbol,shares,price\nPUFFN,10,20\nAAPL,3,190.50\nWOBBL,-4\nTQ.ALL,ten\n";

async fn preview(player: &Player, body: &Value) -> PracticeView {
    let answer = player.post(&format!("{PRACTICE}/preview"), body).await;
    answer.expect(StatusCode::OK)
}

async fn create(player: &Player, body: &Value) -> String {
    let answer = player.post(PRACTICE, body).await;
    answer.expect::<PracticeCreated>(StatusCode::CREATED).slug
}

async fn summary(player: &Player, slug: &str) -> SummaryView {
    let address = format!("/api/v1/games/{slug}/summary");
    player.get(&address).await.expect(StatusCode::OK)
}

#[tokio::test]
async fn a_dry_run_tells_row_by_row_what_would_happen_and_creates_nothing() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let shown = preview(&player, &json!({"text": FILE, "cash": "50"})).await;
    let rows: Vec<_> = shown
        .rows
        .iter()
        .map(|row| (row.written.as_str(), row.line, row.outcome))
        .collect();
    assert_eq!(
        rows,
        [
            ("PUFFN", 2, PracticeOutcome::Held),
            ("AAPL", 3, PracticeOutcome::Unknown),
            ("WOBBL", 4, PracticeOutcome::LeftOut),
        ]
    );
    assert!(shown.rows[2].reason.contains("sold than bought"));
    assert_eq!(shown.wrong.len(), 1);
    assert_eq!(shown.wrong[0].line, 5);
    let suggestion = shown.rows[1].suggestion.expect("a company is suggested");
    let companies = shown.companies.iter();
    let category = companies
        .filter(|one| one.symbol == suggestion)
        .map(|one| one.category.as_str());
    assert_eq!(category.collect::<Vec<_>>(), ["Technology"]);
    let cost = shown.rows[0].cost.expect("it has a price");
    assert_eq!(
        Some(shown.starting_cash),
        cost.checked_add("50".parse().unwrap())
    );

    let chosen = json!({"text": FILE, "choices": {"AAPL": suggestion, "PUFFN": ""}});
    let shown = preview(&player, &chosen).await;
    assert_eq!(shown.rows[0].outcome, PracticeOutcome::LeftOut);
    assert_eq!(shown.rows[1].symbol, Some(suggestion));
    let worth = shown.rows[1].cost.expect("it has a price").to_string();
    assert!(worth.starts_with("571."), "3 × 190.50 stay 571.50: {worth}");

    let games: Value = player.get("/api/v1/games").await.expect(StatusCode::OK);
    assert_eq!(games["items"].as_array().map(Vec::len), Some(1), "{games}");
    for (body, field) in [
        (json!({"text": " "}), "text"),
        (json!({"text": "Dear diary"}), "text"),
        (json!({"text": "PUFFN,1", "cash": "-1"}), "cash"),
        (json!({"text": "PUFFN,1", "market": "replay"}), "market"),
        (
            json!({"text": "A,1", "choices": {"A": "NOPE"}}),
            "choices.A",
        ),
        (json!({"text": "TQ.ALL,90000000"}), "text"),
    ] {
        let answer = player.post(PRACTICE, &body).await;
        assert_eq!(answer.wrong_field(), field, "{body}");
    }
    let anonymous = app.anonymous().post(PRACTICE, &chosen).await;
    anonymous.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn the_account_begins_with_the_holdings_and_its_ledger_explains_them() {
    let app = TestApp::start().await;
    let player = app.registered("ada").await;
    let before = summary(&player, "open").await;
    let text = "PUFFN,10\nWOBBL,2.5\nPUFFN,1\nTQ.ALL,3\n";
    let slug = create(&player, &json!({"text": text, "cash": "100"})).await;
    let told = summary(&player, &slug).await;
    assert_eq!(told.cash.to_string(), "100.00");
    // Opened, and three purchases.
    assert_eq!(told.version, 4);
    let league = summary(&player, "open").await;
    assert_eq!(
        league.xp, before.xp,
        "what nobody else can do earns nothing"
    );
    let x_ray: XRayView = player
        .get(&format!("/api/v1/games/{slug}/x-ray"))
        .await
        .expect(StatusCode::OK);
    assert!(!x_ray.findings.is_empty());
    let targets = json!({"targets": [{"aim": {"instrument": "PUFFN"}, "share": "50"}],
        "absolute": "5", "relative": "25", "trade_min": "10"});
    let set = player
        .request(
            reqwest::Method::PUT,
            &format!("/api/v1/games/{slug}/targets"),
        )
        .json(&targets);
    assert!(set.send().await.unwrap().status().is_success());
    let asked = player
        .post(&format!("/api/v1/games/{slug}/rebalancings"), &json!({}))
        .await;
    asked.expect::<Value>(StatusCode::ACCEPTED);

    let receipt = player
        .get(&format!("/api/v1/games/{slug}/receipts/ada"))
        .await;
    let report = check_receipt(&receipt.body, &[]);
    let failed = report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Failed);
    assert_eq!(failed.count(), 0, "{:#?}", report.checks);
    let receipt = report.receipt.expect("a receipt");
    assert_eq!(receipt.entries.len(), 4);
    let store = app.store().await;
    let verified = verify(&*store, |finding| panic!("{finding}")).await;
    verified.expect("the database can be read");
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn our_own_ledger_begins_a_practice_account_too() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let slug = create(&player, &json!({"text": "PUFFN,10\n", "cash": "100"})).await;
    let ledger = player
        .get(&format!("/api/v1/games/{slug}/exports/ledger.csv"))
        .await;
    let shown = preview(&player, &json!({"text": ledger.body})).await;
    assert_eq!(shown.cash.to_string(), "100.00");
    assert_eq!(shown.rows.len(), 1);
    assert_eq!(shown.rows[0].shares.to_string(), "10");
    app.stop().await;
}

#[tokio::test]
async fn real_symbols_are_found_on_a_replay_of_real_history() {
    let app = TestApp::start().await;
    let begins = Day::from_calendar(2008, 1, 2).expect("it is a day");
    let apple = InstrumentId(100_000);
    let listed = [instrument(apple, MarketSource::Replay, "AAPL")];
    let day = |number| candle(apple, begins.plus_days(number), 100);
    let candles: Vec<_> = (0..500).map(day).collect();
    let store = app.store().await;
    let imported = store.import_history(&listed, &candles, &[]).await;
    imported.expect("the history can be stored");
    store.close().await;
    let player = app.guest().await;
    let body = json!({"text": "aapl,10,190.50\n"});
    let shown = preview(&player, &body).await;
    assert_eq!(shown.market, PracticeMarket::Replay);
    assert_eq!(shown.rows[0].outcome, PracticeOutcome::Held);
    let slug = create(&player, &body).await;
    let told = summary(&player, &slug).await;
    assert_eq!(told.cash.to_string(), "0.00");
    let shared = json!({"text": "aapl,10,190.50\n", "market": "shared"});
    let shown = preview(&player, &shared).await;
    assert_eq!(shown.rows[0].outcome, PracticeOutcome::Unknown);
    app.stop().await;
}

#[tokio::test]
async fn the_page_shows_the_dry_run_and_leads_to_the_new_account() {
    let app = TestApp::start().await;
    let player = app.browser();
    player.form("/forms/guest", &[]).await;
    let empty = player.get("/practice").await;
    assert!(empty.body.contains("Your holdings"), "{}", empty.body);
    let wrong = player
        .form("/practice", &[("text", "hello"), ("do", "preview")])
        .await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert!(
        wrong.body.contains("columns that are not known"),
        "{}",
        wrong.body
    );
    let shown = player
        .form("/practice", &[("text", FILE), ("do", "preview")])
        .await;
    for text in [
        "This market does not list it",
        "Line 5",
        "choice:AAPL",
        "Begin with these",
    ] {
        assert!(shown.body.contains(text), "{text}");
    }
    let suggested = player
        .form("/practice", &[("text", FILE), ("do", "suggest")])
        .await;
    assert!(
        suggested.body.contains("stands for it"),
        "{}",
        suggested.body
    );
    let created = player
        .form("/practice", &[("text", FILE), ("do", "create")])
        .await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
    let next = created.header("location").to_owned();
    assert!(
        next.starts_with("/games/practice-with-my") && next.ends_with("/x-ray"),
        "{next}"
    );
    let page = player.get(&next).await;
    assert_eq!(page.status, StatusCode::OK);
    let elsewhere = player
        .request(reqwest::Method::POST, "/practice")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("text=PUFFN%2C1&do=create");
    assert_eq!(
        elsewhere.send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    app.stop().await;
}
