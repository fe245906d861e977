//! Scenarios on imported history: where the history is, where it is not, and where it has other prices.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::api::{
    GameView, ImportedView, InstrumentRow, Page, RunView, ScenarioRow, ScenarioView, ScenariosView,
};
use domain::{CorporateAction, DatedAction, Day, InstrumentId, Price, SplitRatio};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::import::{ImportArgs, import};
use server::store::{InstrumentAction, InstrumentRecord, MarketSource};

use super::{SCENARIOS, finish, start, start_beside, to_the_end};
use crate::app::{Player, TestApp, order};
use crate::import::sample::{SYMBOLS, sample};
use crate::market::{candle, instrument};

const FILES: &str = "tickerquest import AAPL.csv GOOG.csv IBM.csv MSFT.csv";

/// Imports the pack of the library's scenarios, as an operator does beside the server.
async fn import_sample(app: &TestApp) {
    let store = app.store().await;
    let args = ImportArgs {
        files: SYMBOLS.map(sample).into(),
        ..ImportArgs::default()
    };
    import(&*store, &args)
        .await
        .expect("the sample is imported as it is");
    store.close().await;
}

async fn listed(player: &Player, id: &str) -> ScenarioRow {
    let list: ScenariosView = player.get(SCENARIOS).await.expect(StatusCode::OK);
    let mut rows = list.library.into_iter().chain(list.imported);
    rows.find(|row| row.id == id).expect("it is listed")
}

async fn buy(player: &Player, slug: &str, symbol: &str, amount: &str) {
    let orders = format!("/api/v1/games/{slug}/orders");
    let bought = order(symbol, "buy", json!({ "amount": amount }));
    let placed = player.post(&orders, &bought).await;
    placed.expect::<Value>(StatusCode::CREATED);
}

async fn symbols(player: &Player, slug: &str) -> Vec<String> {
    let path = format!("/api/v1/games/{slug}/instruments");
    let page: Page<InstrumentRow> = player.get(&path).await.expect(StatusCode::OK);
    let symbols = page.items.iter().map(|row| row.symbol.to_string());
    symbols.collect()
}

#[tokio::test]
async fn a_scenario_on_history_says_what_to_import_and_is_then_played_at_its_prices() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let row = listed(&browser, "real-decade").await;
    assert!(row.on_history);
    let why = row.missing.expect("the history is not there");
    assert!(
        why.contains("bokeh-sampledata") && why.ends_with(FILES),
        "{why}"
    );
    assert_eq!(listed(&browser, "panic").await.missing, None, "the rest is");
    let refused = browser
        .post(&format!("{SCENARIOS}/real-decade"), &json!({}))
        .await;
    assert_eq!(refused.error("not_possible").message, why);
    for page in ["/scenarios", "/scenarios/real-decade"] {
        let page = browser.get(page).await;
        assert!(page.body.contains(FILES), "{}", page.body);
        assert!(!page.body.contains("start-scenario"), "{}", page.body);
    }
    // A run that counts elsewhere is refused before anybody takes it along.
    let starts = format!("{SCENARIOS}/real-decade/offline-starts");
    let refused = browser.post(&starts, &json!({})).await;
    let said = refused.error("not_possible").message;
    assert!(said.contains("imported history"), "{said}");

    import_sample(&app).await;
    let slug = start(&browser, "real-decade").await;
    assert_eq!(listed(&browser, "real-decade").await.missing, None);
    let address = format!("/api/v1/games/{slug}/scenario");
    let run: RunView = browser.get(&address).await.expect(StatusCode::OK);
    assert_eq!(run.day.to_string(), "2003-03-03");
    // The market has the companies of the scenario and no others of the history.
    assert_eq!(
        symbols(&browser, &slug).await,
        ["AAPL", "GOOG", "IBM", "MSFT"]
    );
    for symbol in ["AAPL", "IBM", "MSFT"] {
        buy(&browser, &slug, symbol, "3300").await;
    }
    let run: RunView = browser
        .post(&address, &json!({ "days": 3000 }))
        .await
        .expect(StatusCode::OK);
    assert!(run.points.len() > 100, "{}", run.points.len());
    let run = to_the_end(&browser, &slug).await;
    let end = run.end.expect("it is over");
    assert_eq!(end.stars, 3);
    assert_eq!(end.revealed, None);
    // What the files say of equal parts of the three that were there at the start.
    let index = end.index_percent.expect("it is known").basis_points();
    assert!((202_390..=202_410).contains(&index), "{index}");
    let own = run.return_percent.basis_points();
    assert!((200_000..=201_000).contains(&own), "{own}");
    app.stop().await;
}

#[tokio::test]
async fn hidden_names_and_dates_are_told_with_the_result() {
    let app = TestApp::start().await;
    import_sample(&app).await;
    let player = app.guest().await;
    let ghost = json!({ "ghost": "index" });
    let slug = start_beside(&player, "nameless-storm", ghost).await;
    let address = format!("/api/v1/games/{slug}/scenario");
    let first = player.get(&address).await;
    let run: RunView = first.expect(StatusCode::OK);
    assert_eq!(run.day.to_string(), "2035-01-01");
    let name = run.ghost.expect("there is one").name;
    assert_eq!(name, "Equal parts of every company");
    let shown = symbols(&player, &slug).await;
    assert_eq!(shown.len(), 4, "{shown:?}");
    assert!(
        shown.iter().all(|symbol| symbol.starts_with("CO")),
        "{shown:?}"
    );
    for path in ["instruments", "news", "rules", "dashboard", "scenario"] {
        let told = player
            .get(&format!("/api/v1/games/{slug}/{path}"))
            .await
            .body;
        let told_of = ["AAPL", "GOOG", "IBM", "MSFT", "Apple", "2008-"];
        let real = told_of.iter().find(|real| told.contains(**real));
        assert_eq!(real, None, "{path}: {told}");
    }
    for symbol in &shown {
        buy(&player, &slug, symbol, "2499").await;
    }
    let run: RunView = player
        .post(&address, &json!({ "days": 280 }))
        .await
        .expect(StatusCode::OK);
    // March 2009.
    assert!(run.return_percent.basis_points() < -4_000, "{run:?}");
    let run = to_the_end(&player, &slug).await;
    let end = run.end.expect("it is over");
    let index = end.index_percent.expect("it is known").basis_points();
    assert!((450..=475).contains(&index), "{index}");
    // The disguise leaves every return as it was.
    let apart = run.return_percent.basis_points() - index;
    assert!(apart.abs() < 20, "{apart}");
    let ghost = run.ghost.expect("there is one");
    let last = ghost
        .points
        .last()
        .map(|point| point.percent.basis_points());
    assert_eq!(last, Some(index));
    assert_eq!(end.stars, 3);
    let revealed = end.revealed.expect("it is over");
    assert_eq!(revealed.real_day.to_string(), "2008-06-02");
    let names: BTreeSet<&str> = revealed
        .companies
        .iter()
        .map(|company| company.real_symbol.as_str())
        .collect();
    assert_eq!(names, BTreeSet::from(["AAPL", "GOOG", "IBM", "MSFT"]));
    app.stop().await;
}

/// A company with a candle on each of 40 days, from 20 days before the first of March 2010.
async fn import_invented(app: &TestApp, price: i32) {
    import_invented_in(app, "USD", price).await;
}

async fn import_invented_in(app: &TestApp, currency: &str, price: i32) {
    let id = InstrumentId(100_000);
    let first = Day::from_calendar(2010, 3, 1).expect("it is a day");
    let day = |number: i32| first.plus_days(number - 20);
    let candles: Vec<_> = (0..40)
        .map(|number| candle(id, day(number), price + number))
        .collect();
    let acme = InstrumentRecord {
        currency: currency.to_owned(),
        ..instrument(id, MarketSource::Replay, "ACME")
    };
    let store = app.store().await;
    let stored = store.import_history(&[acme], &candles, &[]).await;
    stored.expect("it is stored");
    store.close().await;
}

/// The same company for two years without a change, but for dividends on the days 100 and 300 and a split on day
/// 200 of March 2010 and after.
async fn import_payer(app: &TestApp) {
    let id = InstrumentId(100_000);
    let first = Day::from_calendar(2010, 3, 1).expect("it is a day");
    let price = |number: i32| if number < 200 { 100 } else { 50 };
    let candles: Vec<_> = (-20..760)
        .map(|number| candle(id, first.plus_days(number), price(number)))
        .collect();
    let action = |number, action| InstrumentAction {
        instrument: id,
        dated: DatedAction {
            day: first.plus_days(number),
            action,
        },
    };
    let per_share = Price::from_whole(1);
    let actions = [
        action(100, CorporateAction::Dividend { per_share }),
        action(200, CorporateAction::Split(SplitRatio { new: 2, old: 1 })),
        action(300, CorporateAction::Dividend { per_share }),
    ];
    let acme = instrument(id, MarketSource::Replay, "ACME");
    let store = app.store().await;
    let stored = store.import_history(&[acme], &candles, &actions).await;
    stored.expect("it is stored");
    store.close().await;
}

#[tokio::test]
async fn a_jump_of_years_leaves_out_no_dividend_and_no_split() {
    let app = TestApp::start().await;
    import_payer(&app).await;
    let player = app.guest().await;
    let id = import_scenario(&player, &written(700, 1)).await;
    let slug = start(&player, &id).await;
    buy(&player, &slug, "ACME", "9900").await;
    let run = to_the_end(&player, &slug).await;
    let end = run.end.expect("it is over");
    // 99 shares, a dollar for each, then twice as many at half the price, and a dollar for each again.
    assert_eq!(run.net_worth.to_string(), "10297.00");
    let percents = [end.index_percent, end.plan_percent].map(Option::unwrap_or_default);
    assert_eq!(
        percents.map(|percent| percent.to_string()),
        ["3.02", "1.51"]
    );
    app.stop().await;
}

/// A scenario that somebody has written, without a digest.
fn written(days: u32, speed: u32) -> String {
    let scenario = json!({
        "title": "Three days of ACME",
        "learn": "Short things end soon.",
        "story": "You have three days.",
        "lesson": "They are over.",
        "seed": 0,
        "start": "2010-03-01",
        "days": days,
        "starting_cash": "10000",
        "fees": { "basis_points": 0, "fixed": "0" },
        "categories": [],
        "position_max_percent": null,
        "goal": { "measure": "against_index", "stars": ["-5", "0", "5"], "trades_max": null },
        "events": [],
        "history": { "pack": "The history of ACME", "symbols": ["ACME"], "speed": speed },
        "plan": [{ "symbol": "ACME", "percent": 50 }],
    });
    scenario.to_string()
}

async fn import_scenario(player: &Player, file: &str) -> String {
    let imported = player.post(SCENARIOS, &json!({ "file": file })).await;
    imported.expect::<ImportedView>(StatusCode::CREATED).id
}

#[tokio::test]
async fn who_writes_a_scenario_gets_its_digest_and_it_is_played_on_no_other_prices() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let (author, friend) = (app.guest().await, other.guest().await);
    let refused = author
        .post(SCENARIOS, &json!({ "file": written(3, 1) }))
        .await;
    assert_eq!(refused.wrong_field(), "file");
    assert!(
        refused.body.contains("tickerquest import ACME.csv"),
        "{}",
        refused.body
    );
    import_invented(&app, 100).await;
    let id = import_scenario(&author, &written(3, 1)).await;
    let view = author.get(&format!("{SCENARIOS}/{id}")).await;
    let view: ScenarioView = view.expect(StatusCode::OK);
    assert_eq!(view.row.missing, None);
    assert!(
        view.goals[0].contains("equal parts of every company"),
        "{:?}",
        view.goals
    );
    let file = author.get(&format!("{SCENARIOS}/{id}/file")).await.body;
    let signed: Value = serde_json::from_str(&file).expect("JSON");
    let digest = signed["scenario"]["history"]["digest"].as_str();
    assert_eq!(digest.map(str::len), Some(64), "{file}");

    // Another server takes the file up, and plays it once it has the very same prices.
    assert_eq!(import_scenario(&friend, &file).await, id);
    let why = async || {
        let begun = friend.post(&format!("{SCENARIOS}/{id}"), &json!({})).await;
        begun.error("not_possible").message
    };
    assert!(why().await.contains("does not have"));
    import_invented(&other, 101).await;
    assert!(why().await.contains("other prices"));
    import_invented(&other, 100).await;
    start(&friend, &id).await;
    app.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_run_on_a_history_in_euros_is_played_in_euros() {
    let app = TestApp::start().await;
    import_invented_in(&app, "EUR", 100).await;
    let player = app.guest().await;
    let id = import_scenario(&player, &written(3, 1)).await;
    let view = player.get(&format!("{SCENARIOS}/{id}")).await;
    let view: ScenarioView = view.expect(StatusCode::OK);
    let rules = view.rules.join(" ");
    assert!(rules.contains("€10,000.00"), "{rules}");
    let slug = start(&player, &id).await;
    let game = player.get(&format!("/api/v1/games/{slug}")).await;
    let game: GameView = game.expect(StatusCode::OK);
    assert_eq!(game.rules.currency.as_str(), "EUR");
    buy(&player, &slug, "ACME", "9000").await;
    let too_much = order("ACME", "buy", json!({ "amount": "5000" }));
    let path = format!("/api/v1/games/{slug}/orders");
    let refused = player.post(&path, &too_much).await;
    let message = refused.error("insufficient_cash").message;
    assert!(message.contains('€') && !message.contains('$'), "{message}");
    let run = to_the_end(&player, &slug).await;
    assert!(run.end.is_some(), "{run:?}");
    app.stop().await;
}

#[tokio::test]
async fn trading_ends_by_itself_where_days_take_a_second() {
    let app = TestApp::start().await;
    import_invented(&app, 100).await;
    let player = app.guest().await;
    let id = import_scenario(&player, &written(3, 86_400)).await;
    let slug = start(&player, &id).await;
    let orders = format!("/api/v1/games/{slug}/orders");
    let mut tries = 0;
    loop {
        let bought = order("ACME", "buy", json!({ "amount": "1" }));
        let placed = player.post(&orders, &bought).await;
        if placed.body.contains("game_not_open") {
            break;
        }
        tries += 1;
        assert!(tries < 3_000, "{}", placed.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let run = finish(&player, &format!("/api/v1/games/{slug}/scenario")).await;
    assert!(run.at_end && run.end.is_some(), "{run:?}");
    app.stop().await;
}

#[tokio::test]
async fn the_desktop_app_says_in_words_that_it_lacks_the_history() {
    let token = "0123456789abcdef";
    let app = TestApp::start_with(|config| config.session.launch_token = Some(token.into())).await;
    let window = app.browser();
    let launched = window.get(&format!("/launch?token={token}")).await;
    window.get(launched.header("location")).await;
    let why = listed(&window, "nameless-storm").await.missing;
    let why = why.expect("it has no history");
    assert!(why.contains("this app does not have"), "{why}");
    assert!(!why.contains("tickerquest import"), "{why}");
    app.stop().await;
}
