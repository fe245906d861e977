//! Exchange rates: what other currencies cost. The price of an instrument that trades in another currency
//! follows its rate, which is the risk that whoever buys abroad takes.

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

/// A currency of the simulated market: its code, its rate at the origin in units of 10^-8, and its
/// volatility in basis points a year, which is about that of the real one.
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

/// Whether the simulated market has a rate for this currency, or it is the game's own.
pub(super) fn is_known(code: &str) -> bool {
    code == Currency::GAME_CODE || KINDS.iter().any(|kind| kind.code == code)
}

/// The rate of one currency, as a Brownian path. Its expected value never changes: nobody knows which way a
/// currency goes.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    code: Currency,
    start_units: i64,
    origin_step: i64,
    /// Per square root of a day, Q20.
    deviation: i64,
    /// Half the variance per second, Q48.
    decay: i64,
    path: Path,
}

impl Exchange {
    /// The currencies that instruments trade in, apart from the game's own.
    pub(super) fn all<'a>(
        seed: u64,
        codes: impl Iterator<Item = &'a str>,
        origin_step: i64,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for code in codes {
            if let Some(kind) = KINDS.iter().find(|kind| kind.code == code)
                && let Ok(code) = code.parse::<Currency>()
                && all.iter().all(|known| known.code != code)
            {
                let volatility = kind.volatility_bps;
                all.push(Self {
                    code,
                    start_units: kind.start_units,
                    origin_step,
                    deviation: (volatility << 20) / YEAR_ROOT,
                    // The square is at most 10^6: as Q32 below 2^52, and after the division below 2^25.
                    decay: (((volatility * volatility) << 32) / 200_000_000 * (1 << 16))
                        / SECONDS_PER_YEAR,
                    path: Path::new(stream_key(seed, 50, kind.code), origin_step),
                });
            }
        }
        all
    }

    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_str() == code
    }

    /// The logarithm of the rate over that at the origin, Q32.
    pub(super) fn log_at(&self, step: i64) -> i64 {
        self.log(self.path.at(step), step)
    }

    /// The same at every slot of a day, given the steps of the slots.
    pub(super) fn logs(&self, day: i64, steps: &[i64]) -> Vec<i64> {
        let paths = self.path.samples(day).into_iter();
        let slots = paths.zip(steps);
        slots.map(|(path, step)| self.log(path, *step)).collect()
    }

    fn log(&self, path: i64, step: i64) -> i64 {
        // Paths are below 2^45 and deviations below 2^13; steps below 2^33 and the decay below 2^21.
        ((self.deviation * path) >> 20) - ((self.decay * (step - self.origin_step)) >> 16)
    }

    fn rate(&self, step: i64) -> Rate {
        Rate::from_units(times_e_to(self.start_units, softened(self.log_at(step))))
    }
}

impl Simulation {
    /// The currency that an instrument trades in and its rate at a step; none for the game's own currency, or
    /// when there is no such instrument.
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
