//! The past of a simulated market, computed from its seed.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use arc_swap::ArcSwap;
use domain::api::CandleView;
use domain::market::{self, DEFAULT_ORIGIN, DayCandle, Debut, Simulation, last_step};
use domain::{DatedAction, Day, InstrumentId, Price, Symbol};

use super::closes::DayCloses;
use super::departures::as_paid;
use super::past::{ACTIONS_MAX, CANDLES_MAX};
use super::storms::Storms;
use super::universe::SimulatedUniverse;
use crate::recent::Recent;
use crate::store::InstrumentRecord;

/// Days computed and cached together.
const CHUNK_DAYS: i32 = 32;
/// Maximum chunks that a market caches, 1.5 KiB each: a year of ten instruments.
const CHUNKS_MAX: usize = 256;

/// The number of companies that leave the market, an instrument's index in the simulation, and the number
/// of its chunk of days.
type ChunkName = (usize, usize, i32);
/// The candles of [`CHUNK_DAYS`] days.
type Chunk = Arc<[DayCandle]>;

/// Candles that follow from a seed, with a small cache of those requested.
#[derive(Debug)]
pub(super) struct Computed {
    /// Replaced when a company leaves.
    simulation: Arc<ArcSwap<Simulation>>,
    universe: Arc<SimulatedUniverse>,
    cache: Mutex<Recent<ChunkName, Chunk>>,
    storms: Arc<Storms>,
}

impl Computed {
    pub(super) fn new(
        simulation: Arc<ArcSwap<Simulation>>,
        universe: Arc<SimulatedUniverse>,
        storms: Arc<Storms>,
    ) -> Self {
        Self {
            simulation,
            universe,
            cache: Mutex::new(Recent::new(CHUNKS_MAX)),
            storms,
        }
    }

    /// History begins on the day on which every instrument costs its start price.
    pub(super) async fn candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> anyhow::Result<Vec<CandleView>> {
        let oldest = i32::try_from(CANDLES_MAX).unwrap_or(i32::MAX);
        let from = from
            .max(Day::from_number(DEFAULT_ORIGIN))
            .max(to.plus_days(1 - oldest));
        let Some(index) = self.index_of(instrument).filter(|_| from <= to) else {
            return Ok(Vec::new());
        };
        let chunks = chunk_of(from)..=chunk_of(to);
        let simulation = self.simulation();
        let leavers = simulation.departures().count();
        let (mut known, missing) = self.recall((leavers, index), chunks);
        if !missing.is_empty() {
            let compute = move || compute(&simulation, index, missing);
            let computed = tokio::task::spawn_blocking(compute).await;
            let computed = computed.context("computing candles broke off")?;
            self.learn((leavers, index), &computed);
            known.extend(computed);
        }
        known.sort_by_key(|(chunk, _)| *chunk);
        let candles = known.iter().flat_map(|(_, candles)| candles.iter());
        let wanted = candles.filter(|candle| (from..=to).contains(&candle.day));
        let category = self.category(instrument);
        if self.universe.is_newcomer(index) {
            let debut = self.debut(index);
            let made = debut.map_or(i64::MAX, |debut| market::first_step(debut.day()));
            let shown = wanted.filter_map(|path| debut?.candle(path));
            let moved = shown.map(|one| self.storms.moved_candle_since(made, &one, category));
            return Ok(moved.map(|candle| computed_view(&candle)).collect());
        }
        let moved = wanted.map(|candle| self.storms.moved_candle(candle, category));
        Ok(moved.map(|candle| computed_view(&candle)).collect())
    }

    pub(super) async fn prices(
        &self,
        instrument: InstrumentId,
        steps: &[i64],
    ) -> anyhow::Result<Vec<(i64, Price)>> {
        let Some(index) = self.index_of(instrument) else {
            return Ok(Vec::new());
        };
        let (simulation, steps) = (self.simulation(), steps.to_vec());
        let debut = self.debut(index);
        let origin = match debut {
            Some(debut) => debut.day(),
            None if self.universe.is_newcomer(index) => return Ok(Vec::new()),
            None => Day::from_number(DEFAULT_ORIGIN),
        };
        let (storms, category) = (
            Arc::clone(&self.storms),
            self.category(instrument).to_owned(),
        );
        let computed = tokio::task::spawn_blocking(move || {
            // What was offered at a price is moved by the storms since then.
            let made = debut.map_or(i64::MIN, |debut| market::first_step(debut.day()));
            let origin = market::first_step(origin);
            let price = |step: i64| {
                let price = simulation.traded_price(index, step)?;
                let price = debut.map_or(price, |debut| debut.price(price));
                Some((step, storms.moved_since(made, price, &category, step)))
            };
            let end = simulation.departure_of(index);
            let end = end.map_or(i64::MAX, |departure| market::first_step(departure.day()));
            let known = steps
                .into_iter()
                .filter(|step| (origin..end).contains(step));
            known.filter_map(price).collect()
        });
        computed.await.context("computing prices broke off")
    }

    fn category(&self, instrument: InstrumentId) -> &str {
        let found = self.universe.catalogue.find_by_id(instrument);
        found.map_or("", |(_, record)| record.category.as_str())
    }

    fn index_of(&self, instrument: InstrumentId) -> Option<usize> {
        let (place, _) = self.universe.catalogue.find_by_id(instrument)?;
        self.universe.indices.get(place).copied()?
    }

    /// The simulation, with an instrument's index in it and the first step at which it is shown. `None`
    /// for an instrument that is not shown yet.
    pub(super) fn shown(&self, instrument: InstrumentId) -> Option<(Arc<Simulation>, usize, i64)> {
        let index = self.index_of(instrument)?;
        let first = if self.universe.is_newcomer(index) {
            self.debut(index)?.day()
        } else {
            Day::from_number(DEFAULT_ORIGIN)
        };
        Some((self.simulation(), index, market::first_step(first)))
    }

    /// The simulation with all known departures.
    pub(super) fn simulation(&self) -> Arc<Simulation> {
        self.simulation.load_full()
    }

    pub(super) fn storms(&self) -> &Storms {
        &self.storms
    }

    /// The symbol of an instrument of the simulation.
    pub(super) fn symbol(&self, index: usize) -> Option<Symbol> {
        self.universe.symbols.get(index).copied()
    }

    fn debut(&self, index: usize) -> Option<Debut> {
        let debuts = &self.storms.debuts;
        debuts.find(&self.simulation(), &self.universe, index)
    }

    pub(super) fn splits(&self, instrument: InstrumentId, until: Day) -> Vec<DatedAction> {
        let origin = Day::from_number(DEFAULT_ORIGIN);
        let index = self.index_of(instrument);
        index.map_or_else(Vec::new, |index| {
            self.simulation().splits(index, origin, until)
        })
    }

    pub(super) fn actions(&self, instrument: InstrumentId, until: Day) -> Vec<DatedAction> {
        let origin = Day::from_number(DEFAULT_ORIGIN);
        let mut actions = self.index_of(instrument).map_or_else(Vec::new, |index| {
            self.simulation().actions(index, origin, until)
        });
        let category = self.category(instrument);
        for action in &mut actions {
            *action = as_paid(*action, &self.storms, category);
        }
        actions.reverse();
        actions.truncate(usize::try_from(ACTIONS_MAX).unwrap_or(usize::MAX));
        actions
    }

    pub(super) async fn closes(&self, from: Day, to: Day) -> anyhow::Result<Vec<DayCloses>> {
        let (simulation, universe) = (self.simulation(), Arc::clone(&self.universe));
        let storms = Arc::clone(&self.storms);
        let compute = move || {
            let days = from.number()..=to.number();
            days.map(|number| closes_of(&simulation, &universe, &storms, Day::from_number(number)))
                .collect::<Vec<_>>()
        };
        let computed = tokio::task::spawn_blocking(compute).await;
        computed.context("computing closes broke off")
    }

    /// The cached chunks, and the numbers of the others.
    fn recall(
        &self,
        (leavers, index): (usize, usize),
        chunks: impl Iterator<Item = i32>,
    ) -> (Vec<(i32, Chunk)>, Vec<i32>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        for chunk in chunks {
            match cache.get_mut(&(leavers, index, chunk)) {
                Some(candles) => known.push((chunk, Arc::clone(candles))),
                None => missing.push(chunk),
            }
        }
        (known, missing)
    }

    fn learn(&self, (leavers, index): (usize, usize), computed: &[(i32, Chunk)]) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        for (chunk, candles) in computed {
            cache.insert((leavers, index, *chunk), Arc::clone(candles));
        }
    }
}

fn closes_of(
    simulation: &Simulation,
    universe: &SimulatedUniverse,
    storms: &Storms,
    day: Day,
) -> DayCloses {
    let step = last_step(day);
    // As traded: a share that was split costs less than its path says.
    let quotes = simulation.traded_quotes(step);
    let instruments = universe.catalogue.instruments.iter().zip(&universe.indices);
    let price = |(instrument, index): (&InstrumentRecord, &Option<usize>)| {
        let index = (*index)?;
        let (mut close, mut made) = (*quotes.get(index)?, i64::MIN);
        if universe.is_newcomer(index) {
            let debut = storms.debuts.find(simulation, universe, index);
            let debut = debut.filter(|debut| debut.day() <= day)?;
            (close, made) = (debut.price(close), market::first_step(debut.day()));
        }
        let close = storms.moved_since(made, close, &instrument.category, step);
        Some((instrument.id, close))
    };
    DayCloses {
        day,
        index: Some(simulation.index(step)),
        prices: instruments.filter_map(price).collect(),
    }
}

fn chunk_of(day: Day) -> i32 {
    day.number().div_euclid(CHUNK_DAYS)
}

/// Computes a whole chunk, including future days. The chunk stays in this process, and candles are
/// returned only for days that are over.
fn compute(simulation: &Simulation, index: usize, chunks: Vec<i32>) -> Vec<(i32, Chunk)> {
    let candles = |chunk: i32| -> Chunk {
        let first = chunk.saturating_mul(CHUNK_DAYS);
        (first..first.saturating_add(CHUNK_DAYS))
            .filter_map(|day| simulation.day_candle(index, Day::from_number(day)))
            .collect()
    };
    let named = |chunk| (chunk, candles(chunk));
    chunks.into_iter().map(named).collect()
}

fn computed_view(candle: &DayCandle) -> CandleView {
    CandleView {
        at: candle.day.start(),
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: candle.volume,
        average: None,
    }
}
