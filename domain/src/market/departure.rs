//! Departures: a company that leaves a running market, because another company takes it over or
//! because it goes bankrupt.
//!
//! A departure is announced [`NOTICE_DAYS`] days before the first day without the company. From the
//! announcement on, its price follows the news: in a takeover it stays just below the offer and converges to
//! it day by day; in a bankruptcy it drops to a small fraction and falls every day. Funds and the index hold
//! it until the end, then reinvest in everything else that they hold.
//!
//! Who leaves, why and at which price are derived from the seed and the instant of the announcement, which is
//! stored beside the seed.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "steps are below 2^33 and prices below 2^39; products of prices are in an i128"
)]

use serde::{Deserialize, Serialize};

use super::calendar::{STEPS_PER_DAY, first_step};
use super::character::Tracks;
use super::fixed::quoted;
use super::noise::{below, random, stream_key};
use super::simulation::Simulation;
use crate::{Day, Price};

/// At most one departure happens in each stretch of this many market days.
pub const LEAVING_DAYS: i32 = 240;
/// Market days from the announcement to the first day without the company.
pub const NOTICE_DAYS: i32 = 30;
/// The fewest companies that a sector keeps.
const SECTOR_MIN: usize = 4;
/// How far below the offer a share trades when it is announced, in millionths of the offer: 1 %.
const GAP_PPM: i64 = 10_000;

/// Why a company leaves a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// Another company buys every share, at a premium to the previous price.
    Takeover {
        /// The premium in percent, 15 to 45.
        premium_percent: u8,
    },
    /// It goes bankrupt; a share is worth a few percent of the previous price.
    Bankruptcy {
        /// Percent when it is announced: 20 to 40.
        first_percent: u8,
        /// Percent at the end: 2 to 12.
        last_percent: u8,
    },
}

/// A company that leaves a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// The index of the company.
    pub instrument: usize,
    /// The first step whose price knows of it.
    pub announced: i64,
    /// Why.
    pub leaving: Leaving,
}

impl Departure {
    /// The first day without it.
    #[must_use]
    pub fn day(&self) -> Day {
        super::calendar::day_of(self.announced).plus_days(NOTICE_DAYS)
    }
}

/// A departure in a market, with the path's prices around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    pub departure: Departure,
    /// The first step without it.
    pub end: i64,
    /// The price before the announcement.
    before: i64,
    /// The value of its path at the last step.
    last: i64,
}

impl Left {
    fn new(market: &Simulation, departure: Departure) -> Option<Self> {
        let end = first_step(departure.day());
        let price = |step| {
            let price = market.price(departure.instrument, step);
            price.map(Price::units)
        };
        Some(Self {
            departure,
            end,
            before: price(departure.announced - 1)?,
            last: price(end - 1)?,
        })
    }

    /// The takeover offer per share; none in a bankruptcy.
    fn offer(&self) -> Option<i64> {
        match self.departure.leaving {
            Leaving::Takeover { premium_percent } => {
                let percent = 100 + i128::from(premium_percent);
                Some(quoted(part(self.before, percent, 100)))
            }
            Leaving::Bankruptcy { .. } => None,
        }
    }

    /// The price of a share in units at a step, when its path gives `path`.
    pub(super) fn units(&self, step: i64, path: i64) -> i64 {
        if step < self.departure.announced {
            return path;
        }
        if step >= self.end {
            return self.final_units();
        }
        let (to_come, notice) = (self.end - step, self.end - self.departure.announced);
        match (self.departure.leaving, self.offer()) {
            (Leaving::Takeover { .. }, Some(offer)) => {
                // Half a percent where the path has doubled or is at zero, so that the price is not
                // a straight line.
                let moved = (path - self.before).abs().min(self.before);
                let stir = part(GAP_PPM / 2, moved.into(), self.before.into());
                let gap = GAP_PPM * to_come / notice + stir;
                quoted(part(offer, i128::from(1_000_000 - gap), 1_000_000)).min(offer)
            }
            (leaving, _) => quoted(left_of(path, leaving, to_come, notice)),
        }
    }

    /// What a share pays out in the end.
    fn final_units(&self) -> i64 {
        let leaving = self.departure.leaving;
        let left = || quoted(left_of(self.last, leaving, 0, 1));
        self.offer().unwrap_or_else(left)
    }
}

/// What is left of a price in a bankruptcy, with `to_come` steps of the notice left.
fn left_of(path: i64, leaving: Leaving, to_come: i64, notice: i64) -> i64 {
    let Leaving::Bankruptcy {
        first_percent,
        last_percent,
    } = leaving
    else {
        return path;
    };
    let (first, last) = (i128::from(first_percent), i128::from(last_percent));
    let (to_come, notice) = (i128::from(to_come), i128::from(notice.max(1)));
    let percents = last * notice + (first - last) * to_come;
    part(path, percents, 100 * notice)
}

fn part(units: i64, numerator: i128, denominator: i128) -> i64 {
    let part = i128::from(units) * numerator / denominator.max(1);
    i64::try_from(part).unwrap_or(i64::MAX / 2)
}

/// The stretch of [`LEAVING_DAYS`] days that contains a day, and the day within it from which a company may
/// announce its departure.
#[must_use]
pub fn leaving_day(seed: u64, today: Day) -> (i32, Day) {
    let stretch = today.number().div_euclid(LEAVING_DAYS);
    let bits = random(
        stream_key(seed, 80, "departures"),
        u64::from(stretch.unsigned_abs()),
    );
    let day = below((bits >> 32) as u32, i64::from(LEAVING_DAYS));
    let first = Day::from_number(stretch.saturating_mul(LEAVING_DAYS));
    (stretch, first.plus_days(i32::try_from(day).unwrap_or(0)))
}

impl Simulation {
    /// The same market with these departures, in any order. Unknown companies and second departures are
    /// ignored.
    #[must_use]
    pub fn with_departures(&self, departures: &[Departure]) -> Self {
        let mut departures = departures.to_vec();
        departures.sort_by_key(|one| (one.announced, one.instrument));
        let mut market = self.clone();
        for departure in departures {
            if market.left(departure.instrument).is_some() {
                continue;
            }
            if let Some(left) = Left::new(self, departure) {
                market.left.push(left);
                let units = market.units(left.end);
                market.sell_everywhere(departure.instrument, left.end, &units);
            }
        }
        market
    }

    /// The departure of a stretch of [`LEAVING_DAYS`] days, announced at a step; none when no company may
    /// leave. A company that reports, pays or splits during its last month does not leave in that month.
    #[must_use]
    pub fn departure(&self, stretch: i32, announced: i64) -> Option<Departure> {
        let bits = random(
            stream_key(self.seed, 81, "departures"),
            u64::from(stretch.unsigned_abs()),
        );
        let may: Vec<usize> = (0..self.characters.len())
            .filter(|instrument| self.may_leave(*instrument, announced))
            .collect();
        let place = random(bits, 0).checked_rem(u64::try_from(may.len()).ok()?)?;
        let instrument = *may.get(usize::try_from(place).ok()?)?;
        let draw = |counter, count: u8| {
            let drawn = below((random(bits, counter) >> 32) as u32, i64::from(count));
            u8::try_from(drawn).unwrap_or(0)
        };
        // Two out of three are takeovers.
        let leaving = if draw(1, 3) < 2 {
            Leaving::Takeover {
                premium_percent: 15 + draw(2, 31),
            }
        } else {
            Leaving::Bankruptcy {
                first_percent: 20 + draw(2, 21),
                last_percent: 2 + draw(3, 11),
            }
        };
        Some(Departure {
            instrument,
            announced,
            leaving,
        })
    }

    fn may_leave(&self, instrument: usize, announced: i64) -> bool {
        let company = |index: usize| {
            let one = self.characters.get(index);
            one.filter(|one| one.tracks == Tracks::Company && self.left(index).is_none())
        };
        let Some(one) = company(instrument) else {
            return false;
        };
        let until = announced + i64::from(NOTICE_DAYS) * STEPS_PER_DAY;
        let days = (super::day_of(announced), super::day_of(until));
        let stay = (0..self.characters.len())
            .filter_map(company)
            .filter(|other| other.category == one.category);
        stay.count() > SECTOR_MIN
            && self.actions(instrument, days.0, days.1).is_empty()
            && self.tells_nothing(instrument, announced, until)
    }

    /// The departures, in order of announcement.
    pub fn departures(&self) -> impl Iterator<Item = Departure> {
        self.left.iter().map(|left| left.departure)
    }

    /// The departure of an instrument, whether announced or completed.
    #[must_use]
    pub fn departure_of(&self, instrument: usize) -> Option<Departure> {
        self.left(instrument).map(|left| left.departure)
    }

    /// What a share of a departing company pays out, at traded prices: the offer price or, in a bankruptcy,
    /// what is left in the end.
    #[must_use]
    pub fn final_price(&self, instrument: usize) -> Option<Price> {
        let left = self.left(instrument)?;
        let units = self.traded_units(instrument, left.end - 1, left.final_units());
        Some(Price::from_units(units))
    }

    pub(super) fn left(&self, instrument: usize) -> Option<&Left> {
        let mut left = self.left.iter();
        left.find(|left| left.departure.instrument == instrument)
    }

    /// The price of an instrument, given its path's value in units.
    pub(super) fn with_departure(&self, instrument: usize, step: i64, path: i64) -> i64 {
        let left = self.left(instrument);
        left.map_or(path, |left| left.units(step, path))
    }
}
