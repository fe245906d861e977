//! Daily candles, computed from the same prices that are shown during the day.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "steps are below 2^33, prices below 2^39 and typical volumes below 2^32"
)]

use super::basket::Holdings;
use super::calendar::{CANDLE_SAMPLE_STEPS, STEPS_PER_DAY, day_number, day_of, held, last_step};
use super::mover::Factor;
use super::noise::{random, stream_key};
use super::path::SLOTS;
use super::simulation::{Simulation, Source, fund_price};
use crate::{Day, Price};

/// One day of an instrument, at traded prices.
///
/// Open is the price at the day's first step and close the price at its last: the next day opens
/// one second later. High and low are taken over open, close and the prices at every
/// [`CANDLE_SAMPLE_STEPS`], so a price between two samples may lie slightly outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCandle {
    /// The day, in UTC.
    pub day: Day,
    /// The price at its first step.
    pub open: Price,
    /// The highest price of its samples.
    pub high: Price,
    /// The lowest price of its samples.
    pub low: Price,
    /// The price at its last step.
    pub close: Price,
    /// Shares traded, made up to match: more on days that move more.
    pub volume: i64,
}

/// The first, highest and lowest price so far, in units.
#[derive(Debug, Clone, Copy)]
struct Range {
    open: i64,
    high: i64,
    low: i64,
}

impl Range {
    fn at(units: i64) -> Self {
        Self {
            open: units,
            high: units,
            low: units,
        }
    }

    #[inline]
    fn see(&mut self, units: i64) {
        self.high = self.high.max(units);
        self.low = self.low.min(units);
    }
}

/// The value of a basket at every slot of a day, summed company by company.
struct Worths<'a> {
    held: &'a Holdings,
    slots: Vec<i64>,
}

impl Simulation {
    /// The candle of one instrument on a day; none when there is no such instrument, or it has left the
    /// market.
    ///
    /// It costs about a twentieth of [`Simulation::day_candles`], and nearly as much as that for a
    /// fund that holds every company.
    #[must_use]
    pub fn day_candle(&self, instrument: usize, day: Day) -> Option<DayCandle> {
        let step = held(last_step(day));
        if self.left(instrument).is_some_and(|left| left.end <= step) {
            return None;
        }
        let range = self.range_of_one(instrument, step)?;
        let close = self.price(instrument, step)?.units();
        Some(self.candle(instrument, step, range, close))
    }

    /// The candles of all instruments on a day.
    #[must_use]
    pub fn day_candles(&self, day: Day) -> Vec<DayCandle> {
        self.day_candles_until(last_step(day))
    }

    /// The candles of all instruments on an unfinished day: up to and including a step.
    #[must_use]
    pub fn day_candles_until(&self, step: i64) -> Vec<DayCandle> {
        let step = held(step);
        let ranges = self.ranges(step);
        let closes = self.units(step);
        let rows = ranges.into_iter().zip(closes).enumerate();
        rows.map(|(instrument, (range, close))| self.candle(instrument, step, range, close))
            .collect()
    }

    /// The candle of a day up to a step, from the range of its samples and the price at the step.
    fn candle(&self, instrument: usize, step: i64, range: Range, close: i64) -> DayCandle {
        // The factor from path price to traded price is constant within a day and preserves order.
        let traded = |units| self.traded_units(instrument, step, units);
        let close = traded(close);
        let mut range = Range {
            open: traded(range.open),
            high: traded(range.high),
            low: traded(range.low),
        };
        range.see(close);
        DayCandle {
            day: day_of(step),
            open: Price::from_units(range.open),
            high: Price::from_units(range.high),
            low: Price::from_units(range.low),
            close: Price::from_units(close),
            volume: self.volume(instrument, step, range),
        }
    }

    /// The ranges of all instruments over the samples of a day up to a step.
    fn ranges(&self, step: i64) -> Vec<Range> {
        let mut samples = Samples::new(self, step);
        let mut worths = self.empty_worths(step, samples.market.len());
        let mut ranges = vec![Range::at(0); self.sources.len()];
        for (instrument, range) in ranges.iter_mut().enumerate() {
            let Some(prices) = samples.prices(instrument) else {
                continue;
            };
            for worth in &mut worths {
                worth.add(instrument, &prices);
            }
            *range = range_of(prices.into_iter());
        }
        self.fund_ranges(&worths, &mut ranges);
        ranges
    }

    /// The range of one instrument over the samples of a day up to a step.
    fn range_of_one(&self, instrument: usize, step: i64) -> Option<Range> {
        let mut samples = Samples::new(self, step);
        let Source::Basket {
            basket,
            start_units,
        } = self.sources.get(instrument)?
        else {
            return samples
                .prices(instrument)
                .map(|prices| range_of(prices.into_iter()));
        };
        let held = basket.at(step);
        let mut worth = Worths {
            held,
            slots: vec![held.cash(); samples.market.len()],
        };
        for member in held.members() {
            if let Some(prices) = samples.prices(member) {
                worth.add(member, &prices);
            }
        }
        Some(worth.range(*start_units))
    }

    /// The holdings of baskets only change between days.
    fn empty_worths(&self, step: i64, slots: usize) -> Vec<Worths<'_>> {
        let baskets = self.sources.iter().filter_map(|source| match source {
            Source::Basket { basket, .. } => Some(basket.at(step)),
            Source::Mover { .. } => None,
        });
        baskets
            .map(|held| Worths {
                held,
                slots: vec![held.cash(); slots],
            })
            .collect()
    }

    /// Funds follow in the order of `worths`.
    fn fund_ranges(&self, worths: &[Worths<'_>], ranges: &mut [Range]) {
        let mut worths = worths.iter();
        for (source, range) in self.sources.iter().zip(ranges) {
            if let Source::Basket { start_units, .. } = source
                && let Some(worth) = worths.next()
            {
                *range = worth.range(*start_units);
            }
        }
    }

    /// 60 to 140 % of the typical volume, and up to three times that on a day with a large move;
    /// pro rata for an unfinished day.
    fn volume(&self, instrument: usize, step: i64, range: Range) -> i64 {
        let Some(character) = self.characters.get(instrument) else {
            return 0;
        };
        let day = day_number(step);
        let key = stream_key(self.seed, 40, character.symbol);
        let mood = 600 + (random(key, day as u64) % 801) as i64;
        // Thousandths between high and low: 40 (4 %) is a usual day of a usual company.
        let breadth = (range.high - range.low) * 1_000 / range.low.max(1);
        let stir = 500 + (breadth * 500 / 40).min(2_500);
        let elapsed = step - day * STEPS_PER_DAY + 1;
        // 2^32 * 2^11 * 2^12 stays below 2^55; the division comes first to keep it so.
        i64::from(character.typical_volume) * mood * stir / 1_000_000 * elapsed / STEPS_PER_DAY
    }
}

impl Worths<'_> {
    fn add(&mut self, instrument: usize, prices: &[i64]) {
        if let Some(shares) = self.held.of(instrument) {
            for (slot, price) in self.slots.iter_mut().zip(prices) {
                *slot += price * shares;
            }
        }
    }

    fn range(&self, start_units: i64) -> Range {
        let prices = self.slots.iter();
        range_of(prices.map(|slot| fund_price(start_units, *slot)))
    }
}

/// The values of the random streams at the samples of one day.
struct Samples<'a> {
    simulation: &'a Simulation,
    day: i64,
    steps: Vec<i64>,
    market: Vec<Factor>,
    /// Only the sectors requested so far.
    sectors: Vec<Option<Vec<Factor>>>,
    /// Only the currencies requested so far.
    exchanges: Vec<Option<Vec<i64>>>,
}

impl<'a> Samples<'a> {
    /// The samples of the day of a step, up to that step.
    fn new(simulation: &'a Simulation, step: i64) -> Self {
        let day = day_number(step);
        let steps: Vec<i64> = (0..SLOTS as i64)
            .map(|slot| day * STEPS_PER_DAY + slot * CANDLE_SAMPLE_STEPS)
            .take_while(|slot_step| *slot_step <= step)
            .collect();
        Self {
            simulation,
            day,
            market: simulation.market.samples(day, &steps),
            steps,
            sectors: vec![None; simulation.sectors.len()],
            exchanges: vec![None; simulation.currencies.len()],
        }
    }

    /// The prices of an instrument that moves by itself; none for a fund.
    fn prices(&mut self, instrument: usize) -> Option<Vec<i64>> {
        let Source::Mover {
            mover,
            sector,
            currency,
        } = self.simulation.sources.get(instrument)?
        else {
            return None;
        };
        let stream = &self.simulation.sectors.get(*sector)?.stream;
        let (day, steps) = (self.day, &self.steps);
        let sector = self.sectors.get_mut(*sector)?;
        let sector = sector.get_or_insert_with(|| stream.samples(day, steps));
        let mut own = mover.stream.samples(day, steps);
        if let Some(currency) = *currency {
            let exchange = self.simulation.currencies.get(currency)?;
            let logs = self.exchanges.get_mut(currency)?;
            let logs = logs.get_or_insert_with(|| exchange.logs(day, steps));
            for (own, log) in own.iter_mut().zip(logs) {
                *own = own.moved_by(*log);
            }
        }
        let factors = self.market.iter().zip(sector).zip(own).zip(steps);
        let left = self.simulation.left(instrument);
        let price = |(((market, sector), own), step): (((&Factor, &mut Factor), Factor), &i64)| {
            let path = mover.price_units(*step, *market, *sector, own);
            left.map_or(path, |left| left.units(*step, path))
        };
        Some(factors.map(price).collect())
    }
}

fn range_of(mut prices: impl Iterator<Item = i64>) -> Range {
    let mut range = Range::at(prices.next().unwrap_or_default());
    prices.for_each(|price| range.see(price));
    range
}
