//! The running markets: each is started on demand and stopped after it has been idle for a while.
//!
//! Demand is a request for one of its games, a live connection, or an order that the engine's watcher sees.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use async_trait::async_trait;
use domain::{MarketId, Timestamp};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::counts::MarketCounts;
use super::first::FIRST;
use super::live::{Desk, Live, LivePrices};
use super::replay::{Disguise, Imported, Replay};
use super::runner::{self, Plan, Running};
use super::simulated::Simulated;
use super::source::Source;
use super::storms::Storms;
use super::universe::{SimulatedUniverse, all_instruments, characters};
use super::{Catalogue, FindMarket, Market, Snapshot};
use crate::clock::Clock;
use crate::config::{MarketsConfig, ProvidersConfig};
use crate::retention::CandleFiles;
use crate::store::{MarketSource, MarketSpec, Pace, Store, StoreError, StoreResult};

mod course;

/// Interval between checks for idle markets.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Why there is no market.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The maximum number of markets is running.
    #[error("{0} markets run, and no more may")]
    TooMany(usize),
    /// There is no such market, or it has no specification yet.
    #[error("there is no market {0}")]
    Unknown(MarketId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Computing its first prices failed.
    #[error("a market could not be started: {0:#}")]
    Broken(anyhow::Error),
}

/// The running markets.
#[derive(Debug)]
pub struct Markets {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: MarketsConfig,
    simulated: Arc<SimulatedUniverse>,
    desk: Arc<Desk>,
    /// Where candles of live markets are that have left the database.
    files: CandleFiles,
    /// The prices of all live markets, while one is running.
    live: tokio::sync::Mutex<Weak<LivePrices>>,
    /// The instruments of every universe.
    instruments: ArcSwap<Catalogue>,
    running: Mutex<HashMap<MarketId, Running>>,
    /// The same markets, for readers that never wait.
    open: ArcSwap<HashMap<MarketId, Arc<Market>>>,
    /// Markets being started: a second caller waits for the first.
    starting: Mutex<HashMap<MarketId, Arc<tokio::sync::Mutex<()>>>>,
    ticks: watch::Sender<u64>,
    counts: MarketCounts,
}

impl Markets {
    /// Like [`Markets::open_with`], without providers of live prices and without files of theirs.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: &MarketsConfig,
    ) -> anyhow::Result<Arc<Self>> {
        let (providers, files) = (ProvidersConfig::default(), CandleFiles::default());
        Self::open_with(store, clock, config, &providers, files).await
    }

    /// Registers the instruments of the simulated universe. No market runs yet.
    ///
    /// # Errors
    /// When the store fails or the providers' settings are unusable.
    pub async fn open_with(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: &MarketsConfig,
        providers: &ProvidersConfig,
        files: CandleFiles,
    ) -> anyhow::Result<Arc<Self>> {
        let desk = Desk::open(providers, Arc::clone(&store), Arc::clone(&clock))?;
        let characters = characters(config.catalogue.as_deref())?;
        let simulated = Arc::new(SimulatedUniverse::open(&*store, characters).await?);
        let instruments = Catalogue::new(all_instruments(&*store).await?);
        Ok(Arc::new(Self {
            store,
            clock,
            config: config.clone(),
            simulated,
            counts: MarketCounts::of(&desk),
            desk: Arc::new(desk),
            files,
            live: tokio::sync::Mutex::default(),
            instruments: ArcSwap::from_pointee(instruments),
            running: Mutex::default(),
            open: ArcSwap::default(),
            starting: Mutex::default(),
            ticks: watch::Sender::new(0),
        }))
    }

    /// A market; starts it if it is not running.
    ///
    /// # Errors
    /// A [`MarketError`] when it cannot be started.
    pub async fn find(&self, id: MarketId) -> Result<Arc<Market>, MarketError> {
        if let Some(market) = self.used(id) {
            return Ok(market);
        }
        let turn = {
            let mut starting = lock(&self.starting);
            Arc::clone(starting.entry(id).or_default())
        };
        let _turn = turn.lock().await;
        let started = match self.used(id) {
            Some(market) => Ok(market),
            None => self.start(id).await,
        };
        lock(&self.starting).remove(&id);
        started
    }

    /// The market if it is running, without counting as use.
    #[must_use]
    pub fn running(&self, id: MarketId) -> Option<Arc<Market>> {
        self.open.load().get(&id).map(Arc::clone)
    }

    /// Whether the open league has prices, or would have them on request.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.running(FIRST).is_none_or(|market| {
            let snapshot = market.snapshot();
            let mut listings = snapshot.listings.iter();
            listings.any(|listing| listing.quote.is_some())
        })
    }

    /// The number of running markets.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open.load().len()
    }

    /// What all markets count.
    #[must_use]
    pub fn counts(&self) -> &MarketCounts {
        &self.counts
    }

    /// Changes the pace of a running market from now on; its time never goes back.
    fn set_pace(&self, id: MarketId, pace: Pace) -> Option<Arc<Storms>> {
        let running = lock(&self.running);
        let running = running.get(&id)?;
        running.pace.send_replace(pace);
        Some(Arc::clone(&running.storms))
    }

    /// Applies a host's changes to a market if it is running: its pace and its storms.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn refresh(&self, id: MarketId) -> StoreResult<()> {
        if self.running(id).is_none() {
            return Ok(());
        }
        let spec = self
            .store
            .find_market(id)
            .await?
            .and_then(|market| market.spec);
        let storms = spec.and_then(|spec| self.set_pace(id, spec.pace));
        if let Some(storms) = storms {
            storms.refresh(&*self.store, id).await?;
        }
        Ok(())
    }

    /// What a market showed, or would have shown, at a past instant, whether or not it was running.
    ///
    /// # Errors
    /// A [`MarketError`] when it cannot be computed.
    pub async fn snapshot_at(&self, id: MarketId, at: Timestamp) -> Result<Snapshot, MarketError> {
        let record = self.store.find_market(id).await?;
        let spec = record.and_then(|record| record.spec);
        let spec = spec.ok_or(MarketError::Unknown(id))?;
        let storms = Arc::new(Storms::load(&*self.store, id).await?);
        let mut source = self.source(id, &spec, storms).await?;
        let market_time = spec.pace.at(at);
        source.prepare(&*self.store, market_time).await?;
        Ok(source.snapshot(market_time))
    }

    /// The first prices of a market that is yet to be created.
    ///
    /// # Errors
    /// A [`MarketError`] when they cannot be computed.
    pub async fn first_snapshot(
        &self,
        spec: &MarketSpec,
        at: Timestamp,
    ) -> Result<Snapshot, MarketError> {
        let mut source = self.source(MarketId(0), spec, Arc::default()).await?;
        let market_time = spec.pace.at(at);
        source.prepare(&*self.store, market_time).await?;
        Ok(source.snapshot(market_time))
    }

    /// The instruments of every universe, including markets that are not running: players may hold them.
    #[must_use]
    pub fn instruments(&self) -> Arc<Catalogue> {
        self.instruments.load_full()
    }

    fn used(&self, id: MarketId) -> Option<Arc<Market>> {
        let market = self.running(id)?;
        market.touch(self.clock.now());
        Some(market)
    }

    async fn start(&self, id: MarketId) -> Result<Arc<Market>, MarketError> {
        let max = self.config.running_max;
        if self.count() >= max {
            self.stop_idle().await;
        }
        if self.count() >= max {
            return Err(MarketError::TooMany(max));
        }
        let record = self.store.find_market(id).await?;
        let spec = record.and_then(|record| record.spec);
        let spec = spec.ok_or(MarketError::Unknown(id))?;
        let storms = Arc::new(Storms::load(&*self.store, id).await?);
        let plan = Plan {
            id,
            source: self.source(id, &spec, Arc::clone(&storms)).await?,
            storms,
            pace: spec.pace,
            files: self.files.clone(),
            tick: Duration::from_millis(self.config.tick_ms.max(1)),
            all_ticks: self.ticks.clone(),
            counts: self.counts.clone(),
        };
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        let running = runner::run(store, clock, plan).await?;
        Ok(self.keep(id, running))
    }

    async fn source(
        &self,
        id: MarketId,
        spec: &MarketSpec,
        storms: Arc<Storms>,
    ) -> Result<Source, MarketError> {
        match spec.source {
            MarketSource::Simulated => {
                let (prices, universe) = ((spec.seed, spec.currency), Arc::clone(&self.simulated));
                // Drawing the jumps of two centuries takes milliseconds.
                let made =
                    tokio::task::spawn_blocking(move || Simulated::new(prices, universe, storms));
                let made = made.await.context("making the simulation broke off");
                made.map(Source::Simulated).map_err(MarketError::Broken)
            }
            MarketSource::Replay => {
                let imported = Imported::open(&self.store, MarketSource::Replay);
                let replay = Replay::open(imported.only_of(spec).await?).await?;
                self.reload_instruments().await?;
                Ok(Source::Replay(replay))
            }
            MarketSource::Hidden => {
                let disguise = Disguise::open(&*self.store, id, spec).await?;
                let imported = Imported::disguised(&self.store, disguise);
                let replay = Replay::open(imported.only_of(spec).await?).await?;
                self.reload_instruments().await?;
                Ok(Source::Replay(replay))
            }
            MarketSource::Live => {
                let live = Live::open(&*self.store, self.live_prices().await?).await?;
                self.reload_instruments().await?;
                Ok(Source::Live(live))
            }
        }
    }

    /// Reloads the instruments, because some may have been imported or listed since the server started.
    async fn reload_instruments(&self) -> Result<(), StoreError> {
        let instruments = all_instruments(&*self.store).await?;
        self.instruments
            .store(Arc::new(Catalogue::new(instruments)));
        Ok(())
    }

    /// The prices that all live markets share.
    async fn live_prices(&self) -> Result<Arc<LivePrices>, StoreError> {
        let mut live = self.live.lock().await;
        if let Some(running) = live.upgrade() {
            return Ok(running);
        }
        let (desk, store) = (Arc::clone(&self.desk), Arc::clone(&self.store));
        let tick = Duration::from_millis(self.config.tick_ms.max(1));
        let started = LivePrices::start(desk, store, Arc::clone(&self.clock), tick).await?;
        *live = Arc::downgrade(&started);
        Ok(started)
    }

    /// Makes a started market visible to everyone. Returns the already running one if there is one.
    fn keep(&self, id: MarketId, started: Running) -> Arc<Market> {
        let mut running = lock(&self.running);
        let kept = running.entry(id).or_insert(started);
        let market = Arc::clone(&kept.market);
        self.publish(&running);
        market
    }

    fn publish(&self, running: &HashMap<MarketId, Running>) {
        let market = |(id, running): (&MarketId, &Running)| (*id, Arc::clone(&running.market));
        self.open
            .store(Arc::new(running.iter().map(market).collect()));
    }

    /// Stops the markets that have been idle for the configured time.
    pub async fn stop_idle(&self) {
        let idle_s = i64::try_from(self.config.idle_s).unwrap_or(i64::MAX);
        let idle_since = self.clock.now().plus_seconds(idle_s.saturating_neg());
        self.stop_unused_since(idle_since).await;
    }

    /// Stops every market, and stores what each leaves behind.
    pub async fn stop_all(&self) {
        self.stop_unused_since(Timestamp::from_micros(i64::MAX))
            .await;
    }

    async fn stop_unused_since(&self, since: Timestamp) {
        let stopped: Vec<(MarketId, Running)> = {
            let mut running = lock(&self.running);
            let unused = |_: &MarketId, one: &mut Running| one.market.used_at() < since;
            let stopped = running.extract_if(unused).collect();
            self.publish(&running);
            stopped
        };
        for (market, running) in stopped {
            running.stop().await;
            tracing::info!(%market, "the market has stopped");
        }
    }

    /// Stops idle markets until `shutdown` resolves, and then all.
    pub async fn run(self: Arc<Self>, shutdown: impl Future<Output = ()> + Send) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                _ = looks.tick() => self.stop_idle().await,
            }
        }
        self.stop_all().await;
    }
}

/// Ignores poisoning: what these locks protect is consistent after every change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl FindMarket for Markets {
    async fn find_market(&self, market: MarketId) -> Result<Arc<Market>, MarketError> {
        self.find(market).await
    }

    fn running_market(&self, market: MarketId) -> Option<Arc<Market>> {
        self.running(market)
    }

    fn ticks(&self) -> watch::Receiver<u64> {
        self.ticks.subscribe()
    }
}
