//! Players who trade through two servers on one store that keeps failing: whatever happens, every
//! answered order is in the ledger once, and no money is made or lost.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{OrderStatus, OrderView};
use domain::{AccountId, IdempotencyKey, LedgerEntry, Money, Order, Side};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::config::EngineConfig;
use server::engine::{Engine, EngineError, GameContext};
use server::store::MarketSource;

use super::{PRICES, game_on, only, standing_market, symbol, worth};
use crate::faulty::FaultyStore;
use crate::fixture::{ManualClock, Stage, noon, order};

const PLAYERS: i64 = 5;
/// Two clients for each player, so that their orders meet.
const CLIENTS: i64 = 2 * PLAYERS;
const ORDERS_EACH: u32 = 20;
const TRIES_MAX: u32 = 200;

#[tokio::test]
async fn nothing_is_lost_or_doubled_on_a_store_that_fails() {
    for seed in 0..6 {
        simulate(seed).await;
    }
}

/// One of the clients.
struct Client<'a> {
    engines: &'a [Engine],
    account: AccountId,
    game: GameContext,
    random: StdRng,
    /// Its orders, with their answers.
    answered: Vec<(Order, OrderView)>,
}

impl Client<'_> {
    async fn trade(mut self, number: i64) -> (AccountId, Vec<(Order, OrderView)>) {
        for place in 0..ORDERS_EACH {
            let order = self.some_order(&format!("client-{number}-order-{place}"));
            let view = self.insist(&order).await;
            self.answered.push((order, view));
            self.repeat_one().await;
        }
        (self.account, self.answered)
    }

    fn some_order(&mut self, key: &str) -> Order {
        let (text, _) = PRICES[self.random.random_range(0..PRICES.len())];
        let side = if self.random.random_bool(0.6) {
            Side::Buy
        } else {
            Side::Sell
        };
        order(key, symbol(text), side, self.random.random_range(1..40))
    }

    /// Sends an order, to any of the servers, until there is an answer.
    async fn insist(&mut self, order: &Order) -> OrderView {
        for _ in 0..TRIES_MAX {
            let engine = &self.engines[self.random.random_range(0..self.engines.len())];
            match engine
                .submit(self.account, order.clone(), self.game.clone())
                .await
            {
                Ok(view) => return view,
                Err(EngineError::Store(_) | EngineError::Full) => tokio::task::yield_now().await,
                Err(error) => panic!("{error} is no answer to {order:?}"),
            }
        }
        panic!("{order:?} was never answered");
    }

    /// Now and then an old order comes again.
    async fn repeat_one(&mut self) {
        if self.random.random_bool(0.2) {
            let (order, first) =
                self.answered[self.random.random_range(0..self.answered.len())].clone();
            assert_eq!(self.insist(&order).await, first);
        }
    }
}

async fn simulate(seed: u64) {
    println!("seed {seed}");
    let stage = Stage::new().await;
    let market = standing_market(&*stage.store).await;
    let game = game_on(&market);
    let mut accounts = Vec::new();
    for player in 1..=PLAYERS {
        accounts.push(stage.player(player).await);
    }
    let store = FaultyStore::seeded(Arc::clone(&stage.store), seed);
    let config = EngineConfig {
        queue_max: 64,
        batch_max: 4,
        lanes: 2,
        // None, too few, enough.
        accounts_remembered: [0, 4, 100][usize::try_from(seed % 3).unwrap_or_default()],
    };
    let mut engines = Vec::new();
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let clock = ManualClock::at(noon());
        let started = Engine::start(store.clone(), only(&market), clock, &config).await;
        let (engine, task) = started.expect("the engine starts");
        engines.push(engine);
        tasks.push(task);
    }
    let clients = accounts
        .iter()
        .cycle()
        .zip(0..CLIENTS)
        .map(|(account, number)| {
            let client = Client {
                engines: &engines,
                account: *account,
                game: game.clone(),
                random: StdRng::seed_from_u64(
                    seed ^ number.unsigned_abs().wrapping_mul(0x9E37_79B9),
                ),
                answered: Vec::new(),
            };
            client.trade(number)
        });
    let answered = join_all(clients).await;
    for task in tasks {
        task.shutdown().await;
    }
    for account in accounts {
        let of_account = answered
            .iter()
            .filter(|(id, _)| *id == account)
            .flat_map(|(_, orders)| orders);
        check_account(&stage, account, of_account.map(|(_, view)| view)).await;
    }
}

async fn check_account(
    stage: &Stage,
    account: AccountId,
    answers: impl Iterator<Item = &OrderView>,
) {
    let mut entries: HashMap<IdempotencyKey, LedgerEntry> = HashMap::new();
    for entry in stage.ledger(account).await {
        if let Some(key) = entry.fact.trade().map(|(_, trade)| trade.key.clone()) {
            let earlier = entries.insert(key, entry);
            assert_eq!(earlier, None, "an order is in the ledger once");
        }
    }
    for view in answers {
        let entry = entries.remove(&view.idempotency_key);
        let cash_changes = (
            entry.map(|entry| entry.cash_change()),
            view.fill.map(|fill| fill.cash_change),
        );
        assert_eq!(cash_changes.0, cash_changes.1, "{view:?}");
        assert_eq!(view.fill.is_some(), view.status == OrderStatus::Filled);
    }
    assert!(
        entries.is_empty(),
        "nothing is in the ledger that nobody ordered: {entries:?}"
    );

    // Prices stand and there are no fees, so whatever was traded, the sum is the starting cash.
    let replay = stage.replayed(account).await;
    let instruments = stage.store.list_instruments(MarketSource::Simulated).await;
    let instruments = instruments.expect("instruments can be listed");
    let held = instruments.iter().filter_map(|record| {
        Some(worth(
            record.symbol,
            replay.positions.get(&record.id)?.quantity,
        ))
    });
    let sum = held.fold(replay.account.cash, |sum, value| {
        sum.checked_add(value).expect("the amounts are small")
    });
    assert_eq!(sum, Money::from_whole(10_000));
}
