//! A real replica, made by streaming replication: what is read from it, and what never is.

use domain::{Day, InstrumentId, Price};
use private_postgres::{Options, PrivatePostgres, Stop};
use server::config::PostgresConfig;
use server::store::postgres::PostgresStore;
use server::store::{
    AccountStore as _, CandleRecord, InstrumentStore as _, MarketSource, Store, VariableStore as _,
};
use server::verify::verify;

use crate::store::trading::{Ask, account, open_game, trade, unknown};

/// A server and one that follows it.
struct Pair {
    primary: PrivatePostgres,
    replica: PrivatePostgres,
    store: PostgresStore,
}

impl Pair {
    async fn start() -> anyhow::Result<Self> {
        let primary = PrivatePostgres::start(&Options::default())?;
        primary.create_database("game", None)?;
        let replica = primary.start_replica(&Options::default())?;
        let config = PostgresConfig {
            replica_url: Some(replica.url("game")),
            ..PostgresConfig::default()
        };
        let store = PostgresStore::open(&primary.url("game"), &config).await?;
        open_game(&store, 1).await?;
        Ok(Self {
            primary,
            replica,
            store,
        })
    }

    /// Waits until the replica has all that the primary has now.
    fn catch_up(&self) -> anyhow::Result<()> {
        let written = self.primary.run("game", "select pg_current_wal_lsn()")?;
        let seen = format!("select pg_last_wal_replay_lsn() >= '{written}'");
        while self.replica.run("game", &seen)? != "t" {}
        Ok(())
    }

    /// Keeps the replica as it is now.
    fn freeze(&self) -> anyhow::Result<()> {
        self.catch_up()?;
        self.replica.run("game", "select pg_wal_replay_pause()")?;
        let paused = "select pg_get_wal_replay_pause_state()";
        while self.replica.run("game", paused)? != "paused" {}
        Ok(())
    }

    async fn past_candles(&self) -> anyhow::Result<usize> {
        let (from, to) = (Day::from_number(0), Day::from_number(100));
        let candles = self.store.list_past_candles(InstrumentId(1), from, to, 100);
        Ok(candles.await?.len())
    }

    async fn candles(&self) -> anyhow::Result<usize> {
        let (from, to) = (Day::from_number(0), Day::from_number(100));
        let candles = self.store.list_candles(InstrumentId(1), from, to, 100);
        Ok(candles.await?.len())
    }

    /// The entries of a page of the ledger, by `seq`.
    async fn ledger(&self, before: Option<i64>) -> anyhow::Result<Vec<i64>> {
        let entries = self.store.list_ledger(account(1), before, 2).await?;
        Ok(entries.iter().map(|row| row.entry.seq).collect())
    }
}

fn candle(day: i32) -> CandleRecord {
    let price = Price::from_whole(10);
    CandleRecord {
        instrument: InstrumentId(1),
        day: Day::from_number(day),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1,
    }
}

#[tokio::test]
async fn the_past_comes_from_the_replica_and_the_present_never() -> anyhow::Result<()> {
    let pair = Pair::start().await?;
    pair.store.store_candles(&[candle(1)]).await?;
    for number in 0..3 {
        let order_key = format!("order-{number:04}");
        trade(&pair.store, Ask::buy(1, &order_key, 1, 1)).await?;
    }
    pair.freeze()?;
    assert_eq!(pair.past_candles().await?, 1);

    pair.store.store_candles(&[candle(2)]).await?;
    assert_eq!(
        pair.past_candles().await?,
        1,
        "the replica does not know yet"
    );
    assert_eq!(pair.candles().await?, 2);

    // The player's own view is current at once, and no entry is ever skipped.
    trade(&pair.store, Ask::buy(1, "order-0003", 1, 1)).await?;
    trade(&pair.store, Ask::buy(1, "order-0004", 1, 1)).await?;
    let account_now = pair.store.find_account(account(1)).await?;
    assert_eq!(account_now.map(|found| found.record.head.version), Some(6));
    assert_eq!(pair.ledger(None).await?, [6, 5]);
    assert_eq!(pair.ledger(Some(6)).await?, [5, 4], "asked of the primary");
    assert_eq!(pair.ledger(Some(5)).await?, [4, 3]);
    let portfolios = pair.store.find_portfolios(&[unknown(1)]).await?;
    let holdings = &portfolios[&account(1)].positions;
    assert_eq!(holdings.len(), 1);
    assert_eq!(
        holdings[0].position.quantity,
        domain::Quantity::from_whole(5)
    );
    assert_eq!(pair.store.list_orders(account(1), None, 10).await?.len(), 5);
    assert_eq!(
        pair.store
            .list_instruments(MarketSource::Simulated)
            .await?
            .len(),
        3
    );

    pair.replica.run("game", "select pg_wal_replay_resume()")?;
    pair.catch_up()?;
    assert_eq!(pair.past_candles().await?, 2);
    pair.store.close().await;
    Ok(())
}

#[tokio::test]
async fn without_its_replica_a_server_reads_the_database() -> anyhow::Result<()> {
    let pair = Pair::start().await?;
    pair.store.store_candles(&[candle(1)]).await?;
    pair.freeze()?;
    pair.store.store_candles(&[candle(2)]).await?;
    assert_eq!(pair.past_candles().await?, 1);
    pair.replica.stop(Stop::Immediate)?;
    for _ in 0..3 {
        assert_eq!(pair.past_candles().await?, 2);
    }
    trade(&pair.store, Ask::buy(1, "order-0001", 1, 1)).await?;
    assert_eq!(pair.ledger(Some(3)).await?, [2, 1]);
    pair.store.close().await;

    // Nor does one that has not been there from the start keep anyone from playing.
    let config = PostgresConfig {
        replica_url: Some("postgres://postgres@localhost/game?host=/nowhere".into()),
        ..PostgresConfig::default()
    };
    let store = PostgresStore::open(&pair.primary.url("game"), &config).await?;
    let (from, to) = (Day::from_number(0), Day::from_number(100));
    let candles = store.list_past_candles(InstrumentId(1), from, to, 100);
    assert_eq!(candles.await?.len(), 2);
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn a_replica_can_be_verified_by_its_own_address() -> anyhow::Result<()> {
    let pair = Pair::start().await?;
    trade(&pair.store, Ask::buy(1, "order-0001", 1, 1)).await?;
    pair.catch_up()?;
    let replica = pair.replica.url("game");
    let store = PostgresStore::open(&replica, &PostgresConfig::default()).await?;
    let verified = verify(&store, |finding| panic!("{finding}")).await?;
    assert_eq!((verified.entries, verified.orders), (2, 1));
    assert!(store.store_variable("a", "b").await.is_err());
    store.close().await;
    pair.store.close().await;
    Ok(())
}
