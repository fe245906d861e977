//! PostgreSQL as a database of the story, and what is true of PostgreSQL only.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use domain::Timestamp;
use private_postgres::{Options, PrivatePostgres, Stop};
use server::config::PostgresConfig;
use server::store::postgres::PostgresStore;
use server::store::{OrderStore, Store, StoreError};
use server::verify::verify;
use tokio::sync::OnceCell;

use super::Database;
use super::trading::{Ask, account, at, decide, open_game, together, trade};

mod cluster;
mod migrations;
mod queries;
mod replica;

/// The server of all tests of this process. It goes with the process.
static SERVER: LazyLock<anyhow::Result<PrivatePostgres>> =
    LazyLock::new(|| PrivatePostgres::start(&Options::default()));
/// A database with an empty game, which the others are copies of.
static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static LATEST: AtomicU32 = AtomicU32::new(0);

fn server() -> anyhow::Result<&'static PrivatePostgres> {
    let started = SERVER.as_ref();
    started.map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// A database of its own, which is dropped with it.
pub struct PrivateDatabase {
    server: &'static PrivatePostgres,
    name: String,
}

impl PrivateDatabase {
    pub async fn new() -> anyhow::Result<Self> {
        let template = Self {
            server: server()?,
            name: "template".into(),
        };
        TEMPLATE
            .get_or_try_init(async || {
                template.server.create_database(&template.name, None)?;
                template.open().await?.close().await;
                anyhow::Ok(())
            })
            .await?;
        Self::copy(Some(&template.name))
    }

    /// One without any schema.
    pub fn empty() -> anyhow::Result<Self> {
        Self::copy(None)
    }

    fn copy(template: Option<&str>) -> anyhow::Result<Self> {
        let server = server()?;
        let name = format!("story_{}", LATEST.fetch_add(1, Ordering::SeqCst));
        server.create_database(&name, template)?;
        Ok(Self { server, name })
    }

    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// What a query gives, past the store.
    pub fn ask(&self, sql: &str) -> anyhow::Result<String> {
        self.server.run(&self.name, sql)
    }
}

impl Drop for PrivateDatabase {
    fn drop(&mut self) {
        if self.name != "template" {
            // All of them go with the server at the latest.
            self.server.drop_database(&self.name).ok();
        }
    }
}

/// A store with few connections.
pub async fn open(url: &str) -> anyhow::Result<Arc<dyn Store>> {
    let config = PostgresConfig {
        writers_max: 4,
        readers_max: 4,
        ..PostgresConfig::default()
    };
    Ok(Arc::new(PostgresStore::open(url, &config).await?))
}

#[async_trait]
impl Database for PrivateDatabase {
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        open(&self.url()).await
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        self.ask(sql).map(drop)
    }

    async fn unlock(&self) -> anyhow::Result<()> {
        let role = "set session_replication_role = replica";
        self.run(&format!("alter database {} {role}", self.name))
            .await
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        literal(bytes)
    }
}

/// Bytes as PostgreSQL's SQL writes them.
pub fn literal(bytes: &[u8]) -> String {
    format!("'\\x{}'::bytea", hex::encode(bytes))
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_not_available() -> anyhow::Result<()> {
    let database = PrivateDatabase::empty()?;
    let config = PostgresConfig::default();
    for url in [
        database.url().replace(&database.name, "no_such_database"),
        "postgres://postgres@localhost/game?host=/nowhere".to_owned(),
    ] {
        assert!(PostgresStore::open(&url, &config).await.is_err(), "{url}");
    }
    let store = database.open().await?;
    store.close().await;
    let closed = store.ping().await;
    assert!(matches!(closed, Err(StoreError::Unavailable(_))));
    Ok(())
}

#[tokio::test]
async fn commits_wait_for_the_disk_whatever_the_server_says() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    let relaxed = format!(
        "alter database {} set synchronous_commit = off",
        database.name
    );
    database.run(&relaxed).await?;
    let trigger = "create table seen (name text, value text);
        create function look() returns trigger language plpgsql as $$ begin
            insert into seen select name, setting from pg_settings;
            return new;
        end $$;
        create trigger look before update on accounts for each row execute function look()";
    database.run(trigger).await?;
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    for (name, value) in [
        ("synchronous_commit", "on"),
        ("statement_timeout", "5000"),
        ("lock_timeout", "2000"),
        ("idle_in_transaction_session_timeout", "10000"),
        ("application_name", "tickerquest"),
    ] {
        let seen = database.ask(&format!("select value from seen where name = '{name}'"))?;
        assert_eq!(seen, value, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_held_too_long_is_an_answer_to_try_again() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    let config = PostgresConfig {
        lock_timeout_ms: 50,
        ..PostgresConfig::default()
    };
    let store = PostgresStore::open(&database.url(), &config).await?;
    open_game(&store, 1).await?;
    let batch = Arc::new(decide(&store, Ask::buy(1, "order-0001", 1, 1)).await?);
    let other = sqlx::PgPool::connect(&database.url()).await?;
    let mut held = other.begin().await?;
    sqlx::query("select from accounts for update")
        .execute(&mut *held)
        .await?;
    let late = store.commit_batch(&batch).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    held.rollback().await?;
    assert_eq!(store.commit_batch(&batch).await?, []);
    Ok(())
}

#[tokio::test]
async fn the_ledger_has_a_partition_for_this_month_and_the_next() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    let (first, second) = (database.open().await?, database.open().await?);
    let partitions = "select string_agg(relname, ' ' order by relname) from pg_class \
                      where relname like 'ledger_2%' and relkind = 'r'";
    // Of two servers at once, and again and again.
    let december = Timestamp::from_seconds(1_796_083_200 + 30 * 86_400);
    let (one, other) = tokio::join!(first.prepare(at(0)), second.prepare(at(0)));
    one.and(other)?;
    first.prepare(at(0)).await?;
    assert_eq!(database.ask(partitions)?, "ledger_2026_11 ledger_2026_12");
    first.prepare(december).await?;
    assert_eq!(
        database.ask(partitions)?,
        "ledger_2026_11 ledger_2026_12 ledger_2027_01"
    );

    // What comes in a month without a partition is kept, and does not stand in the way of others.
    let spring = at(120 * 86_400);
    open_game(&*first, 2).await?;
    let late = Ask {
        at: spring,
        ..Ask::buy(1, "order-0001", 1, 1)
    };
    trade(&*first, late).await?;
    assert_eq!(database.ask("select count(*) from ledger_default")?, "1");
    first.prepare(spring).await?;
    assert_eq!(
        database.ask(partitions)?,
        "ledger_2026_11 ledger_2026_12 ledger_2027_01 ledger_2027_04"
    );
    let verified = verify(&*first, |finding| panic!("{finding}")).await?;
    assert_eq!(verified.entries, 3);
    let ledger = first.list_ledger(account(1), None, 10).await?;
    assert_eq!(
        ledger.iter().map(|row| row.entry.seq).collect::<Vec<_>>(),
        [2, 1]
    );

    for table in ["ledger", "ledger_2026_11", "ledger_default", "awards"] {
        for change in ["truncate {}", "delete from {}", "update {} set at = 1"] {
            let sql = change.replace("{}", table);
            // An empty table has nothing that could be changed.
            let rows = database.ask(&format!("select count(*) from {table}"))?;
            let Err(refused) = database.run(&sql).await else {
                assert!(rows == "0" && !sql.starts_with("truncate"), "{sql}");
                continue;
            };
            assert!(
                format!("{refused:#}").contains("append-only"),
                "{sql}: {refused:#}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_entry_that_leaps_over_others_is_refused_in_any_month() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let before = store.find_account(account(1)).await?;
    for seq in [1, 3] {
        let mut batch = decide(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
        batch.entries[0].1.seq = seq;
        batch.entries[0].1.at = at(40 * 86_400);
        let refused = store.commit_batch(&Arc::new(batch)).await;
        assert!(
            matches!(refused, Err(StoreError::Database(_))),
            "{refused:?}"
        );
    }
    assert_eq!(store.find_account(account(1)).await?, before);
    Ok(())
}

/// On a server of its own, because the others would notice.
#[tokio::test]
async fn a_server_that_failed_is_answered_with_try_again_and_loses_nothing() -> anyhow::Result<()> {
    let options = Options {
        durable: true,
        ..Options::default()
    };
    let server = PrivatePostgres::start(&options)?;
    server.create_database("game", None)?;
    let store = PostgresStore::open(&server.url("game"), &PostgresConfig::default()).await?;
    open_game(&store, 20).await?;
    for round in 0..3 {
        let order_key = format!("order-{round:04}");
        let mut batches = Vec::new();
        for player in 1..=20 {
            batches.push(insist(|| decide(&store, Ask::buy(player, &order_key, 1, 1))).await?);
        }
        let batch = together(batches);
        assert_eq!(insist(|| store.commit_batch(&batch)).await?, []);
        server.stop(Stop::Immediate)?;
        let gone = store.ping().await;
        assert!(matches!(gone, Err(StoreError::Unavailable(_))), "{gone:?}");
        server.start_again()?;
        // Sent once more, because its sender cannot know: it is left out, not done twice.
        let again = insist(|| store.commit_batch(&batch)).await?;
        assert_eq!(again.len(), 20);
    }
    let verified = insist(|| verify(&store, |finding| panic!("{finding}"))).await?;
    assert_eq!(verified.orders, 60);
    store.close().await;
    Ok(())
}

/// Tries again while the store is not available: each connection of before a failure is found out
/// once.
pub async fn insist<T, E: Into<anyhow::Error>, F: Future<Output = Result<T, E>>>(
    work: impl Fn() -> F,
) -> anyhow::Result<T> {
    loop {
        let error = match work().await {
            Ok(done) => return Ok(done),
            Err(error) => error.into(),
        };
        if !matches!(error.downcast_ref(), Some(StoreError::Unavailable(_))) {
            return Err(error);
        }
        // The answer may come at once, and whoever finds out that the database is back has to run.
        tokio::task::yield_now().await;
    }
}
