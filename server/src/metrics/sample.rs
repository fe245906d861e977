//! What has a state: read when somebody scrapes, at most every few seconds.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use domain::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::time::Instant;

use crate::app::App;
use crate::config::{ProviderConfig, ProviderName};
use crate::store::jobs::JobState;
use crate::store::{Period, StoreResult};

/// The database is asked at most so often, however often somebody scrapes.
const READ_EVERY: Duration = Duration::from_secs(5);

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    kind: String,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InPool {
    pool: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfProvider {
    provider: String,
}

/// The gauges.
#[derive(Debug, Default)]
pub(super) struct Samples {
    read_at: Option<Instant>,
    engine_waiting: Gauge,
    engine_room: Gauge,
    feed_in_doubt: Gauge,
    live_connections: Gauge,
    markets_running: Gauge,
    active_players: Gauge,
    boards_age: Seconds,
    boards_built: Seconds,
    boards_valued: Seconds,
    pools: Family<InPool, Gauge>,
    jobs: Family<Job, Gauge>,
    database_bytes: Gauge,
    database_up: Gauge,
    disk_free_bytes: Gauge,
    provider_open: Family<OfProvider, Gauge>,
    provider_calls: Family<OfProvider, Gauge>,
    provider_quota: Family<OfProvider, Gauge>,
    backup_age: Seconds,
    memory_bytes: Gauge,
    failures: Counter,
}

impl Samples {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let samples = Self::default();
        let mut add = |name: &str, help: &str, gauge: &Gauge| {
            registry.register(name, help, gauge.clone());
        };
        add(
            "engine_waiting",
            "Orders that wait",
            &samples.engine_waiting,
        );
        add(
            "engine_queue_max",
            "Orders that may wait",
            &samples.engine_room,
        );
        add(
            "feed_in_doubt",
            "Batches of which nobody knows whether they were written",
            &samples.feed_in_doubt,
        );
        add(
            "live_connections",
            "Live connections (WebSockets)",
            &samples.live_connections,
        );
        add(
            "markets_running",
            "Markets that run",
            &samples.markets_running,
        );
        add(
            "active_players",
            "Players who sent a request in the last minute or two",
            &samples.active_players,
        );
        add(
            "database_bytes",
            "Bytes of the database",
            &samples.database_bytes,
        );
        add(
            "database_up",
            "Whether the database answers",
            &samples.database_up,
        );
        add(
            "disk_free_bytes",
            "Free bytes of the disk with the data folder",
            &samples.disk_free_bytes,
        );
        add(
            "memory_bytes",
            "Memory of the process that is not swapped out",
            &samples.memory_bytes,
        );
        registry.register(
            "boards_age_seconds",
            "Seconds since the leaderboards last took up changes",
            samples.boards_age.clone(),
        );
        registry.register(
            "boards_build_seconds",
            "Seconds that building the leaderboards took at start; 0 before",
            samples.boards_built.clone(),
        );
        registry.register(
            "boards_valuation_seconds",
            "Seconds that the latest valuation of all leaderboards at new prices took",
            samples.boards_valued.clone(),
        );
        registry.register(
            "backup_age_seconds",
            "Seconds since the latest scheduled backup; -1 without one",
            samples.backup_age.clone(),
        );
        registry.register(
            "pool_connections",
            "Connections to the database",
            samples.pools.clone(),
        );
        registry.register("jobs", "Jobs by kind and state", samples.jobs.clone());
        registry.register(
            "provider_breaker_open",
            "Whether a provider of prices is left alone",
            samples.provider_open.clone(),
        );
        registry.register(
            "provider_calls_today",
            "Calls of a provider today (UTC)",
            samples.provider_calls.clone(),
        );
        registry.register(
            "provider_calls_max",
            "Calls that a provider allows a day",
            samples.provider_quota.clone(),
        );
        registry.register(
            "scrape_failures",
            "Times that the database could not be asked for these numbers",
            samples.failures.clone(),
        );
        samples
    }

    /// Reads everything anew.
    pub(super) async fn take(&mut self, app: &App) {
        let now = app.clock.now();
        self.take_own(app, now);
        let now_instant = Instant::now();
        if self
            .read_at
            .is_some_and(|at| now_instant.duration_since(at) < READ_EVERY)
        {
            return;
        }
        self.read_at = Some(now_instant);
        let read = self.read(app, now).await;
        self.database_up.set(i64::from(read.is_ok()));
        if let Err(error) = read {
            self.failures.inc();
            tracing::warn!(%error, "metrics of the database could not be read");
        }
    }

    /// What this process knows without asking anyone.
    fn take_own(&self, app: &App, now: Timestamp) {
        let (waiting, room) = app.engine.queue();
        self.engine_waiting.set(integer(waiting));
        self.engine_room.set(integer(room));
        self.feed_in_doubt
            .set(integer(app.engine.publisher().doubts()));
        self.live_connections.set(integer(app.live.count()));
        self.markets_running.set(integer(app.markets.count()));
        self.active_players
            .set(integer(app.limits.active_players()));
        self.boards_age.set(app.boards.age_seconds(now));
        self.boards_built.set(app.boards.built_in_seconds());
        self.boards_valued.set(app.boards.valued_in_seconds());
        for pool in app.store.pools() {
            let set = |state, count: u32| {
                let name = pool.pool;
                let gauge = self.pools.get_or_create(&InPool { pool: name, state });
                gauge.set(i64::from(count));
            };
            set("used", pool.used());
            set("idle", pool.idle);
            set("max", pool.max);
        }
        if let Some(bytes) = memory_bytes() {
            self.memory_bytes.set(bytes);
        }
    }

    async fn read(&self, app: &App, now: Timestamp) -> StoreResult<()> {
        let counts = app.store.count_jobs().await?;
        self.jobs.clear();
        for one in counts {
            let job = Job {
                kind: one.kind,
                state: one.state.as_str(),
            };
            let count = i64::try_from(one.count).unwrap_or(i64::MAX);
            self.jobs.get_or_create(&job).set(count);
        }
        // An alert can only look at what is there.
        let none = Job {
            kind: "any".to_owned(),
            state: JobState::Dead.as_str(),
        };
        self.jobs.get_or_create(&none).inc_by(0);
        let size = app.store.database_size().await?;
        self.database_bytes
            .set(i64::try_from(size).unwrap_or(i64::MAX));
        if let Some(free) = crate::operation::status::free_disk(&app.config.data_dir) {
            self.disk_free_bytes
                .set(i64::try_from(free).unwrap_or(i64::MAX));
        }
        let latest = crate::operation::status::latest_backup(&*app.store).await?;
        self.backup_age
            .set(latest.map_or(-1.0, |at| seconds(now.seconds_since(at))));
        self.read_providers(app, now).await
    }

    async fn read_providers(&self, app: &App, now: Timestamp) -> StoreResult<()> {
        let providers = &app.config.providers;
        let of = [
            (
                ProviderName::FinancialModelingPrep,
                &providers.financial_modeling_prep,
            ),
            (ProviderName::AlphaVantage, &providers.alpha_vantage),
        ];
        let with_key = of.into_iter().filter(|(_, config)| config.key.is_some());
        let with_key: Vec<(&str, &ProviderConfig)> = with_key
            .map(|(name, config)| (name.as_str(), config))
            .collect();
        if with_key.is_empty() {
            return Ok(());
        }
        let states = app.store.list_provider_states().await?;
        let usage = app.store.list_usage().await?;
        for (name, config) in with_key {
            let provider = OfProvider {
                provider: name.to_owned(),
            };
            let state = states.iter().find(|state| state.provider == name);
            let until = state.and_then(|state| state.refused_until.max(state.open_until));
            let is_open = until.is_some_and(|until| until > now);
            self.provider_open
                .get_or_create(&provider)
                .set(i64::from(is_open));
            let today = Period::Day.start(now);
            let calls = usage.iter().find(|one| {
                one.provider == name && one.period == Period::Day && one.starts_at == today
            });
            let calls = calls.map_or(0, |one| one.calls);
            self.provider_calls.get_or_create(&provider).set(calls);
            let quota = i64::from(config.per_day);
            self.provider_quota.get_or_create(&provider).set(quota);
        }
        Ok(())
    }
}

fn integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn seconds(count: i64) -> f64 {
    i32::try_from(count).unwrap_or(i32::MAX).into()
}

/// Resident memory, where the system tells it.
fn memory_bytes() -> Option<i64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = text.split_whitespace().nth(1)?.parse().ok()?;
    let page = i64::try_from(rustix::param::page_size()).ok()?;
    pages.checked_mul(page)
}
