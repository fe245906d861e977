//! Connections: how a database file is opened, and the one way to start writing.

use std::num::NonZero;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use domain::Timestamp;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::store::{StoreError, StoreResult};

/// How long a caller waits for a connection, and a connection waits for another process's lock.
pub(super) const WAIT_MAX: Duration = Duration::from_secs(5);
/// Pages of the log after which it is copied into the database file: 256 MiB. The default of 4 MiB is
/// less than one large batch of orders, and a page that several batches change is copied only once.
pub(super) const CHECKPOINT_PAGES: i64 = 65_536;
/// The log is truncated to this many bytes after it has been copied.
const LOG_MAX_BYTES: &str = "268435456";
/// How much of the file is memory-mapped, that is, read through the operating system's cache, which
/// all connections share.
const MAPPED_MAX_BYTES: &str = "1073741824";
/// The writer's page cache, in negative KiB as SQLite expects it: 64 MiB.
const WRITER_CACHE: &str = "-65536";
/// The same for each reader: 8 MiB.
const READER_CACHE: &str = "-8192";
/// Rows that a connection's thread may buffer ahead of its reader: those of a batch of orders, so that
/// the two do not alternate.
const ROWS_AHEAD: usize = 1_024;
const TEMPORARY_TABLES: &str = "memory";
/// Bytes of the database's pages. The log beside the file comes on top.
pub(super) const SIZE: &str = "
    select page_count * page_size
    from pragma_page_count, pragma_page_size";

/// The settings of a connection that writes batches of orders.
pub(super) const WRITER_PRAGMAS: [(&str, &str); 6] = [
    ("foreign_keys", "on"),
    // The log is durable at each commit.
    ("synchronous", "full"),
    ("cache_size", WRITER_CACHE),
    ("mmap_size", MAPPED_MAX_BYTES),
    ("temp_store", TEMPORARY_TABLES),
    ("journal_size_limit", LOG_MAX_BYTES),
];

/// Where the database is: a `sqlite:` URL or a path.
pub(super) fn locate(url_or_path: &str) -> StoreResult<SqliteConnectOptions> {
    let (options, in_memory) = if url_or_path.starts_with("sqlite:") {
        let in_memory = url_or_path.contains(":memory:") || url_or_path.contains("mode=memory");
        (SqliteConnectOptions::from_str(url_or_path)?, in_memory)
    } else {
        (
            SqliteConnectOptions::new().filename(url_or_path),
            url_or_path == ":memory:",
        )
    };
    // SQLite treats an empty file name as a temporary file that is deleted on close.
    if in_memory || options.get_filename().as_os_str().is_empty() {
        let reason = "a database that is not a file loses every trade";
        return Err(StoreError::Database(sqlx::Error::Configuration(
            reason.into(),
        )));
    }
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WAIT_MAX)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("mmap_size", MAPPED_MAX_BYTES)
        .pragma("temp_store", TEMPORARY_TABLES))
}

/// Creates the folder for a database file.
pub(super) fn create_folder(file: &Path) -> StoreResult<()> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
}

/// The only connection that writes: SQLite has one writer at a time, and callers here queue up instead
/// of polling for the file's lock.
pub(super) async fn open_writer(options: SqliteConnectOptions) -> StoreResult<SqlitePool> {
    let options = options
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .pragma("journal_size_limit", LOG_MAX_BYTES);
    Ok(pool(1).connect_with(options).await?)
}

/// Connections that cannot write, twice as many as there are processors: a reader may wait for the
/// disk while another computes.
pub(super) async fn open_readers(options: SqliteConnectOptions) -> StoreResult<SqlitePool> {
    let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
    let count = u32::try_from(processors.saturating_mul(2))
        .unwrap_or(u32::MAX)
        .clamp(4, 32);
    let options = options
        .pragma("cache_size", READER_CACHE)
        .pragma("query_only", "on");
    Ok(pool(count).connect_with(options).await?)
}

fn pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(WAIT_MAX)
        // A connection to a file does not go stale, and its cache is worth keeping.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // SQLite ends a transaction by itself when the disk is full, and then the driver's own
        // rollback fails: the driver believes the connection is still in that transaction and
        // never begins another one.
        .before_acquire(|connection, _| {
            let usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        })
}

/// Begins a write transaction, as `immediate`: a transaction that reads first and then writes fails at
/// once if another process has written meanwhile, without waiting for it.
pub(super) async fn begin(writer: &SqlitePool) -> StoreResult<Transaction<'static, Sqlite>> {
    Ok(writer.begin_with("begin immediate").await?)
}

/// Begins a read; nobody waits for it, however long it takes.
pub(super) async fn begin_unhurried(
    readers: &SqlitePool,
) -> StoreResult<Transaction<'static, Sqlite>> {
    Ok(readers.begin().await?)
}

/// Begins a read-only snapshot as of the first read.
pub(super) async fn begin_snapshot(
    readers: &SqlitePool,
) -> StoreResult<Transaction<'static, Sqlite>> {
    Ok(readers.begin().await?)
}

/// A file needs no preparation.
#[expect(
    clippy::unused_async,
    reason = "the other database has something to do"
)]
pub(super) async fn prepare(_writer: &SqlitePool, _now: Timestamp) -> StoreResult<()> {
    Ok(())
}

/// Rows as one JSON text, so that any number of them goes through one constant statement that is
/// prepared once.
pub(super) fn json<R: Serialize>(rows: &[R]) -> String {
    serde_json::to_string(rows).expect("rows of numbers and texts are always JSON")
}

/// Writes rows by a statement that takes them as one JSON text. Returns how many it wrote.
pub(super) async fn write<R: Serialize>(
    transaction: &mut SqliteConnection,
    statement: &'static str,
    rows: &[R],
) -> Result<usize, sqlx::Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    let done = sqlx::query(statement)
        .bind(json(rows))
        .execute(transaction)
        .await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
}
