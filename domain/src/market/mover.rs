//! Turns a character and the paths it follows into a price.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "the ranges of every product are stated beside it; tempers are held within limits"
)]

use super::calendar::held;
use super::character::Character;
use super::earnings::{report_bps, reports_of};
use super::fixed::{BASIS_POINT_Q32, START_UNITS_MAX, quoted, softened, times_e_to};
use super::jump::{Jump, Jumps, yearly_report_variance_q32, yearly_variance_q32};
use super::noise::stream_key;
use super::path::Path;

/// The volatility of the market and of a sector, in basis points a year.
const MARKET_BPS: i64 = 1_600;
const SECTOR_BPS: i64 = 1_400;
/// News of the whole market and of a sector: how many a year, and their mean size.
const MARKET_JUMPS: (u32, u32) = (5, 160);
const SECTOR_JUMPS: (u32, u32) = (6, 280);

/// Ten thousand square roots of 365.25 days: from basis points a year to Q20 a day.
pub(super) const YEAR_ROOT: i64 = 191_115;
pub(super) const SECONDS_PER_YEAR: i64 = 31_557_600;

const VOLATILITY_BPS_MAX: i64 = 20_000;
const PERCENT_MAX: i64 = 500;
const DRIFT_BPS_MAX: i64 = 10_000;

/// The value of a random stream, relative to the origin; both Q32.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor {
    path: i64,
    jumps: i64,
}

impl Factor {
    /// Moved further by a logarithm, such as that of an exchange rate.
    pub(super) fn moved_by(self, log: i64) -> Self {
        Self {
            jumps: self.jumps + log,
            ..self
        }
    }
}

/// One random stream: a Brownian path and jumps.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    path: Path,
    pub jumps: Jumps,
    /// The reports of a company; none for the market, sectors and anything that is not a company.
    pub reports: Option<Jumps>,
}

impl Stream {
    fn new(seed: u64, kind: u64, name: &str, jumps: (u32, u32), origin_step: i64) -> Self {
        Self {
            path: Path::new(stream_key(seed, kind, name), origin_step),
            // The purposes of path and jumps differ, so that they are independent.
            jumps: Jumps::new(
                stream_key(seed, kind + 1, name),
                jumps.0,
                jumps.1,
                origin_step,
            ),
            reports: None,
        }
    }

    /// The stream that all instruments follow.
    pub(super) fn of_market(seed: u64, origin_step: i64) -> Self {
        Self::new(seed, 10, "", MARKET_JUMPS, origin_step)
    }

    /// The stream that the instruments of a sector follow.
    pub(super) fn of_sector(seed: u64, name: &str, origin_step: i64) -> Self {
        Self::new(seed, 20, name, SECTOR_JUMPS, origin_step)
    }

    fn of_instrument(seed: u64, character: &Character, origin_step: i64) -> Self {
        let (symbol, temper) = (character.symbol, &character.temper);
        let jumps = (temper.jumps_per_year, temper.jump_bps);
        Self {
            reports: reports_of(seed, character, origin_step),
            ..Self::new(seed, 30, symbol, jumps, origin_step)
        }
    }

    /// The value at a step.
    pub(super) fn at(&self, step: i64) -> Factor {
        Factor {
            path: self.path.at(step),
            jumps: self.sum(step),
        }
    }

    /// All jumps from the origin up to and including a step.
    fn sum(&self, step: i64) -> i64 {
        let reports = self.reports.as_ref();
        self.jumps.sum(step) + reports.map_or(0, |reports| reports.sum(step))
    }

    /// All jumps after one step, up to and including another, in any order.
    fn between(&self, after: i64, until: i64) -> Vec<Jump> {
        let mut jumps = self.jumps.between(after, until);
        let reports = self.reports.as_ref();
        jumps.extend(reports.map_or_else(Vec::new, |reports| reports.between(after, until)));
        jumps
    }

    /// The values at every slot of a day, given the steps of the slots.
    pub(super) fn samples(&self, day: i64, steps: &[i64]) -> Vec<Factor> {
        let first = steps.first().copied().map_or(0, held);
        let last = steps.last().copied().map_or(first, held);
        let today = self.between(first, last);
        let before = self.sum(first);
        let factor = |(path, step): (i64, &i64)| {
            let struck = today.iter().filter(|jump| jump.step <= *step);
            Factor {
                path,
                jumps: before + struck.map(|jump| jump.size).sum::<i64>(),
            }
        };
        let paths = self.path.samples(day).into_iter();
        paths.zip(steps).map(factor).collect()
    }
}

/// An instrument whose price moves on its own: its temper in fixed point.
///
/// The logarithm of price over start price is (one market factor, one sector factor: Sharpe's
/// index model, 1963; geometric Brownian motion with Merton's jumps)
///
/// `(drift - variance / 2) t + m M(t) + s S(t) + o B(t) + market and sector jumps + own jumps`,
///
/// plus that of the exchange rate, for an instrument that trades in another currency (it comes with the
/// instrument's own factor).
///
/// Half the variance of all parts together is subtracted, so that `drift` is the growth of the
/// expected price.
#[derive(Debug, Clone)]
pub(super) struct Mover {
    start_units: i64,
    origin_step: i64,
    /// Per second, Q48.
    drift: i64,
    /// Deviations per square root of a day, Q20; at most 2^17.
    market: i64,
    sector: i64,
    own: i64,
    /// Shares of the jumps of market and sector, Q10.
    pub market_jumps: i64,
    pub sector_jumps: i64,
    pub stream: Stream,
}

impl Mover {
    /// An instrument that costs `start_units` at the origin.
    pub(super) fn new(
        seed: u64,
        character: &Character,
        origin_step: i64,
        start_units: i64,
    ) -> Self {
        let temper = &character.temper;
        let percent = |share: u32| i64::from(share).min(PERCENT_MAX);
        let (market, sector) = (
            percent(temper.market_percent),
            percent(temper.sector_percent),
        );
        // At most 500 % of 1,600: 8,000 basis points a year, a Q20 below 2^16 a day.
        let market_bps = MARKET_BPS * market / 100;
        let sector_bps = SECTOR_BPS * sector / 100;
        let own_bps = i64::from(temper.volatility_bps).min(VOLATILITY_BPS_MAX);
        let daily = |bps: i64| (bps << 20) / YEAR_ROOT;
        Self {
            start_units,
            origin_step,
            drift: drift_q48(
                character,
                [market_bps, sector_bps, own_bps],
                [market, sector],
            ),
            market: daily(market_bps),
            sector: daily(sector_bps),
            own: daily(own_bps),
            market_jumps: (market << 10) / 100,
            sector_jumps: (sector << 10) / 100,
            stream: Stream::of_instrument(seed, character, origin_step),
        }
    }

    /// The price in units, given the values of everything it follows.
    #[inline]
    pub(super) fn price_units(
        &self,
        step: i64,
        market: Factor,
        sector: Factor,
        own: Factor,
    ) -> i64 {
        // Paths are below 2^45 and deviations below 2^17: each product below 2^62.
        let moved = ((self.market * market.path) >> 20)
            + ((self.sector * sector.path) >> 20)
            + ((self.own * own.path) >> 20);
        // Jumps add up to less than 2^45, and shares to less than 2^13.
        let jumped = ((self.market_jumps * market.jumps) >> 10)
            + ((self.sector_jumps * sector.jumps) >> 10)
            + own.jumps;
        // Steps are below 2^33 and the drift below 2^28.
        let drifted = (self.drift * (step - self.origin_step)) >> 16;
        quoted(times_e_to(
            self.start_units,
            softened(drifted + moved + jumped),
        ))
    }
}

/// The start price in price units, in dollars.
pub(super) fn start_units(character: &Character) -> i64 {
    (i64::from(character.start_cents) * 100).clamp(100, START_UNITS_MAX)
}

/// Growth of the logarithm per second as Q48.
fn drift_q48(character: &Character, deviations_bps: [i64; 3], jump_percent: [i64; 2]) -> i64 {
    let temper = &character.temper;
    // At most 20,000 basis points, so the square is below 2^29.
    let square_q32 = |bps: i64| ((bps * bps) << 32) / 100_000_000;
    let continuous: i64 = deviations_bps.into_iter().map(square_q32).sum();
    let shared = |(number, mean): (u32, u32), percent: i64| {
        yearly_variance_q32(number, mean) * percent / 100 * percent / 100
    };
    let reports = report_bps(character).map_or(0, yearly_report_variance_q32);
    let jumps = yearly_variance_q32(temper.jumps_per_year, temper.jump_bps)
        + reports
        + shared(MARKET_JUMPS, jump_percent[0])
        + shared(SECTOR_JUMPS, jump_percent[1]);
    let drift = i64::from(temper.drift_bps).clamp(-DRIFT_BPS_MAX, DRIFT_BPS_MAX) * BASIS_POINT_Q32;
    // A year's drift less half its variance is within -11..=1: as Q48 below 2^52.
    ((drift - (continuous + jumps) / 2) << 16) / SECONDS_PER_YEAR
}
