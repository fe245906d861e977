//! Checkpoints SQLite's log into the database file while batches of orders keep being written.
//!
//! Left to itself, SQLite does so at the end of a commit, and with many players, that commit and all
//! behind it wait a tenth of a second. The log restarts only when nothing is left to copy, so the last
//! few pages are copied between two commits, once everything before them is on disk.

use std::cell::Cell;
use std::ffi::c_int;
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Mutex};

use rusqlite::ffi::{
    self, SQLITE_FCNTL_FILE_POINTER, SQLITE_IOERR_FSYNC, SQLITE_OK, SQLITE_SYNC_NORMAL,
    sqlite3_file,
};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};

use super::lock;

/// Passes that copy the log alongside the commits: the first takes a while, and the second is short, so
/// that little is added meanwhile.
const PASSES_AHEAD: u32 = 2;

thread_local! {
    /// Pages that were in the log after this thread's latest commit.
    static COMMITTED_PAGES: Cell<i64> = const { Cell::new(0) };
}

/// Copies the log. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct LogCopier {
    /// `None` once closed.
    connection: Arc<Mutex<Option<Connection>>>,
    /// Number of pages from which the log counts as long.
    pages_max: i64,
    stage: Arc<Mutex<Stage>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The log may grow.
    Short,
    /// It is being copied while it keeps growing.
    BeingCopied,
    /// All but its tail is copied.
    NearlyCopied,
}

impl LogCopier {
    pub(super) fn open(file: &Path, pages_max: i64) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Self {
            connection: Arc::new(Mutex::new(Some(Connection::open_with_flags(file, flags)?))),
            pages_max,
            stage: Arc::new(Mutex::new(Stage::Short)),
        })
    }

    /// Stops this connection's commits from copying the log.
    pub(super) fn relieve(writer: &Connection) {
        writer.wal_hook(Some(count_pages));
    }

    /// Must be called by the thread that has committed, before anyone commits again: it may copy the tail
    /// of the log.
    pub(super) fn committed(&self) {
        let mut stage = lock(&self.stage);
        match *stage {
            Stage::Short if COMMITTED_PAGES.get() >= self.pages_max => {
                *stage = Stage::BeingCopied;
                let copier = self.clone();
                tokio::task::spawn_blocking(move || copier.copy_ahead());
            }
            Stage::NearlyCopied => {
                *stage = Stage::Short;
                self.pass(copy);
            }
            Stage::Short | Stage::BeingCopied => {}
        }
    }

    fn copy_ahead(&self) {
        for _ in 0..PASSES_AHEAD {
            self.pass(|connection| copy(connection).and_then(|()| flush(connection)));
        }
        *lock(&self.stage) = Stage::NearlyCopied;
    }

    /// Whatever is not copied now is copied next time, unless the disk has failed.
    fn pass(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()>) {
        if let Some(connection) = &*lock(&self.connection)
            && let Err(error) = work(connection)
        {
            if may_have_lost(&error) {
                tracing::error!(%error, "the disk failed; at the next start the log is copied anew");
                // Not even the connections are closed, because that would delete the log.
                std::process::abort();
            }
            tracing::warn!(%error, "the log could not be copied into the database file");
        }
    }

    pub(super) fn close(&self) {
        lock(&self.connection).take();
    }
}

/// Whether data copied earlier may be lost although a second sync would report success: the operating
/// system reports a failure only once (`data_sync_retry` in PostgreSQL's documentation). The log still
/// has everything until it restarts.
fn may_have_lost(error: &rusqlite::Error) -> bool {
    let failure = error.sqlite_error();
    failure.is_some_and(|failure| failure.extended_code == SQLITE_IOERR_FSYNC)
}

/// Copies what is in the log now. Nobody waits for it. If that is everything, it is on disk afterwards.
fn copy(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("pragma wal_checkpoint(passive)", (), |_| Ok(()))
}

/// Makes durable what has been copied. SQLite does this itself, but only once everything is copied, and
/// others then wait for it.
#[expect(unsafe_code, reason = "only SQLite has the file")]
fn flush(connection: &Connection) -> rusqlite::Result<()> {
    let mut file: *mut sqlite3_file = ptr::null_mut();
    // SAFETY: the connection is open, and nobody else uses it meanwhile. SQLite says where its file is,
    // which stays there as long as the connection is open, as do the file's functions.
    let outcome = unsafe {
        let handle = connection.handle();
        let into = (&raw mut file).cast();
        match ffi::sqlite3_file_control(handle, ptr::null(), SQLITE_FCNTL_FILE_POINTER, into) {
            SQLITE_OK => match (*(*file).pMethods).xSync {
                Some(sync) => sync(file, SQLITE_SYNC_NORMAL),
                None => SQLITE_OK,
            },
            failure => failure,
        }
    };
    match outcome {
        SQLITE_OK => Ok(()),
        code => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)),
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

    use super::*;

    const LONG: i64 = 100;

    /// Writes a text. Returns the number of pages then in the log.
    fn write(writer: &Connection, log: &LogCopier, bytes: u32) -> i64 {
        writer
            .execute("insert into texts values (zeroblob(?1))", (bytes,))
            .unwrap();
        log.committed();
        COMMITTED_PAGES.get()
    }

    async fn until_nearly_copied(log: &LogCopier) {
        while *lock(&log.stage) == Stage::BeingCopied {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(*lock(&log.stage), Stage::NearlyCopied);
    }

    #[test]
    fn only_what_could_not_be_made_durable_may_be_lost() {
        let failure = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(may_have_lost(&failure(SQLITE_IOERR_FSYNC)));
        for other in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY] {
            assert!(!may_have_lost(&failure(other)));
        }
    }

    #[tokio::test]
    async fn a_long_log_is_copied_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let writer = Connection::open(&file).unwrap();
        writer.pragma_update(None, "journal_mode", "wal").unwrap();
        writer.execute("create table texts (text any)", ()).unwrap();
        LogCopier::relieve(&writer);
        let log = LogCopier::open(&file, LONG).unwrap();

        assert!(write(&writer, &log, 1_000) < LONG);
        assert_eq!(*lock(&log.stage), Stage::Short);
        let reader = Connection::open(&file).unwrap();
        for _ in 0..3 {
            // While somebody reads an earlier state, nothing beyond it is copied.
            reader.execute_batch("begin; select * from texts").unwrap();
            let long = write(&writer, &log, 1_000_000);
            assert!(long > LONG);
            until_nearly_copied(&log).await;
            reader.execute_batch("commit").unwrap();
            assert!(write(&writer, &log, 1_000) > long);
            assert_eq!(*lock(&log.stage), Stage::Short);
            assert!(write(&writer, &log, 1_000) < LONG, "it did not begin anew");
        }

        let written = "select count(*), sum(length(text)) from texts";
        let seen: (i64, i64) = reader
            .query_row(written, (), |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(seen, (10, 3_007_000));
        log.close();
    }
}
