//! Debuts: a company that goes public in a running market, and what its shares cost from its first
//! trading day.
//!
//! Its path is derived from the seed alone, like that of every instrument. It is hidden before the debut and
//! scaled from then on, so that the first price of the first day is close to the offer price. Prices at any
//! step are thus derived from seed, day and offer price.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "prices are below 2^39, so products of two fit an i128; the draw is below 2^32"
)]

use super::calendar::first_step;
use super::candle::DayCandle;
use super::fixed::quoted;
use super::noise::{below, random, stream_key};
use super::simulation::Simulation;
use crate::{Day, Price};

/// The largest deviation of the first price from the offer price, in percent; up and down are
/// equally likely.
const FIRST_PRICE_PERCENT: i64 = 15;

/// A company that trades from a given day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debut {
    day: Day,
    /// The price of a share at the first step of the day, in units, and the value of its path
    /// there.
    first: i64,
    base: i64,
}

impl Debut {
    /// The debut of an instrument whose shares were offered at a given price; none when there is no
    /// such instrument.
    #[must_use]
    pub fn new(market: &Simulation, instrument: usize, day: Day, offered: Price) -> Option<Self> {
        let symbol = market.characters().get(instrument)?.symbol;
        let base = market.traded_price(instrument, first_step(day))?.units();
        let key = stream_key(market.seed, 60, symbol);
        let bits = random(key, u64::from(day.number().unsigned_abs()));
        let draw = below((bits >> 32) as u32, 2 * FIRST_PRICE_PERCENT + 1);
        let percent = i128::from(100 - FIRST_PRICE_PERCENT + draw);
        let first = i128::from(offered.units()) * percent / 100;
        Some(Self {
            day,
            first: quoted(i64::try_from(first).ok()?),
            base: base.max(1),
        })
    }

    /// The first day on which it trades.
    #[must_use]
    pub fn day(&self) -> Day {
        self.day
    }

    /// The price at the first step of that day.
    #[must_use]
    pub fn first_price(&self) -> Price {
        Price::from_units(self.first)
    }

    /// The price of a share, given its path's value as it would be traded.
    #[must_use]
    pub fn price(&self, path: Price) -> Price {
        let units = i128::from(path.units()) * i128::from(self.first) / i128::from(self.base);
        Price::from_units(quoted(i64::try_from(units).unwrap_or(i64::MAX / 2)))
    }

    /// A candle of its path, scaled for display; none for a day before the first one.
    #[must_use]
    pub fn candle(&self, path: &DayCandle) -> Option<DayCandle> {
        (path.day >= self.day).then(|| DayCandle {
            open: self.price(path.open),
            high: self.price(path.high),
            low: self.price(path.low),
            close: self.price(path.close),
            ..*path
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{STEPS_PER_DAY, catalogue, newcomers};
    use super::*;

    fn market(seed: u64) -> (Simulation, usize) {
        let all: Vec<_> = catalogue().iter().chain(newcomers()).copied().collect();
        let market = Simulation::new(seed, &all);
        (market, catalogue().len())
    }

    #[test]
    fn prices_begin_around_the_offered_one_and_follow_the_path() {
        let day = Day::from_number(20_000);
        let offered = Price::from_whole(24);
        let mut firsts = Vec::new();
        for seed in 0..200 {
            let (market, place) = market(seed);
            let debut = Debut::new(&market, place, day, offered).unwrap();
            let path = |step| market.traded_price(place, step).unwrap();
            let start = first_step(day);
            assert_eq!(debut.price(path(start)), debut.first_price());
            firsts.push(debut.first_price().units());
            let later = start + 40 * STEPS_PER_DAY;
            // It has grown as its path has, to a hundredth.
            let grown = path(later).units() * debut.first_price().units();
            let shown = debut.price(path(later)).units() * path(start).units();
            assert!((grown - shown).abs() * 100 < grown, "{grown} {shown}");
            let candle = market.day_candle(place, day).unwrap();
            assert_eq!(debut.candle(&candle).unwrap().open, debut.first_price());
            let before = market.day_candle(place, day.plus_days(-1)).unwrap();
            assert_eq!(debut.candle(&before), None);
        }
        let (low, high) = (firsts.iter().min().unwrap(), firsts.iter().max().unwrap());
        assert!(*low >= 204_000 && *low < 215_000, "{low}");
        assert!(*high <= 276_000 && *high > 265_000, "{high}");
    }

    #[test]
    fn newcomers_leave_every_other_price_and_the_index_as_they_are() {
        let (with, place) = market(7);
        let without = Simulation::new(7, catalogue());
        for step in [0, 1_700_000_000, 1_800_000_001] {
            let all = with.traded_quotes(step);
            assert_eq!(all[..place], without.traded_quotes(step)[..]);
            assert_eq!(with.index(step), without.index(step));
        }
        for one in 0..newcomers().len() {
            let actions = with.actions(place + one, Day::from_number(0), Day::from_number(60_000));
            assert!(actions.is_empty(), "a newcomer neither pays nor splits");
        }
    }
}
