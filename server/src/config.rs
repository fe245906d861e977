//! Settings: one checked struct with defaults, from a file and the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

mod check;
mod load;

pub use check::InvalidConfig;
pub use load::ConfigError;
pub(crate) use load::address_name;

/// Every setting of the server. Run-time defaults are those of [`Config::default`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the SQLite database and other files of the server are.
    pub data_dir: PathBuf,
    /// `sqlite:...` or `postgres://...`; without one it is the SQLite file `tickerquest.db` in the
    /// data folder. Several `postgres://...` with white space between them: the players are spread
    /// over all of these databases, whose number and order never change.
    pub database_url: Option<String>,
    /// Portfolios that are kept in memory, about 2 KiB each, so that only those are read again whose
    /// account has changed.
    pub portfolios_remembered: usize,
    /// How PostgreSQL is worked with, where it is the database.
    pub postgres: PostgresConfig,
    /// The market.
    pub market: MarketConfig,
    /// The trade engine.
    pub engine: EngineConfig,
    /// Log-in and sessions.
    pub session: SessionConfig,
    /// What a client may send.
    pub limits: LimitConfig,
}

/// The databases that a server can remember in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file.
    Sqlite,
    /// A server of its own.
    Postgres,
}

/// How PostgreSQL is worked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostgresConfig {
    /// A copy of the database that follows it (streaming replication), for reads that may lag: the
    /// past of prices and accounts. Without one, or while it does not answer, the database itself is
    /// read.
    pub replica_url: Option<String>,
    /// Connections that write: the trade engine's batches, log-ins, the market's days.
    pub writers_max: u32,
    /// Connections that only read.
    pub readers_max: u32,
    /// Milliseconds that a caller waits for a connection.
    pub acquire_timeout_ms: u64,
    /// Milliseconds after which PostgreSQL gives up a statement.
    pub statement_timeout_ms: u64,
    /// Milliseconds after which it gives up waiting for a row that another server is writing.
    pub lock_timeout_ms: u64,
    /// Milliseconds after which it ends a transaction whose server has gone silent.
    pub idle_in_transaction_timeout_ms: u64,
}

/// The market's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarketConfig {
    /// `simulated` or `replay`.
    pub source: MarketSource,
    /// Seed of a new simulated market; a random one is chosen and kept when there is none.
    pub seed: Option<u64>,
    /// Milliseconds from tick to tick.
    pub tick_ms: u64,
    /// Market seconds that pass in one second (a replay of daily history wants many).
    pub speed: u32,
    /// Days of history that a new simulated market starts with.
    pub backfill_days: u16,
}

/// Where prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarketSource {
    /// Computed from a seed.
    Simulated,
    /// Imported history.
    Replay,
}

/// The trade engine's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineConfig {
    /// Orders that may wait; more are answered 503.
    pub queue_max: usize,
    /// Orders that one transaction takes.
    pub batch_max: usize,
    /// Waiting orders that are decided as the next batch while the one before is being written. Fewer
    /// wait until it is, and those that come meanwhile join them. On PostgreSQL, deciding whatever had
    /// come filled hardly more, and at up to half of the highest rate, half of the answers took about
    /// twice as long.
    pub ahead_min: usize,
    /// Lanes that work side by side, each deciding a batch while it makes another one durable; as many
    /// for each database of several. A player's orders always go the same lane. On PostgreSQL two
    /// filled a seventh more than one for 256 connections and as many for 1,024, on two processors; with
    /// four, the slowest answers took longer. SQLite writes one batch at a time, so there it is always
    /// one lane: its batches are larger.
    pub lanes: u16,
    /// Accounts that are kept in memory, about 2 KiB each, so that their next orders need not be
    /// fetched.
    pub accounts_remembered: usize,
}

/// Settings of log-in and sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// Name of the cookie.
    pub cookie_name: String,
    /// Whether the cookie is only sent over https. Behind a TLS proxy: true.
    pub secure_cookie: bool,
    /// Days without use after which a session ends.
    pub sliding_days: u16,
    /// Password hashes computed at once; each takes about 19 MiB.
    pub hashes_at_once: usize,
    /// Only requests that carry this token (the desktop's window) are let in.
    pub launch_token: Option<String>,
    /// Hosts that requests may name; empty: any.
    pub allowed_hosts: Vec<String>,
}

/// Limits of what clients may send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitConfig {
    /// Bytes of a request's body.
    pub body_max: usize,
    /// Seconds after which a request is given up.
    pub request_timeout_s: u64,
    /// Requests a minute of one player.
    pub requests_per_minute: u32,
    /// Requests that a player may send at once before the rate counts.
    pub request_burst: u32,
    /// Requests a minute from one address where nobody is logged in (a school is one address).
    pub anonymous_per_minute_per_address: u32,
    /// Log-ins and registrations a minute from one address.
    pub logins_per_minute_per_address: u32,
    /// Log-ins a minute for one identity.
    pub logins_per_minute_per_identity: u32,
    /// Live connections of one address.
    pub live_per_address: usize,
    /// Live connections in all.
    pub live_max: usize,
    /// Connections of all kinds; more wait to be accepted.
    pub connections_max: usize,
    /// Whether the address of a client is taken from `X-Forwarded-For` (behind a proxy only).
    pub trust_forwarded_for: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("data"),
            portfolios_remembered: 50_000,
            database_url: None,
            postgres: PostgresConfig::default(),
            market: MarketConfig::default(),
            engine: EngineConfig::default(),
            session: SessionConfig::default(),
            limits: LimitConfig::default(),
        }
    }
}

impl Default for PostgresConfig {
    fn default() -> Self {
        Self {
            replica_url: None,
            writers_max: 8,
            readers_max: 16,
            acquire_timeout_ms: 5_000,
            statement_timeout_ms: 5_000,
            lock_timeout_ms: 2_000,
            idle_in_transaction_timeout_ms: 10_000,
        }
    }
}

impl Default for MarketConfig {
    fn default() -> Self {
        Self {
            source: MarketSource::Simulated,
            seed: None,
            tick_ms: 1_000,
            speed: 1,
            backfill_days: 730,
        }
    }
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            queue_max: 4_096,
            batch_max: 1_024,
            ahead_min: 256,
            lanes: 2,
            accounts_remembered: 50_000,
        }
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            cookie_name: "tickerquest".into(),
            secure_cookie: false,
            sliding_days: 30,
            hashes_at_once: 2,
            launch_token: None,
            allowed_hosts: Vec::new(),
        }
    }
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self {
            body_max: 64 * 1024,
            request_timeout_s: 10,
            requests_per_minute: 100,
            request_burst: 100,
            anonymous_per_minute_per_address: 600,
            logins_per_minute_per_address: 20,
            logins_per_minute_per_identity: 5,
            live_per_address: 50,
            live_max: 10_000,
            connections_max: 12_000,
            trust_forwarded_for: false,
        }
    }
}
