//! Orders that rest keep their market running, and have it started with the server.

use std::sync::Arc;
use std::time::Duration;

use domain::api::OrderStatus;
use domain::market::{Simulation, catalogue};
use domain::{AccountId, GameRules, Price, Side, Terms, Timestamp, Trigger};
use server::config::EngineConfig;
use server::engine::{Engine, EngineTask, GameContext};
use server::market::Markets;

use super::{FIRST, Running, other_game, quick, simulated};
use crate::fixture::{ManualClock, Stage, noon, order};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
const SEED: u64 = 8;
const SYMBOL: &str = "MUFFN";

async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(in_time.is_ok(), "{what}");
}

/// A later instant at which the price is lower than at noon, and that price.
fn when_it_is_cheaper() -> (Timestamp, Price) {
    let simulation = Simulation::new(SEED, catalogue());
    let index = simulation.find_instrument(SYMBOL).expect("it is listed");
    let price = |hours: i64| simulation.traded_price(index, noon().seconds() + hours * 3_600);
    let now = price(0).expect("it has a price");
    (1..10_000)
        .find_map(|hours| {
            let then = price(hours).filter(|then| *then < now)?;
            Some((noon().plus_seconds(hours * 3_600), then))
        })
        .expect("every price falls some day")
}

async fn engine_on(
    stage: &Stage,
    markets: &Arc<Markets>,
    clock: &Arc<ManualClock>,
) -> (Engine, EngineTask) {
    let (store, markets) = (Arc::clone(&stage.store), Arc::clone(markets));
    let config = EngineConfig::default();
    let started = Engine::start(store as _, markets, clock.clone(), &config).await;
    started.expect("the engine starts")
}

#[tokio::test]
async fn a_market_on_which_an_order_rests_runs_on_and_is_started_with_the_server() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let game = other_game(&*stage.store, SEED).await;
    let account = AccountId {
        game: game.id,
        ..stage.player(1).await
    };
    let cash = GameRules::open_league().starting_cash;
    stage
        .store
        .open_account(account, cash, noon())
        .await
        .expect("the account is opened");
    let (engine, task) = engine_on(&stage, &running.markets, &running.clock).await;
    let context = GameContext {
        rules: Arc::new(game.rules),
        market: running.markets.find(game.market).await.expect("it starts"),
    };
    let (later, cheaper) = when_it_is_cheaper();
    let terms = Terms {
        trigger: Trigger::Limit(cheaper),
        expires_at: None,
    };
    let symbol = SYMBOL.parse().expect("it is a symbol");
    let waits = order("waits-for-it", symbol, Side::Buy, 1).on_terms(terms);
    let waits = waits.expect("the terms are well-formed");
    let key = waits.key().clone();
    let placed = engine.submit(account, waits, context).await;
    assert_eq!(placed.expect("it is placed").status, OrderStatus::Resting);

    // Nobody asks for either market any more, but for the order.
    running.clock.pass_seconds(601);
    let now = noon().plus_seconds(601);
    let market = running.markets.running(game.market).expect("it runs");
    until("the order has use for its market", async || {
        market.used_at() >= now
    })
    .await;
    running.markets.stop_idle().await;
    assert!(running.markets.running(game.market).is_some());
    assert!(running.markets.running(FIRST).is_none());
    task.shutdown().await;
    running.close().await;

    let clock = ManualClock::at(later);
    let markets = Markets::open(Arc::clone(&stage.store), clock.clone(), &quick()).await;
    let markets = markets.expect("the markets open");
    assert_eq!(markets.count(), 0);
    let (_engine, task) = engine_on(&stage, &markets, &clock).await;
    until("the order is filled", async || {
        let found = stage.store.find_order(account, &key).await;
        let found = found.expect("orders can be read").expect("it was placed");
        found.view.status == OrderStatus::Filled
    })
    .await;
    assert!(markets.running(FIRST).is_none(), "nothing rests there");
    let found = stage.store.find_order(account, &key).await;
    let found = found.expect("orders can be read").expect("it was placed");
    assert_eq!(found.view.fill.map(|fill| fill.price), Some(cheaper));
    task.shutdown().await;
    markets.stop_all().await;
}
