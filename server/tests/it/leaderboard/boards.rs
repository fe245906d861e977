//! Boards over an engine, a clock and prices that the test sets.

use std::sync::Arc;

use domain::boards::{Measure, Period};
use domain::{AccountId, Money, Price, Side};
use server::boards::{Boards, Row, View};
use server::clock::Clock;
use server::config::EngineConfig;
use server::engine::{Engine, EngineTask};
use server::feed::Feed;
use server::market::{Market, Snapshot};
use server::store::GameRecord;
use server::store::boards::FinalsOf;

use super::PATIENCE;
use crate::engine::{game_on, only, standing_market, symbol};
use crate::fixture::{self, ManualClock, Stage, noon};

/// Boards over an engine and a market whose prices the test sets.
struct Game {
    stage: Stage,
    record: GameRecord,
    market: Arc<Market>,
    engine: Engine,
    task: EngineTask,
    clock: Arc<ManualClock>,
}

impl Game {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let market = standing_market(&*stage.store).await;
        let clock = ManualClock::at(noon());
        let config = EngineConfig::default();
        let started = Arc::clone(&clock);
        let engine = Engine::start(stage.store.clone(), only(&market), started, &config).await;
        let (engine, task) = engine.expect("the engine starts");
        let record = stage.league().await;
        Self {
            stage,
            record,
            market,
            engine,
            task,
            clock,
        }
    }

    /// The boards of a server that starts now.
    fn boards(&self) -> Boards {
        let store = &self.stage.store;
        let feed = Feed::new(self.engine.publisher().clone(), Arc::clone(store));
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        Boards::start(store, only(&self.market), &clock, feed)
    }

    async fn trade(&self, account: AccountId, key: &str, of: &str, side: Side, shares: i32) {
        let order = fixture::order(key, symbol(of), side, shares);
        let context = game_on(&self.market);
        let answer = self.engine.submit(account, order, context).await;
        let answer = answer.expect("the engine answers");
        assert!(answer.fill.is_some(), "{answer:?}");
    }

    fn set_price(&self, of: &str, price: i32) {
        let before = self.market.snapshot();
        let mut listings = before.listings.clone();
        for quote in listings.iter_mut().filter_map(|one| one.quote.as_mut()) {
            if quote.symbol == symbol(of) {
                quote.price = Price::from_whole(price);
            }
        }
        self.market.swap(Snapshot {
            listings,
            ..(*before).clone()
        });
    }

    /// The rows by net worth, once they are of these players.
    async fn ranked(&self, boards: &Boards, players: &[AccountId]) -> Vec<Row> {
        let expected: Vec<_> = players.iter().map(|account| account.player).collect();
        let board = boards.find(&self.record, PATIENCE).await;
        let board = board.expect("the boards are built");
        let wait = async {
            loop {
                let rows = board.read().page(Measure::NetWorth, 0, 100);
                if rows.iter().map(|row| row.player).eq(expected.clone()) {
                    return rows;
                }
                tokio::task::yield_now().await;
            }
        };
        let ranked = tokio::time::timeout(PATIENCE, wait).await;
        ranked.unwrap_or_else(|_| panic!("{:?}", board.read().page(Measure::NetWorth, 0, 100)))
    }
}

/// When the week of an instant began, in UTC.
fn monday_of(at: domain::Timestamp) -> domain::Timestamp {
    at.day().monday().start()
}

#[tokio::test]
async fn prices_and_trades_move_players_and_a_restart_gives_the_same_board() {
    let game = Game::new().await;
    let (ann, bob, idle) = (
        game.stage.player(1).await,
        game.stage.player(2).await,
        game.stage.player(3).await,
    );
    let boards = game.boards();
    assert!(game.ranked(&boards, &[]).await.is_empty());
    game.trade(ann, "order-0001", "ACME", Side::Buy, 10).await;
    game.trade(bob, "order-0001", "BOLT", Side::Buy, 10).await;
    // Both are worth what they have started with: the lower id is first.
    let rows = game.ranked(&boards, &[ann, bob]).await;
    let worth = rows.iter().map(|row| row.scores.net_worth);
    assert!(worth.eq([Money::from_whole(10_000); 2]));

    game.set_price("BOLT", 21);
    let rows = game.ranked(&boards, &[bob, ann]).await;
    assert_eq!(rows[0].scores.net_worth, Money::from_whole(10_010));
    assert_eq!(rows[0].scores.return_ppm, 1_000);

    // Sold out at once for what it has cost: nothing in the account tells of it any more.
    game.trade(idle, "order-0001", "ACME", Side::Buy, 1).await;
    game.trade(idle, "order-0002", "ACME", Side::Sell, 1).await;
    let rows = game.ranked(&boards, &[bob, ann, idle]).await;
    game.task.shutdown().await;
    boards.close();
    let restarted = game_after_restart(&game.stage, &game.market, &game.record).await;
    assert_eq!(restarted, rows);
}

/// The rows that boards are built with.
async fn game_after_restart(stage: &Stage, market: &Arc<Market>, record: &GameRecord) -> Vec<Row> {
    let feed = Feed::new(server::feed::Publisher::default(), Arc::clone(&stage.store));
    let clock: Arc<dyn Clock> = ManualClock::at(noon());
    let boards = Boards::start(&stage.store, only(market), &clock, feed);
    let board = boards.find(record, PATIENCE).await;
    let board = board.expect("the boards are built");
    board.read().page(Measure::NetWorth, 0, 100)
}

#[tokio::test]
async fn a_week_that_ends_is_stored_once_and_the_next_one_begins() {
    let game = Game::new().await;
    let (ann, bob) = (game.stage.player(1).await, game.stage.player(2).await);
    let (boards, others) = (game.boards(), game.boards());
    game.trade(ann, "order-0001", "ACME", Side::Buy, 10).await;
    game.trade(bob, "order-0001", "BOLT", Side::Buy, 10).await;
    game.set_price("BOLT", 21);
    game.ranked(&boards, &[bob, ann]).await;
    game.ranked(&others, &[bob, ann]).await;

    game.clock.pass_seconds(7 * 86_400);
    let week = View {
        period: Period::Week,
        ..View::from(Measure::Return)
    };
    let monday = monday_of(game.clock.now());
    for boards in [&boards, &others] {
        let board = boards.find(&game.record, PATIENCE).await;
        let board = board.expect("the boards are built");
        let begun = async {
            while board.read().start(Period::Week) != monday {
                tokio::task::yield_now().await;
            }
        };
        let begun = tokio::time::timeout(PATIENCE, begun).await;
        begun.expect("the week begins");
        let rows = board.read().page(week, 0, 9);
        assert!(
            rows.iter().all(|row| row.scores.return_ppm == 0),
            "{rows:?}"
        );
    }
    assert_eq!(boards.jobs().ended.store().await.expect("it is stored"), 2);
    assert_eq!(
        boards.jobs().ended.store().await.expect("nothing is left"),
        0
    );
    assert_eq!(others.jobs().ended.store().await.expect("it is stored"), 0);

    let of = FinalsOf {
        game: game.record.id,
        period: Period::Week,
        measure: Measure::Return,
        starts_at: monday_of(noon()),
    };
    let finals = game.stage.store.list_finals(of, 0, 9).await;
    let finals = finals.expect("the store answers");
    let finals = finals.iter().map(|row| (row.rank, row.player, row.score));
    assert!(finals.eq([(1, bob.player, 1_000), (2, ann.player, 0)]));

    // A server that starts in the middle of the week counts from its beginning.
    game.set_price("BOLT", 22);
    let late = game.boards();
    let rows = async |boards: &Boards| {
        let board = boards.find(&game.record, PATIENCE).await;
        let board = board.expect("the boards are built");
        let wait = async {
            loop {
                let rows = board.read().page(week, 0, 9);
                if rows.first().is_some_and(|row| row.scores.return_ppm > 0) {
                    return rows;
                }
                tokio::task::yield_now().await;
            }
        };
        let rows = tokio::time::timeout(PATIENCE, wait).await;
        rows.expect("the price moves the board")
    };
    let expected = rows(&boards).await;
    assert_eq!(expected[0].scores.opened_with, Money::from_whole(10_010));
    assert_eq!(rows(&late).await, expected);
    for boards in [boards, others, late] {
        boards.close();
    }
    game.task.shutdown().await;
}

#[tokio::test]
async fn a_check_mends_what_a_board_has_missed() {
    let game = Game::new().await;
    let (ann, bob) = (game.stage.player(1).await, game.stage.player(2).await);
    let boards = game.boards();
    game.trade(ann, "order-0001", "ACME", Side::Buy, 10).await;
    game.ranked(&boards, &[ann]).await;
    let check = boards.jobs().check;
    let sound = check.run().await.expect("the store answers");
    assert_eq!((sound.accounts, sound.repaired), (2, 0));

    // Another server trades, and this one never hears of it.
    let (clock, config) = (Arc::clone(&game.clock), EngineConfig::default());
    let store = game.stage.store.clone();
    let started = Engine::start(store, only(&game.market), clock, &config).await;
    let (engine, task) = started.expect("the engine starts");
    let order = fixture::order("order-0001", symbol("BOLT"), Side::Buy, 10);
    let answer = engine.submit(bob, order, game_on(&game.market)).await;
    assert!(answer.expect("the engine answers").fill.is_some());
    task.shutdown().await;
    let board = boards.find(&game.record, PATIENCE).await;
    assert!(!board.expect("it is built").read().contains(bob.player));
    let mended = check.run().await.expect("the store answers");
    assert_eq!((mended.accounts, mended.repaired), (2, 1));
    game.ranked(&boards, &[ann, bob]).await;
    boards.close();
    game.task.shutdown().await;
}
