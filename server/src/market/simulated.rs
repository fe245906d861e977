//! The simulated market: `domain::market` at the market's time, with its finished days stored.

use std::sync::Arc;

use anyhow::Context;
use domain::api::{CandleView, MarketNews};
use domain::market::{self, Character, DayCandle, NewsEvent, STEPS_PER_DAY, Simulation, Subject};
use domain::{Day, InstrumentId, Price, Quote, Symbol, Timestamp};

use super::pace::Pace;
use super::{CLOSES_MAX, Catalogue, Listing, NewsItem, NewsSubject, Snapshot, assign_ids};
use crate::config::MarketConfig;
use crate::store::{CandleRecord, InstrumentRecord, MarketKind, Store};

mod days;

pub(super) use days::Days;

/// The running day's candles are computed anew after so many steps; in between they follow the
/// prices that are shown.
const RUNNING_STEPS: i64 = 60;
const NEWS_DAYS: i64 = 90;
const NEWS_MAX: usize = 400;

/// The simulated market of this server.
#[derive(Debug)]
pub(super) struct Simulated {
    simulation: Arc<Simulation>,
    pace: Pace,
    catalogue: Arc<Catalogue>,
    /// For each instrument of the catalogue its place in the simulation; none for one that the
    /// simulation has no more.
    places: Vec<Option<usize>>,
    /// Symbols in the simulation's order.
    symbols: Vec<Symbol>,
    backfill_days: u16,
    day: Option<Day>,
    closes: Vec<Arc<[Price]>>,
    running_step: i64,
    running: Vec<DayCandle>,
    news_step: i64,
    news: Arc<[NewsItem]>,
}

impl Simulated {
    /// The market of the seed that is kept, with its instruments registered in the store.
    pub(super) async fn open(
        store: &dyn Store,
        now: Timestamp,
        config: &MarketConfig,
    ) -> anyhow::Result<Self> {
        let seed = kept_seed(store, config.seed).await?;
        let characters = market::catalogue();
        let symbols = symbols(characters)?;
        let instruments = register(store, characters, &symbols).await?;
        let simulation = Arc::new(Simulation::new(seed, characters));
        let catalogue = Arc::new(Catalogue::new(instruments));
        let place =
            |record: &InstrumentRecord| symbols.iter().position(|symbol| *symbol == record.symbol);
        Ok(Self {
            simulation,
            pace: kept_pace(store, now, config.speed).await?,
            places: catalogue.instruments.iter().map(place).collect(),
            catalogue,
            symbols,
            backfill_days: config.backfill_days,
            day: None,
            closes: Vec::new(),
            running_step: 0,
            running: Vec::new(),
            news_step: i64::MIN,
            news: Arc::default(),
        })
    }

    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    /// The keeper of this market's finished days.
    pub(super) async fn days(&self, store: &dyn Store, today: Day) -> anyhow::Result<Days> {
        let first = today.plus_days(-i32::from(self.backfill_days));
        let ids = self
            .symbols
            .iter()
            .map(|symbol| self.catalogue.find(*symbol).map(|(_, record)| record.id));
        let ids: Vec<Option<InstrumentId>> = ids.collect();
        Ok(Days::open(store, Arc::clone(&self.simulation), ids, first).await?)
    }

    /// The market at a time.
    pub(super) fn snapshot(&mut self, at: Timestamp) -> Snapshot {
        let step = at.seconds();
        let prices = self.simulation.quotes(step);
        self.turn_to(market::day_of(step));
        self.run_to(step);
        self.tell_news_until(step);
        let listings = self.places.iter().map(|place| {
            place.map_or_else(Listing::default, |place| self.listing(place, &prices, step))
        });
        Snapshot {
            at,
            catalogue: Arc::clone(&self.catalogue),
            listings: listings.collect(),
            news: Arc::clone(&self.news),
        }
    }

    fn listing(&self, place: usize, prices: &[Price], step: i64) -> Listing {
        let closes = self.closes.get(place).cloned().unwrap_or_default();
        let price = prices.get(place).copied();
        let quote = price
            .zip(self.symbols.get(place))
            .map(|(price, symbol)| Quote {
                symbol: *symbol,
                price,
                at: Timestamp::from_seconds(step),
                stale: false,
                previous_close: closes.last().copied(),
            });
        let running = self.running.get(place);
        Listing {
            quote,
            closes,
            today: running
                .zip(price)
                .map(|(candle, price)| running_view(candle, price)),
        }
    }

    /// The closes before a day, computed once a day.
    fn turn_to(&mut self, day: Day) {
        if self.day == Some(day) {
            return;
        }
        let days_before = (1..=CLOSES_MAX)
            .rev()
            .filter_map(|days| i32::try_from(days).ok());
        let closes: Vec<Vec<Price>> = days_before
            .map(|days| {
                self.simulation
                    .quotes(market::last_step(day.plus_days(-days)))
            })
            .collect();
        let of_one = |place: usize| {
            closes
                .iter()
                .filter_map(|prices| prices.get(place).copied())
                .collect()
        };
        self.closes = (0..self.symbols.len()).map(of_one).collect();
        self.day = Some(day);
    }

    fn run_to(&mut self, step: i64) {
        let same_day = market::day_of(step) == market::day_of(self.running_step);
        let passed = step.saturating_sub(self.running_step);
        if self.running.is_empty() || !same_day || !(0..RUNNING_STEPS).contains(&passed) {
            self.running = self.simulation.day_candles_until(step);
            self.running_step = step;
        }
    }

    /// Adds the news since the step before; at first, that of the last months.
    fn tell_news_until(&mut self, step: i64) {
        let oldest = step.saturating_sub(NEWS_DAYS.saturating_mul(STEPS_PER_DAY));
        let fresh = self
            .simulation
            .news_between(self.news_step.max(oldest), step);
        self.news_step = self.news_step.max(step);
        if fresh.is_empty() {
            return;
        }
        let fresh = fresh.into_iter().rev().map(|event| self.news_item(event));
        let known = self
            .news
            .iter()
            .filter(|item| item.news.at.seconds() > oldest)
            .cloned();
        self.news = fresh.chain(known).take(NEWS_MAX).collect();
    }

    fn news_item(&self, event: NewsEvent) -> NewsItem {
        let symbol = match event.subject {
            Subject::Instrument(place) => self.symbols.get(place).copied(),
            Subject::Market | Subject::Sector(_) => None,
        };
        let subject = match (event.subject, symbol) {
            (Subject::Sector(category), _) => NewsSubject::Category(category.to_owned()),
            (_, Some(symbol)) => NewsSubject::Instrument(symbol),
            (_, None) => NewsSubject::Market,
        };
        let news = MarketNews {
            at: Timestamp::from_seconds(event.step),
            headline: event.headline,
            symbol,
        };
        NewsItem { subject, news }
    }
}

/// The running candle with the price that is shown as its close.
fn running_view(candle: &DayCandle, price: Price) -> CandleView {
    CandleView {
        at: candle.day.start(),
        open: candle.open,
        high: candle.high.max(price),
        low: candle.low.min(price),
        close: price,
        volume: candle.volume,
    }
}

/// The seed chosen at the first start: a market never changes its past.
async fn kept_seed(store: &dyn Store, wanted: Option<u64>) -> anyhow::Result<u64> {
    let new = wanted.unwrap_or_else(rand::random);
    let kept = store
        .store_fact_once("market.seed", &new.to_string())
        .await?;
    let seed = kept
        .parse()
        .with_context(|| format!("the fact market.seed is no seed: {kept:?}"))?;
    if wanted.is_some_and(|wanted| wanted != seed) {
        tracing::warn!(
            seed,
            ?wanted,
            "this market was begun with another seed, which is kept"
        );
    }
    Ok(seed)
}

/// Real time, unless the market runs faster or once did.
async fn kept_pace(store: &dyn Store, now: Timestamp, speed: u32) -> anyhow::Result<Pace> {
    const ANCHOR: &str = "market.anchor";
    if speed <= 1 && store.find_fact(ANCHOR).await?.is_none() {
        return Ok(Pace::real_time());
    }
    Pace::anchored(store, ANCHOR, now, now, speed.max(1)).await
}

fn symbols(characters: &[Character]) -> anyhow::Result<Vec<Symbol>> {
    let symbol = |character: &Character| {
        character
            .symbol
            .parse()
            .with_context(|| format!("the simulation's symbol {:?}", character.symbol))
    };
    characters.iter().map(symbol).collect()
}

/// The instruments as stored, after those that are new or changed have been written. One that
/// the simulation has no more stays, because accounts may hold it, but is not tradable.
async fn register(
    store: &dyn Store,
    characters: &[Character],
    symbols: &[Symbol],
) -> anyhow::Result<Vec<InstrumentRecord>> {
    let stored = store.list_instruments(MarketKind::Simulated).await?;
    let mut wanted: Vec<InstrumentRecord> = characters
        .iter()
        .zip(symbols)
        .map(|(character, symbol)| record(character, *symbol))
        .collect();
    assign_ids(store, &mut wanted).await?;
    let gone = stored
        .iter()
        .filter(|record| !symbols.contains(&record.symbol));
    wanted.extend(gone.map(|record| InstrumentRecord {
        tradable: false,
        ..record.clone()
    }));
    wanted.retain(|record| !stored.contains(record));
    if wanted.is_empty() {
        return Ok(stored);
    }
    store.import_market(&wanted, &[]).await?;
    Ok(store.list_instruments(MarketKind::Simulated).await?)
}

fn record(character: &Character, symbol: Symbol) -> InstrumentRecord {
    InstrumentRecord {
        id: InstrumentId(0),
        market: MarketKind::Simulated,
        symbol,
        name: character.name.to_owned(),
        category: character.category.to_owned(),
        currency: character.currency.to_owned(),
        description: character.description.to_owned(),
        plain_words: character.plain_words.to_owned(),
        fun_fact: character.fun_fact.to_owned(),
        tradable: true,
    }
}

fn candle_record(instrument: InstrumentId, candle: &DayCandle) -> CandleRecord {
    CandleRecord {
        instrument,
        day: candle.day,
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: candle.volume,
    }
}
