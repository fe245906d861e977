//! SQLite: one file, one connection that writes, several that read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::AccountId;
use sqlx::SqlitePool;

use self::batch_writer::BatchWriter;
use super::schema::SchemaState;
use super::{Batch, StoreResult};

// Queries that both databases accept are written once and compiled for each.
#[path = "both/accounts.rs"]
mod accounts;
#[path = "both/actions.rs"]
mod actions;
#[path = "both/alerts.rs"]
mod alerts;
#[path = "both/audit.rs"]
mod audit;
#[path = "both/awards.rs"]
mod awards;
#[path = "both/boards.rs"]
mod boards;
#[path = "both/duels.rs"]
mod duels;
#[path = "both/equity.rs"]
mod equity;
#[path = "both/feed.rs"]
mod feed;
#[path = "both/games.rs"]
mod games;
#[path = "both/guests.rs"]
mod guests;
#[path = "both/hosting.rs"]
mod hosting;
#[path = "both/identity.rs"]
mod identity;
#[path = "both/instruments.rs"]
mod instruments;
#[path = "both/intraday.rs"]
mod intraday;
#[path = "both/investments.rs"]
mod investments;
#[path = "both/jobs.rs"]
mod jobs;
#[path = "both/journal.rs"]
mod journal;
#[path = "both/log.rs"]
mod log;
#[path = "both/markets.rs"]
mod markets;
#[path = "both/months.rs"]
mod months;
#[path = "both/notifications.rs"]
mod notifications;
#[path = "both/offering_splits.rs"]
mod offering_splits;
#[path = "both/offerings.rs"]
mod offerings;
#[path = "both/offline.rs"]
mod offline;
#[path = "both/operation.rs"]
mod operation;
#[path = "both/orders.rs"]
mod orders;
#[path = "both/players.rs"]
mod players;
#[path = "both/probe.rs"]
mod probe;
#[path = "both/progress.rs"]
mod progress;
#[path = "both/protection.rs"]
mod protection;
#[path = "both/providers.rs"]
mod providers;
#[path = "both/puzzles.rs"]
mod puzzles;
#[path = "both/resting.rs"]
mod resting;
#[path = "both/retention.rs"]
mod retention;
#[path = "both/roster.rs"]
mod roster;
#[path = "both/plans.rs"]
mod savings;
#[path = "both/scenarios.rs"]
mod scenarios;
#[path = "both/sessions.rs"]
mod sessions;
#[path = "both/snapshot.rs"]
mod snapshot;
#[path = "both/social.rs"]
mod social;
#[path = "both/store.rs"]
mod store;
#[path = "both/strategies.rs"]
mod strategies;
#[path = "both/strategy_follows.rs"]
mod strategy_follows;
#[cfg(test)]
#[path = "both/strategy_plans.rs"]
mod strategy_plans;
#[path = "both/strategy_search.rs"]
mod strategy_search;
#[path = "both/strays.rs"]
mod strays;
#[path = "both/targets.rs"]
mod targets;
#[path = "both/titles.rs"]
mod titles;
#[path = "both/variables.rs"]
mod variables;
#[path = "both/watch_lists.rs"]
mod watch_lists;

mod action_rows;
mod batch;
mod batch_rows;
mod batch_writer;
mod board_rows;
mod connection;
mod copying;
mod creation;
mod done;
mod fetch;
#[cfg(test)]
mod guest_tables;
mod job_rows;
mod ledger_rows;
mod log_copier;
mod market_rows;
mod migrations;
mod offering_rows;
#[cfg(test)]
mod plans;
mod presence;
mod replica;
mod resting_rows;
mod retention_rows;
mod schema_check;
mod strategy_rows;
mod stray_rows;

pub use self::presence::Presence;
pub(crate) use self::presence::remains_in;

use self::SqliteStore as DatabaseStore;
use sqlx::sqlite::{SqliteConnection as Connection, SqliteRow as Row};
use sqlx::{Sqlite as Driver, SqlitePool as Pool};

// The index alone finds the page; only the answers on it are read.
const LIST_ORDERS: &str = "
    select o.order_key, o.at as answered_at, o.fingerprint, o.answer
    from (
        select rowid as place
        from orders
        where player_id = $1
        and game_id = $2
        and (at, order_key) < ($3, $4)
        order by at desc, order_key desc
        limit $5
    ) page
    cross join orders o on o.rowid = page.place
    order by o.at desc, o.order_key desc";

const DELETE_EXPIRED: &str = "
    delete from sessions
    where (player_id, session_id) in (
        select player_id, session_id
        from sessions
        where expires_at <= $1
        order by expires_at
        limit $2
    )";

const PRUNE_OUTBOX: &str = "
    delete from outbox
    where (lane, seq) in (
        select lane, seq
        from outbox
        where at < $1
        order by at
        limit $2
    )";

/// A store in one SQLite file. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    batches: BatchWriter,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database at a `sqlite:` URL or a path, and brings its schema up to date. Creates the
    /// file and its folder if missing.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a database or belongs to a later version.
    pub async fn open(url_or_path: &str) -> StoreResult<Self> {
        let options = connection::locate(url_or_path)?;
        connection::create_folder(options.get_filename())?;
        let writer = connection::open_writer(options.clone()).await?;
        migrations::run(&writer).await?;
        let batches = BatchWriter::open(options.get_filename(), writer.clone())?;
        let readers = connection::open_readers(options).await?;
        Ok(Self {
            writer,
            batches,
            readers,
        })
    }

    /// What exists at a database's path before it is opened.
    ///
    /// # Errors
    /// When the file cannot be read or is not a database.
    pub fn presence(url_or_path: &str) -> StoreResult<Presence> {
        presence::look(url_or_path)
    }

    /// The file of the database at a `sqlite:` URL or a path.
    ///
    /// # Errors
    /// When it is not a file.
    pub fn file(url_or_path: &str) -> StoreResult<PathBuf> {
        Ok(connection::locate(url_or_path)?.get_filename().to_owned())
    }

    /// How the schema of the game at a `sqlite:` URL or a path compares with this program's.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn schema_state(url_or_path: &str) -> StoreResult<SchemaState> {
        let options = connection::locate(url_or_path)?;
        let applied = copying::applied(options.get_filename())?;
        Ok(SchemaState::of(migrations::MIGRATIONS, &applied))
    }

    /// The folder of the database at a `sqlite:` URL or a path.
    ///
    /// # Errors
    /// When it is not a file.
    pub fn folder(url_or_path: &str) -> StoreResult<PathBuf> {
        let options = connection::locate(url_or_path)?;
        let folder = options.get_filename().parent();
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        Ok(folder.unwrap_or(Path::new(".")).to_owned())
    }

    /// Copies the database at a `sqlite:` URL or a path into an empty file, as of one moment, while
    /// players keep trading. Blocks for as long as reading the file takes. Does not sync the copy to
    /// disk.
    ///
    /// # Errors
    /// When the database cannot be read or the copy cannot be written.
    pub fn copy(url_or_path: &str, to: &Path) -> StoreResult<()> {
        copying::copy(url_or_path, to)
    }

    /// What SQLite finds damaged in a database file; empty if it is intact. Blocks while it reads the
    /// whole file.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn problems(file: &Path) -> StoreResult<Vec<String>> {
        copying::problems(file)
    }

    /// The connections for reads that precede a write: not the writer, which is busy with the previous
    /// batch.
    fn before_writing(&self) -> &SqlitePool {
        &self.readers
    }

    async fn commit(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.batches.commit(batch).await
    }

    /// Closes all connections except the writer.
    async fn close_others(&self) {
        self.batches.close().await;
        self.readers.close().await;
    }
}

/// Ignores poisoning: whatever panicked has been rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
