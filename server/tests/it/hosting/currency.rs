//! Games in another currency than the dollar: from the form to the receipt.

use domain::api::{
    CodeView, CursorPage, GameView, InstrumentDetail, LedgerEntryView, OrderView, PlayerView,
};
use domain::proof::check_receipt;
use domain::{CONVERSION_BPS, Currency, Day, Fact, FactKind, InstrumentId, Money};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::store::MarketSource;
use server::verify::verify;

use super::{act, code, create, join};
use crate::app::{Answer, Player, TestApp, order};
use crate::market::{candle, instrument};

/// Trades in euros.
const AT_HOME: &str = "TEAPT";
/// Trades in dollars.
const ABROAD: &str = "MUFFN";
/// A fund, which is at home in every market.
const FUND: &str = "TQ.ALL";

fn euro() -> Currency {
    Currency::of_code("EUR")
}

async fn detail(player: &Player, path: &str, symbol: &str) -> InstrumentDetail {
    let path = format!("{path}/instruments/{symbol}");
    player.get(&path).await.expect(StatusCode::OK)
}

async fn bought(player: &Player, path: &str, symbol: &str) -> OrderView {
    let body = order(symbol, "buy", json!({"amount": "500"}));
    let placed = player.post(&format!("{path}/orders"), &body).await;
    placed.expect(StatusCode::CREATED)
}

#[tokio::test]
async fn a_school_plays_in_euros_and_the_dollar_is_abroad() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let wanted = json!({"currency": "EUR", "starting_cash": "100000"});
    let ticket = create(&host, wanted).await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    let path = format!("/api/v1/games/{}", ticket.slug);
    let game: GameView = mia.get(&path).await.expect(StatusCode::OK);
    assert_eq!(game.rules.currency, euro());
    let shown: CodeView = app
        .anonymous()
        .get(&format!("/api/v1/codes/{}", code(&ticket)))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.currency, euro());

    for (symbol, foreign) in [(AT_HOME, None), (FUND, None), (ABROAD, Some("USD"))] {
        let detail = detail(&mia, &path, symbol).await;
        assert_eq!(detail.instrument.currency, foreign.unwrap_or("EUR"));
        let quote = detail.instrument.quote.expect("it has a price");
        let abroad = quote.foreign.map(|foreign| foreign.currency.to_string());
        assert_eq!(abroad.as_deref(), foreign, "{symbol}");
    }
    let at_home = bought(&mia, &path, AT_HOME).await.fill;
    assert_eq!(at_home.and_then(|fill| fill.conversion), None);
    let fill = bought(&mia, &path, ABROAD)
        .await
        .fill
        .expect("it is filled");
    let conversion = fill.conversion.expect("the dollar is abroad");
    assert!(conversion.currency.is_dollar());
    let cost = fill.value.basis_points_rounded_up(CONVERSION_BPS);
    assert_eq!(Some(conversion.cost), cost);
    let ledger: CursorPage<LedgerEntryView> = mia
        .get(&format!("{path}/ledger"))
        .await
        .expect(StatusCode::OK);
    let kinds: Vec<FactKind> = ledger.items.iter().map(|entry| entry.kind).collect();
    let expected = [
        FactKind::Converted,
        FactKind::Bought,
        FactKind::Bought,
        FactKind::Opened,
    ];
    assert_eq!(kinds, expected);

    let too_much = order(AT_HOME, "buy", json!({"amount": "1000000"}));
    let refused = mia.post(&format!("{path}/orders"), &too_much).await;
    let message = refused.error("insufficient_cash").message;
    assert!(message.contains('€') && !message.contains('$'), "{message}");

    let change = json!({"action": "rules", "text": "A fee", "rules": {"fee_fixed": "1.50"}});
    act(&host, &ticket, change).await;
    let game: GameView = mia.get(&path).await.expect(StatusCode::OK);
    assert_eq!(game.rules.currency, euro());
    let store = app.store().await;
    let verified = verify(&*store, |finding| panic!("{finding}")).await;
    verified.expect("the database can be read");
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn pages_receipts_and_files_of_a_game_in_euros_say_so() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let wanted = json!({"currency": "EUR", "starting_cash": "100000"});
    let ticket = create(&host, wanted).await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    let path = format!("/api/v1/games/{}", ticket.slug);
    bought(&mia, &path, AT_HOME).await;

    let page = async |address: &str, language: &str| {
        let asked = mia.request(Method::GET, address);
        let asked = asked.header("accept-language", language);
        let answer = Answer::of(asked).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.body
    };
    let rules = format!("/games/{}/rules", ticket.slug);
    let english = page(&rules, "en").await;
    assert!(
        english.contains("Everyone starts with €100,000.00."),
        "{english}"
    );
    assert!(english.contains("data-currency=\"EUR\""), "{english}");
    let german = page(&rules, "de").await;
    assert!(german.contains("100.000,00\u{a0}€"), "{german}");
    let stock = format!("/games/{}/instruments/{AT_HOME}", ticket.slug);
    let stock = page(&stock, "en").await;
    assert!(stock.contains('€') && !stock.contains("foreign-price"));
    let league = page("/instruments/MUFFN", "en").await;
    assert!(league.contains('$') && !league.contains("data-currency"));

    let me: PlayerView = mia.get("/api/v1/me").await.expect(StatusCode::OK);
    let receipt = mia.get(&format!("{path}/receipts/{}", me.handle)).await;
    assert_eq!(receipt.status, StatusCode::OK, "{}", receipt.body);
    let report = check_receipt(&receipt.body, &[]);
    assert!(report.is_sound(), "{:#?}", report.checks);
    let said: Vec<String> = report.checks.into_iter().map(|check| check.words).collect();
    let said = said.concat();
    assert!(said.contains('€') && !said.contains('$'), "{said}");
    let receipt = report.receipt.expect("a receipt");
    assert_eq!(receipt.game.rules.currency, euro());
    let opened = receipt.words(1).unwrap_or_default();
    assert_eq!(opened, "The account was opened with €100,000.00");
    let cash = Money::from_whole(100_000);
    assert_eq!(receipt.entries[0].fact, Fact::Opened { cash });

    let file = |name: &str| format!("{path}/exports/{name}");
    let ghostfolio = mia.get(&file("ghostfolio.csv")).await.body;
    assert!(ghostfolio.contains(&format!("\"{AT_HOME}\",MANUAL,EUR,")));
    let ledger = mia.get(&file("ledger.csv")).await.body;
    assert!(ledger.lines().skip(1).all(|line| line.ends_with(",EUR")));
    let marks = host.get(&format!("{path}/host/marks.csv")).await.body;
    assert!(marks.lines().skip(1).all(|line| line.ends_with(",EUR")));
    app.stop().await;
}

#[tokio::test]
async fn a_currency_that_its_market_cannot_have_is_refused() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let body = json!({"name": "9b", "market": "replay", "currency": "EUR"});
    let refused = host.post("/api/v1/games", &body).await;
    assert_eq!(refused.wrong_field(), "market", "there is no history yet");
    let begins = Day::from_calendar(2008, 9, 12).expect("it is a day");
    let id = InstrumentId(100_000);
    let mut listed = instrument(id, MarketSource::Replay, "SAP");
    listed.currency = "EUR".to_owned();
    let candles: Vec<_> = (0..40)
        .map(|number| candle(id, begins.plus_days(number), 100))
        .collect();
    let store = app.store().await;
    let imported = store.import_history(&[listed], &candles, &[]).await;
    imported.expect("the history can be stored");
    store.close().await;

    for (market, currency) in [("own", "JPY"), ("shared", "EUR"), ("replay", "USD")] {
        let body = json!({"name": "9b", "market": market, "currency": currency});
        let refused = host.post("/api/v1/games", &body).await;
        assert_eq!(refused.wrong_field(), "currency", "{market}");
    }
    let ticket = create(&host, json!({"market": "replay", "speed": 1})).await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    let path = format!("/api/v1/games/{}", ticket.slug);
    let game: GameView = mia.get(&path).await.expect(StatusCode::OK);
    assert_eq!(game.rules.currency, euro());
    let fill = bought(&mia, &path, "SAP").await.fill.expect("it is filled");
    assert_eq!(fill.conversion, None);
    app.stop().await;
}

#[tokio::test]
async fn the_form_asks_for_the_currency() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let form = browser.get("/games/new").await.body;
    assert!(form.contains("name=\"currency\""), "{form}");
    let fields = [
        ("name", "9b"),
        ("currency", "GBP"),
        ("starting_cash", "500"),
    ];
    let made = browser.form("/forms/create-game", &fields).await;
    let host = made.header("location").to_owned();
    let slug = host.split('/').nth(2).expect("the page of the game");
    let game: GameView = browser
        .get(&format!("/api/v1/games/{slug}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(game.rules.currency.to_string(), "GBP");
    app.stop().await;
}
