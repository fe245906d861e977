//! The connection that writes batches of orders. The driver of the other connections sends every
//! statement to a separate thread and waits for it, and an order takes five statements. This connection
//! runs all statements of a batch on one blocking thread.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::AccountId;
use rusqlite::{Connection, OpenFlags};
use sqlx::SqlitePool;

use super::log_copier::LogCopier;
use super::{batch, connection};
use crate::store::{Batch, StoreResult};

/// Every statement of a batch stays prepared.
const STATEMENTS: usize = 16;

/// Writes batches, taking turns with all other writers. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct BatchWriter {
    /// Holding its one connection is the right to write.
    turns: SqlitePool,
    /// `None` once closed.
    connection: Arc<Mutex<Option<Connection>>>,
    log: LogCopier,
}

impl BatchWriter {
    /// Opens a file that exists, with its schema up to date.
    pub(super) fn open(file: &Path, turns: SqlitePool) -> StoreResult<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(connection::WAIT_MAX)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        for (name, value) in connection::WRITER_PRAGMAS {
            connection.pragma_update(None, name, value)?;
        }
        LogCopier::relieve(&connection);
        Ok(Self {
            log: LogCopier::open(file, connection::CHECKPOINT_PAGES)?,
            turns,
            connection: Arc::new(Mutex::new(Some(connection))),
        })
    }

    /// Commits a batch as [`batch::commit`] does. The write completes even if the caller is dropped.
    pub(super) async fn commit(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        let turn = self.turns.acquire().await?;
        let (writer, batch) = (self.clone(), Arc::clone(batch));
        let written = tokio::task::spawn_blocking(move || {
            let written = writer.write(&batch);
            writer.log.committed();
            drop(turn);
            written
        });
        written
            .await
            .unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    fn write(&self, batch: &Batch) -> StoreResult<Vec<AccountId>> {
        match &mut *self.lock() {
            Some(connection) => batch::commit(connection, batch),
            None => Err(sqlx::Error::PoolClosed.into()),
        }
    }

    pub(super) async fn close(&self) {
        // If no turn can be acquired, nothing is being written either.
        let _turn = self.turns.acquire().await;
        self.lock().take();
        self.log.close();
    }

    /// A write that panicked has been rolled back.
    fn lock(&self) -> MutexGuard<'_, Option<Connection>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
