//! The connection on which batches of orders are written. The driver of the others sends every
//! statement to a thread of its own and waits for it, and a row takes five statements; this one is
//! used where it is called.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::AccountId;
use rusqlite::{Connection, OpenFlags};
use sqlx::SqlitePool;

use super::{batch, connection, log_file};
use crate::store::{Batch, StoreError, StoreResult};

/// Every statement of a batch stays prepared.
const STATEMENTS: usize = 16;

/// Writes batches, each when it is its turn among all that write. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct BatchWriter {
    /// Whoever has its one connection may write.
    turns: SqlitePool,
    /// None once it is closed.
    connection: Arc<Mutex<Option<Connection>>>,
}

impl BatchWriter {
    /// Opens a file that is there, with its schema up to date.
    pub(super) fn open(file: &Path, turns: SqlitePool) -> StoreResult<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs(file, flags, log_file::register()?)?;
        connection.busy_timeout(connection::WAIT_MAX)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        for (name, value) in connection::WRITER_PRAGMAS {
            connection.pragma_update(None, name, value)?;
        }
        Ok(Self {
            turns,
            connection: Arc::new(Mutex::new(Some(connection))),
        })
    }

    /// Commits a batch, as [`batch::commit`] does.
    pub(super) async fn commit(&self, batch: Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        let turn = self.turns.acquire().await?;
        let connection = Arc::clone(&self.connection);
        let write = move || {
            // Even when nobody waits for the outcome any more, nobody else writes before it is done.
            let _turn = turn;
            match &mut *lock(&connection) {
                Some(connection) => batch::commit(connection, &batch),
                None => Err(sqlx::Error::PoolClosed.into()),
            }
        };
        let written = tokio::task::spawn_blocking(write).await;
        written.map_err(|_| StoreError::from(sqlx::Error::WorkerCrashed))?
    }

    pub(super) async fn close(&self) {
        // Whether or not it is their turn: without one, none is being written either.
        let _turn = self.turns.acquire().await;
        lock(&self.connection).take();
    }
}

/// A batch that panicked has been rolled back.
fn lock(connection: &Mutex<Option<Connection>>) -> MutexGuard<'_, Option<Connection>> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
