//! Copies SQLite's log into the database file when a commit has made it long.
//!
//! SQLite would do so by itself, but it ignores a disk that fails meanwhile.

use std::ffi::c_int;

use rusqlite::Connection;
use rusqlite::ffi::SQLITE_IOERR_FSYNC;
use rusqlite::hooks::Wal;

use super::connection::CHECKPOINT_PAGES;

/// Makes each commit of this connection copy the log if it is long. Orders that come meanwhile wait.
pub(super) fn after_commits(writer: &Connection) {
    writer.wal_hook(Some(|log, pages| {
        copy_if_long(log, pages, CHECKPOINT_PAGES);
        Ok(())
    }));
}

/// Whatever is not copied now is copied after the next commit, unless the disk has failed.
fn copy_if_long(log: &Wal, pages: c_int, pages_max: c_int) {
    if pages >= pages_max
        && let Err(error) = log.checkpoint()
    {
        if may_have_lost(&error) {
            tracing::error!(%error, "the disk failed; at the next start the log is copied anew");
            // Not even the connections are closed, because that would delete the log.
            std::process::abort();
        }
        tracing::warn!(%error, "the log could not be copied into the database file");
    }
}

/// Whether data copied earlier may be lost although a second sync would report success: the operating
/// system reports a failure only once (`data_sync_retry` in PostgreSQL's documentation). The log still
/// has everything until it restarts.
fn may_have_lost(error: &rusqlite::Error) -> bool {
    let failure = error.sqlite_error();
    failure.is_some_and(|failure| failure.extended_code == SQLITE_IOERR_FSYNC)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use rusqlite::ffi;

    use super::*;

    const LONG: c_int = 100;

    thread_local! {
        /// Pages that were in the log after this thread's latest commit.
        static COMMITTED_PAGES: Cell<c_int> = const { Cell::new(0) };
    }

    /// Writes a text. Returns the number of pages then in the log.
    fn write(writer: &Connection, bytes: u32) -> c_int {
        writer
            .execute("insert into texts values (zeroblob(?1))", (bytes,))
            .unwrap();
        COMMITTED_PAGES.get()
    }

    #[test]
    fn only_what_could_not_be_made_durable_may_be_lost() {
        let failure = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(may_have_lost(&failure(SQLITE_IOERR_FSYNC)));
        for other in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY] {
            assert!(!may_have_lost(&failure(other)));
        }
    }

    #[test]
    fn a_long_log_is_copied_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let writer = Connection::open(&file).unwrap();
        writer.pragma_update(None, "journal_mode", "wal").unwrap();
        writer.execute("create table texts (text any)", ()).unwrap();
        writer.wal_hook(Some(|log, pages| {
            copy_if_long(log, pages, LONG);
            COMMITTED_PAGES.set(pages);
            Ok(())
        }));

        assert!(write(&writer, 1_000) < LONG);
        let reader = Connection::open(&file).unwrap();
        for _ in 0..3 {
            // While somebody reads an earlier state, nothing beyond it is copied.
            reader.execute_batch("begin; select * from texts").unwrap();
            let long = write(&writer, 1_000_000);
            assert!(long > LONG);
            assert!(write(&writer, 1_000) > long);
            reader.execute_batch("commit").unwrap();
            assert!(write(&writer, 1_000) > long);
            assert!(write(&writer, 1_000) < LONG, "it did not begin anew");
        }

        let written = "select count(*), sum(length(text)) from texts";
        let seen: (i64, i64) = reader
            .query_row(written, (), |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(seen, (13, 3_010_000));
    }
}
