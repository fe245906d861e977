//! Running markets, simulated and replayed, on a real store and a clock set by hand.

use std::sync::Arc;

use domain::market::Simulation;
use domain::{Day, InstrumentId, MarketId, Price, Symbol, Timestamp};
use server::config::{MarketConfig, MarketsConfig};
use server::market::{self, Market, MarketError, Markets};
use server::operation::markets::{SpeedArgs, change_speed};
use server::store::{
    CandleRecord, GameRecord, InstrumentRecord, MarketSource, MarketSpec, NewGame, NewGameMarket,
    Pace, Seed, Store,
};

use crate::fixture::{ManualClock, Stage, noon};

mod events;
mod live;
mod replay;
mod resting;
mod starts;

/// The open league's market.
pub const FIRST: MarketId = MarketId(1);

/// The first market, running until it is closed.
pub struct Running {
    pub market: Arc<Market>,
    pub markets: Arc<Markets>,
    pub clock: Arc<ManualClock>,
}

impl Running {
    pub async fn start(store: &Arc<dyn Store>, now: Timestamp, config: &MarketConfig) -> Self {
        market::settle_first(&**store, config, now)
            .await
            .expect("the market can be made");
        let clock = ManualClock::at(now);
        let markets = Markets::open(Arc::clone(store), clock.clone(), &quick())
            .await
            .expect("the markets open");
        let market = markets.find(FIRST).await.expect("the market starts");
        Self {
            market,
            markets,
            clock,
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
        self.markets.stop_all().await;
    }
}

fn quick() -> MarketsConfig {
    MarketsConfig {
        tick_ms: 1,
        idle_s: 600,
        running_max: 3,
        ..MarketsConfig::default()
    }
}

fn simulated() -> MarketConfig {
    MarketConfig {
        speed: 1,
        seed: Some(7),
        ..MarketConfig::default()
    }
}

/// Makes a game with a market of its own.
async fn other_game(store: &dyn Store, seed: u64) -> GameRecord {
    let spec = MarketSpec {
        from: None,
        instruments: Vec::new(),
        source: MarketSource::Simulated,
        seed: Seed(seed),
        pace: Pace::real_time(),
        currency: domain::Currency::DOLLAR,
    };
    let new = NewGame {
        slug: format!("class-{seed}"),
        name: "Class".into(),
        rules: domain::GameRules::open_league(),
        market: NewGameMarket::Own(spec),
    };
    let made = store.create_game(&new).await.expect("games can be made");
    made.expect("the slug is new")
}

async fn other_market(store: &dyn Store, seed: u64) -> MarketId {
    other_game(store, seed).await.market
}

/// The prices that the market of a seed has at an instant, by symbol.
fn expected(seed: u64, at: Timestamp) -> Vec<(Symbol, Price)> {
    let simulation = Simulation::new(seed, domain::market::catalogue());
    let symbols = domain::market::catalogue().iter();
    let symbols = symbols.map(|character| character.symbol.parse().expect("they are symbols"));
    let mut prices: Vec<_> = symbols
        .zip(simulation.traded_quotes(at.seconds()))
        .collect();
    prices.sort();
    prices
}

fn shown(market: &Market) -> Vec<(Symbol, Price)> {
    let snapshot = market.snapshot();
    let quotes = snapshot.listings.iter().filter_map(|listing| listing.quote);
    quotes.map(|quote| (quote.symbol, quote.price)).collect()
}

fn days(from: Day, to: Day) -> Vec<Day> {
    (from.number()..=to.number())
        .map(Day::from_number)
        .collect()
}

#[tokio::test]
async fn a_new_simulated_market_has_prices_and_its_history() {
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
        let (from, to) = (today.plus_days(-2), today.plus_days(2));
        let candles = running.market.candles(instrument.id, from, to).await;
        let candles = candles.unwrap();
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
            (simulation.traded_price(place, later.seconds()), later)
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
    let mut ticks = running.market.ticks();
    ticks.mark_unchanged();
    running.clock.set(noon().plus_seconds(6));
    ticks.changed().await.unwrap();
    assert_eq!(running.market.snapshot().at, noon().plus_seconds(6));
    running.close().await;
}

#[tokio::test]
async fn candles_are_those_of_the_first_seed_from_the_first_day_on() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    running.close().await;
    let other_seed = MarketConfig {
        seed: Some(8),
        ..simulated()
    };
    let again = Running::start(&stage.store, noon(), &other_seed).await;
    let simulation = Simulation::new(7, domain::market::catalogue());
    let snapshot = again.market.snapshot();
    let origin = Day::from_number(domain::market::DEFAULT_ORIGIN);
    for symbol in ["TQ.ALL", "MUFFN", "HAWKB"] {
        let (_, instrument) = snapshot
            .catalogue
            .find(symbol.parse().unwrap())
            .expect("it is listed");
        let index = simulation.find_instrument(symbol).unwrap();
        // Not at the borders of what is computed together; asked twice, the second time of the cache.
        let asked = (origin.plus_days(-9), origin.plus_days(77));
        for (from, to) in [asked, asked, (origin.plus_days(40), origin.plus_days(41))] {
            let candles = again.market.candles(instrument.id, from, to).await.unwrap();
            let first = from.max(origin);
            assert_eq!(
                candles
                    .iter()
                    .map(|candle| candle.at.day())
                    .collect::<Vec<_>>(),
                days(first, to)
            );
            for candle in candles {
                let expected = simulation.day_candle(index, candle.at.day()).unwrap();
                assert_eq!(
                    (
                        candle.open,
                        candle.high,
                        candle.low,
                        candle.close,
                        candle.volume
                    ),
                    (
                        expected.open,
                        expected.high,
                        expected.low,
                        expected.close,
                        expected.volume
                    )
                );
            }
        }
    }
    assert_eq!(
        stage
            .store
            .candle_range(MarketSource::Simulated)
            .await
            .unwrap(),
        None
    );
    again.close().await;
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

    // Settings only make a market; a command changes it.
    let args = SpeedArgs {
        market: "open".into(),
        speed: 1,
    };
    let later = noon().plus_seconds(20);
    change_speed(&*stage.store, &args, later).await.unwrap();
    let real_time = Running::start(&stage.store, later, &fast).await;
    assert_eq!(real_time.market.snapshot().at, noon().plus_seconds(72_000));
    real_time.clock.pass_seconds(5);
    real_time.shows(noon().plus_seconds(72_005)).await;
    real_time.close().await;
}

pub fn instrument(id: InstrumentId, universe: MarketSource, symbol: &str) -> InstrumentRecord {
    InstrumentRecord {
        id,
        universe,
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
        speed,
        ..MarketConfig::default()
    }
}

#[tokio::test]
async fn prices_are_stale_once_the_markets_time_stands_still_and_fresh_when_it_goes_on() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let stale = |market: &Market| {
        let snapshot = market.snapshot();
        let quotes = snapshot.listings.iter().filter_map(|listing| listing.quote);
        let stale: Vec<bool> = quotes.map(|quote| quote.stale).collect();
        assert!(!stale.is_empty() && stale.iter().all(|one| *one == stale[0]));
        stale[0]
    };
    running.clock.pass_seconds(1);
    running.shows(noon().plus_seconds(1)).await;
    assert!(!stale(&running.market));
    // From here on only the monotonic clock goes on, as fast as it can.
    let mut ticks = running.market.ticks();
    ticks.borrow_and_update();
    tokio::time::pause();
    ticks.changed().await.expect("the market runs");
    tokio::time::resume();
    assert!(stale(&running.market));
    assert_eq!(running.market.snapshot().at, noon().plus_seconds(1));
    running.clock.pass_seconds(1);
    running.shows(noon().plus_seconds(2)).await;
    assert!(!stale(&running.market));
    running.close().await;
}
