//! Settings of the clock.

use domain::Day;
use serde::{Deserialize, Serialize};

/// What the machine's clock may say when the server starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockConfig {
    /// Days since the game was last played, after which a start needs `accept_day`; 0: any number, and
    /// whatever the clock was set to.
    pub ahead_max_days: u32,
    /// The day (UTC) that somebody has confirmed: on it the server starts whatever the clock says. It
    /// counts on no other day, so it may be left in place.
    pub accept_day: Option<Day>,
    /// Seconds that the game's time is ahead of the machine's clock. No operator can set it: tests run
    /// at the same hour of the day with it, whenever they are started.
    #[serde(skip)]
    pub ahead_s: i64,
}

impl Default for ClockConfig {
    fn default() -> Self {
        Self {
            ahead_max_days: 30,
            accept_day: None,
            ahead_s: 0,
        }
    }
}
