//! Two game servers on one database: their engines, each with what it remembers, trade for the same
//! account, and it comes out exact.

use std::sync::Arc;

use domain::api::OrderStatus;
use domain::{GameRules, Money, Order, Quantity, Side};
use futures_util::future::join_all;
use server::config::EngineConfig;
use server::engine::{Engine, EngineError};
use server::verify::verify;

use super::Database;
use super::trading::{account, guest, stored_account};
use crate::engine::{standing_market, symbol};
use crate::fixture::{ManualClock, noon, order};

const SERVERS: usize = 2;
/// Clients of each server, who all play for the one account.
const CLIENTS: usize = 25;
const ORDERS_EACH: usize = 40;

pub async fn two_servers_trade_for_one_account(database: &dyn Database) -> anyhow::Result<()> {
    let mut engines = Vec::new();
    let mut tasks = Vec::new();
    let mut stores = Vec::new();
    for _ in 0..SERVERS {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        let clock = ManualClock::at(noon());
        let config = EngineConfig::default();
        let (engine, task) = Engine::start(store.clone(), market, clock, &config).await?;
        engines.push(engine);
        tasks.push(task);
        stores.push(store);
    }
    anyhow::ensure!(stores[0].create_player(&guest(1)).await?.is_ok());
    let game = Arc::new(GameRules::open_league());

    let trade = async |server: usize, client: usize| -> anyhow::Result<(i32, u32)> {
        let (mut bought, mut unanswered) = (0, 0);
        for number in 0..ORDERS_EACH {
            // Now and then more than there is cash for: only the version tells that it is true.
            let shares = if number % 8 == 7 { 1_001 } else { 1 };
            let key = format!("order-{server}-{client:02}-{number:04}");
            let order = order(&key, symbol("ACME"), Side::Buy, shares);
            let view = loop {
                match submit(&engines[server], &order, &game).await {
                    Err(EngineError::Store(_)) => unanswered += 1,
                    settled => break settled?,
                }
            };
            if view.status == OrderStatus::Filled {
                bought += shares;
            }
        }
        Ok((bought, unanswered))
    };
    let clients = (0..SERVERS).flat_map(|server| (0..CLIENTS).map(move |client| (server, client)));
    let traded = join_all(clients.map(|(server, client)| trade(server, client))).await;
    for task in tasks {
        task.shutdown().await;
    }
    let (mut bought, mut unanswered) = (0, 0);
    for one in traded {
        let (shares, times) = one?;
        bought += shares;
        unanswered += times;
    }
    println!("{bought} shares bought, {unanswered} times asked again");

    let cash = stored_account(&*stores[0], 1).await?.cash;
    assert_eq!(cash, Money::from_whole(10_000 - 10 * bought));
    let positions = stores[1].list_positions(account(1)).await?;
    assert_eq!(positions[0].position.quantity, Quantity::from_whole(bought));
    assert_eq!(bought, 1_000, "there was cash for so many");
    let verified = verify(&*stores[1], |finding| panic!("{finding}")).await?;
    assert_eq!(verified.orders, u64::from(bought.unsigned_abs()));
    Ok(())
}

async fn submit(
    engine: &Engine,
    order: &Order,
    game: &Arc<GameRules>,
) -> Result<domain::api::OrderView, EngineError> {
    let game = Arc::clone(game);
    engine.submit(account(1), order.clone(), game).await
}
