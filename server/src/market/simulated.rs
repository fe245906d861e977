//! The simulated market: `domain::market` at the market's time.

use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::api::{CandleView, MarketNews};
use domain::market::{self, DayCandle, Debut, NewsEvent, STEPS_PER_DAY, Simulation, Subject};
use domain::{Currency, DatedAction, Day, Foreign, Price, Quote, Timestamp, adjusted_price};

use super::computed::Computed;
use super::debuts::Listed;
use super::departures::{self, Leaver, as_paid};
use super::past::Past;
use super::storms::Storms;
use super::universe::{Shown, SimulatedUniverse};
use super::{CLOSES_MAX, Catalogue, Index, Listing, NewsItem, NewsSubject, Snapshot};
use crate::store::{InstrumentAction, InstrumentRecord, Seed};

/// The current day's candles are recomputed after this many steps; in between they follow the shown
/// prices.
const RUNNING_STEPS: i64 = 60;
const NEWS_DAYS: i64 = 90;
const NEWS_MAX: usize = 400;

/// A simulated market.
#[derive(Debug)]
pub(super) struct Simulated {
    /// The market of the seed, from which no company leaves.
    base: Arc<Simulation>,
    simulation: Arc<Simulation>,
    /// The same, for those that compute its past.
    shared: Arc<ArcSwap<Simulation>>,
    universe: Arc<SimulatedUniverse>,
    day: Option<Day>,
    closes: Vec<Arc<[Price]>>,
    index_closes: Arc<[Price]>,
    running_step: i64,
    running: Vec<DayCandle>,
    news_step: i64,
    news: Arc<[NewsItem]>,
    storms: Arc<Storms>,
    /// The companies that have joined, with their indices, and what is shown with them.
    debuts: Vec<(Listed, usize, Debut)>,
    /// The departing companies, and the indices of those that have left.
    leavers: Arc<Vec<Leaver>>,
    left: Vec<usize>,
    shown: Arc<Shown>,
}

impl Simulated {
    /// The market of a seed in a currency, with the storms over it.
    pub(super) fn new(
        (seed, currency): (Seed, Currency),
        universe: Arc<SimulatedUniverse>,
        storms: Arc<Storms>,
    ) -> Self {
        let origin = Day::from_number(market::DEFAULT_ORIGIN);
        let characters = &universe.characters;
        let base = Arc::new(Simulation::in_currency(
            seed.0, characters, origin, currency,
        ));
        let shown = if currency.is_dollar() {
            Arc::clone(&universe.opening)
        } else {
            Arc::new(universe.shown(currency, &[], &[]))
        };
        Self {
            simulation: Arc::clone(&base),
            shared: Arc::new(ArcSwap::new(Arc::clone(&base))),
            base,
            leavers: Arc::default(),
            left: Vec::new(),
            debuts: Vec::new(),
            shown,
            universe,
            day: None,
            closes: Vec::new(),
            index_closes: Arc::default(),
            running_step: 0,
            running: Vec::new(),
            news_step: i64::MIN,
            news: Arc::default(),
            storms,
        }
    }

    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.shown.catalogue
    }

    /// The candles of this market's finished days.
    pub(super) fn past(&self) -> Past {
        let (simulation, universe) = (Arc::clone(&self.shared), Arc::clone(&self.universe));
        let storms = Arc::clone(&self.storms);
        Past::Computed(Computed::new(simulation, universe, storms))
    }

    /// The index at a time.
    pub(super) fn index(&self, at: Timestamp) -> Price {
        self.simulation.index(at.seconds())
    }

    /// The market at a time.
    pub(super) fn snapshot(&mut self, at: Timestamp) -> Snapshot {
        let step = at.seconds();
        self.take_leave();
        self.welcome(market::day_of(step));
        let prices = self.simulation.traded_quotes(step);
        let rates = self.simulation.rates(step);
        self.turn_to(market::day_of(step));
        self.run_to(step);
        self.tell_news_until(step);
        let instruments = self.shown.catalogue.instruments.iter();
        let listings = self.shown.indices.iter().zip(instruments);
        let listings = listings.map(|(index, record)| {
            index.map_or_else(Listing::default, |index| {
                self.listing(index, &record.category, (&prices, &rates), step)
            })
        });
        Snapshot {
            at,
            catalogue: Arc::clone(&self.shown.catalogue),
            newcomers: Arc::clone(&self.shown.newcomers),
            listings: listings.collect(),
            news: self.storms.told(&self.told(step), step),
            actions: Arc::default(),
            index: Some(Index {
                level: self.simulation.index(step),
                closes: Arc::clone(&self.index_closes),
            }),
            ..Snapshot::default()
        }
    }

    /// The actions of all instruments from day to day, with the price of a new share after a split.
    pub(super) fn actions(&self, from: Day, to: Day) -> Vec<(InstrumentAction, Price)> {
        let instruments = self.universe.catalogue.instruments.iter();
        let known = instruments.zip(&self.universe.indices);
        let of_one = |(record, index): (&InstrumentRecord, &Option<usize>)| {
            let index = *index;
            let instrument = record.id;
            let actions = index.map(|index| self.simulation.actions(index, from, to));
            let priced = move |dated: DatedAction| {
                let price = index.and_then(|index| {
                    self.simulation
                        .traded_price(index, market::first_step(dated.day))
                });
                let dated = as_paid(dated, &self.storms, &record.category);
                (
                    InstrumentAction { instrument, dated },
                    price.unwrap_or_default(),
                )
            };
            let actions = actions.unwrap_or_default().into_iter();
            actions.map(priced).collect::<Vec<_>>()
        };
        known.flat_map(of_one).collect()
    }

    /// Applies departures announced since.
    fn take_leave(&mut self) {
        let all = self.storms.departures.all();
        if *all == *self.leavers {
            return;
        }
        let simulation = departures::without(&self.base, &self.universe, &all);
        (self.simulation, self.leavers) = (Arc::new(simulation), all);
        self.shared.store(Arc::clone(&self.simulation));
        // What was computed earlier does not reflect them.
        (self.day, self.running) = (None, Vec::new());
        (self.news_step, self.news) = (i64::MIN, Arc::default());
    }

    /// Shows the companies that have joined by a day, and marks those that have left.
    fn welcome(&mut self, day: Day) {
        let all = self.storms.debuts.all();
        let come = all.iter().filter(|one| one.day() <= day);
        let departures = self.simulation.departures();
        let left = departures.filter(|one| one.day() <= day);
        let left: Vec<usize> = left.map(|one| one.instrument).collect();
        let known = self.debuts.iter().map(|(listed, ..)| listed);
        if left == self.left && come.clone().eq(known) {
            return;
        }
        self.left = left;
        let debut = |listed: &Listed| {
            let (index, debut) = listed.debut(&self.simulation, &self.universe)?;
            Some((listed.clone(), index, debut))
        };
        self.debuts = come.filter_map(debut).collect();
        let indices: Vec<usize> = self.debuts.iter().map(|(_, index, _)| *index).collect();
        let currency = self.simulation.currency();
        self.shown = Arc::new(self.universe.shown(currency, &indices, &self.left));
        // Their news was left out before.
        (self.news_step, self.news) = (i64::MIN, Arc::default());
    }

    fn debut(&self, index: usize) -> Option<&Debut> {
        let mut debuts = self.debuts.iter();
        let found = debuts.find(|(_, place, _)| *place == index);
        found.map(|(.., debut)| debut)
    }

    /// The news, including companies' first trading days and departures.
    fn told(&self, step: i64) -> Arc<[NewsItem]> {
        if self.debuts.is_empty() && self.leavers.is_empty() {
            return Arc::clone(&self.news);
        }
        let (simulation, universe) = (&self.simulation, &self.universe);
        let left = departures::headlines(simulation, universe, &self.storms, step);
        let first_day = |(listed, index, debut): &(Listed, usize, Debut)| {
            let name = self.universe.characters.get(*index)?.name;
            let first = debut.first_price();
            let headline = format!("First trading day of {name}: it opens at ${first}");
            Some(NewsItem {
                subject: NewsSubject::Instrument(listed.symbol),
                news: MarketNews {
                    at: debut.day().start(),
                    headline: simulation.currency().in_words(headline),
                    symbol: Some(listed.symbol),
                },
            })
        };
        let debuts = self.debuts.iter().filter_map(first_day);
        let further = debuts.chain(left);
        let mut all: Vec<NewsItem> = self.news.iter().cloned().chain(further).collect();
        all.sort_by_key(|item| std::cmp::Reverse(item.news.at));
        all.into()
    }

    fn listing(
        &self,
        index: usize,
        category: &str,
        (prices, rates): (&[Price], &[Foreign]),
        step: i64,
    ) -> Listing {
        let debut = self.debut(index);
        let made = debut.map_or(i64::MIN, |debut| market::first_step(debut.day()));
        let closes = self.closes_of(index, category);
        let left = self.left.contains(&index);
        let price = prices.get(index).copied();
        let price = price.map(|price| debut.map_or(price, |debut| debut.price(price)));
        let price = price.map(|price| self.storms.moved_since(made, price, category, step));
        let halted = self.simulation.halted_until(index, step);
        let quote = price
            .zip(self.universe.symbols.get(index))
            .map(|(price, symbol)| Quote {
                symbol: *symbol,
                price,
                at: Timestamp::from_seconds(step),
                stale: left,
                previous_close: closes.last().copied(),
                foreign: self.simulation.foreign_among(index, rates),
                halted_until: halted.map(Timestamp::from_seconds),
            });
        let running = self.running.get(index).copied().filter(|_| !left);
        let running = running.and_then(|path| match debut {
            Some(debut) => debut.candle(&path),
            None => Some(path),
        });
        let moved = |candle| self.storms.moved_candle_since(made, &candle, category);
        let running = running.map(moved);
        Listing {
            quote,
            closes,
            today: running
                .zip(price)
                .map(|(candle, price)| running_view(&candle, price)),
        }
    }

    /// The closes of the previous days, as moved by storms.
    fn closes_of(&self, index: usize, category: &str) -> Arc<[Price]> {
        let closes = self.closes.get(index).cloned().unwrap_or_default();
        let (mut closes, mut made) = (closes, i64::MIN);
        if let Some((debut, today)) = self.debut(index).zip(self.day) {
            let days = today.number().saturating_sub(debut.day().number());
            let days = usize::try_from(days).unwrap_or(0).min(closes.len());
            let since = closes.iter().skip(closes.len().saturating_sub(days));
            closes = since.map(|path| debut.price(*path)).collect();
            made = market::first_step(debut.day());
        }
        let Some(today) = self.day.filter(|_| !self.storms.is_calm()) else {
            return closes;
        };
        let days_before = (1..=closes.len()).rev().map(|days| {
            let days = i32::try_from(days).unwrap_or(i32::MAX);
            market::last_step(today.plus_days(days.saturating_neg()))
        });
        let moved = closes.iter().zip(days_before);
        moved
            .map(|(close, step)| self.storms.moved_since(made, *close, category, step))
            .collect()
    }

    /// The closes before a day, computed once a day.
    fn turn_to(&mut self, day: Day) {
        if self.day == Some(day) {
            return;
        }
        let days_before = (1..=CLOSES_MAX)
            .rev()
            .filter_map(|days| i32::try_from(days).ok());
        let oldest = day.plus_days(-30);
        let closes: Vec<(Day, Vec<Price>)> = days_before
            .map(|days| {
                let past = day.plus_days(-days);
                let prices = self.simulation.traded_quotes(market::last_step(past));
                (past, prices)
            })
            .collect();
        // In today's shares: a split does not change a price.
        let of_one = |index: usize| {
            let splits = self.simulation.splits(index, oldest, day);
            closes
                .iter()
                .filter_map(|(past, prices)| Some((*past, prices.get(index).copied()?)))
                .map(|(past, price)| adjusted_price(price, past, day, &splits))
                .collect()
        };
        let index = |(past, _): &(Day, Vec<Price>)| self.simulation.index(market::last_step(*past));
        self.index_closes = closes.iter().map(index).collect();
        self.closes = (0..self.universe.symbols.len()).map(of_one).collect();
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

    /// Adds the news since the previous step; at first, that of the last few months.
    fn tell_news_until(&mut self, step: i64) {
        let oldest = step.saturating_sub(NEWS_DAYS.saturating_mul(STEPS_PER_DAY));
        let fresh = self
            .simulation
            .news_between(self.news_step.max(oldest), step);
        self.news_step = self.news_step.max(step);
        if fresh.is_empty() {
            return;
        }
        let fresh = fresh.into_iter().rev().filter(|event| self.is_told(event));
        let fresh = fresh.map(|event| self.news_item(event));
        let known = self
            .news
            .iter()
            .filter(|item| item.news.at.seconds() > oldest)
            .cloned();
        self.news = fresh.chain(known).take(NEWS_MAX).collect();
    }

    /// Whether to show an event: a company that has not joined yet has no news.
    fn is_told(&self, event: &NewsEvent) -> bool {
        let Subject::Instrument(index) = event.subject else {
            return true;
        };
        !self.universe.is_newcomer(index)
            || self
                .debut(index)
                .is_some_and(|debut| event.step >= market::first_step(debut.day()))
    }

    fn news_item(&self, event: NewsEvent) -> NewsItem {
        let symbol = match event.subject {
            Subject::Instrument(index) => self.universe.symbols.get(index).copied(),
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

/// The current candle with the shown price as its close.
fn running_view(candle: &DayCandle, price: Price) -> CandleView {
    CandleView {
        at: candle.day.start(),
        open: candle.open,
        high: candle.high.max(price),
        low: candle.low.min(price),
        close: price,
        volume: candle.volume,
        average: None,
    }
}
