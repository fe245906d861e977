//! A database that is gone: its players are told to try again, the others trade on, and when it is back
//! everything is as it should be.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::api::OrderStatus;
use domain::{GameRules, Side};
use private_postgres::{Options, PrivatePostgres, Stop};
use server::config::{EngineConfig, PostgresConfig};
use server::engine::{Engine, EngineError};
use server::store::sharded::ShardedStore;
use server::store::{OrderStore, RestingPlace, Store, StoreError};
use server::verify::verify;
use tokio::time::Instant;

use super::players_in;
use crate::engine::{standing_market, symbol};
use crate::fixture::{ManualClock, noon, order};
use crate::store::postgres::insist;
use crate::store::trading::{
    Ask, account, at, decide, guest, key, open_game, registered, together, trade, unknown,
};

/// Two database servers, each with a database of the same game.
pub struct Servers(pub [PrivatePostgres; 2]);

impl Servers {
    pub fn start(options: &Options) -> anyhow::Result<Self> {
        let start = || {
            let server = PrivatePostgres::start(options)?;
            server.create_database("game", None)?;
            anyhow::Ok(server)
        };
        Ok(Self([start()?, start()?]))
    }

    pub fn addresses(&self) -> Vec<String> {
        let address = |server: &PrivatePostgres| {
            let tcp = server.tcp_url("game");
            tcp.unwrap_or_else(|| server.url("game"))
        };
        self.0.iter().map(address).collect()
    }

    async fn open(&self) -> Result<ShardedStore, StoreError> {
        let config = PostgresConfig {
            acquire_timeout_ms: 300,
            statement_timeout_ms: 1_000,
            ..PostgresConfig::default()
        };
        ShardedStore::open(&self.addresses(), &config).await
    }
}

fn player_in(place: usize) -> i64 {
    players_in(place, 2).next().expect("there is always one")
}

#[track_caller]
fn not_available<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert!(
        matches!(answer, Err(StoreError::Unavailable(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_batch_of_both_is_finished_when_the_other_is_back() -> anyhow::Result<()> {
    let servers = Servers::start(&Options::default())?;
    let store = servers.open().await?;
    let (here, there) = (player_in(0), player_in(1));
    open_game(&store, here.max(there)).await?;
    let both = together([
        decide(&store, Ask::buy(here, "order-0001", 1, 1)).await?,
        decide(&store, Ask::buy(there, "order-0001", 1, 1)).await?,
    ]);
    servers.0[1].stop(Stop::Immediate)?;

    not_available(store.commit_batch(&both).await);
    let answer = store.find_order(account(here), &key("order-0001")).await?;
    assert!(answer.is_some(), "its own database has its part");
    trade(&store, Ask::buy(here, "order-0002", 1, 1)).await?;
    store.ping().await?;
    assert_eq!(store.find_portfolios(&[unknown(here)]).await?.len(), 1);
    not_available(store.find_account(account(there)).await);
    not_available(
        store
            .find_portfolios(&[unknown(here), unknown(there)])
            .await,
    );
    // What is of all players is not given in part: who reads on from there would never see the rest.
    not_available(store.list_accounts(None, 10).await);
    not_available(
        store
            .list_resting_orders(&RestingPlace::before(at(0)), 10)
            .await,
    );
    not_available(
        store
            .create_player(&guest(players_in(1, 2).nth(9).unwrap_or(0)))
            .await,
    );

    servers.0[1].start_again()?;
    // Whoever sends it again cannot know: what was written is left out.
    let left_out = insist(|| store.commit_batch(&both)).await?;
    assert_eq!(left_out, [account(here)]);
    let verified = insist(|| verify(&store, |finding| panic!("{finding}"))).await?;
    assert_eq!(verified.orders, 3);
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn nobody_waits_for_one_that_does_not_answer() -> anyhow::Result<()> {
    let options = Options {
        tcp: true,
        ..Options::default()
    };
    let servers = Servers::start(&options)?;
    let store = servers.open().await?;
    open_game(&store, player_in(0).max(player_in(1))).await?;
    // Home itself may be gone, too.
    for gone in [1, 0] {
        servers.0[gone].stop(Stop::Fast)?;
        let lost = account(player_in(gone));
        not_available(store.find_account(lost).await);
        let began = Instant::now();
        for _ in 0..100 {
            not_available(store.find_account(lost).await);
        }
        // Each would wait for a connection in vain.
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        store.ping().await?;
        let spared = account(player_in(1 - gone));
        assert!(insist(|| store.find_account(spared)).await?.is_some());
        servers.0[gone].start_again()?;
        assert!(insist(|| store.find_account(lost)).await?.is_some());
    }
    for server in &servers.0 {
        server.stop(Stop::Fast)?;
    }
    not_available(store.ping().await);
    Ok(())
}

/// Stops all processes of a server as a machine that hangs does, or lets them go on.
fn signal(server: &PrivatePostgres, name: &str) -> anyhow::Result<()> {
    let first = server.process().context("the server runs")?;
    let others = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"))?;
    let processes = others.split_whitespace().map(str::to_owned);
    let killed = std::process::Command::new("kill")
        .arg(format!("-{name}"))
        .args(std::iter::once(first.to_string()).chain(processes))
        .status()?;
    anyhow::ensure!(killed.success(), "{killed}");
    Ok(())
}

#[tokio::test]
async fn one_that_hangs_is_given_up_after_a_while() -> anyhow::Result<()> {
    let servers = Servers::start(&Options::default())?;
    let store = servers.open().await?;
    let (here, there) = (player_in(0), player_in(1));
    open_game(&store, here.max(there)).await?;
    let batch = Arc::new(decide(&store, Ask::buy(there, "order-0001", 1, 1)).await?);
    signal(&servers.0[1], "STOP")?;
    let (late, spared) = tokio::join!(
        store.commit_batch(&batch),
        trade(&store, Ask::buy(here, "order-0001", 1, 1))
    );
    signal(&servers.0[1], "CONT")?;
    not_available(late);
    spared?;
    // Its sender cannot know, and the database may still have written it when it woke up.
    let left_out = insist(|| store.commit_batch(&batch)).await?;
    assert!(left_out.is_empty() || left_out == [account(there)]);
    let verified = insist(|| verify(&store, |finding| panic!("{finding}"))).await?;
    assert_eq!(verified.orders, 2);
    Ok(())
}

#[tokio::test]
async fn the_engine_trades_on_for_the_others() -> anyhow::Result<()> {
    let servers = Servers::start(&Options::default())?;
    let store = Arc::new(servers.open().await?);
    let market = standing_market(&*store).await;
    let (here, there) = (player_in(0), player_in(1));
    for player in [here, there] {
        anyhow::ensure!(store.create_player(&guest(player)).await?.is_ok());
    }
    let clock = ManualClock::at(noon());
    let (engine, task) =
        Engine::start(store.clone(), market, clock, &EngineConfig::default()).await?;
    let game = Arc::new(GameRules::open_league());
    let buy = async |player: i64, number: i32| {
        let order_key = format!("order-{number:04}");
        let order = order(&order_key, symbol("ACME"), Side::Buy, 1);
        engine
            .submit(account(player), order, Arc::clone(&game))
            .await
    };
    for player in [here, there] {
        assert_eq!(buy(player, 0).await?.status, OrderStatus::Filled);
    }
    servers.0[1].stop(Stop::Immediate)?;
    for number in 1..20 {
        let (one, other) = tokio::join!(buy(here, number), buy(there, number));
        assert_eq!(one?.status, OrderStatus::Filled);
        assert!(matches!(other, Err(EngineError::Store(_))), "{other:?}");
    }
    servers.0[1].start_again()?;
    for number in 1..20 {
        // Under the same key: filled once, whatever became of it before.
        loop {
            match buy(there, number).await {
                Err(EngineError::Store(_)) => {}
                filled => break assert_eq!(filled?.status, OrderStatus::Filled),
            }
        }
    }
    task.shutdown().await;
    let verified = insist(|| verify(&*store, |finding| panic!("{finding}"))).await?;
    assert_eq!(verified.orders, 40);
    Ok(())
}

#[tokio::test]
async fn a_name_whose_database_was_gone_is_not_lost() -> anyhow::Result<()> {
    let servers = Servers::start(&Options::default())?;
    let store = servers.open().await?;
    servers.0[1].stop(Stop::Immediate)?;
    let wants = |number: i64| {
        let email = format!("{number}@example.org");
        registered(number, &email, &format!("Ann-{number}"))
    };
    let mut refused = 0;
    for number in 1..=20 {
        match store.create_player(&wants(number)).await {
            Ok(made) => assert_eq!(made, Ok(())),
            Err(StoreError::Unavailable(_)) => refused += 1,
            Err(error) => return Err(error.into()),
        }
    }
    assert!((1..20).contains(&refused), "{refused} of 20");
    servers.0[1].start_again()?;
    for number in 1..=20 {
        let new = wants(number);
        if insist(|| store.find_player(new.player.id)).await?.is_none() {
            assert_eq!(
                insist(|| store.create_player(&new)).await?,
                Ok(()),
                "{number}"
            );
        }
        let found = insist(|| store.find_player_by_login(&new.player.handle)).await?;
        assert_eq!(found, Some(new.player));
    }
    Ok(())
}
