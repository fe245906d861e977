//! SQLite as a database of the story, and what is true of SQLite only.

use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use server::store::sqlite::SqliteStore;
use server::store::{OrderStore as _, Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tempfile::TempDir;

use super::Database;
use super::trading::{Ask, account, collect_bonus, open_game, trade};

/// A database file in a folder of its own, which goes with it.
pub struct File {
    folder: TempDir,
}

impl File {
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self {
            folder: tempfile::tempdir()?,
        })
    }

    /// In a folder that is not there yet.
    fn url(&self) -> String {
        format!("sqlite:{}/new/folder/game.db", self.folder.path().display())
    }
}

#[async_trait]
impl Database for File {
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(Arc::new(SqliteStore::open(&self.url()).await?))
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        // Tools leave foreign keys unchecked unless they are asked to.
        let mut connection = SqliteConnectOptions::from_str(&self.url())?
            .foreign_keys(false)
            .connect()
            .await?;
        let done = connection.execute(AssertSqlSafe(sql)).await;
        connection.close().await?;
        done?;
        Ok(())
    }

    async fn unlock(&self) -> anyhow::Result<()> {
        let triggers = "ledger_refuses_update ledger_refuses_delete ledger_refuses_replace \
                        awards_refuse_update awards_refuse_delete awards_refuse_replace";
        for trigger in triggers.split_whitespace() {
            self.run(&format!("drop trigger {trigger}")).await?;
        }
        Ok(())
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        format!("x'{}'", hex::encode(bytes))
    }
}

#[tokio::test]
async fn a_path_is_as_good_as_a_url() -> anyhow::Result<()> {
    let file = File::new()?;
    let path = file.folder.path().join("some folder/my 100% game?.db");
    let store =
        SqliteStore::open(path.to_str().expect("temporary folders have plain names")).await?;
    assert_eq!(store.list_games().await?.len(), 1);
    store.close().await;
    assert!(path.exists());
    Ok(())
}

#[tokio::test]
async fn a_database_that_would_be_lost_is_refused() {
    for url in [
        "sqlite::memory:",
        "sqlite:",
        "",
        ":memory:",
        "sqlite:game.db?mode=memory",
    ] {
        let refused = SqliteStore::open(url).await;
        assert!(
            matches!(refused, Err(StoreError::Database(_))),
            "{url}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() -> anyhow::Result<()> {
    let file = File::new()?;
    let path = file.folder.path().join("letter.txt");
    let letter = "Dear database, ".repeat(1_000);
    std::fs::write(&path, &letter)?;
    assert!(
        SqliteStore::open(path.to_str().expect("temporary folders have plain names"))
            .await
            .is_err()
    );
    assert_eq!(std::fs::read_to_string(&path)?, letter);
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() -> anyhow::Result<()> {
    let file = File::new()?;
    file.open().await?.close().await;
    let later = "insert into _sqlx_migrations select 9999, 'later', installed_on, success, checksum, execution_time \
                 from _sqlx_migrations where version = 1";
    file.run(later).await?;
    let refused = SqliteStore::open(&file.url()).await;
    assert!(
        matches!(refused, Err(StoreError::Migration(_))),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test]
async fn every_commit_is_synced_to_the_disk() -> anyhow::Result<()> {
    let file = File::new()?;
    let store = file.open().await?;
    open_game(&*store, 1).await?;
    let log = file.folder.path().join("new/folder/game.db-wal");
    assert!(
        std::fs::metadata(&log)?.len() > 0,
        "there is a write-ahead log"
    );
    store.close().await;
    assert!(!log.exists(), "closed, the log is part of the file");
    Ok(())
}

#[tokio::test]
async fn a_closed_store_is_not_available() -> anyhow::Result<()> {
    let file = File::new()?;
    let store = file.open().await?;
    store.close().await;
    assert!(matches!(
        store.ping().await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(matches!(
        store.store_variable("a", "b").await,
        Err(StoreError::Unavailable(_))
    ));
    Ok(())
}

#[tokio::test]
async fn a_replacement_does_not_get_past_the_triggers() -> anyhow::Result<()> {
    let file = File::new()?;
    let store = file.open().await?;
    open_game(&*store, 1).await?;
    let before = store.list_entries(account(1), 0, 10).await?;
    let columns = "player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash";
    let replace = format!(
        "insert or replace into ledger ({columns}) \
         select player_id, game_id, seq, at * 2, instrument_id, kind, fact, previous_hash from ledger"
    );
    let refused = file
        .run(&replace)
        .await
        .expect_err("the ledger is append-only");
    assert!(
        format!("{refused:#}").contains("append-only"),
        "{refused:#}"
    );
    assert_eq!(store.list_entries(account(1), 0, 10).await?, before);

    let day = domain::Day::from_number(1);
    assert!(collect_bonus(&*store, 1, day).await?);
    let replace = "insert or replace into awards (player_id, seq, at, xp, rules_version, award_key, \
                   cause, previous_hash) select player_id, seq, at, 1000, rules_version, award_key, \
                   cause, previous_hash from awards";
    assert!(file.run(replace).await.is_err());
    let awards = store.list_awards(account(1).player, None, 10).await?;
    assert_eq!(awards.first().map(|award| award.xp), Some(50));
    Ok(())
}

#[tokio::test]
async fn a_column_holds_only_what_it_says() -> anyhow::Result<()> {
    let file = File::new()?;
    let store = file.open().await?;
    open_game(&*store, 1).await?;
    for sql in [
        "update accounts set cash = 1.5",
        "update accounts set cash = 'much'",
        "update accounts set cash = 9223372036854775807 + 1",
        "update accounts set head_hash = 'text'",
        "update players set xp = null",
    ] {
        assert!(file.run(sql).await.is_err(), "{sql}");
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_that_names_it() -> anyhow::Result<()> {
    let file = File::new()?;
    let store = file.open().await?;
    open_game(&*store, 1).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    let corrupt = |what: &str, failed: Option<StoreError>| match failed {
        Some(StoreError::Corrupt { what: named }) => assert!(named.contains(what), "{named}"),
        other => panic!("{what}: {other:?}"),
    };
    file.run("update positions set lots = zeroblob(24)").await?;
    corrupt(
        "lots of account 1/1 in instrument 1",
        store.list_positions(account(1)).await.err(),
    );
    corrupt(
        "lots",
        store
            .fetch_for_orders(&[Ask::buy(1, "order-0001", 1, 1).lookup()])
            .await
            .err(),
    );
    file.run("update orders set answer = x'7b'").await?;
    corrupt(
        "answer of order order-0001 of account 1/1",
        store.list_orders(account(1), None, 1).await.err(),
    );
    file.run("update accounts set positions_held = 4294967296")
        .await?;
    corrupt(
        "number of positions of account 1/1",
        store.find_account(account(1)).await.err(),
    );
    file.run("update players set bonus_day = 99999999999")
        .await?;
    corrupt(
        "day 99999999999",
        store.find_player(account(1).player).await.err(),
    );
    file.run("update games set rules = '{}'").await?;
    corrupt("rules of game 1", store.list_games().await.err());
    file.run("update instruments set symbol = 'lower' where instrument_id = 2")
        .await?;
    let market = server::store::MarketSource::Simulated;
    corrupt(
        "symbol of instrument 2",
        store.list_instruments(market).await.err(),
    );
    file.run("update instruments set name = cast(x'ff' as text)")
        .await?;
    corrupt("name", store.list_instruments(market).await.err());
    Ok(())
}
