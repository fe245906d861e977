//! The live prices that all live markets of this server share, and the buyer that requests new ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use domain::{InstrumentId, Price, Symbol, Timestamp};
use tokio::time::MissedTickBehavior;

use super::budget::{self, Candidate, Looks};
use super::desk::Desk;
use super::hours::Hours;
use super::provider::FoundQuote;
use super::rates::{self, Rates};
use crate::clock::Clock;
use crate::store::{AnswerKind, CandleRecord, InstrumentRecord, MarketSource, Store, StoreResult};

/// Maximum instruments of a live universe.
const INSTRUMENTS_MAX: u32 = 10_000;
/// Interval between reloads of what other servers and operators have stored.
const RELOAD_S: i64 = 10;
/// Pause after the providers have failed to answer.
const PAUSE_S: i64 = 2;
const PAUSE_MAX_S: i64 = 60;

/// What is known about the price of an instrument.
#[derive(Debug, Clone)]
pub struct Known {
    pub quote: FoundQuote,
    pub provider: String,
    /// When it was received. `None` if it should be requested again at once.
    pub(super) fetched_at: Option<Timestamp>,
}

/// The prices.
#[derive(Debug)]
pub struct LivePrices {
    pub(super) desk: Arc<Desk>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    known: ArcSwap<HashMap<Symbol, Known>>,
    looks: Mutex<Looks>,
}

impl LivePrices {
    /// Loads the stored prices and starts a buyer that requests newer ones while somebody holds them.
    pub async fn start(
        desk: Arc<Desk>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        pause: Duration,
    ) -> StoreResult<Arc<Self>> {
        if desk.providers().next().is_none() {
            tracing::warn!(
                "no provider of live prices has a key: live markets show the last known prices"
            );
        }
        let prices = Arc::new(Self {
            desk,
            store,
            clock,
            known: ArcSwap::default(),
            looks: Mutex::default(),
        });
        prices.reload().await?;
        let buyer = Buyer::new(&prices);
        tokio::spawn(buyer.run(pause));
        Ok(prices)
    }

    /// What is known about every price.
    pub fn known(&self) -> Arc<HashMap<Symbol, Known>> {
        self.known.load_full()
    }

    /// Records that somebody is viewing an instrument.
    pub fn look_at(&self, instrument: InstrumentId, now: Timestamp) {
        self.lock_looks().look_at(instrument, now);
    }

    /// The display names of the providers whose prices are shown.
    pub fn providers(&self) -> Vec<String> {
        let known = self.known.load();
        let shows = |name: &str| known.values().any(|known| known.provider == name);
        let shown = self.desk.providers().filter(|(name, _)| shows(name));
        let titles = shown.filter_map(|(name, _)| self.desk.title(name));
        titles.map(str::to_owned).collect()
    }

    /// Seconds after which a price fills no order.
    pub fn fill_age_max_s(&self) -> u32 {
        self.desk.config().fill_age_max_s
    }

    fn lock_looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what other servers have received. What an operator has flushed is still shown, and requested
    /// again.
    async fn reload(&self) -> StoreResult<()> {
        let answers = self
            .store
            .list_answers(AnswerKind::Quote, INSTRUMENTS_MAX)
            .await?;
        let mut known: HashMap<Symbol, Known> = HashMap::clone(&self.known.load());
        for known in known.values_mut() {
            known.fetched_at = None;
        }
        for answer in answers {
            let quote = serde_json::from_str::<FoundQuote>(&answer.answer);
            let (Ok(symbol), Ok(quote)) = (answer.symbol.parse(), quote) else {
                continue;
            };
            let newer = |known: &Known| known.fetched_at.is_none_or(|at| at < answer.at);
            if known.get(&symbol).is_none_or(newer) {
                let fetched_at = Some(answer.at);
                let provider = answer.provider;
                known.insert(
                    symbol,
                    Known {
                        quote,
                        provider,
                        fetched_at,
                    },
                );
            }
        }
        self.known.store(Arc::new(known));
        Ok(())
    }

    fn learn(&self, symbol: Symbol, known: Known) {
        let mut all = HashMap::clone(&self.known.load());
        all.insert(symbol, known);
        self.known.store(Arc::new(all));
    }

    /// Stores the minute and the day of a quote as candles, and the close of the previous day, whose end we may have
    /// missed.
    async fn keep_candles(&self, instrument: InstrumentId, quote: &FoundQuote) -> StoreResult<()> {
        let mut candles = Vec::new();
        let before = quote.day.plus_days(-1);
        let from = quote.day.plus_days(-10);
        let last = self.store.list_candles(instrument, from, before, 1).await?;
        if let Some((last, close)) = last.into_iter().next().zip(quote.previous_close)
            && last.close != close
        {
            candles.push(CandleRecord {
                close,
                high: last.high.max(close),
                low: last.low.min(close),
                ..last
            });
        }
        candles.extend(candle(instrument, quote));
        self.store.store_candles(&candles).await?;
        self.store
            .record_price(instrument, quote.at, quote.price)
            .await
    }
}

/// The day of a quote so far. `None` if the provider does not report it.
pub(super) fn candle(instrument: InstrumentId, quote: &FoundQuote) -> Option<CandleRecord> {
    let (open, price): (Price, Price) = (quote.open?, quote.price);
    Some(CandleRecord {
        instrument,
        day: quote.day,
        open,
        high: quote.high?.max(open).max(price),
        low: quote.low?.min(open).min(price),
        close: price,
        volume: quote.volume.unwrap_or(0),
    })
}

/// Requests one price after the other.
struct Buyer {
    prices: Weak<LivePrices>,
    instruments: Vec<InstrumentRecord>,
    refused: HashMap<Symbol, Timestamp>,
    reload_at: Timestamp,
    rest_until: Timestamp,
    rates: Rates,
    /// Whether no provider answered the latest question, which is logged once.
    failing: bool,
}

impl Buyer {
    fn new(prices: &Arc<LivePrices>) -> Self {
        Self {
            prices: Arc::downgrade(prices),
            instruments: Vec::new(),
            refused: HashMap::new(),
            reload_at: Timestamp::from_micros(i64::MIN),
            rest_until: Timestamp::from_micros(i64::MIN),
            rates: Rates::default(),
            failing: false,
        }
    }

    async fn run(mut self, pause: Duration) {
        let mut ticks = tokio::time::interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(prices) = self.prices.upgrade() else {
                return;
            };
            self.step(&prices).await;
        }
    }

    /// Requests the next due price, if there is one and the budget allows it.
    async fn step(&mut self, prices: &LivePrices) {
        let now = prices.clock.now();
        if now >= self.reload_at {
            if let Err(error) = self.reload(prices, now).await {
                tracing::warn!(%error, "live prices cannot be read; the last ones are shown");
            }
            self.reload_at = now.plus_seconds(RELOAD_S);
        }
        if now < self.rest_until {
            return;
        }
        let every_s = prices.desk.config().rates_every_s;
        if let Some(currency) = self.rates.due(every_s, now)
            && let Err(unanswered) = rates::renew(&prices.desk, currency).await
        {
            tracing::info!(%unanswered, "an exchange rate could not be renewed");
        }
        let hours = Hours::at(now);
        let Some((candidate, looked_at)) = self.next(prices, hours, now) else {
            return;
        };
        let Ok(used) = prices.desk.calls_today().await else {
            return;
        };
        let limits = prices.desk.providers().zip(used);
        let may: Vec<bool> = limits
            .map(|((_, per_day), used)| {
                per_day.is_none_or(|max| budget::may_spend(max, used, looked_at, hours, now))
            })
            .collect();
        if !may.contains(&true) {
            self.rest_until = now.plus_seconds(PAUSE_S);
            return;
        }
        let may = |place: usize| may.get(place).copied().unwrap_or_default();
        let found = prices.desk.quote(candidate.symbol, may).await;
        match found {
            Ok((quote, provider, at)) => {
                self.failing = false;
                self.refused.remove(&candidate.symbol);
                if let Err(error) = prices.keep_candles(candidate.id, &quote).await {
                    tracing::warn!(%error, "a candle of a live market could not be stored");
                }
                let known = Known {
                    quote,
                    provider: provider.to_owned(),
                    fetched_at: Some(at),
                };
                prices.learn(candidate.symbol, known);
            }
            Err(unanswered) => {
                if unanswered.is_about_the_question() {
                    self.refused.insert(candidate.symbol, now);
                    let symbol = candidate.symbol;
                    tracing::warn!(%symbol, %unanswered, "nobody has the price of an instrument");
                    return;
                }
                let earliest = now.plus_seconds(PAUSE_S);
                let latest = now.plus_seconds(PAUSE_MAX_S);
                let until = unanswered.resting_until().unwrap_or(earliest);
                self.rest_until = until.max(earliest).min(latest);
                if !self.failing {
                    tracing::warn!(
                        event = "live_prices_unanswered",
                        %unanswered,
                        "no provider answers; the last known prices are shown"
                    );
                }
                self.failing = true;
            }
        }
    }

    fn next(&self, prices: &LivePrices, hours: Hours, now: Timestamp) -> Option<(Candidate, bool)> {
        let known = prices.known.load();
        let candidates: Vec<Candidate> = self
            .instruments
            .iter()
            .map(|instrument| Candidate {
                id: instrument.id,
                symbol: instrument.symbol,
                fetched_at: known
                    .get(&instrument.symbol)
                    .and_then(|known| known.fetched_at),
                refused_at: self.refused.get(&instrument.symbol).copied(),
            })
            .collect();
        let looks = prices.lock_looks();
        let ttl_s = prices.desk.config().quote_ttl_s;
        let (next, looked_at) = budget::next(&candidates, &looks, hours, ttl_s, now)?;
        Some((*next, looked_at))
    }

    async fn reload(&mut self, prices: &LivePrices, now: Timestamp) -> StoreResult<()> {
        let listed = prices.store.list_instruments(MarketSource::Live).await?;
        self.instruments = listed;
        self.instruments.retain(|instrument| instrument.tradable);
        prices.lock_looks().forget_before(now);
        prices.reload().await
    }
}
