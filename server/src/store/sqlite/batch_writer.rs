//! The connection on which batches of orders are written. The driver of the others sends every
//! statement to a thread of its own and waits for it, and an order takes five statements; this one is
//! used where it is called.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::AccountId;
use rusqlite::{Connection, OpenFlags};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};
use tokio::sync::oneshot;

use super::log_copier::LogCopier;
use super::{batch, connection, lock, log_file};
use crate::store::{Batch, StoreError, StoreResult};

/// Every statement of a batch stays prepared.
const STATEMENTS: usize = 16;
/// Batches that are written before others have a turn.
const BATCHES_IN_TURN: usize = 4;

/// Writes batches in the order in which they come, in turns with all else that writes. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub(super) struct BatchWriter {
    /// Whoever has its one connection may write.
    turns: SqlitePool,
    queue: Arc<Mutex<Queue>>,
    /// None once it is closed.
    connection: Arc<Mutex<Option<Connection>>>,
    log: LogCopier,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Whether somebody writes what waits.
    served: bool,
}

#[derive(Debug)]
struct Waiting {
    batch: Arc<Batch>,
    reply: oneshot::Sender<StoreResult<Vec<AccountId>>>,
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
        LogCopier::relieve(&connection);
        Ok(Self {
            log: LogCopier::open(file, connection::CHECKPOINT_PAGES)?,
            turns,
            queue: Arc::default(),
            connection: Arc::new(Mutex::new(Some(connection))),
        })
    }

    /// Commits a batch after those that came before, as [`batch::commit`] does. One that was decided
    /// on the outcome of another, which was then not written whole, is left out whole.
    pub(super) async fn commit(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        let (reply, written) = oneshot::channel();
        let waiting = Waiting {
            batch: Arc::clone(batch),
            reply,
        };
        let served = {
            let mut queue = lock(&self.queue);
            queue.waiting.push_back(waiting);
            std::mem::replace(&mut queue.served, true)
        };
        if !served {
            // Whatever becomes of whoever came first, it is done for all.
            tokio::spawn(self.clone().serve());
        }
        written
            .await
            .unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    async fn serve(self) {
        loop {
            let turn = match self.turns.acquire().await {
                Ok(turn) => turn,
                Err(error) => return self.fail(&error.into()),
            };
            let writer = self.clone();
            let ended = tokio::task::spawn_blocking(move || writer.take_turn(turn)).await;
            if let Ok(true) = ended {
                return;
            }
        }
    }

    /// Writes what waits, and what comes meanwhile; true when nothing waits any more.
    fn take_turn(&self, _turn: PoolConnection<Sqlite>) -> bool {
        let mut connection = lock(&self.connection);
        for _ in 0..BATCHES_IN_TURN {
            let Some(Waiting { batch, reply }) = self.next() else {
                return true;
            };
            let written = match &mut *connection {
                Some(connection) => write(connection, &batch),
                None => Err(sqlx::Error::PoolClosed.into()),
            };
            // Whoever has gone does not want to know.
            reply.send(written).ok();
            self.log.committed();
        }
        false
    }

    fn next(&self) -> Option<Waiting> {
        let mut queue = lock(&self.queue);
        let next = queue.waiting.pop_front();
        queue.served = next.is_some();
        next
    }

    fn fail(&self, error: &StoreError) {
        while let Some(waiting) = self.next() {
            waiting.reply.send(Err(error.again())).ok();
        }
    }

    pub(super) async fn close(&self) {
        // Without a turn, nothing is being written either.
        let _turn = self.turns.acquire().await;
        lock(&self.connection).take();
        self.log.close();
    }
}

fn write(connection: &mut Connection, batch: &Batch) -> StoreResult<Vec<AccountId>> {
    if batch.is_void() {
        return Ok(batch.account_ids());
    }
    let left_out = batch::commit(connection, batch)?;
    if left_out.is_empty() {
        batch.fate.set_whole();
    }
    Ok(left_out)
}
