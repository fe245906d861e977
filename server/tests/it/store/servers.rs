//! Two game servers on one database: their engines, each with what it remembers, trade for the same
//! account, and it comes out exact.

use domain::api::OrderStatus;
use domain::{Money, Order, PlayerId, Post, Posting, Price, Quantity, ReleaseCause, Reserve, Side};
use futures_util::future::join_all;
use server::config::EngineConfig;
use server::engine::{Engine, EngineError, GameContext};
use server::verify::verify;

use super::Database;
use super::trading::{account, guest, stored_account};
use crate::engine::{game_on, only, standing_market, symbol};
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
        let (engine, task) = Engine::start(store.clone(), only(&market), clock, &config).await?;
        engines.push((engine, game_on(&market)));
        tasks.push(task);
        stores.push(store);
    }
    anyhow::ensure!(stores[0].create_player(&guest(1)).await?.is_ok());
    let trade = async |server: usize, client: usize| -> anyhow::Result<(i32, u32)> {
        let (mut bought, mut unanswered) = (0, 0);
        for number in 0..ORDERS_EACH {
            // Now and then more than there is cash for: only the version tells that it is true.
            let shares = if number % 8 == 7 { 1_001 } else { 1 };
            let key = format!("order-{server}-{client:02}-{number:04}");
            let order = order(&key, symbol("ACME"), Side::Buy, shares);
            let view = loop {
                match submit(&engines[server], &order).await {
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

pub async fn a_posting_is_decided_on_what_the_other_server_wrote(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut engines = Vec::new();
    let mut tasks = Vec::new();
    let store = database.open().await?;
    for _ in 0..SERVERS {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        let clock = ManualClock::at(noon());
        let config = EngineConfig::default();
        let (engine, task) = Engine::start(store, only(&market), clock, &config).await?;
        engines.push((engine, game_on(&market)));
        tasks.push(task);
    }
    anyhow::ensure!(store.create_player(&guest(1)).await?.is_ok());
    let (first, second) = (&engines[0], &engines[1]);
    // The second server remembers the account as it was before the first one reserved money.
    let bought = order("order-0001", symbol("ACME"), Side::Buy, 1);
    submit(second, &bought).await?;
    let positions = store.list_positions(account(1)).await?;
    let instrument = positions[0].instrument;
    let cash = Money::from_whole(500);
    let reserve = Post {
        key: "invest-1".parse()?,
        posting: Posting::Reserve {
            instrument,
            cash,
            price: Price::from_whole(5),
        },
    };
    let of = reserve.once_key();
    first.0.post(account(1), reserve, first.1.clone()).await?;
    let release = Post {
        key: "settle-1".parse()?,
        posting: Posting::Release {
            of,
            instrument,
            reserve: Reserve {
                cash,
                quantity: Quantity::ZERO,
            },
            cause: ReleaseCause::NotAllocated,
        },
    };
    second.0.post(account(1), release, second.1.clone()).await?;
    for task in tasks {
        task.shutdown().await;
    }
    let after = stored_account(&*store, 1).await?;
    assert_eq!(after.reserved_cash, Money::ZERO);
    verify(&*store, |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn two_servers_unlock_an_achievement_once(database: &dyn Database) -> anyhow::Result<()> {
    let start = async || -> anyhow::Result<_> {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        let clock = ManualClock::at(noon());
        let config = EngineConfig::default();
        let (engine, task) = Engine::start(store.clone(), only(&market), clock, &config).await?;
        Ok((store, (engine, game_on(&market)), task))
    };
    let servers = [start().await?, start().await?];
    anyhow::ensure!(servers[0].0.create_player(&guest(1)).await?.is_ok());
    let orders = ["order-0001", "order-0002"].map(|key| order(key, symbol("ACME"), Side::Buy, 10));
    let (first, second) = tokio::join!(
        submit(&servers[0].1, &orders[0]),
        submit(&servers[1].1, &orders[1]),
    );
    let told = [first?, second?];
    let unlocked = told.iter().flat_map(|view| &view.unlocked);
    let names: Vec<_> = unlocked.map(|unlock| unlock.achievement.as_str()).collect();
    assert_eq!(names, ["first-purchase"]);
    let last = told.iter().max_by_key(|view| view.xp_after);
    let last = last.ok_or_else(|| anyhow::anyhow!("two were asked"))?;
    let stored = servers[0].0.find_account(account(1)).await?;
    assert_eq!(last.xp_after, stored.map(|found| found.xp));
    // The answer is kept with what it unlocked.
    let winner = usize::from(told[0].unlocked.is_empty());
    let again = submit(&servers[1 - winner].1, &orders[winner]).await?;
    assert_eq!(again, told[winner]);
    for (_, _, task) in servers {
        task.shutdown().await;
    }

    // A server that starts later knows it too.
    let (store, engine, task) = start().await?;
    let third = order("order-0003", symbol("ACME"), Side::Buy, 10);
    assert_eq!(submit(&engine, &third).await?.unlocked, []);
    task.shutdown().await;
    let unlocks = store.list_unlocks(PlayerId(1), 100).await?;
    assert_eq!(unlocks.len(), 1);
    assert_eq!(unlocks[0].cause.key(), "unlocked:1:first-purchase:0");
    verify(&*store, |finding| panic!("{finding}")).await?;
    Ok(())
}

async fn submit(
    (engine, game): &(Engine, GameContext),
    order: &Order,
) -> Result<domain::api::OrderView, EngineError> {
    engine.submit(account(1), order.clone(), game.clone()).await
}
