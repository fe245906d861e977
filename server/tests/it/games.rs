//! `/api/v1/games`: games beside each other, each on its own market.

use std::time::Duration;

use domain::api::{CandleView, GameRow, OrderStatus, OrderView, Page, PlayerView, SummaryView};
use domain::market::{Simulation, catalogue};
use domain::{AccountId, Money, Price, Quote};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::{Player, TestApp, order};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
const SECOND_SEED: u64 = 8_123_456_789;

async fn two_games() -> TestApp {
    let app = TestApp::start().await;
    app.create_game("class-1", SECOND_SEED).await;
    app
}

async fn quotes(player: &Player, game: &str) -> Vec<Quote> {
    let answer = player.get(&format!("/api/v1/games/{game}/quotes")).await;
    answer.expect(StatusCode::OK)
}

/// Whether these are the prices of a seed, each at its own instant.
fn are_of_seed(seed: u64, quotes: &[Quote]) -> bool {
    let simulation = Simulation::new(seed, catalogue());
    quotes.iter().all(|quote| {
        let index = simulation.find_instrument(quote.symbol.as_str());
        let price = simulation.traded_price(index.unwrap_or(usize::MAX), quote.at.seconds());
        price == Some(quote.price)
    })
}

async fn join(player: &Player, game: &str) {
    let answer = player
        .post(&format!("/api/v1/games/{game}/join"), &json!({}))
        .await;
    let row: GameRow = answer.expect(StatusCode::CREATED);
    assert!(row.joined);
}

#[tokio::test]
async fn two_games_have_prices_of_their_own() {
    let app = two_games().await;
    let player = app.guest().await;
    let (open, class) = (
        quotes(&player, "open").await,
        quotes(&player, "class-1").await,
    );
    assert_eq!(open.len(), class.len());
    assert!(are_of_seed(7, &open) && are_of_seed(SECOND_SEED, &class));
    assert!(!are_of_seed(7, &class));
    app.stop().await;
}

#[tokio::test]
async fn a_player_joins_a_game_once_and_sees_it_in_the_list() {
    let app = two_games().await;
    let player = app.guest().await;
    let listed = async |player: &Player| -> Vec<(String, bool)> {
        let page: Page<GameRow> = player.get("/api/v1/games").await.expect(StatusCode::OK);
        let rows = page.items.into_iter();
        rows.map(|row| (row.game.slug, row.joined)).collect()
    };
    // The first request for it makes the server read it.
    quotes(&player, "class-1").await;
    let list = |open, class| vec![("open".to_owned(), open), ("class-1".to_owned(), class)];
    assert_eq!(listed(&player).await, list(true, false));
    assert_eq!(listed(&app.anonymous()).await, list(false, false));
    player
        .get("/api/v1/games/class-1/summary")
        .await
        .error("not_found");

    join(&player, "class-1").await;
    let again = player.post("/api/v1/games/class-1/join", &json!({})).await;
    again.error("already_joined");
    let open = player.post("/api/v1/games/open/join", &json!({})).await;
    open.error("already_joined");
    let nowhere = player.post("/api/v1/games/class-2/join", &json!({})).await;
    nowhere.error("not_found");
    let stranger = app.anonymous();
    let stranger = stranger
        .post("/api/v1/games/class-1/join", &json!({}))
        .await;
    stranger.error("unauthorized");
    assert_eq!(listed(&player).await, list(true, true));
    let summary: SummaryView = player
        .get("/api/v1/games/class-1/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.cash, Money::from_whole(5_000));
    app.stop().await;
}

#[tokio::test]
async fn an_order_is_filled_at_the_price_of_its_own_market() {
    let app = two_games().await;
    let player = app.guest().await;
    join(&player, "class-1").await;
    for (game, seed) in [("open", 7), ("class-1", SECOND_SEED)] {
        let body = order("MUFFN", "buy", json!({"quantity": "2"}));
        let answer = player
            .post(&format!("/api/v1/games/{game}/orders"), &body)
            .await;
        let view: OrderView = answer.expect(StatusCode::CREATED);
        let fill = view.fill.expect("it is filled");
        let simulation = Simulation::new(seed, catalogue());
        let index = simulation.find_instrument("MUFFN").expect("it is listed");
        // Market time of the fill lies between the quotes before and after it: a minute a second.
        let after = quotes(&player, game).await;
        let now = after[0].at.seconds();
        let near =
            (now - 600..=now).any(|step| simulation.traded_price(index, step) == Some(fill.price));
        assert!(near, "{game}: {fill:?}");
    }
    let summary = |game: &str| format!("/api/v1/games/{game}/summary");
    let open: SummaryView = player.get(&summary("open")).await.expect(StatusCode::OK);
    let class: SummaryView = player.get(&summary("class-1")).await.expect(StatusCode::OK);
    assert_eq!((open.positions_held, class.positions_held), (1, 1));
    assert_eq!(
        (open.xp, class.xp),
        (class.xp, open.xp),
        "XP is the player's"
    );
    assert_ne!(open.market_value, class.market_value);
    app.stop().await;
}

#[tokio::test]
async fn a_browser_plays_both_games_with_forms_alone() {
    let app = two_games().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let joined = browser
        .form("/forms/join-game", &[("game", "class-1")])
        .await;
    assert_eq!(joined.header("location"), "/games/class-1/market");
    let page = browser.get("/games/class-1/instruments/MUFFN").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Class class-1"));
    assert!(page.body.contains("name=\"game\" value=\"class-1\""));
    let fields = [
        ("game", "class-1"),
        ("idempotency_key", "form-order-1"),
        ("symbol", "MUFFN"),
        ("side", "buy"),
        ("unit", "quantity"),
        ("size", "3"),
    ];
    let bought = browser.form("/forms/order", &fields).await;
    let next = "/games/class-1/instruments/MUFFN?done=form-order-1";
    assert_eq!(bought.header("location"), next);
    let held = async |game: &str| {
        let path = format!("/api/v1/games/{game}/summary");
        let summary: SummaryView = browser.get(&path).await.expect(StatusCode::OK);
        summary.positions_held
    };
    assert_eq!((held("class-1").await, held("open").await), (1, 0));
    let nowhere = browser.get("/games/class-9/market").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    app.stop().await;
}

#[tokio::test]
async fn a_waiting_order_of_a_game_that_nobody_looks_at_is_filled() {
    let app = two_games().await;
    let player = app.guest().await;
    join(&player, "class-1").await;
    let price = quotes(&player, "class-1").await;
    let price = price.iter().find(|quote| quote.symbol.as_str() == "MUFFN");
    let price = price.expect("it is listed").price.units();
    // Whichever way the price goes, one of the two is due.
    let mut keys = Vec::new();
    for trigger in [
        json!({"limit": Price::from_units(price - 100).to_string()}),
        json!({"stop": Price::from_units(price + 100).to_string()}),
    ] {
        let mut body = order("MUFFN", "buy", json!({"quantity": "1"}));
        body["trigger"] = trigger;
        let placed = player.post("/api/v1/games/class-1/orders", &body).await;
        let placed: OrderView = placed.expect(StatusCode::CREATED);
        keys.push(placed.idempotency_key);
    }
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    let store = app.store().await;
    let games = store.list_games().await.expect("games can be listed");
    let game = games.iter().find(|game| game.slug == "class-1");
    let account = AccountId {
        player: me.id,
        game: game.expect("it was made").id,
    };
    // The store says it: no request asks for the market.
    let filled = async {
        loop {
            for key in &keys {
                let found = store.find_order(account, key).await.expect("it is read");
                if found.is_some_and(|order| order.view.status == OrderStatus::Filled) {
                    return;
                }
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, filled)
        .await
        .expect("the order is filled");
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn candles_and_pages_are_those_of_the_game_and_tell_no_seed() {
    let app = two_games().await;
    let player = app.guest().await;
    join(&player, "class-1").await;
    let address = |game: &str| format!("/api/v1/games/{game}/instruments/MUFFN/candles");
    let open: Vec<CandleView> = player.get(&address("open")).await.expect(StatusCode::OK);
    let class: Vec<CandleView> = player.get(&address("class-1")).await.expect(StatusCode::OK);
    assert_eq!((open.len(), class.len()), (366, 366));
    assert_ne!(open[0].close, class[0].close);
    let secret = SECOND_SEED.to_string();
    for path in [
        "/api/v1/games",
        "/api/v1/games/class-1",
        "/api/v1/games/class-1/quotes",
        "/api/v1/games/class-1/instruments",
        "/api/v1/games/class-1/instruments/MUFFN",
        "/api/v1/games/class-1/instruments/MUFFN/ticket",
        "/api/v1/games/class-1/summary",
        "/api/v1/openapi.json",
        "/health/ready",
        "/market",
        "/games/class-1/market",
        "/games/class-1/instruments/MUFFN",
    ] {
        let answer = player.get(path).await;
        assert!(!answer.body.contains(&secret), "{path}");
    }
    app.stop().await;
}
