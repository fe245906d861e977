//! A market: instruments and their current quotes as one immutable snapshot, swapped whole at
//! every tick, so that readers never wait. [`Markets`] runs those that are played.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use domain::api::{CandleView, MarketNews};
use domain::{DatedAction, Day, InstrumentId, MarketId, Price, Quote, Symbol, Timestamp};
use tokio::sync::watch;

use crate::store::{InstrumentRecord, MarketAction, Pace, Paces, Store, StoreResult};

mod action_log;
mod catalogue;
mod closes;
mod computed;
pub mod counts;
mod currencies;
mod debuts;
mod departures;
mod first;
mod history;
mod keeper;
mod kept;
pub mod live;
mod markets;
mod minutes;
mod overview;
mod past;
mod replay;
mod reports;
mod rollup;
mod runner;
mod simulated;
mod source;
mod storms;
mod stretch;
mod told;
mod universe;

pub use catalogue::Catalogue;
pub use closes::DayCloses;
pub use currencies::{WrongCurrency, currency_of, find_currency};
pub use debuts::{Listed, list_company, list_debuts};
pub use departures::{Leaver, announce_departure, list_departures};
pub use first::{new_spec, settle_first};
pub use history::HistoryRange;
use live::LivePrices;
pub use markets::{MarketError, Markets};
pub use minutes::Minute;
use minutes::Minutes;
pub use overview::Index;
pub(crate) use overview::change;
use past::Past;
pub use replay::reveal;
pub use rollup::{KeptDays, roll_up};
pub use storms::{STORMS_MAX, Storm, add_storm};
pub use stretch::{Resolution, Stretch};
pub(crate) use universe::assign_ids;

/// Maximum daily closes of a listing.
const CLOSES_MAX: usize = 30;

/// What is known about an instrument's prices at one instant.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The current quote. `None` if the instrument is not tradable now. A company that has left the market
    /// keeps its last one, marked stale.
    pub quote: Option<Quote>,
    /// The latest daily closes, oldest first, at most 30, without the current day.
    pub closes: Arc<[Price]>,
    /// The candle of the current day so far.
    pub today: Option<CandleView>,
}

/// Something that happened, and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// Whom it is about.
    pub subject: NewsSubject,
    /// The news itself.
    pub news: MarketNews,
}

/// Whom news is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewsSubject {
    /// Every instrument.
    Market,
    /// The instruments of a category.
    Category(String),
    /// One instrument.
    Instrument(Symbol),
}

impl NewsSubject {
    fn concerns(&self, instrument: &InstrumentRecord) -> bool {
        match self {
            Self::Market => true,
            Self::Category(category) => *category == instrument.category,
            Self::Instrument(symbol) => *symbol == instrument.symbol,
        }
    }
}

/// The market at one instant.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The market's clock: the server's own, except in a replay.
    pub at: Timestamp,
    /// The instruments.
    pub catalogue: Arc<Catalogue>,
    /// One for each instrument of the catalogue, in its order.
    pub listings: Vec<Listing>,
    /// Recent news, newest first, at most 400.
    pub news: Arc<[NewsItem]>,
    /// Corporate actions not yet applied to every holder, earliest first, and those coming soon.
    pub actions: Arc<[MarketAction]>,
    /// The index. `None` for a replay.
    pub index: Option<Index>,
    /// Companies that may still come to this market: they are not in its catalogue.
    pub newcomers: Arc<[InstrumentRecord]>,
    /// Market seconds that pass in one second; 0 counts as 1.
    pub speed: u32,
}

impl Snapshot {
    /// Maximum news of an instrument on the detail page.
    const NEWS_OF_ONE_MAX: usize = 20;

    /// Recent news about an instrument, its category and the whole market, newest first, at most 20.
    #[must_use]
    pub fn news_of(&self, instrument: &InstrumentRecord) -> Vec<MarketNews> {
        let concerning = self
            .news
            .iter()
            .filter(|item| item.subject.concerns(instrument));
        concerning
            .take(Self::NEWS_OF_ONE_MAX)
            .map(|item| item.news.clone())
            .collect()
    }

    /// The quote of an instrument.
    #[must_use]
    pub fn quote(&self, instrument: InstrumentId) -> Option<&Quote> {
        let (place, _) = self.catalogue.find_by_id(instrument)?;
        self.listings.get(place)?.quote.as_ref()
    }

    /// What is known about an instrument's prices.
    #[must_use]
    pub fn listing(&self, instrument: InstrumentId) -> Option<&Listing> {
        let (place, _) = self.catalogue.find_by_id(instrument)?;
        self.listings.get(place)
    }
}

/// A running market, shared by everyone who reads prices.
#[derive(Debug)]
pub struct Market {
    snapshot: ArcSwap<Snapshot>,
    past: Past,
    /// Those of a live market.
    live: Option<Arc<LivePrices>>,
    /// How its time passes.
    pace: watch::Receiver<Pace>,
    /// Its latest 24 hours.
    minutes: Mutex<Minutes>,
    /// Counts the swaps, so that the live connections hear of each.
    ticks: watch::Sender<u64>,
    /// When it was last used, in microseconds.
    used_at: AtomicI64,
}

impl Market {
    /// A market that stands still at a snapshot and has no past.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        let (_, pace) = watch::channel(Pace::real_time());
        Self::with_past(snapshot, Past::None, None, pace)
    }

    fn with_past(
        snapshot: Snapshot,
        past: Past,
        live: Option<Arc<LivePrices>>,
        pace: watch::Receiver<Pace>,
    ) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            past,
            live,
            pace,
            minutes: Mutex::default(),
            ticks: watch::Sender::new(0),
            used_at: AtomicI64::new(i64::MIN),
        }
    }

    /// The market now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Replaces the snapshot with a later one and notifies all listeners.
    pub fn swap(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
        self.ticks
            .send_modify(|ticks| *ticks = ticks.wrapping_add(1));
    }

    /// Keeps the current market for today's charts, once a minute. Calls `index` only then.
    pub fn keep_minute(&self, index: impl FnOnce() -> Option<Price>) {
        let snapshot = self.snapshot();
        let mut minutes = self.minutes();
        if minutes.is_due(snapshot.at, snapshot.listings.len()) {
            minutes.keep(Minute::of(&snapshot, index()));
        }
    }

    /// The latest 24 hours of market time in which the market was running, oldest first.
    #[must_use]
    pub fn list_minutes(&self) -> Vec<Arc<Minute>> {
        self.minutes().list()
    }

    fn minutes(&self) -> MutexGuard<'_, Minutes> {
        // The list is consistent whenever the lock is free.
        self.minutes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How its time has passed since its beginning.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn paces(&self, store: &dyn Store, id: MarketId) -> StoreResult<Paces> {
        // Read first: a change in between is then among the earlier ones, or not there yet.
        let now = *self.pace.borrow();
        let earlier = store.list_paces(id, Paces::MAX).await?;
        Ok(Paces::new(now, earlier))
    }

    /// Market time at an instant of the server's clock.
    #[must_use]
    pub fn time_at(&self, now: Timestamp) -> Timestamp {
        self.pace.borrow().at(now)
    }

    /// A receiver that is notified of every swap.
    #[must_use]
    pub fn ticks(&self) -> watch::Receiver<u64> {
        self.ticks.subscribe()
    }

    /// How often it was swapped.
    #[must_use]
    pub fn ticked(&self) -> u64 {
        *self.ticks.borrow()
    }

    /// Marks it as used, so that it is not idle.
    pub fn touch(&self, now: Timestamp) {
        self.used_at.fetch_max(now.micros(), Ordering::Relaxed);
    }

    /// Marks instruments as viewed: a live market requests their prices first.
    pub fn look_at(&self, instruments: impl IntoIterator<Item = InstrumentId>, now: Timestamp) {
        if let Some(live) = &self.live {
            for instrument in instruments {
                live.look_at(instrument, now);
            }
        }
    }

    /// The prices of a live market.
    pub(crate) fn live(&self) -> Option<&LivePrices> {
        self.live.as_deref()
    }

    /// When it was last used.
    #[must_use]
    pub fn used_at(&self) -> Timestamp {
        Timestamp::from_micros(self.used_at.load(Ordering::Relaxed))
    }

    /// The closing prices of each completed day, from day to day, both included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn closes(&self, from: Day, to: Day) -> anyhow::Result<Vec<DayCloses>> {
        let yesterday = self.snapshot().at.day().plus_days(-1);
        self.past.closes(from, to.min(yesterday)).await
    }

    /// The splits and dividends of an instrument up to the market's current day, latest first, at most
    /// 400.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn actions(&self, instrument: InstrumentId) -> anyhow::Result<Vec<DatedAction>> {
        self.past
            .actions(instrument, self.snapshot().at.day())
            .await
    }

    /// [`Market::candles`] in the shares of the current day, so that a split is not a jump.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn adjusted_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> anyhow::Result<Vec<CandleView>> {
        let mut candles = self.candles(instrument, from, to).await?;
        let today = self.snapshot().at.day();
        let actions = self.past.splits(instrument, today).await?;
        for candle in &mut candles {
            let day = candle.at.day();
            history::adjust(candle, day, today, &actions);
        }
        Ok(candles)
    }

    /// The daily candles of an instrument as traded, from day to day, both included, oldest first, at most
    /// the latest 10,000. The last one is the current day so far; later days are never shown, although a
    /// replay has them stored.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> anyhow::Result<Vec<CandleView>> {
        let snapshot = self.snapshot();
        let today = snapshot.at.day();
        let yesterday = today.plus_days(-1);
        let mut candles = if from < today {
            let until = to.min(yesterday);
            self.past.candles(instrument, from, until).await?
        } else {
            Vec::new()
        };
        if (from..=to).contains(&today) {
            let listing = snapshot.listing(instrument);
            candles.extend(listing.and_then(|listing| listing.today.clone()));
        }
        Ok(candles)
    }
}

/// Where the trade engine gets its markets.
#[async_trait]
pub trait FindMarket: Debug + Send + Sync + 'static {
    /// A market; starts it if it is not running.
    async fn find_market(&self, market: MarketId) -> Result<Arc<Market>, MarketError>;

    /// The market if it is running, without counting as use.
    fn running_market(&self, market: MarketId) -> Option<Arc<Market>>;

    /// A receiver that is notified of every swap of every running market.
    fn ticks(&self) -> watch::Receiver<u64>;
}

/// The same market for every game: for tests and simulations of the engine.
#[derive(Debug)]
pub struct OneMarket(pub Arc<Market>);

#[async_trait]
impl FindMarket for OneMarket {
    async fn find_market(&self, _: MarketId) -> Result<Arc<Market>, MarketError> {
        Ok(Arc::clone(&self.0))
    }

    fn running_market(&self, _: MarketId) -> Option<Arc<Market>> {
        Some(Arc::clone(&self.0))
    }

    fn ticks(&self) -> watch::Receiver<u64> {
        self.0.ticks()
    }
}
