//! The engine on a real store, and on one that fails.

use std::sync::Arc;

use domain::api::{OrderStatus, OrderView};
use domain::{
    AccountId, GameRules, InstrumentId, Money, Order, Price, Quantity, Quote, Side, Symbol,
};
use futures_util::future::join_all;
use server::config::EngineConfig;
use server::engine::{Engine, EngineError, EngineTask, GameContext};
use server::market::{Catalogue, Listing, Market, OneMarket, Snapshot};
use server::store::{InstrumentRecord, MarketSource, Store};

use crate::faulty::{Fault, FaultyStore};
use crate::fixture::{ManualClock, Stage, noon, order};

mod memory;
mod simulation;

/// Symbols and whole prices; the market of these tests stands still.
const PRICES: [(&str, i32); 3] = [("ACME", 10), ("BOLT", 20), ("COGS", 50)];

pub fn symbol(text: &str) -> Symbol {
    text.parse().expect("the test's symbols are well-formed")
}

/// Stores the instruments and shows them at their prices.
pub async fn standing_market(store: &dyn Store) -> Arc<Market> {
    let record = |(place, (text, _)): (usize, &(&str, i32))| InstrumentRecord {
        id: InstrumentId(i64::try_from(place).expect("three instruments are few") + 1),
        universe: MarketSource::Simulated,
        symbol: symbol(text),
        name: (*text).into(),
        category: "Things".into(),
        currency: "USD".into(),
        description: String::new(),
        plain_words: String::new(),
        fun_fact: String::new(),
        tradable: true,
    };
    let records: Vec<InstrumentRecord> = PRICES.iter().enumerate().map(record).collect();
    store
        .import_market(&records, &[])
        .await
        .expect("instruments can be stored");
    let stored = store
        .list_instruments(MarketSource::Simulated)
        .await
        .expect("instruments can be listed");
    let price = |text: &str| {
        PRICES
            .iter()
            .find(|(known, _)| *known == text)
            .map(|(_, price)| *price)
    };
    let listing = |record: &InstrumentRecord| Listing {
        quote: price(record.symbol.as_str()).map(|price| Quote {
            symbol: record.symbol,
            price: Price::from_whole(price),
            at: noon(),
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        }),
        ..Listing::default()
    };
    let catalogue = Catalogue::new(stored);
    let listings = catalogue.instruments.iter().map(listing).collect();
    Arc::new(Market::new(Snapshot {
        at: noon(),
        catalogue: Arc::new(catalogue),
        listings,
        ..Snapshot::default()
    }))
}

/// The engine's way to a market that is every game's.
pub fn only(market: &Arc<Market>) -> Arc<OneMarket> {
    Arc::new(OneMarket(Arc::clone(market)))
}

/// A game of the open league's rules on a market.
pub fn game_on(market: &Arc<Market>) -> GameContext {
    GameContext {
        rules: Arc::new(GameRules::open_league()),
        market: Arc::clone(market),
    }
}

/// An engine on a store that fails as it is told.
struct Desk {
    stage: Stage,
    store: Arc<FaultyStore>,
    engine: Engine,
    task: EngineTask,
    game: GameContext,
}

impl Desk {
    async fn new(config: EngineConfig) -> Self {
        let stage = Stage::new().await;
        let store = FaultyStore::new(Arc::clone(&stage.store));
        let market = standing_market(&*stage.store).await;
        let clock = ManualClock::at(noon());
        let (engine, task) = Engine::start(store.clone(), only(&market), clock, &config)
            .await
            .expect("the engine starts");
        let game = game_on(&market);
        Self {
            stage,
            store,
            engine,
            task,
            game,
        }
    }

    async fn submit(&self, account: AccountId, order: Order) -> Result<OrderView, EngineError> {
        self.engine.submit(account, order, self.game.clone()).await
    }

    async fn buy(&self, account: AccountId, key: &str) -> Result<OrderView, EngineError> {
        self.submit(account, order(key, symbol("ACME"), Side::Buy, 1))
            .await
    }
}

#[tokio::test]
async fn a_hundred_simultaneous_orders_of_one_account_are_all_filled() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let orders = (0..100).map(|number| {
        let order = order(&format!("order-{number:04}"), symbol("BOLT"), Side::Buy, 3);
        desk.submit(account, order)
    });
    for answer in join_all(orders).await {
        assert_eq!(answer.unwrap().status, OrderStatus::Filled);
    }
    desk.task.shutdown().await;
    let replay = desk.stage.replayed(account).await;
    assert_eq!(replay.account.cash, Money::from_whole(10_000 - 100 * 60));
    assert_eq!(replay.head.version, 101);
}

#[tokio::test]
async fn orders_beyond_the_cash_are_rejected_and_the_rest_is_filled() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let orders = (0..12).map(|number| {
        let order = order(&format!("order-{number:04}"), symbol("COGS"), Side::Buy, 20);
        desk.submit(account, order)
    });
    let answers: Vec<OrderStatus> = join_all(orders)
        .await
        .into_iter()
        .map(|answer| answer.unwrap().status)
        .collect();
    assert_eq!(
        answers
            .iter()
            .filter(|status| **status == OrderStatus::Filled)
            .count(),
        10
    );
    assert_eq!(desk.stage.replayed(account).await.account.cash, Money::ZERO);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_another_order_under_its_key_is_refused() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let first = desk.buy(account, "the-same-key").await.unwrap();
    let again = desk.buy(account, "the-same-key").await.unwrap();
    assert_eq!(first, again);
    let other = desk
        .submit(account, order("the-same-key", symbol("ACME"), Side::Buy, 2))
        .await;
    assert!(matches!(other, Err(EngineError::KeyReused)), "{other:?}");
    assert_eq!(desk.stage.ledger(account).await.len(), 2);
}

#[tokio::test]
async fn a_rejection_is_kept_too() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let sale = || order("sells-nothing", symbol("ACME"), Side::Sell, 1);
    let first = desk.submit(account, sale()).await.unwrap();
    assert_eq!(
        first.rejection.map(|rejection| rejection.code()),
        Some("insufficient_quantity")
    );
    desk.buy(account, "buys-one").await.unwrap();
    assert_eq!(desk.submit(account, sale()).await.unwrap(), first);
    let stored = desk
        .stage
        .store
        .find_order(account, sale().key())
        .await
        .unwrap();
    assert_eq!(stored.map(|stored| stored.view), Some(first));
}

#[tokio::test]
async fn an_unknown_account_is_told_so() {
    let desk = Desk::new(EngineConfig::default()).await;
    let mut account = desk.stage.player(1).await;
    account.player.0 = 99;
    let answer = desk.buy(account, "no-account").await;
    assert!(matches!(answer, Err(EngineError::NoAccount)), "{answer:?}");
}

#[tokio::test]
async fn a_full_queue_is_an_answer() {
    let desk = Desk::new(EngineConfig {
        queue_max: 1,
        batch_max: 1,
        lanes: 1,
        ..EngineConfig::default()
    })
    .await;
    let account = desk.stage.player(1).await;
    desk.store.fetches.hold();
    let working = async {
        let filled = desk.buy(account, "is-worked-on").await;
        assert_eq!(filled.unwrap().status, OrderStatus::Filled);
    };
    let crowding = async {
        desk.store.fetches.begun(1).await;
        let (waiting, refused, ()) = tokio::join!(
            desk.buy(account, "waits-for-it"),
            desk.buy(account, "finds-no-room"),
            async {
                desk.store.fetches.let_through();
            }
        );
        assert_eq!(waiting.unwrap().status, OrderStatus::Filled);
        assert!(matches!(refused, Err(EngineError::Full)), "{refused:?}");
    };
    tokio::join!(working, crowding);
}

#[tokio::test]
async fn closing_answers_what_is_waiting_and_takes_no_more() {
    let desk = Desk::new(EngineConfig {
        queue_max: 200,
        batch_max: 7,
        ..EngineConfig::default()
    })
    .await;
    let account = desk.stage.player(1).await;
    desk.store.fetches.hold();
    let keys: Vec<String> = (0..50).map(|number| format!("order-{number:04}")).collect();
    let orders = join_all(keys.iter().map(|key| {
        desk.engine.submit(
            account,
            order(key, symbol("ACME"), Side::Buy, 1),
            desk.game.clone(),
        )
    }));
    let closing = async {
        desk.store.fetches.begun(1).await;
        let open_again = async { desk.store.fetches.let_through() };
        tokio::join!(desk.task.shutdown(), open_again);
    };
    let (answers, ()) = tokio::join!(orders, closing);
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.is_ok_and(|view| view.status == OrderStatus::Filled))
    );
    let late = desk
        .engine
        .submit(
            account,
            order("comes-late", symbol("ACME"), Side::Buy, 1),
            desk.game,
        )
        .await;
    assert!(matches!(late, Err(EngineError::Closing)), "{late:?}");
    assert_eq!(desk.stage.replayed(account).await.head.version, 51);
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_nothing_is_kept() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    desk.store.do_next(&[Fault::FailsBefore]);
    let failed = desk.buy(account, "fails-once").await;
    assert!(matches!(failed, Err(EngineError::Store(_))), "{failed:?}");
    assert_eq!(desk.stage.ledger(account).await.len(), 1);
    let retried = desk.buy(account, "fails-once").await.unwrap();
    assert_eq!(
        (retried.status, retried.cash_after),
        (OrderStatus::Filled, Some(Money::from_whole(9_990)))
    );
}

#[tokio::test]
async fn an_order_written_before_the_failure_is_not_executed_again() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    desk.store.do_next(&[Fault::FailsAfter]);
    assert!(desk.buy(account, "answer-is-lost").await.is_err());
    let retried = desk.buy(account, "answer-is-lost").await.unwrap();
    assert_eq!(retried.status, OrderStatus::Filled);
    assert_eq!(
        desk.stage.replayed(account).await.account.cash,
        Money::from_whole(9_990)
    );
}

#[tokio::test]
async fn an_account_that_lost_a_race_is_tried_again_and_its_neighbours_are_not() {
    let desk = Desk::new(EngineConfig {
        lanes: 1,
        ..EngineConfig::default()
    })
    .await;
    let accounts = [desk.stage.player(1).await, desk.stage.player(2).await];
    desk.store.do_next(&[Fault::LeavesOneOut; 3]);
    let answers = join_all(accounts.map(|account| desk.buy(account, "loses-thrice"))).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.is_ok_and(|view| view.status == OrderStatus::Filled))
    );
    for account in accounts {
        assert_eq!(desk.stage.replayed(account).await.head.version, 2);
    }
}

#[tokio::test]
async fn an_account_that_keeps_losing_is_given_up() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    desk.store.do_next(&[Fault::LeavesOneOut; 4]);
    let answer = desk.buy(account, "loses-always").await;
    assert!(matches!(answer, Err(EngineError::Store(_))), "{answer:?}");
    assert_eq!(desk.stage.ledger(account).await.len(), 1);
}

/// What shares are worth in the market that stands still.
fn worth(symbol: Symbol, quantity: Quantity) -> Money {
    let price = PRICES
        .iter()
        .find(|(text, _)| *text == symbol.as_str())
        .map_or(0, |(_, price)| *price);
    Price::from_whole(price)
        .value_of(quantity)
        .expect("the amounts are small")
}

#[tokio::test]
async fn orders_list_in_the_order_in_which_they_were_decided_while_the_clock_stands() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    // Keys whose order is not that of the decisions, in batches of several and of one.
    let keys: Vec<String> = (0..40)
        .map(|n| format!("order-{:04}", (n * 7) % 40))
        .collect();
    let (first, then) = keys.split_at(30);
    for answer in join_all(first.iter().map(|key| desk.buy(account, key))).await {
        answer.unwrap();
    }
    for key in then {
        desk.buy(account, key).await.unwrap();
    }
    let listed = desk.stage.store.list_orders(account, None, 100).await;
    let listed = listed.unwrap();
    let listed_keys: Vec<&str> = listed
        .iter()
        .rev()
        .map(|view| view.idempotency_key.as_str())
        .collect();
    assert_eq!(listed_keys, keys);
    let ledger = desk.stage.ledger(account).await;
    assert!(
        ledger[1..].is_sorted_by(|before, after| before.at < after.at),
        "each entry is later than the one before"
    );
    desk.task.shutdown().await;
}
