//! Equity points of closed days, and the dashboard that is drawn from them.

use std::sync::Arc;

use domain::api::{AuthAnswer, CurveRange, DashboardView, LiveMessage, OrderView, WeekView};
use domain::market::Simulation;
use domain::{AccountId, Day, Money, Price, Side, Symbol};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock::Clock;
use server::config::{EngineConfig, MarketConfig};
use server::engine::{Engine, EngineTask};
use server::equity::{Closer, Reading, Report, roll_up};
use server::portfolios::Portfolios;
use server::store::{EquityRecord, Store};

use crate::app::{TestApp, order};
use crate::engine::game_on;
use crate::faulty::FaultyStore;
use crate::fixture::{self, Stage, noon};
use crate::market::Running;

const SEED: u64 = 7;
const DAY_S: i64 = 86_400;

/// A player who trades on a simulated market whose clock is set by hand.
struct Game {
    stage: Stage,
    running: Running,
    engine: Engine,
    task: EngineTask,
    account: AccountId,
    closer: Closer,
}

impl Game {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let config = MarketConfig {
            seed: Some(SEED),
            speed: 1,
            ..MarketConfig::default()
        };
        let running = Running::start(&stage.store, noon(), &config).await;
        let config = EngineConfig::default();
        let engine = Engine::start(
            stage.store.clone(),
            running.markets.clone() as _,
            running.clock.clone(),
            &config,
        );
        let (engine, task) = engine.await.expect("the engine starts");
        let account = stage.player(1).await;
        let closer = Closer::new(Arc::clone(&stage.store), running.markets.clone() as _);
        Self {
            stage,
            running,
            engine,
            task,
            account,
            closer,
        }
    }

    async fn trade(&self, key: &str, place: usize, side: Side, shares: i32) {
        let symbol = self.symbol(place);
        let order = fixture::order(key, symbol, side, shares);
        let context = game_on(&self.running.market);
        let answer = self.engine.submit(self.account, order, context).await;
        let answer = answer.expect("the engine answers");
        assert!(answer.fill.is_some(), "{answer:?}");
    }

    fn symbol(&self, place: usize) -> Symbol {
        let snapshot = self.running.market.snapshot();
        snapshot.catalogue.instruments[place].symbol
    }

    /// What an instrument costs at the close of a day, as the simulation has it.
    fn close_of(&self, place: usize, day: Day) -> Price {
        let simulation = Simulation::new(SEED, domain::market::catalogue());
        let symbol = self.symbol(place);
        let index = simulation.find_instrument(symbol.as_str());
        let step = domain::market::last_step(day);
        let price = simulation.traded_price(index.expect("it is in the catalogue"), step);
        price.expect("it has a price")
    }

    /// Lets days pass, and waits until the market shows it.
    async fn pass_days(&self, days: i64) {
        self.running.clock.pass_seconds(days * DAY_S);
        self.running.shows(self.running.clock.now()).await;
    }

    async fn close(&self) -> Report {
        let now = self.running.clock.now();
        let closed = self.closer.close(now, |_| false).await;
        closed.expect("the days are closed")
    }

    async fn points(&self) -> Vec<EquityRecord> {
        let first = Day::from_number(0);
        let points = self.stage.store.list_equity(self.account, first, 1_000);
        points.await.expect("points can be listed")
    }

    async fn end(self) {
        self.task.shutdown().await;
        self.running.close().await;
    }
}

/// Three days of trading, each closed by `close` or not.
async fn play(game: &Game, close_each: bool) {
    game.trade("order-0001", 0, Side::Buy, 10).await;
    game.pass_days(1).await;
    if close_each {
        game.close().await;
    }
    game.trade("order-0002", 1, Side::Buy, 3).await;
    game.trade("order-0003", 0, Side::Sell, 4).await;
    game.pass_days(1).await;
    if close_each {
        game.close().await;
    }
    game.pass_days(1).await;
    game.close().await;
}

#[tokio::test]
async fn each_closed_day_has_one_point_of_what_the_account_was_worth() {
    let game = Game::new().await;
    // Nobody has traded: there is nothing to write.
    game.pass_days(1).await;
    assert_eq!(game.close().await.points, 0);
    game.trade("order-0001", 0, Side::Buy, 10).await;
    let cash_after_buy = game.stage.replayed(game.account).await.account.cash;
    game.pass_days(1).await;
    // The day before the first trade, and the day of it.
    assert_eq!(game.close().await.points, 2);
    assert_eq!(game.close().await.points, 0, "once");
    let points = game.points().await;
    let bought_on = noon().day().plus_days(1);
    assert_eq!(points[0].day, bought_on.plus_days(-1));
    assert_eq!(points[0].net_worth, Money::from_whole(10_000));
    assert_eq!(points[0].held, None);
    let close = game.close_of(0, bought_on);
    let shares = close.cost_of("10".parse().unwrap()).unwrap();
    assert_eq!(points[1].day, bought_on);
    assert_eq!(
        points[1].net_worth,
        cash_after_buy.checked_add(shares).unwrap()
    );
    assert_eq!(
        (points[1].cash, points[1].flow),
        (cash_after_buy, Money::ZERO)
    );
    assert_eq!(points[1].held.map(|(_, price)| price), Some(close));
    assert!(points[1].index.is_some());
    game.end().await;
}

#[tokio::test]
async fn days_without_a_server_are_caught_up_as_if_each_had_been_closed() {
    let (daily, at_once) = (Game::new().await, Game::new().await);
    play(&daily, true).await;
    play(&at_once, false).await;
    let (expected, found) = (daily.points().await, at_once.points().await);
    assert_eq!(
        expected.len(),
        4,
        "the day before the first trade, and three days"
    );
    // Without a point on the day before, the catching up begins with the last day but one.
    assert_eq!(found, expected[expected.len() - found.len()..]);
    daily.end().await;
    at_once.end().await;
}

#[tokio::test]
async fn an_outage_between_two_closes_leaves_no_gap() {
    let (daily, late) = (Game::new().await, Game::new().await);
    for game in [&daily, &late] {
        game.pass_days(1).await;
        game.close().await;
    }
    play(&daily, true).await;
    play(&late, false).await;
    let (expected, found) = (daily.points().await, late.points().await);
    assert_eq!(expected.len(), 4);
    assert_eq!(found, expected);
    daily.end().await;
    late.end().await;
}

#[tokio::test]
async fn days_of_more_than_a_year_ago_become_months() {
    let game = Game::new().await;
    let today = noon().day();
    let point = |days: i32| EquityRecord {
        account: game.account,
        day: today.plus_days(-days),
        net_worth: Money::from_whole(100),
        cash: Money::ZERO,
        flow: Money::from_whole(1),
        index: None,
        held: None,
        version: 1,
    };
    let points: Vec<EquityRecord> = (1..=500).rev().map(point).collect();
    let store = &game.stage.store;
    store.record_equity(&points).await.unwrap();
    let deleted = roll_up(store, noon(), |_| false).await.unwrap();
    let left = game.points().await;
    assert_eq!(left.len(), 500 - usize::try_from(deleted).unwrap());
    let recent = left
        .iter()
        .filter(|point| point.day >= today.plus_days(-366));
    assert_eq!(recent.count(), 366, "a year of days");
    assert!((5..60).contains(&(left.len() - 366)), "{}", left.len());
    let flows: i64 = left.iter().map(|point| point.flow.units()).sum();
    assert_eq!(Money::from_units(flows), Money::from_whole(500));
    assert_eq!(roll_up(store, noon(), |_| false).await.unwrap(), 0);
    game.end().await;
}

#[tokio::test]
async fn a_dashboard_takes_two_queries_whatever_it_covers() {
    let game = Game::new().await;
    game.pass_days(1).await;
    game.close().await;
    play(&game, true).await;
    let store = FaultyStore::new(Arc::clone(&game.stage.store));
    let shared: Arc<dyn Store> = store.clone();
    let portfolios = Portfolios::start(&shared, 100);
    for range in CurveRange::EACH {
        let before = store.reads();
        let market = Arc::clone(&game.running.market);
        let from = (&*shared, &portfolios);
        let now = game.running.clock.now();
        let reading = Reading::of(game.account, range, from, market, now).await;
        let reading = reading.unwrap().expect("there is such an account");
        assert_eq!(store.reads() - before, 2, "{range:?}");
        let instruments = game.running.markets.instruments();
        let view = reading.with(&instruments, Money::from_whole(10_000), |it| it.view());
        assert_eq!(view.range, range);
        assert_eq!(view.curve.last().unwrap().net_worth, view.net_worth);
        if range != CurveRange::Day {
            assert_eq!(view.curve.len(), 5, "four closes and now");
            let performance = view.performance.expect("there are closes");
            assert!(performance.market.is_some() && performance.held.is_some());
            assert_eq!(performance.annual, None, "under 60 days");
            assert_eq!(view.trades.len(), 3);
        }
    }
    game.end().await;
}

/// A server whose prices stand still for longer than a test takes.
async fn calm() -> TestApp {
    TestApp::start_with(|config| config.markets.tick_ms = 60_000).await
}

#[tokio::test]
async fn a_dashboard_begins_flat_and_follows_the_first_trade() {
    let app = calm().await;
    let ann = app.guest().await;
    let path = "/api/v1/games/open/dashboard";
    let view: DashboardView = ann.get(path).await.expect(StatusCode::OK);
    let start = Money::from_whole(10_000);
    assert_eq!((view.range, view.net_worth), (CurveRange::Week, start));
    assert_eq!((view.unlocked, view.games), (0, 1));
    assert!(view.curve.iter().all(|point| point.net_worth == start));
    assert!(view.movers.is_empty() && view.performance.is_none());

    let mut body = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    body["reason"] = json!("People eat more of it each year, and I would sell if they stopped.");
    let bought: OrderView = ann.place(&body).await.expect(StatusCode::CREATED);
    let view: DashboardView = ann
        .get(&format!("{path}?range=1d"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(view.trades.len(), 1);
    assert_eq!(view.trades[0].symbol, bought.symbol);
    assert_eq!(view.unlocks.len(), bought.unlocked.len());
    assert!(!view.unlocks.is_empty(), "a first trade unlocks something");
    let today = view.today.expect("it has changed since it began");
    assert_eq!(today.since, None);
    let since_start = view.net_worth.checked_sub(start).unwrap();
    assert_eq!(today.amount, since_start);

    let week: WeekView = ann
        .get("/api/v1/games/open/week")
        .await
        .expect(StatusCode::OK);
    assert_eq!((week.trades, week.reasons), (1, 1));
    assert_eq!(
        ann.get(&format!("{path}?range=2w")).await.wrong_field(),
        "range"
    );
    app.anonymous().get(path).await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn the_json_of_a_dashboard_is_what_programs_read() {
    let app = calm().await;
    let ann = app.guest().await;
    let view: Value = ann
        .get("/api/v1/games/open/dashboard")
        .await
        .expect(StatusCode::OK);
    let mut names: Vec<&String> = view.as_object().expect("an object").keys().collect();
    names.sort();
    let expected = [
        "achievements",
        "completion_percent",
        "curve",
        "games",
        "movers",
        "net_worth",
        "performance",
        "range",
        "titles",
        "today",
        "trades",
        "unlocked",
        "unlocks",
        "version",
    ];
    assert_eq!(names, expected);
    assert_eq!(view["range"], "1w");
    assert_eq!(view["net_worth"], "10000.00");
    assert_eq!(
        view["today"],
        json!({"amount": "0.00", "percent": "0.00", "since": null})
    );
    app.stop().await;
}

#[tokio::test]
async fn an_unlock_and_a_rank_are_told_over_the_live_connection() {
    let app = calm().await;
    let answer = app
        .anonymous()
        .post("/api/v1/auth/guest", &json!({"session": "token"}))
        .await;
    let token = answer.expect::<AuthAnswer>(StatusCode::CREATED).token;
    let token = token.expect("a token was asked for");
    let ann = app.program(&token);
    let mut socket = crate::live::connect_as(&app, &token).await;
    let body = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    let bought: OrderView = ann.place(&body).await.expect(StatusCode::CREATED);
    assert!(!bought.unlocked.is_empty());
    let unlocked = loop {
        if let LiveMessage::Progress { unlocked, .. } = crate::live::said(&mut socket).await {
            break unlocked;
        }
    };
    assert_eq!(unlocked, bought.unlocked);
    // The first trade put her on the board, where she is alone.
    let rank = loop {
        if let LiveMessage::Rank { rank } = crate::live::said(&mut socket).await {
            break rank;
        }
    };
    assert_eq!(rank, 1);
    app.stop().await;
}
