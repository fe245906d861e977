//! `/health`: whether the process is alive, and whether it is ready to serve.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;
use crate::clock::JUMPED;
use crate::config::{Config, DatabaseKind};
use crate::json::Json;
use crate::store::StoreResult;
use crate::store::sqlite::SqliteStore;

/// The state of each part.
#[derive(Debug, Serialize)]
pub struct Health {
    /// Whether all is well.
    ready: bool,
    /// Whether the database answers.
    store: bool,
    /// Whether there are prices.
    market: bool,
    /// Whether orders are accepted.
    engine: bool,
    /// Why it is not ready; empty when it is.
    causes: Vec<Cause>,
    /// What an operator should look into although the server is working: `clock_jumped`.
    warnings: Vec<&'static str>,
}

/// Why the server is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Cause {
    /// The database does not answer.
    DatabaseUnavailable,
    /// The database reports that it is damaged.
    DatabaseDamaged,
    /// There is too little room for the database to grow.
    DiskFull,
    /// No instrument has a price.
    NoPrices,
    /// The engine accepts no orders.
    EngineClosed,
    /// The server is shutting down.
    Stopping,
}

/// The process answers.
pub async fn live() -> &'static str {
    "live\n"
}

/// The server can do its work: the database answers, is readable and has room to grow, there are
/// prices, and orders are accepted.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let store = cause_of_store(app.store.ping().await);
    let disk = disk_is_full(&app.config).await.then_some(Cause::DiskFull);
    let market = app.markets.is_ready();
    let engine = app.engine.is_open();
    let others = [
        (!market, Cause::NoPrices),
        (!engine, Cause::EngineClosed),
        (app.live.is_closing(), Cause::Stopping),
    ];
    let others = others
        .into_iter()
        .filter_map(|(holds, cause)| holds.then_some(cause));
    let causes: Vec<_> = store.into_iter().chain(disk).chain(others).collect();
    let ready = causes.is_empty();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let health = Health {
        ready,
        store: store.is_none(),
        market,
        engine,
        causes,
        warnings: app.clock.jump().map(|_| JUMPED).into_iter().collect(),
    };
    (status, Json(health))
}

fn cause_of_store(ping: StoreResult<()>) -> Option<Cause> {
    let error = ping.err()?;
    if error.is_damage() {
        tracing::error!(event = "database_damaged", %error, "the database is damaged");
        return Some(Cause::DatabaseDamaged);
    }
    tracing::warn!(%error, "the database does not answer");
    Some(Cause::DatabaseUnavailable)
}

/// Whether the disk of the SQLite database has less room than the settings want. PostgreSQL looks
/// after its own.
async fn disk_is_full(config: &Config) -> bool {
    let wanted = u64::from(config.free_disk_min_mib).saturating_mul(1_048_576);
    if wanted == 0 || config.database_kind() == Some(DatabaseKind::Postgres) {
        return false;
    }
    let Ok(folder) = SqliteStore::folder(&config.database()) else {
        return false;
    };
    let free = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&folder));
    let Ok(Ok(disk)) = free.await else {
        return false;
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < wanted {
        tracing::warn!(
            event = "disk_full",
            free,
            wanted,
            "the database has too little room to grow"
        );
    }
    free < wanted
}
