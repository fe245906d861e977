//! The running market, simulated and replayed, on a real store and a clock set by hand.

use std::sync::Arc;

use domain::{Day, InstrumentId, Price, Symbol, Timestamp};
use server::config::{MarketConfig, MarketSource};
use server::market::{self, Market};
use server::store::{CandleRecord, InstrumentRecord, LastQuote, MarketKind, Store};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixture::{ManualClock, Stage, noon};

mod replay;

/// A market that runs until it is closed.
pub struct Running {
    pub market: Arc<Market>,
    pub clock: Arc<ManualClock>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    pub async fn start(store: &Arc<dyn Store>, now: Timestamp, config: &MarketConfig) -> Self {
        let clock = ManualClock::at(now);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let started = market::start(Arc::clone(store), clock.clone(), config, shutdown).await;
        let (market, task) = started.expect("the market starts");
        Self {
            market,
            clock,
            stop,
            task,
        }
    }

    /// Resolves when the market shows a time at least as late.
    pub async fn shows(&self, at: Timestamp) {
        let mut ticks = self.market.ticks();
        while self.market.snapshot().at < at {
            ticks
                .changed()
                .await
                .expect("the market lives as long as its test");
        }
    }

    pub async fn close(self) {
        self.stop.send(()).expect("the market waits for this");
        self.task.await.expect("the market ends well");
    }
}

fn simulated() -> MarketConfig {
    MarketConfig {
        seed: Some(7),
        tick_ms: 1,
        backfill_days: 40,
        ..MarketConfig::default()
    }
}

async fn candle_days(store: &dyn Store, instrument: InstrumentId) -> Vec<Day> {
    let all = store
        .list_candles(
            instrument,
            Day::from_number(0),
            Day::from_number(i32::MAX),
            10_000,
        )
        .await;
    all.expect("candles can be listed")
        .iter()
        .map(|candle| candle.day)
        .collect()
}

fn days(from: Day, to: Day) -> Vec<Day> {
    (from.number()..=to.number())
        .map(Day::from_number)
        .collect()
}

#[tokio::test]
async fn a_new_simulated_market_has_prices_and_its_history_at_once() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let snapshot = running.market.snapshot();
    let today = noon().day();
    assert_eq!(
        snapshot.catalogue.instruments.len(),
        domain::market::catalogue().len()
    );
    for (instrument, listing) in snapshot
        .catalogue
        .instruments
        .iter()
        .zip(&snapshot.listings)
    {
        let quote = listing.quote.expect("every instrument has a quote");
        assert_eq!(
            (quote.symbol, quote.at, quote.stale),
            (instrument.symbol, noon(), false)
        );
        assert_eq!(
            (listing.closes.len(), quote.previous_close),
            (30, listing.closes.last().copied())
        );
        assert_eq!(
            candle_days(&*stage.store, instrument.id).await,
            days(today.plus_days(-40), today.plus_days(-1))
        );
        let range = (today.plus_days(-2), today);
        let candles = market::candles(
            &*stage.store,
            &running.market,
            instrument.id,
            range.0,
            range.1,
        )
        .await
        .unwrap();
        assert_eq!(candles.len(), 3);
        assert_eq!(Some(candles[1].close), quote.previous_close);
        let running = &candles[2];
        assert_eq!((running.at, running.close), (today.start(), quote.price));
        assert!(
            running.low <= running.close
                && running.close <= running.high
                && running.low <= running.open
        );
    }
    assert!(
        snapshot
            .news
            .is_sorted_by(|later, earlier| later.news.at >= earlier.news.at)
    );
    assert!(!snapshot.news.is_empty() && snapshot.news.iter().all(|item| item.news.at <= noon()));
    let fund = snapshot
        .catalogue
        .instruments
        .first()
        .map(|instrument| snapshot.news_of(instrument));
    assert!(fund.is_some_and(|news| news.len() <= 20));
    running.close().await;
}

#[tokio::test]
async fn a_tick_shows_the_prices_of_its_second() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let before = running.market.snapshot();
    running.clock.pass_seconds(3_600);
    let later = noon().plus_seconds(3_600);
    running.shows(later).await;
    let after = running.market.snapshot();
    let simulation = domain::market::Simulation::new(7, domain::market::catalogue());
    for (place, character) in domain::market::catalogue().iter().enumerate() {
        let symbol: Symbol = character.symbol.parse().unwrap();
        let (_, instrument) = after
            .catalogue
            .find(symbol)
            .expect("every character is listed");
        let quote = after
            .quote(instrument.id)
            .expect("every instrument has a quote");
        assert_eq!(
            (Some(quote.price), quote.at),
            (simulation.price(place, later.seconds()), later)
        );
    }
    assert_ne!(before.listings[0].quote, after.listings[0].quote);
    running.close().await;
}

#[tokio::test]
async fn time_never_goes_back_when_the_clock_does() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    running.clock.set(noon().plus_seconds(-500));
    running.clock.set(noon().plus_seconds(5));
    running.shows(noon().plus_seconds(5)).await;
    running.clock.set(noon());
    running.close().await;
    let last = stage
        .store
        .list_last_quotes(MarketKind::Simulated)
        .await
        .unwrap();
    assert!(last.iter().all(|quote| quote.at == noon().plus_seconds(5)));
}

#[tokio::test]
async fn a_finished_day_is_stored_and_days_without_the_server_are_made_up_for() {
    let stage = Stage::new().await;
    let today = noon().day();
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let instrument = running.market.snapshot().catalogue.instruments[0].id;
    running.clock.pass_seconds(86_400);
    running.shows(noon().plus_seconds(86_400)).await;
    running.close().await;
    let first = today.plus_days(-40);
    assert_eq!(
        candle_days(&*stage.store, instrument).await,
        days(first, today)
    );

    let other_seed = MarketConfig {
        seed: Some(8),
        ..simulated()
    };
    let stored = stage
        .store
        .list_candles(instrument, today, today, 1)
        .await
        .unwrap();
    let again = Running::start(&stage.store, noon().plus_seconds(5 * 86_400), &other_seed).await;
    assert_eq!(
        candle_days(&*stage.store, instrument).await,
        days(first, today.plus_days(4))
    );
    let quote = again.market.snapshot().listings[0].clone();
    let kept = domain::market::Simulation::new(7, domain::market::catalogue());
    let symbol = quote
        .quote
        .map(|quote| quote.symbol.to_string())
        .expect("there is a quote");
    let place = kept
        .find_instrument(&symbol)
        .expect("it is in the simulation");
    let close = kept.day_candle(place, today).map(|candle| candle.close);
    assert_eq!(
        stored.first().map(|candle| candle.close),
        close,
        "the first seed is kept"
    );
    let expected = kept.price(place, noon().plus_seconds(5 * 86_400).seconds());
    assert_eq!(quote.quote.map(|quote| quote.price), expected);
    again.close().await;
}

#[tokio::test]
async fn instruments_keep_their_ids_from_start_to_start() {
    let stage = Stage::new().await;
    let first = Running::start(&stage.store, noon(), &simulated()).await;
    let ids = |running: &Running| -> Vec<(Symbol, InstrumentId)> {
        let snapshot = running.market.snapshot();
        snapshot
            .catalogue
            .instruments
            .iter()
            .map(|record| (record.symbol, record.id))
            .collect()
    };
    let before = ids(&first);
    first.close().await;
    let second = Running::start(&stage.store, noon(), &simulated()).await;
    assert_eq!(ids(&second), before);
    second.close().await;
}

#[tokio::test]
async fn an_instrument_that_the_simulation_has_no_more_is_not_tradable() {
    let stage = Stage::new().await;
    let symbol: Symbol = "GONE".parse().unwrap();
    let gone = instrument(InstrumentId(1_000), MarketKind::Simulated, "GONE");
    stage.store.import_market(&[gone], &[]).await.unwrap();
    let last = LastQuote {
        instrument: InstrumentId(1_000),
        price: Price::from_whole(3),
        at: noon(),
    };
    stage.store.store_last_quotes(&[last]).await.unwrap();
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let snapshot = running.market.snapshot();
    let (_, record) = snapshot.catalogue.find(symbol).expect("it is still listed");
    assert!(!record.tradable);
    assert_eq!(snapshot.quote(record.id), None);
    running.close().await;
}

#[tokio::test]
async fn a_faster_market_goes_on_where_it_was_when_its_speed_changes() {
    let stage = Stage::new().await;
    let fast = MarketConfig {
        speed: 3_600,
        ..simulated()
    };
    let running = Running::start(&stage.store, noon(), &fast).await;
    assert_eq!(running.market.snapshot().at, noon());
    running.clock.pass_seconds(10);
    running.shows(noon().plus_seconds(36_000)).await;
    running.close().await;

    let real_time = Running::start(&stage.store, noon().plus_seconds(20), &simulated()).await;
    assert_eq!(real_time.market.snapshot().at, noon().plus_seconds(72_000));
    real_time.clock.pass_seconds(5);
    real_time.shows(noon().plus_seconds(72_005)).await;
    real_time.close().await;
}

pub fn instrument(id: InstrumentId, market: MarketKind, symbol: &str) -> InstrumentRecord {
    InstrumentRecord {
        id,
        market,
        symbol: symbol.parse().expect("the test's symbols are well-formed"),
        name: symbol.into(),
        category: "Stocks".into(),
        currency: "USD".into(),
        description: String::new(),
        plain_words: String::new(),
        fun_fact: String::new(),
        tradable: true,
    }
}

/// A day that opens at `open`, falls to one below, rises to three above and closes two above.
pub fn candle(instrument: InstrumentId, day: Day, open: i32) -> CandleRecord {
    let price = Price::from_whole;
    let (high, low, close) = (price(open + 3), price(open - 1), price(open + 2));
    CandleRecord {
        instrument,
        day,
        open: price(open),
        high,
        low,
        close,
        volume: 1_000,
    }
}

pub fn replayed(speed: u32) -> MarketConfig {
    MarketConfig {
        source: MarketSource::Replay,
        tick_ms: 1,
        speed,
        ..MarketConfig::default()
    }
}
