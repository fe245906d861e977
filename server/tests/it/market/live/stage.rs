//! A live market on a stand-in for the providers, with a clock set by hand.

use std::sync::Arc;
use std::time::Duration;

use domain::api::OrderStatus;
use domain::{Quote, Rejection, Side, Symbol, Timestamp};
use server::clock::Clock as _;
use server::config::{Config, EngineConfig, MarketConfig, ProvidersConfig};
use server::engine::{Engine, GameContext};
use server::market::{self, Market, Markets};
use server::operation::instruments::{self, InstrumentCommand};
use server::retention::CandleFiles;
use server::store::{AnswerKind, MarketSource};

use super::stand_in::{StandIn, Who};
use crate::fixture::{ManualClock, Stage, order};
use crate::market::{FIRST, quick};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Wednesday, 10:00 in New York.
pub fn trading_hours() -> Timestamp {
    "2026-11-25T15:00:00Z".parse().expect("it is an instant")
}

pub fn symbol(text: &str) -> Symbol {
    text.parse().expect("it is a symbol")
}

/// A live market of listed instruments.
pub struct LiveStage {
    pub stage: Stage,
    pub clock: Arc<ManualClock>,
    pub stand_in: Arc<StandIn>,
    pub markets: Arc<Markets>,
    pub market: Arc<Market>,
}

pub fn live() -> MarketConfig {
    MarketConfig {
        source: MarketSource::Live,
        ..MarketConfig::default()
    }
}

/// Lists instruments as an operator does; what the operator is told.
pub async fn list(
    stage: &Stage,
    clock: &Arc<ManualClock>,
    providers: &ProvidersConfig,
    symbols: &[&str],
) -> (anyhow::Result<()>, Vec<String>) {
    let config = Config {
        providers: providers.clone(),
        ..Config::default()
    };
    let symbols = symbols.iter().map(|text| symbol(text)).collect();
    let command = InstrumentCommand::Add { symbols };
    let mut told = Vec::new();
    let tell = |line: String| told.push(line);
    let done = instruments::run(&config, &stage.store, clock.clone(), &command, tell).await;
    (done, told)
}

impl LiveStage {
    pub async fn start(change: impl FnOnce(&mut ProvidersConfig)) -> Self {
        let stage = Stage::new().await;
        let clock = ManualClock::at(trading_hours());
        let stand_in = StandIn::start(&clock).await;
        stand_in.set_price("AAPL", "272.11");
        stand_in.set_price("MSFT", "510.5");
        let mut config = stand_in.config();
        let (listed, told) = list(&stage, &clock, &config, &["AAPL", "MSFT"]).await;
        listed.unwrap_or_else(|error| panic!("{error}: {told:?}"));
        change(&mut config);
        stand_in.asked(Who::Fmp);
        let settled = market::settle_first(&*stage.store, &live(), trading_hours()).await;
        settled.expect("instruments are listed");
        let (store, clock_too) = (Arc::clone(&stage.store), clock.clone());
        let files = CandleFiles::default();
        let markets = Markets::open_with(store, clock_too, &quick(), &config, files).await;
        let markets = markets.expect("the markets open");
        let market = markets.find(FIRST).await.expect("the market starts");
        Self {
            stage,
            clock,
            stand_in,
            markets,
            market,
        }
    }

    pub fn quote(&self, text: &str) -> Option<Quote> {
        let snapshot = self.market.snapshot();
        let (_, instrument) = snapshot.catalogue.find(symbol(text))?;
        snapshot.quote(instrument.id).copied()
    }

    /// Waits, while the clock stands still, until so many prices have been received.
    pub async fn received(&self, count: usize) {
        let waiting = async {
            loop {
                let answers = self.stage.store.list_answers(AnswerKind::Quote, 16).await;
                if answers.expect("the store works").len() >= count {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(in_time.is_ok(), "{count} prices");
    }

    /// Lets seconds pass until the market shows what is expected of a price.
    pub async fn until(&self, text: &str, what: impl Fn(Option<Quote>) -> bool) -> Option<Quote> {
        let mut ticks = self.market.ticks();
        for _ in 0..2_000 {
            let quote = self.quote(text);
            if what(quote) {
                return quote;
            }
            self.clock.pass_seconds(1);
            // A provider's answer takes real time: on a busy machine many seconds would pass meanwhile.
            tokio::time::sleep(Duration::from_millis(1)).await;
            let ticked = ticks.changed().await;
            ticked.expect("the market lives as long as its test");
        }
        panic!("it stays {:?}", self.quote(text))
    }

    /// A market order of a new player: its status, and why it was rejected.
    pub async fn order(&self) -> (OrderStatus, Option<Rejection>) {
        let config = EngineConfig::default();
        let engine = Engine::start(
            Arc::clone(&self.stage.store) as _,
            Arc::clone(&self.markets) as _,
            self.clock.clone(),
            &config,
        );
        let (engine, task) = engine.await.expect("the engine starts");
        let number = self.clock.now().seconds() % 1_000_000;
        let account = self.stage.player(number).await;
        let context = GameContext {
            rules: Arc::new(self.stage.league().await.rules),
            market: Arc::clone(&self.market),
        };
        let order = order("order-0001", symbol("AAPL"), Side::Buy, 1);
        let placed = engine.submit(account, order, context).await;
        let view = placed.expect("it is answered");
        task.shutdown().await;
        (view.status, view.rejection)
    }

    pub async fn close(self) {
        self.markets.stop_all().await;
        self.stage.store.close().await;
    }
}
