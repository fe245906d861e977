//! Connections: their setup, pool sizes and timeouts.

use std::str::FromStr;
use std::time::Duration;

use domain::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool, Postgres, Transaction};

use crate::config::PostgresConfig;
use crate::store::StoreResult;

/// Bytes of the database with its indexes.
pub(super) const SIZE: &str = "
    select pg_database_size(current_database())";

/// A connection idle for this long is tested before use: the server may have been restarted
/// meanwhile.
const TRUSTED: Duration = Duration::from_secs(1);
/// A connection is replaced after this long, together with its cached plans, which were made for the
/// table sizes of the time.
const CONNECTION_AGE_MAX: Duration = Duration::from_secs(60);
/// How long a caller waits for a connection to the replica.
const REPLICA_WAIT_MAX: Duration = Duration::from_millis(500);
/// Every statement looks rows up by key, so the planner does not consider other ways: a plan made while
/// a table was small must not read all of it when it is large.
pub(super) const PLANNING: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    // Compiling a plan takes longer than any of these statements.
    ("jit", "off"),
];
const PREPARE_LEDGER: &str = "select prepare_ledger($1)";

/// Where the database is: a `postgres:` URL.
pub(super) fn locate(url: &str) -> StoreResult<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?.application_name("tickerquest"))
}

/// Connections that write: few, each with a batch in flight.
pub(super) async fn open_writer(
    options: PgConnectOptions,
    config: &PostgresConfig,
) -> StoreResult<PgPool> {
    // Regardless of the server's own setting: an order is answered once it is on disk.
    let options = limited(options, config).options([("synchronous_commit", "on")]);
    let pool = pool(config.writers_max, config);
    Ok(pool.connect_with(options).await?)
}

/// Connections that cannot write.
pub(super) async fn open_readers(
    options: PgConnectOptions,
    config: &PostgresConfig,
) -> StoreResult<PgPool> {
    let options = limited(options, config).options([("default_transaction_read_only", "on")]);
    let pool = pool(config.readers_max, config);
    Ok(pool.connect_with(options).await?)
}

/// Connections to the replica, none of them open yet. A caller does not wait long for one, because the
/// primary can answer too.
pub(super) fn open_replica(options: PgConnectOptions, config: &PostgresConfig) -> PgPool {
    let options = limited(options, config).options([("default_transaction_read_only", "on")]);
    pool(config.readers_max, config)
        .acquire_timeout(REPLICA_WAIT_MAX.min(Duration::from_millis(config.acquire_timeout_ms)))
        .connect_lazy_with(options)
}

fn limited(options: PgConnectOptions, config: &PostgresConfig) -> PgConnectOptions {
    let milliseconds = [
        ("statement_timeout", config.statement_timeout_ms),
        ("lock_timeout", config.lock_timeout_ms),
        (
            "idle_in_transaction_session_timeout",
            config.idle_in_transaction_timeout_ms,
        ),
    ];
    options.options(milliseconds).options(PLANNING)
}

fn pool(connections_max: u32, config: &PostgresConfig) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms))
        .max_lifetime(CONNECTION_AGE_MAX)
        .test_before_acquire(false)
        .before_acquire(|connection, held| {
            Box::pin(async move { Ok(held.idle_for < TRUSTED || connection.ping().await.is_ok()) })
        })
}

/// Begins a write transaction.
pub(super) async fn begin(writer: &PgPool) -> StoreResult<Transaction<'static, Postgres>> {
    Ok(writer.begin().await?)
}

/// Begins a transaction that may take long, for background work.
pub(super) async fn begin_unhurried(pool: &PgPool) -> StoreResult<Transaction<'static, Postgres>> {
    let mut transaction = pool.begin().await?;
    sqlx::query("set local statement_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// Begins a read-only snapshot as of the first read.
pub(super) async fn begin_snapshot(
    readers: &PgPool,
) -> StoreResult<Transaction<'static, Postgres>> {
    let begin = "begin transaction isolation level repeatable read, read only";
    Ok(readers.begin_with(begin).await?)
}

/// Creates the partitions of this month and the next.
pub(super) async fn prepare(writer: &PgPool, now: Timestamp) -> StoreResult<()> {
    sqlx::query(PREPARE_LEDGER)
        .bind(now.micros())
        .execute(writer)
        .await?;
    Ok(())
}
