//! Settings: one checked struct with defaults, from a file and the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use domain::{Currency, Day};
use serde::{Deserialize, Serialize};

use crate::store::MarketSource;

mod backup;
mod check;
mod clock;
mod jobs;
mod load;
mod mail;
mod metrics;
mod providers;
mod secret;
mod tls;

pub use backup::BackupConfig;
pub use check::InvalidConfig;
pub use clock::ClockConfig;
pub use jobs::JobsConfig;
pub use load::ConfigError;
pub use mail::{MailConfig, MailEncryption};
pub use metrics::MetricsConfig;
pub use providers::{ProviderConfig, ProviderName, ProvidersConfig};
pub use secret::Secret;
pub use tls::TlsConfig;

pub use crate::network::Network;

/// Every setting of the server. Run-time defaults are those of [`Config::default`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the SQLite database and other files of the server are.
    pub data_dir: PathBuf,
    /// `sqlite:...` or `postgres://...`; without one it is the SQLite file `tickerquest.db` in the
    /// data folder.
    pub database_url: Option<String>,
    /// `redis://...`: a Redis that all servers of one PostgreSQL share. It delivers news between them
    /// at once and counts log-ins for all together; while it does not answer, they go on without it.
    pub redis_url: Option<String>,
    /// Milliseconds that anyone waits for Redis.
    pub redis_timeout_ms: u64,
    /// Whether a new game begins where there is no database although files of an earlier game are
    /// there. Otherwise the server refuses to start: the database may have been lost.
    pub new_game: bool,
    /// Free MiB of the disk with the SQLite database below which the server is not ready; 0: any are
    /// enough.
    pub free_disk_min_mib: u32,
    /// Portfolios that are kept in memory, about 2 KiB each, so that only those are read again whose
    /// account has changed.
    pub portfolios_remembered: usize,
    /// Whether browsers keep a page that they show while there is no network. Without it, the service
    /// worker of earlier visits removes itself.
    pub offline_page: bool,
    /// Whether results of runs that were played here for another server are sent there. Its address stands in a
    /// file that any player can open, so only the desktop app turns this on.
    pub sends_offline_results: bool,
    /// Days that players have for handing in the result of a run that they take along to play elsewhere.
    pub offline_results_due_days: u16,
    /// How PostgreSQL is worked with, where it is the database.
    pub postgres: PostgresConfig,
    /// What the machine's clock may say at the start.
    pub clock: ClockConfig,
    /// The first market, that of the open league: what it is made of when the server first starts.
    pub market: MarketConfig,
    /// How markets are run.
    pub markets: MarketsConfig,
    /// Whom live prices come from.
    pub providers: ProvidersConfig,
    /// The trade engine.
    pub engine: EngineConfig,
    /// Jobs.
    pub jobs: JobsConfig,
    /// Mail.
    pub mail: MailConfig,
    /// Log-in and sessions.
    pub session: SessionConfig,
    /// What a client may send.
    pub limits: LimitConfig,
    /// TLS by the server itself.
    pub tls: TlsConfig,
    /// Backups.
    pub backup: BackupConfig,
    /// Metrics.
    pub metrics: MetricsConfig,
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
    /// Connections that write: the trade engine's batches, log-ins, new games.
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

/// What a market is made of. The settings only say it of the first one, and only when it is made:
/// afterwards it is what the database says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarketConfig {
    /// `simulated`, `replay`, `hidden` (a replay with names and dates hidden) or `live`.
    pub source: MarketSource,
    /// Seed of a simulated market; a random one is chosen when there is none.
    pub seed: Option<u64>,
    /// Market seconds that pass in one second. By default a minute is an hour of market time, so that 45
    /// minutes move a price by two to five percent, as two days do on a real market.
    pub speed: u32,
    /// The day of the imported history that a replay begins with; its first day when there is none.
    pub from: Option<Day>,
    /// The currency of its prices; none: dollars, or whatever the instruments of a replay or a live market
    /// trade in. No setting: the first market, which is the open league's, has dollars.
    #[serde(skip)]
    pub currency: Option<Currency>,
}

/// How markets are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MarketsConfig {
    /// Milliseconds from tick to tick.
    pub tick_ms: u64,
    /// Seconds without any use after which a market stops, until somebody asks for it again.
    pub idle_s: u64,
    /// Markets that run at once; a simulated one takes about 1 MiB.
    pub running_max: usize,
    /// A file of instruments for simulated markets in place of those that come along;
    /// `domain/data/instruments.json` is one.
    pub catalogue: Option<PathBuf>,
    /// Whether new companies come to the open league's market now and then, with an offering of shares.
    pub new_companies: bool,
}

/// The trade engine's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EngineConfig {
    /// Orders that may wait; more are answered 503.
    pub queue_max: usize,
    /// Orders that one transaction takes.
    pub batch_max: usize,
    /// Lanes that work side by side, each with one batch at a time. A player's orders always go to the
    /// same lane. On PostgreSQL with two processors, two lanes filled a seventh more orders than one
    /// for 256 connections and as many for 1,024; with four, the slowest answers took longer. SQLite
    /// writes one batch at a time, so it always has one lane.
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
    /// Days after which a session ends however much it is used.
    pub max_days: u16,
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
    /// Requests a minute from one address, whoever sends them; a fifth of them at once.
    pub requests_per_minute_per_address: u32,
    /// Requests a minute from one address where nobody is logged in.
    pub anonymous_per_minute_per_address: u32,
    /// Log-ins and registrations a minute from one address.
    pub logins_per_minute_per_address: u32,
    /// Tries a minute to log in as one player, whatever the spelling, from devices that the player
    /// has not logged in on; each device that the player has logged in on has as many of its own.
    pub logins_per_minute_per_identity: u32,
    /// Registrations a minute from one address that are told that a name is taken; after them the
    /// address waits. A class that wants the same handles waits, too: that is the price for not
    /// telling strangers who plays here.
    pub taken_per_minute_per_address: u32,
    /// Live connections of one player, or of one address where nobody is logged in.
    pub live_per_address: usize,
    /// Live connections in all.
    pub live_max: usize,
    /// Connections of all kinds, live ones included; when there are more, those that are idle longest
    /// are closed. Fewer where the limit on open files allows fewer.
    pub connections_max: usize,
    /// Connections of one address, or of one /64 of IPv6; never more than 80 % of all. Behind a proxy
    /// (`trust_forwarded_for`) it does not count, because all connections are the proxy's.
    pub connections_per_address: usize,
    /// Addresses and networks that many people share, such as a school's: each may have 20 times as
    /// many log-ins, guests, requests and connections as another address. By default this machine and
    /// private networks.
    pub shared_addresses: Vec<Network>,
    /// Whether the address of a client is taken from `X-Forwarded-For`, whoever sends it: only where
    /// nobody but a proxy reaches this server.
    pub trust_forwarded_for: bool,
    /// Proxies by address or network. From them, and from nobody else, the address of a client is taken
    /// from `X-Forwarded-For`: the last one in it that is no proxy itself.
    pub trusted_proxies: Vec<Network>,
}

impl LimitConfig {
    /// Whether an address is that of a proxy of ours.
    #[must_use]
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        let mut proxies = self.trusted_proxies.iter();
        proxies.any(|network| network.contains(address))
    }

    /// Whether a proxy is expected in front of this server.
    #[must_use]
    pub fn expects_proxy(&self) -> bool {
        self.trust_forwarded_for || !self.trusted_proxies.is_empty()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("data"),
            free_disk_min_mib: 64,
            portfolios_remembered: 50_000,
            database_url: None,
            redis_url: None,
            redis_timeout_ms: 50,
            new_game: false,
            offline_page: true,
            sends_offline_results: false,
            offline_results_due_days: 30,
            postgres: PostgresConfig::default(),
            clock: ClockConfig::default(),
            market: MarketConfig::default(),
            markets: MarketsConfig::default(),
            providers: ProvidersConfig::default(),
            engine: EngineConfig::default(),
            jobs: JobsConfig::default(),
            mail: MailConfig::default(),
            session: SessionConfig::default(),
            limits: LimitConfig::default(),
            tls: TlsConfig::default(),
            backup: BackupConfig::default(),
            metrics: MetricsConfig::default(),
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

/// A minute is an hour of market time.
pub const DEFAULT_SPEED: u32 = 60;

impl Default for MarketConfig {
    fn default() -> Self {
        Self {
            source: MarketSource::Simulated,
            seed: None,
            speed: DEFAULT_SPEED,
            from: None,
            currency: None,
        }
    }
}

impl Default for MarketsConfig {
    fn default() -> Self {
        Self {
            tick_ms: 1_000,
            idle_s: 600,
            running_max: 1_000,
            catalogue: None,
            new_companies: true,
        }
    }
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            queue_max: 4_096,
            batch_max: 1_024,
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
            max_days: 365,
            hashes_at_once: 2,
            launch_token: None,
            allowed_hosts: Vec::new(),
        }
    }
}

/// This machine, and the ranges that RFC 1918, RFC 3927 and RFC 4193 keep for private use.
fn private_networks() -> [Network; 8] {
    let v4 = |a, b, prefix| Network::new(IpAddr::from([a, b, 0, 0]), prefix);
    let v6 =
        |first, last, prefix| Network::new(IpAddr::from([first, 0, 0, 0, 0, 0, 0, last]), prefix);
    [
        v4(127, 0, 8),
        v4(10, 0, 8),
        v4(172, 16, 12),
        v4(192, 168, 16),
        v4(169, 254, 16),
        v6(0, 1, 128),
        v6(0xfc00, 0, 7),
        v6(0xfe80, 0, 10),
    ]
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self {
            body_max: 64 * 1024,
            request_timeout_s: 10,
            requests_per_minute: 100,
            request_burst: 100,
            requests_per_minute_per_address: 3_000,
            anonymous_per_minute_per_address: 600,
            logins_per_minute_per_address: 20,
            logins_per_minute_per_identity: 5,
            taken_per_minute_per_address: 3,
            live_per_address: 50,
            live_max: 10_000,
            connections_max: 12_000,
            connections_per_address: 2_000,
            shared_addresses: private_networks().into(),
            trust_forwarded_for: false,
            trusted_proxies: Vec::new(),
        }
    }
}
