//! The market: instruments and their current quotes as one immutable snapshot, swapped whole at
//! every tick, so that readers never wait.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::api::{CandleView, MarketNews};
use domain::{InstrumentId, Price, Quote, Symbol, Timestamp};
use tokio::sync::watch;

use crate::store::InstrumentRecord;

mod history;
mod keeper;
mod pace;
mod registry;
mod replay;
mod runner;
mod simulated;
mod source;

pub use history::candles;
pub(crate) use registry::assign_ids;
pub use runner::start;

/// Daily closes that a listing has.
const CLOSES_MAX: usize = 30;

/// The instruments of the market, fixed while the server runs.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By symbol.
    pub instruments: Vec<InstrumentRecord>,
    by_symbol: HashMap<Symbol, usize>,
    by_id: HashMap<InstrumentId, usize>,
}

impl Catalogue {
    /// The catalogue of these instruments.
    #[must_use]
    pub fn new(mut instruments: Vec<InstrumentRecord>) -> Self {
        instruments.sort_by_key(|instrument| instrument.symbol);
        let by_symbol = instruments
            .iter()
            .enumerate()
            .map(|(place, instrument)| (instrument.symbol, place))
            .collect();
        let by_id = instruments
            .iter()
            .enumerate()
            .map(|(place, instrument)| (instrument.id, place))
            .collect();
        Self {
            instruments,
            by_symbol,
            by_id,
        }
    }

    /// The instrument of a symbol, with its place in the catalogue.
    #[must_use]
    pub fn find(&self, symbol: Symbol) -> Option<(usize, &InstrumentRecord)> {
        let place = *self.by_symbol.get(&symbol)?;
        Some((place, self.instruments.get(place)?))
    }

    /// The instrument of an id, with its place in the catalogue.
    #[must_use]
    pub fn find_by_id(&self, id: InstrumentId) -> Option<(usize, &InstrumentRecord)> {
        let place = *self.by_id.get(&id)?;
        Some((place, self.instruments.get(place)?))
    }
}

/// What is known of an instrument's prices at one instant.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The current quote; none when the instrument is not tradable now.
    pub quote: Option<Quote>,
    /// The latest daily closes, oldest first, at most 30; the running day is not among them.
    pub closes: Arc<[Price]>,
    /// The candle of the running day so far.
    pub today: Option<CandleView>,
}

/// Something that happened, and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// Whom it is about.
    pub subject: NewsSubject,
    /// What is told of it.
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
    /// What happened of late, newest first, at most 400.
    pub news: Arc<[NewsItem]>,
}

impl Snapshot {
    /// News of an instrument that the detail page has room for.
    const NEWS_OF_ONE_MAX: usize = 20;

    /// What happened of late to an instrument, its category and the whole market, newest first,
    /// at most 20.
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

    /// What is known of an instrument's prices.
    #[must_use]
    pub fn listing(&self, instrument: InstrumentId) -> Option<&Listing> {
        let (place, _) = self.catalogue.find_by_id(instrument)?;
        self.listings.get(place)
    }
}

/// The running market, shared by everyone who reads prices.
#[derive(Debug)]
pub struct Market {
    snapshot: ArcSwap<Snapshot>,
    /// Counts the swaps, so that the live connections hear of each.
    ticks: watch::Sender<u64>,
}

impl Market {
    /// A market that stands at a snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot: ArcSwap::from_pointee(snapshot),
            ticks: watch::Sender::new(0),
        }
    }

    /// The market now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Replaces the market by a later one and tells everyone who listens.
    pub fn swap(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
        self.ticks
            .send_modify(|ticks| *ticks = ticks.wrapping_add(1));
    }

    /// Is told of every swap.
    #[must_use]
    pub fn ticks(&self) -> watch::Receiver<u64> {
        self.ticks.subscribe()
    }
}
