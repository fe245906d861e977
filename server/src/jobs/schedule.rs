//! Schedules: when a kind's job is enqueued automatically.
//!
//! Every server checks whether an instant of a schedule has come and advances the schedule's row in the
//! database to it; the first one to do so enqueues the job. One job makes up for all instants that passed
//! while no server was running. While an earlier job of the schedule is waiting or running, no other one
//! is enqueued.

use std::collections::HashMap;

use domain::Timestamp;

use super::Registry;
use crate::clock::Clock;
use crate::store::JobStore;

const DAY_S: i64 = 86_400;

/// Evenly spaced instants, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    period_s: i64,
    offset_s: i64,
}

impl Schedule {
    /// At multiples of this many seconds since 1970.
    #[must_use]
    pub fn every_s(period_s: u32) -> Self {
        Self {
            period_s: i64::from(period_s.max(1)),
            offset_s: 0,
        }
    }

    /// Every day, this many minutes after midnight UTC.
    #[must_use]
    pub fn daily(minute: u16) -> Self {
        Self {
            period_s: DAY_S,
            offset_s: i64::from(minute) * 60,
        }
    }

    /// Every Monday, this many minutes after midnight UTC.
    #[must_use]
    pub fn weekly(minute: u16) -> Self {
        Self {
            period_s: 7 * DAY_S,
            // The first Monday after the epoch was its fifth day.
            offset_s: 4 * DAY_S + i64::from(minute) * 60,
        }
    }

    /// Its latest instant not after now.
    #[must_use]
    pub fn latest(self, now: Timestamp) -> Timestamp {
        let since = now.seconds().saturating_sub(self.offset_s);
        let periods = since.div_euclid(self.period_s);
        Timestamp::from_seconds(periods.saturating_mul(self.period_s)).plus_seconds(self.offset_s)
    }
}

/// This server's cache of the schedules: the instants that need no further query.
#[derive(Debug, Default)]
pub(super) struct Schedules {
    enqueued: HashMap<&'static str, Timestamp>,
}

impl Schedules {
    /// Enqueues what is due by now.
    pub(super) async fn enqueue_due(
        &mut self,
        store: &dyn JobStore,
        registry: &Registry,
        clock: &dyn Clock,
    ) {
        let now = clock.now();
        for (kind, schedule) in registry.schedules() {
            let due_at = schedule.latest(now);
            if self.enqueued.get(kind).is_some_and(|last| *last >= due_at) {
                continue;
            }
            let Some(new) = registry.scheduled_job(kind, now, clock) else {
                continue;
            };
            match store.enqueue_scheduled(kind, due_at, &new).await {
                Ok(_) => {
                    self.enqueued.insert(kind, due_at);
                }
                Err(error) => tracing::warn!(%error, kind, "a scheduled job could not be enqueued"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_instant_is_on_the_grid_and_not_in_the_future() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let night = Schedule::daily(3 * 60 + 30);
        for (schedule, now, latest) in [
            (night, "2026-11-21T03:29:59Z", "2026-11-20T03:30:00Z"),
            (night, "2026-11-21T03:30:00Z", "2026-11-21T03:30:00Z"),
            (night, "2026-11-21T23:59:59Z", "2026-11-21T03:30:00Z"),
            (
                Schedule::weekly(6 * 60),
                "2026-11-30T05:59:59Z",
                "2026-11-23T06:00:00Z",
            ),
            (
                Schedule::every_s(60),
                "2026-11-21T12:00:59.999Z",
                "2026-11-21T12:00:00Z",
            ),
        ] {
            assert_eq!(schedule.latest(at(now)), at(latest), "{now}");
        }
    }
}
