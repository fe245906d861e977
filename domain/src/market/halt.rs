//! Halts: after big news about an instrument, nobody can trade it until everybody could read the news.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "steps are below 2^33 and sizes below 2^36"
)]

use super::calendar::held;
use super::fixed::BASIS_POINT_Q32;
use super::jump::Jump;
use super::simulation::{Simulation, Source};

/// How long a halt lasts: an hour, as after news on most exchanges.
const HALT_STEPS: i64 = 3_600;
/// News that moves the logarithm of the price by so much halts its trading: up by 12.7 %, or down by 11.3 %.
const HALT_BPS: i64 = 1_200;

impl Simulation {
    /// The first step at which an instrument is traded again, if its trading is halted at a step.
    ///
    /// Its price keeps moving meanwhile: it is what the first trade after the halt would pay.
    #[must_use]
    pub fn halted_until(&self, instrument: usize, step: i64) -> Option<i64> {
        let Source::Mover { mover, .. } = self.sources.get(instrument)? else {
            return None;
        };
        let step = held(step);
        let news = mover.stream.jumps.between(step - HALT_STEPS, step);
        let great = |jump: &&Jump| jump.size.abs() >= HALT_BPS * BASIS_POINT_Q32;
        let latest = news.iter().filter(great).map(|jump| jump.step).max()?;
        Some(latest + HALT_STEPS)
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::{DEFAULT_ORIGIN, DEFAULT_SEED, STEPS_PER_DAY};
    use super::super::catalogue::catalogue;
    use super::*;

    #[test]
    fn big_news_halts_an_instrument_for_an_hour() {
        let market = Simulation::new(DEFAULT_SEED, catalogue());
        let origin = i64::from(DEFAULT_ORIGIN) * STEPS_PER_DAY;
        let mut halts = 0;
        for instrument in 0..catalogue().len() {
            let Source::Mover { mover, .. } = &market.sources[instrument] else {
                assert_eq!(market.halted_until(instrument, origin), None);
                continue;
            };
            for jump in mover
                .stream
                .jumps
                .between(origin, origin + 365 * STEPS_PER_DAY)
            {
                let is_great = jump.size.abs() >= HALT_BPS * BASIS_POINT_Q32;
                let end = is_great.then_some(jump.step + HALT_STEPS);
                let until = |step| market.halted_until(instrument, step);
                assert_eq!(until(jump.step), end);
                assert_eq!(until(jump.step + HALT_STEPS - 1), end);
                assert_eq!(until(jump.step + HALT_STEPS), None);
                assert_eq!(until(jump.step - 1), None);
                halts += i32::from(is_great);
            }
        }
        assert!((20..400).contains(&halts), "{halts} halts in a year");
    }
}
