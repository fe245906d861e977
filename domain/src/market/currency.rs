//! Exchange rates: what other currencies cost in that of the market. The price of an instrument that trades in
//! another currency follows its rate, which is the risk that whoever buys abroad takes.
//!
//! Every currency has a path against the dollar, so the same seed gives the same rates to every market. The
//! rate between two others is the quotient of their paths.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the ranges of every product are stated beside it"
)]

use super::calendar::held;
use super::fixed::{softened, times_e_to};
use super::mover::{SECONDS_PER_YEAR, YEAR_ROOT};
use super::noise::stream_key;
use super::path::Path;
use super::simulation::{Simulation, Source};
use crate::{Currency, Foreign, Rate};

/// A currency of the simulated market: its code, what it costs in dollars at the origin in units of 10^-8, and
/// its volatility in basis points a year, which is about that of the real one.
struct Kind {
    code: &'static str,
    start_units: i64,
    volatility_bps: i64,
}

const KINDS: [Kind; 4] = [
    Kind {
        code: "EUR",
        start_units: 109_000_000,
        volatility_bps: 800,
    },
    Kind {
        code: "GBP",
        start_units: 126_000_000,
        volatility_bps: 900,
    },
    Kind {
        code: "JPY",
        start_units: 690_000,
        volatility_bps: 1_000,
    },
    Kind {
        code: "CNY",
        start_units: 14_000_000,
        volatility_bps: 500,
    },
];

/// A dollar in units of 10^-8.
const DOLLAR_UNITS: i64 = 100_000_000;

/// Whether the simulated market has a rate for this currency.
pub(super) fn is_known(code: &str) -> bool {
    code == Currency::DOLLAR_CODE || kind(code).is_some()
}

fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// What a currency costs in dollars at the origin, in units of 10^-8.
fn dollars_at_origin(code: &str) -> i64 {
    kind(code).map_or(DOLLAR_UNITS, |kind| kind.start_units)
}

/// An amount of dollars at the origin in another currency, rounded half up.
pub(super) fn from_dollars(units: i64, base: Currency) -> i64 {
    let rate = dollars_at_origin(base.as_str());
    if rate == DOLLAR_UNITS {
        return units;
    }
    // Amounts are at most 10^9 units, and rates 2 * 10^8: both products are below 2^57.
    (units * DOLLAR_UNITS + rate / 2) / rate
}

/// What a currency costs in dollars, as a Brownian path. Its expected value never changes: nobody knows which
/// way a currency goes.
#[derive(Debug, Clone)]
struct Course {
    origin_step: i64,
    /// Per square root of a day, Q20.
    deviation: i64,
    /// Half the variance per second, Q48.
    decay: i64,
    path: Path,
}

impl Course {
    /// None for the dollar, and for a currency that has no rate.
    fn of(seed: u64, code: &str, origin_step: i64) -> Option<Self> {
        let kind = kind(code)?;
        let volatility = kind.volatility_bps;
        Some(Self {
            origin_step,
            deviation: (volatility << 20) / YEAR_ROOT,
            // The square is at most 10^6: as Q32 below 2^52, and after the division below 2^25.
            decay: (((volatility * volatility) << 32) / 200_000_000 * (1 << 16)) / SECONDS_PER_YEAR,
            path: Path::new(stream_key(seed, 50, kind.code), origin_step),
        })
    }

    /// The logarithm of the rate over that at the origin, Q32.
    fn log(&self, path: i64, step: i64) -> i64 {
        // Paths are below 2^45 and deviations below 2^13; steps below 2^33 and the decay below 2^21.
        ((self.deviation * path) >> 20) - ((self.decay * (step - self.origin_step)) >> 16)
    }

    fn log_at(&self, step: i64) -> i64 {
        self.log(self.path.at(step), step)
    }

    fn logs(&self, day: i64, steps: &[i64]) -> Vec<i64> {
        let paths = self.path.samples(day).into_iter();
        let slots = paths.zip(steps);
        slots.map(|(path, step)| self.log(path, *step)).collect()
    }
}

/// The rate of one currency in that of the market: the quotient of what both cost in dollars.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    code: Currency,
    /// At the origin, in units of 10^-8.
    start_units: i64,
    /// None for the dollar.
    course: Option<Course>,
    /// That of the market's currency; none for the dollar.
    base: Option<Course>,
}

impl Exchange {
    /// The currencies that instruments trade in, apart from the market's own.
    pub(super) fn all(
        seed: u64,
        currencies: impl Iterator<Item = Currency>,
        origin_step: i64,
        base: Currency,
    ) -> Vec<Self> {
        let course = |currency: Currency| Course::of(seed, currency.as_str(), origin_step);
        let mut all: Vec<Self> = Vec::new();
        for code in currencies {
            let is_abroad = code != base && is_known(code.as_str());
            if is_abroad && all.iter().all(|known| known.code != code) {
                all.push(Self {
                    code,
                    start_units: from_dollars(dollars_at_origin(code.as_str()), base),
                    course: course(code),
                    base: course(base),
                });
            }
        }
        all
    }

    pub(super) fn is(&self, code: Currency) -> bool {
        self.code == code
    }

    /// The logarithm of the rate over that at the origin, Q32.
    pub(super) fn log_at(&self, step: i64) -> i64 {
        let log = |course: &Option<Course>| course.as_ref().map_or(0, |one| one.log_at(step));
        log(&self.course) - log(&self.base)
    }

    /// The same at every slot of a day, given the steps of the slots.
    pub(super) fn logs(&self, day: i64, steps: &[i64]) -> Vec<i64> {
        let own = match &self.course {
            Some(course) => course.logs(day, steps),
            None => vec![0; steps.len()],
        };
        let Some(base) = &self.base else {
            return own;
        };
        let both = own.into_iter().zip(base.logs(day, steps));
        both.map(|(own, base)| own - base).collect()
    }

    fn rate(&self, step: i64) -> Rate {
        Rate::from_units(times_e_to(self.start_units, softened(self.log_at(step))))
    }
}

impl Simulation {
    /// The currency that an instrument trades in and its rate at a step; none for the market's own, or when
    /// there is no such instrument.
    #[must_use]
    pub fn foreign(&self, instrument: usize, step: i64) -> Option<Foreign> {
        self.foreign_among(instrument, &self.rates(step))
    }

    /// The same, given all rates of the step as [`Simulation::rates`] lists them.
    #[must_use]
    pub fn foreign_among(&self, instrument: usize, rates: &[Foreign]) -> Option<Foreign> {
        let Source::Mover { currency, .. } = self.sources.get(instrument)? else {
            return None;
        };
        rates.get((*currency)?).copied()
    }

    /// What one unit of each foreign currency of this market costs at a step.
    #[must_use]
    pub fn rates(&self, step: i64) -> Vec<Foreign> {
        let step = held(step);
        let all = self.currencies.iter();
        all.map(|exchange| Foreign {
            currency: exchange.code,
            rate: exchange.rate(step),
        })
        .collect()
    }
}
