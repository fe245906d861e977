//! A server's clock: the simulation's time, and so far beside it.

use domain::Timestamp;
use server::clock::Clock;
use tokio::time::Instant;

use crate::Chance;

/// 2026-11-21T12:00:00Z.
pub(crate) fn noon() -> Timestamp {
    Timestamp::from_seconds(1_795_262_400)
}

#[derive(Debug)]
pub(crate) struct SimulatedClock {
    start: Instant,
    /// Seconds that it is ahead or behind.
    ahead_s: i64,
    chance: Chance,
}

impl SimulatedClock {
    pub(crate) fn new(start: Instant, ahead_s: i64, chance: Chance) -> Self {
        Self {
            start,
            ahead_s,
            chance,
        }
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.start.elapsed().as_micros()).unwrap_or(i64::MAX);
        let passed = noon().micros().saturating_add(micros);
        Timestamp::from_micros(passed).plus_seconds(self.ahead_s)
    }

    fn draw(&self, below: u64) -> u64 {
        self.chance.below(below)
    }
}
