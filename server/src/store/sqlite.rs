//! SQLite: one file, one connection that writes, several that read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::AccountId;
use sqlx::SqlitePool;

use self::batch_writer::BatchWriter;
use super::{Batch, StoreResult};

// What both databases understand alike is written once and compiled for each.
#[path = "both/accounts.rs"]
mod accounts;
#[path = "both/audit.rs"]
mod audit;
#[path = "both/games.rs"]
mod games;
#[path = "both/market.rs"]
mod market;
#[path = "both/players.rs"]
mod players;
#[path = "both/resting.rs"]
mod resting;
#[path = "both/retention.rs"]
mod retention;
#[path = "both/sessions.rs"]
mod sessions;
#[path = "both/store.rs"]
mod store;

mod batch;
mod batch_writer;
mod connection;
mod creation;
mod fetch;
mod hex;
mod ledger_rows;
mod log_copier;
mod log_file;
mod market_rows;
mod migrations;
#[cfg(test)]
mod plans;
mod replica;
mod resting_rows;
mod retention_rows;

use self::SqliteStore as DatabaseStore;
use sqlx::SqlitePool as Pool;
use sqlx::sqlite::{SqliteConnection as Connection, SqliteRow as Row};

// The page is found in the index alone; only its own answers are read.
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

/// The batches of one server.
const WRITES_IN_ORDER: bool = true;

/// A store in one SQLite file. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    batches: BatchWriter,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database at a `sqlite:` URL or a path, and brings its schema up to date. The file
    /// and its folder are made if they are not there.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database or is one of a later version.
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

    /// The connections that read what is then written: not the one that writes, which is busy with the
    /// batch before.
    fn before_writing(&self) -> &SqlitePool {
        &self.readers
    }

    async fn commit(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        self.batches.commit(batch).await
    }

    /// All connections but the writer.
    async fn close_others(&self) {
        self.batches.close().await;
        self.readers.close().await;
    }
}

/// What panicked has been rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
