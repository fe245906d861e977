//! Copies SQLite's log into the database file while batches of orders go on being written.
//!
//! Left to itself, SQLite does so at the end of a commit, and with many players that commit and all
//! behind it wait a tenth of a second. Only where nothing is left to copy does the log begin anew, so
//! the last few pages are copied when nobody writes.

use std::cell::Cell;
use std::ffi::c_int;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};

use super::batch_writer::lock;

/// So many pages are few enough to be copied while others wait.
const FEW_PAGES: i64 = 1_024;
/// Times that what came meanwhile is copied before others have to wait.
const PASSES_MAX: u32 = 8;

thread_local! {
    /// Pages that were in the log after this thread's latest commit.
    static COMMITTED_PAGES: Cell<i64> = const { Cell::new(0) };
}

/// Copies the log. Clones are of the same one.
#[derive(Debug, Clone)]
pub(super) struct LogCopier {
    turns: SqlitePool,
    /// None once it is closed.
    connection: Arc<Mutex<Option<Connection>>>,
    /// Pages from which on the log is long.
    pages_max: i64,
    /// Pages that are in the log.
    pages: Arc<AtomicI64>,
    copying: Arc<AtomicBool>,
}

impl LogCopier {
    pub(super) fn open(file: &Path, turns: SqlitePool, pages_max: i64) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Self {
            turns,
            connection: Arc::new(Mutex::new(Some(Connection::open_with_flags(file, flags)?))),
            pages_max,
            pages: Arc::default(),
            copying: Arc::default(),
        })
    }

    /// From now on the log is not copied by this connection's commits.
    pub(super) fn relieve(writer: &Connection) {
        writer.wal_hook(Some(count_pages));
    }

    /// To be called by the thread that has committed: when the log has become long, it is copied.
    pub(super) fn committed(&self) {
        let pages = COMMITTED_PAGES.get();
        self.pages.store(pages, Ordering::Relaxed);
        if pages >= self.pages_max && !self.copying.swap(true, Ordering::AcqRel) {
            tokio::spawn(self.clone().copy());
        }
    }

    async fn copy(self) {
        for _ in 0..PASSES_MAX {
            let copied = self.pass(None).await;
            let left = self.pages.load(Ordering::Relaxed).saturating_sub(copied);
            if left <= FEW_PAGES {
                break;
            }
        }
        if let Ok(turn) = self.turns.acquire().await {
            self.pass(Some(turn)).await;
        }
        self.copying.store(false, Ordering::Release);
    }

    /// Copies what is in the log now; how many of its pages have been copied by then. Nobody waits for
    /// it, unless it has the turn.
    async fn pass(&self, turn: Option<PoolConnection<Sqlite>>) -> i64 {
        let connection = Arc::clone(&self.connection);
        let pass = move || {
            let _turn = turn;
            let Some(connection) = &*lock(&connection) else {
                return Ok(0);
            };
            connection.query_row("pragma wal_checkpoint(passive)", (), |row| row.get(2))
        };
        match tokio::task::spawn_blocking(pass).await {
            Ok(Ok(copied)) => copied,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the log could not be copied into the database file");
                0
            }
            Err(_) => 0,
        }
    }

    pub(super) fn close(&self) {
        lock(&self.connection).take();
    }
}

#[expect(clippy::unnecessary_wraps, reason = "SQLite may be told of a failure")]
fn count_pages(_log: &Wal, pages: c_int) -> rusqlite::Result<()> {
    COMMITTED_PAGES.set(pages.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::connection;
    use super::*;

    const LONG: i64 = 100;

    /// Writes more pages than the log may have; how many are in it then.
    fn write(writer: &Connection, log: &LogCopier) -> i64 {
        writer
            .execute("insert into texts values (zeroblob(1000000))", ())
            .unwrap();
        log.committed();
        log.pages.load(Ordering::Relaxed)
    }

    async fn until_copied(log: &LogCopier) {
        while log.copying.load(Ordering::Acquire) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_long_log_is_copied_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let options = connection::locate(file.to_str().unwrap()).unwrap();
        let turns = connection::open_writer(options).await.unwrap();
        let writer = Connection::open(&file).unwrap();
        writer.execute("create table texts (text any)", ()).unwrap();
        LogCopier::relieve(&writer);
        let log = LogCopier::open(&file, turns.clone(), LONG).unwrap();

        let turn = turns.acquire().await.unwrap();
        let long = write(&writer, &log);
        assert!(long > LONG);
        // To the end only when it has the turn.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(log.copying.load(Ordering::Acquire));
        drop(turn);
        until_copied(&log).await;
        for _ in 0..3 {
            assert!(write(&writer, &log) <= long, "it did not begin anew");
            until_copied(&log).await;
        }

        let count: i64 = Connection::open(&file)
            .unwrap()
            .query_row("select count(*) from texts", (), |row| row.get(0))
            .unwrap();
        assert_eq!(count, 4);
        log.close();
    }
}
