//! The database of a load run: a file, or a PostgreSQL server of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use e2e::database::DatabaseKind;
use private_postgres::{Options, PrivatePostgres, Stop};
use server::config::{Config, MarketConfig};
use server::store::Store;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use super::usage::{self, Usage};

/// The game's database on the PostgreSQL server.
pub const GAME: &str = "tickerquest";

/// What an operator would set on a machine of two processors that also runs the server, for us and
/// for pgbench alike; a quarter of the memory for its cache goes with it. Durability is the default's:
/// fsync, synchronous commit and full page writes are on.
const SETTINGS: [(&str, &str); 10] = [
    ("work_mem", "32MB"),
    ("maintenance_work_mem", "512MB"),
    ("wal_buffers", "64MB"),
    ("min_wal_size", "1GB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "30min"),
    ("checkpoint_completion_target", "0.9"),
    ("random_page_cost", "1.1"),
    ("effective_io_concurrency", "64"),
    ("jit", "off"),
];

/// PostgreSQL 15 and later. Its older way of compressing takes more time than it saves.
const COMPRESS_LOG: &str = "alter system set wal_compression = 'lz4'";

/// What is read and written in places all over it: every index, and the tables whose rows change.
/// Ledger and orders only grow at their ends. As far as it has room, in the cache of a game that has
/// been running for a while; without the extension the first scenarios are slower for it.
const WARM: &str = "
    create extension if not exists pg_prewarm;
    select pg_prewarm(oid)
    from pg_class
    where relnamespace = 'public'::regnamespace
    and (relkind = 'i' or relkind = 'r' and relname in ('players', 'accounts', 'positions', 'sessions'));
    drop extension pg_prewarm";

const COUNT_TRADES: &str = "
    select count(*)
    from ledger
    where kind in ('bought', 'sold', 'reserved', 'released')";

/// Whether a database outlasts the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Yes,
    No,
}

/// A database that is there for the run.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
    postgres: Option<PrivatePostgres>,
    kept: Kept,
}

impl Database {
    /// Starts the database of a folder, a new one where there is none. One that is not `kept` goes
    /// when this is dropped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(kind: DatabaseKind, folder: &Path, kept: Kept) -> anyhow::Result<Self> {
        let postgres = match kind {
            DatabaseKind::Sqlite => None,
            DatabaseKind::Postgres => Some(start_postgres(match kept {
                Kept::Yes => Some(folder.join("postgres")),
                Kept::No => None,
            })?),
        };
        Ok(Self {
            folder: folder.to_owned(),
            postgres,
            kept,
        })
    }

    /// Where the server's files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The PostgreSQL, if it is one.
    #[must_use]
    pub fn postgres(&self) -> Option<&PrivatePostgres> {
        self.postgres.as_ref()
    }

    /// How the server is told of it; none: it is the file in the data folder.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        Some(self.postgres.as_ref()?.url(GAME))
    }

    /// The settings with which the server's own code opens it.
    #[must_use]
    pub fn config(&self, seed: u64) -> Config {
        Config {
            data_dir: self.folder.clone(),
            database_url: self.url(),
            market: MarketConfig {
                seed: Some(seed),
                ..MarketConfig::default()
            },
            ..Config::default()
        }
    }

    /// The server's own way to it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn store(&self, seed: u64) -> anyhow::Result<Arc<dyn Store>> {
        Ok(server::open_store(&self.config(seed)).await?)
    }

    /// How many writers fill it faster than one.
    #[must_use]
    pub fn writers(&self) -> usize {
        if self.postgres.is_some() { 2 } else { 1 }
    }

    /// What its processes use; nothing where it runs inside the server.
    ///
    /// # Errors
    /// When it is gone.
    pub fn usage(&self) -> anyhow::Result<Option<Usage>> {
        let Some(postgres) = &self.postgres else {
            return Ok(None);
        };
        let process = postgres.process().context("PostgreSQL is gone")?;
        Ok(Some(Usage::of_family(process)?))
    }

    /// Bytes of its log since it was made; none where its log is a file of the server.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn log_position(&self) -> anyhow::Result<Option<u64>> {
        let Some(postgres) = &self.postgres else {
            return Ok(None);
        };
        let position = "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";
        Ok(Some(postgres.run(GAME, position)?.parse()?))
    }

    /// Runs a statement that both databases understand.
    ///
    /// # Errors
    /// When it fails.
    pub async fn run(&self, statement: &str) -> anyhow::Result<()> {
        if let Some(postgres) = &self.postgres {
            postgres.run(GAME, statement)?;
            return Ok(());
        }
        let options = SqliteConnectOptions::new().filename(self.config(0).database());
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .context("the statement failed")?;
        connection.close().await?;
        Ok(())
    }

    /// Reads what is used all the time into memory, and has everything written that is committed, so
    /// that no checkpoint falls into what comes next.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn warm(&self) -> anyhow::Result<()> {
        let Some(postgres) = &self.postgres else {
            let mut file = File::open(self.config(0).database())?;
            std::io::copy(&mut file, &mut std::io::sink())?;
            return Ok(());
        };
        if let Err(error) = postgres.run(GAME, WARM) {
            println!("beginning with cold caches: {error}");
        }
        postgres.run(GAME, "checkpoint")?;
        Ok(())
    }

    /// Brings what the planner knows and what can be cleaned up to date, as after any bulk load.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn settle(&self) -> anyhow::Result<()> {
        if let Some(postgres) = &self.postgres {
            postgres.run(GAME, "vacuum (freeze, analyze)")?;
            postgres.run(GAME, "checkpoint")?;
        }
        Ok(())
    }

    /// Trades in the ledger.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn count_trades(&self) -> anyhow::Result<u64> {
        if let Some(postgres) = &self.postgres {
            return Ok(postgres.run(GAME, COUNT_TRADES)?.parse()?);
        }
        let file = self.config(0).database();
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let count: i64 = sqlx::query_scalar(COUNT_TRADES)
            .fetch_one(&mut connection)
            .await
            .context("the trades could not be counted")?;
        connection.close().await?;
        Ok(u64::try_from(count)?)
    }
}

impl Drop for Database {
    /// One that is kept is stopped as an operator does, so that the next start need not recover it.
    fn drop(&mut self) {
        if let (Some(postgres), Kept::Yes) = (&self.postgres, self.kept)
            && postgres.process().is_some()
            && let Err(error) = postgres.stop(Stop::Fast)
        {
            eprintln!("PostgreSQL did not stop well: {error:#}");
        }
    }
}

fn start_postgres(kept_in: Option<PathBuf>) -> anyhow::Result<PrivatePostgres> {
    let setting = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut settings: Vec<_> = SETTINGS.into_iter().map(setting).collect();
    let memory_mb = usage::memory_of_machine() / 1_048_576;
    for (name, percent) in [("shared_buffers", 25), ("effective_cache_size", 60)] {
        settings.push((name.to_owned(), format!("{}MB", memory_mb * percent / 100)));
    }
    let postgres = PrivatePostgres::start(&Options {
        durable: true,
        kept_in,
        settings,
        ..Options::default()
    })?;
    if postgres.run("postgres", COMPRESS_LOG).is_ok() {
        postgres.run("postgres", "select pg_reload_conf()")?;
    }
    let there = format!("select count(*) from pg_database where datname = '{GAME}'");
    if postgres.run("postgres", &there)? == "0" {
        postgres.create_database(GAME, None)?;
    }
    Ok(postgres)
}
