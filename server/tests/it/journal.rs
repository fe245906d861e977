//! `/api/v1/games/{game}/journal`, notes, and the export of all that is a player's.

use std::time::Duration;

use domain::api::{GradeAnswer, JournalView, NoteView, Page};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Player, TestApp, order};

const JOURNAL: &str = "/api/v1/games/open/journal";
const NOTES: &str = "/api/v1/me/notes";
/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

async fn put(player: &Player, path: &str, body: &Value) -> Answer {
    Answer::of(player.request(Method::PUT, path).json(body)).await
}

async fn buy(app: &TestApp, player: &Player, reason: Option<&str>) {
    // In a market that is fast a company may have left it.
    let page: Page<Value> = app
        .anonymous()
        .get("/api/v1/games/open/instruments")
        .await
        .expect(StatusCode::OK);
    for row in &page.items {
        let symbol = row["symbol"].as_str().expect("symbols are texts");
        let mut body = order(symbol, "buy", json!({"amount": "500"}));
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        if player.place(&body).await.status == StatusCode::CREATED {
            return;
        }
    }
    panic!("nothing can be bought");
}

async fn journal(player: &Player) -> JournalView {
    player.get(JOURNAL).await.expect(StatusCode::OK)
}

#[tokio::test]
async fn a_reason_comes_back_after_thirty_market_days_and_is_graded_once_for_xp() {
    // Five market days a second.
    let app = TestApp::start_with(|config| config.market.speed = 5 * 86_400).await;
    let player = app.guest().await;
    buy(&app, &player, Some("Their shops are always full.")).await;
    let young = journal(&player).await;
    let entry = &young.entries[0];
    assert_eq!(entry.reason, "Their shops are always full.");
    let own = format!("{JOURNAL}/{}", entry.seq);
    let look = async {
        loop {
            let view = journal(&player).await;
            if view.entries[0].since.len() > 1 {
                return view;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let old = tokio::time::timeout(PATIENCE, look).await;
    let old = old.expect("thirty market days pass");
    assert!(old.entries[0].due);
    assert_eq!(old.entries[0].since[0].days, Some(30));
    assert!(old.entries[0].since[0].market_percent.is_some());
    assert_eq!(old.patterns.len(), 1);
    let graded: GradeAnswer = put(&player, &own, &json!({"grade": "mistake"}))
        .await
        .expect(StatusCode::OK);
    assert!(graded.xp > 0);
    let again: GradeAnswer = put(&player, &own, &json!({"grade": "good"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(again.xp, 0);
    let view = journal(&player).await;
    assert!(view.patterns[0].starts_with("You graded 1 decision: 1 good"));
    let other = format!("{JOURNAL}/{}", entry.seq + 1);
    put(&player, &other, &json!({"grade": "good"}))
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn a_young_decision_cannot_be_graded_and_one_without_a_reason_is_not_listed() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    buy(&app, &player, None).await;
    buy(&app, &player, Some("More shops next year.")).await;
    let view = journal(&player).await;
    assert_eq!(view.entries.len(), 1);
    let own = format!("{JOURNAL}/{}", view.entries[0].seq);
    let body = json!({"grade": "good"});
    assert_eq!(put(&player, &own, &body).await.wrong_field(), "grade");
    app.anonymous().get(JOURNAL).await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn notes_are_found_by_their_words_and_tags_and_shown_as_text() {
    let app = TestApp::start().await;
    let player = app.browser();
    player.form("/forms/guest", &[]).await;
    let symbol = app.symbol().await;
    let attack = "<img src=x onerror=alert(1)> **bold**\n[link](javascript:alert(1))";
    for (text, tags, about) in [
        ("Ask at the SHOP", "Idea, shops", Some(symbol.as_str())),
        (attack, "idea", None),
    ] {
        let body = json!({"text": text, "tags": tags, "symbol": about});
        let _: NoteView = player.post(NOTES, &body).await.expect(StatusCode::CREATED);
    }
    for (query, count) in [
        ("", 2),
        ("?query=shop", 1),
        ("?query=the+ask", 1),
        ("?query=nothing", 0),
        ("?tag=idea", 2),
        ("?tag=shops", 1),
    ] {
        let found: Vec<NoteView> = player
            .get(&format!("{NOTES}{query}"))
            .await
            .expect(StatusCode::OK);
        assert_eq!(found.len(), count, "{query}");
    }
    let page = player.get("/notes").await.body;
    assert!(
        page.contains("&lt;img src=x onerror=alert(1)&gt;"),
        "{page}"
    );
    assert!(!page.contains("<img src=x") && !page.contains("href=\"javascript:"));
    let found: Vec<NoteView> = player.get(NOTES).await.expect(StatusCode::OK);
    let own = format!("{NOTES}/{}", found[1].id);
    let changed: NoteView = put(&player, &own, &json!({"text": "Asked.", "tags": ""}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((changed.symbol, changed.tags.len()), (None, 0));
    let stranger = app.guest().await;
    put(&stranger, &own, &json!({"text": "Mine."}))
        .await
        .error("not_found");
    stranger.delete(&own).await.error("not_found");
    assert_eq!(player.delete(&own).await.status, StatusCode::NO_CONTENT);
    for (body, field) in [
        (json!({"text": " "}), "text"),
        (json!({"text": "a", "tags": "<b>"}), "tags"),
        (json!({"text": "a", "symbol": "ZZZZZ"}), "symbol"),
    ] {
        assert_eq!(player.post(NOTES, &body).await.wrong_field(), field);
    }
    app.stop().await;
}

#[tokio::test]
async fn an_account_is_exported_whole_and_no_cell_is_computed_by_a_spreadsheet() {
    let app = TestApp::start().await;
    let player = app.registered("ann").await;
    let symbol = app.symbol().await;
    buy(&app, &player, Some("=HYPERLINK(\"http://evil.example\")")).await;
    let file = |name: &str| format!("/api/v1/games/open/exports/{name}");
    let ledger = player.get(&file("ledger.csv")).await;
    assert!(
        ledger
            .header("content-disposition")
            .contains("open-ledger.csv")
    );
    let lines: Vec<&str> = ledger.body.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ledger.body);
    assert!(lines[1].contains(",opened,"));
    assert!(lines[2].contains(&format!("\"{symbol}\"")));
    assert!(lines[2].contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""));
    let ghostfolio = player.get(&file("ghostfolio.csv")).await.body;
    let lines: Vec<&str> = ghostfolio.lines().collect();
    assert_eq!(
        lines[0],
        "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note"
    );
    assert_eq!(lines.len(), 2, "{ghostfolio}");
    assert!(
        lines[1].contains(&format!("\"{symbol}\",MANUAL,USD,")),
        "{ghostfolio}"
    );
    assert!(lines[1].contains(",buy,"));
    let json_file: Value = player
        .get(&file("ghostfolio.json"))
        .await
        .expect(StatusCode::OK);
    let activities = json_file["activities"].as_array().expect("a list");
    assert_eq!(activities.len(), 1);
    assert_eq!(activities[0]["type"], "BUY");
    assert_eq!(activities[0]["symbol"], json!(symbol));
    assert!(activities[0]["quantity"].as_f64().expect("a number") > 0.0);
    let performance = player.get(&file("portfolio-performance.csv")).await.body;
    let lines: Vec<&str> = performance.lines().collect();
    assert_eq!(lines.len(), 3, "{performance}");
    assert!(lines[0].starts_with("Date,Type,Value,Transaction Currency,Gross Amount"));
    assert!(lines[1].contains(",Deposit,10000.00,USD,"), "{performance}");
    assert!(
        lines[2].contains(",Buy,500.00,USD,") || lines[2].contains(",Buy,499."),
        "{performance}"
    );
    let columns = lines[0].split(',').count();
    assert_eq!(lines[1].split(',').count(), columns);
    player.get(&file("secrets.csv")).await.error("not_found");
    app.anonymous()
        .get(&file("ledger.csv"))
        .await
        .error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn everything_about_a_player_is_one_json_object() {
    let app = TestApp::start().await;
    let player = app.registered("ann").await;
    buy(&app, &player, Some("Their shops are always full.")).await;
    let note = json!({"text": "Ask at the shop.", "tags": "idea"});
    let _: NoteView = player.post(NOTES, &note).await.expect(StatusCode::CREATED);
    let list = json!({"name": "Bakers"});
    let _: Value = player
        .post("/api/v1/me/watch-lists", &list)
        .await
        .expect(StatusCode::CREATED);
    let mut waits = order("MUFFN", "buy", json!({"quantity": "1"}));
    waits["trigger"] = json!({"limit": "1.00"});
    waits["reason"] = json!("It will fall.");
    let _: Value = player.place(&waits).await.expect(StatusCode::CREATED);
    let all: Value = player
        .get("/api/v1/me/export.json")
        .await
        .expect(StatusCode::OK);
    assert_eq!(all["watch_lists"][0]["name"], "Bakers");
    assert_eq!(all["sessions"].as_array().expect("a list").len(), 1);
    assert_eq!(all["logins"][0]["event"], "registered");
    assert_eq!(
        all["games"][0]["waiting_orders"][0]["reason"],
        "It will fall."
    );
    assert_eq!(all["player"]["email"], "ann@example.org");
    assert_eq!(all["notes"][0]["text"], "Ask at the shop.");
    assert!(!all["awards"].as_array().expect("a list").is_empty());
    let game = &all["games"][0];
    assert_eq!(game["slug"], "open");
    let ledger = game["ledger"].as_array().expect("a list");
    assert_eq!(ledger.len(), 3);
    assert_eq!(ledger[1]["reason"], "Their shops are always full.");
    assert!(!all.to_string().contains("argon2"));
    app.stop().await;
}
