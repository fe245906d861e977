//! The server's only clock, an argument everywhere else, so that tests can set it; and the lots that
//! it draws where two servers must not do the same at the same time.

use std::fmt::Debug;

use domain::Timestamp;

mod machine;
mod start;
mod steady;
mod watch;

pub use start::{LatestTime, Refusal, record_latest, start};
pub use watch::{ClockWatch, JUMPED, RESTORED};

use steady::{Change, SteadyTime};

/// Tells the time.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The current instant; never earlier than one told before, except by a clock that a test sets.
    fn now(&self) -> Timestamp;

    /// How the machine's wall clock has left this time; none while they agree.
    fn jump(&self) -> Option<ClockJump> {
        None
    }

    /// A number below `end`, by chance; zero when there is none.
    fn draw(&self, end: u64) -> u64 {
        rand::random_range(0..end.max(1))
    }
}

/// The machine's wall clock was set while the server ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockJump {
    /// Seconds by which the wall clock is ahead of the server's time; below zero when it is behind.
    pub ahead_s: i64,
}

/// Time that begins at the machine's wall clock and passes with its monotonic clock: it never goes
/// back and never jumps, whatever is done to the wall clock. Small differences between the two are
/// evened out slowly; [`ClockWatch`] does that and reports large ones.
#[derive(Debug)]
pub struct SystemClock {
    time: SteadyTime,
    /// Seconds that this clock is ahead of the wall clock on purpose.
    ahead_s: i64,
}

impl SystemClock {
    /// Begins at the wall clock.
    #[must_use]
    pub fn start() -> Self {
        Self::start_at(machine::wall(), 0)
    }

    fn start_at(now: Timestamp, ahead_s: i64) -> Self {
        let time = SteadyTime::new(now, machine::elapsed_micros());
        Self { time, ahead_s }
    }

    /// Compares with the wall clock. Called once a second.
    fn compare(&self) -> Option<Change> {
        let wall = machine::wall().plus_seconds(self.ahead_s);
        self.time.compare(wall, machine::elapsed_micros())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.time.at(machine::elapsed_micros())
    }

    fn jump(&self) -> Option<ClockJump> {
        self.time.jump()
    }
}
