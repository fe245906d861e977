//! Looks once a second whether somebody has set the machine's wall clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::{Change, Clock, SystemClock};

/// The event of a wall clock that was set, in the log and in `/health/ready`.
pub const JUMPED: &str = "clock_jumped";
/// The event of a wall clock that was set right again.
pub const RESTORED: &str = "clock_restored";

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Keeps a clock near the wall clock until it is dropped.
#[derive(Debug)]
pub struct ClockWatch(JoinHandle<()>);

impl ClockWatch {
    /// Watches a clock.
    #[must_use]
    pub fn start(clock: Arc<SystemClock>) -> Self {
        Self(tokio::spawn(async move {
            let mut looks = tokio::time::interval(LOOK_EVERY);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                looks.tick().await;
                if let Some(change) = clock.compare() {
                    tell(change, &clock);
                }
            }
        }))
    }
}

impl Drop for ClockWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn tell(change: Change, clock: &SystemClock) {
    let now = clock.now();
    match change {
        Change::Jumped(jump) => tracing::error!(
            event = JUMPED,
            ahead_s = jump.ahead_s,
            server_time = %now,
            "somebody set this machine's clock. The game does not follow: its time passes as before. \
             Set the clock right, or restart the server, which then checks the clock"
        ),
        Change::Restored => tracing::warn!(
            event = RESTORED,
            server_time = %now,
            "this machine's clock agrees with the game's time again"
        ),
    }
}
