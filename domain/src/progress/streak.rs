//! Streaks: consecutive days on which a player visited, in the player's own time zone.

use serde::{Deserialize, Serialize};

use crate::{Day, Timestamp};

/// A player's streak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Streak {
    /// Days visited in a row. A day covered by a freeze keeps the streak but adds nothing.
    pub days: u32,
    /// The longest streak so far.
    pub best: u32,
    /// The latest day visited.
    pub last_visit: Option<Day>,
    /// Freezes held, at most [`Streak::FREEZES_MAX`].
    pub freezes: u32,
    /// The last broken streak, while it can be repaired.
    pub lost: Option<LostStreak>,
    /// The day of the latest repair.
    pub repaired_on: Option<Day>,
}

/// A streak that broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LostStreak {
    /// Its length in days.
    pub days: u32,
    /// The first day that was missed.
    pub missed: Day,
}

/// The effect of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitOutcome {
    /// The day had been visited already, or lies before the latest visit.
    Known,
    /// The first visit ever.
    Started,
    /// The streak grew by a day.
    Continued {
        /// Freezes spent on days missed in between.
        freezes_spent: u32,
    },
    /// Too many days were missed; a new streak begins.
    Broken {
        /// The days of the streak that broke.
        days: u32,
    },
}

/// A streak after a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The streak now.
    pub streak: Streak,
    /// What the visit did.
    pub outcome: VisitOutcome,
    /// A freeze was earned.
    pub earned_freeze: bool,
}

/// The day of an instant for a clock that is `offset_minutes` ahead of UTC; offsets outside the
/// range in use (−12 to +14 hours) are clamped to it.
///
/// ```
/// use domain::{Timestamp, progress::local_day};
/// let evening: Timestamp = "2026-11-21T23:30:00Z".parse()?;
/// assert_eq!(local_day(evening, 60).to_string(), "2026-11-22");
/// assert_eq!(local_day(evening, -300).to_string(), "2026-11-21");
/// # Ok::<(), domain::TimeError>(())
/// ```
#[must_use]
pub fn local_day(at: Timestamp, offset_minutes: i32) -> Day {
    let held = i64::from(offset_minutes.clamp(-12 * 60, 14 * 60));
    at.plus_seconds(held.saturating_mul(60)).day()
}

impl Streak {
    /// The most freezes that a player can hold.
    pub const FREEZES_MAX: u32 = 2;
    /// Days in a row that earn a freeze.
    pub const DAYS_PER_FREEZE: u32 = 7;
    /// Days after the first one missed within which a streak can be repaired.
    pub const REPAIR_WITHIN_DAYS: i32 = 2;
    /// The fewest days between two repairs.
    pub const DAYS_BETWEEN_REPAIRS: i32 = 30;

    /// The streak after a visit on a local day. Freezes are spent when they cover every day missed; otherwise
    /// the streak breaks and they are kept. Changing the time zone never counts a day twice.
    #[must_use]
    pub fn visited(self, day: Day) -> Visit {
        let Some(last) = self.last_visit else {
            return self.counted(day, 1, VisitOutcome::Started);
        };
        if day <= last {
            return Visit {
                streak: self,
                outcome: VisitOutcome::Known,
                earned_freeze: false,
            };
        }
        let missed = days_between(last, day).saturating_sub(1);
        if missed <= self.freezes {
            let rest = Self {
                freezes: self.freezes.saturating_sub(missed),
                ..self
            };
            let freezes_spent = missed;
            let days = self.days.saturating_add(1);
            return rest.counted(day, days, VisitOutcome::Continued { freezes_spent });
        }
        let days = self.days;
        let broken = Self {
            lost: Some(LostStreak {
                days,
                missed: last.plus_days(1),
            }),
            ..self
        };
        broken.counted(day, 1, VisitOutcome::Broken { days })
    }

    /// Whether the last broken streak can be repaired on a local day: until two days after the
    /// first missed day, and once in 30 days.
    #[must_use]
    pub fn can_repair(&self, day: Day) -> bool {
        let in_time = self
            .lost
            .is_some_and(|lost| day <= lost.missed.plus_days(Self::REPAIR_WITHIN_DAYS));
        let rested = self
            .repaired_on
            .is_none_or(|at| day >= at.plus_days(Self::DAYS_BETWEEN_REPAIRS));
        let came_back = self.last_visit.is_some_and(|last| day >= last);
        in_time && rested && came_back
    }

    /// The streak with the broken one restored in front of it; none when it is too late, or too
    /// soon after the previous repair. The caller decides what a repair requires of the player.
    #[must_use]
    pub fn repaired(self, day: Day) -> Option<Self> {
        let lost = self.lost.filter(|_| self.can_repair(day))?;
        let days = self.days.saturating_add(lost.days);
        Some(Self {
            days,
            best: self.best.max(days),
            lost: None,
            repaired_on: Some(day),
            ..self
        })
    }

    /// The streak on a local day without a visit: zero when more days were missed than the
    /// remaining freezes cover.
    #[must_use]
    pub fn days_on(&self, day: Day) -> u32 {
        let missed = self
            .last_visit
            .map_or(0, |last| days_between(last, day).saturating_sub(1));
        if missed <= self.freezes { self.days } else { 0 }
    }

    fn counted(self, day: Day, days: u32, outcome: VisitOutcome) -> Visit {
        let is_due = days.checked_rem(Self::DAYS_PER_FREEZE) == Some(0);
        let earned_freeze = is_due && self.freezes < Self::FREEZES_MAX;
        let streak = Self {
            days,
            best: self.best.max(days),
            last_visit: Some(day),
            freezes: self.freezes.saturating_add(u32::from(earned_freeze)),
            ..self
        };
        Visit {
            streak,
            outcome,
            earned_freeze,
        }
    }
}

/// Days from one day to a later one; zero when it is not later.
fn days_between(earlier: Day, later: Day) -> u32 {
    let days = later.number().saturating_sub(earlier.number());
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i32) -> Day {
        Day::from_number(20_000_i32.saturating_add(number))
    }

    fn after(days: impl IntoIterator<Item = i32>) -> Streak {
        days.into_iter().fold(Streak::default(), |streak, number| {
            streak.visited(day(number)).streak
        })
    }

    #[test]
    fn every_day_adds_one_and_every_seventh_a_freeze() {
        let check = |visits: i32, freezes| {
            let streak = after(0..visits);
            assert_eq!(i64::from(streak.days), i64::from(visits));
            assert_eq!(streak.freezes, freezes, "after {visits} days");
        };
        check(6, 0);
        check(7, 1);
        check(14, 2);
        check(70, 2);
    }

    #[test]
    fn freezes_cover_days_missed_and_are_spent() {
        let visit = after(0..14).visited(day(16));
        let freezes_spent = 2;
        assert_eq!(visit.outcome, VisitOutcome::Continued { freezes_spent });
        assert_eq!((visit.streak.days, visit.streak.freezes), (15, 0));
    }

    #[test]
    fn too_many_days_missed_break_a_streak_and_keep_the_freezes() {
        let visit = after(0..7).visited(day(9));
        assert_eq!(visit.outcome, VisitOutcome::Broken { days: 7 });
        assert_eq!((visit.streak.days, visit.streak.best), (1, 7));
        assert_eq!(visit.streak.freezes, 1);
    }

    #[test]
    fn a_broken_streak_is_repaired_within_two_days_and_once_a_month() {
        // Days 0 to 3 visited, 4 missed, back on 5.
        let broken = after([0, 1, 2, 3, 5]);
        assert_eq!(broken.days, 1);
        let repaired = broken.repaired(day(6)).unwrap();
        assert_eq!((repaired.days, repaired.best), (5, 5));
        assert_eq!(broken.repaired(day(7)), None);
        assert_eq!(repaired.repaired(day(6)), None);

        let again = repaired.visited(day(6)).streak.visited(day(8)).streak;
        assert_eq!(again.repaired(day(8)), None, "too soon after the repair");
    }

    #[test]
    fn a_streak_is_gone_when_its_freezes_no_longer_reach() {
        let streak = after(0..7);
        let days = [6, 7, 8, 9].map(|number| streak.days_on(day(number)));
        assert_eq!(days, [7, 7, 7, 0]);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test may stop at what cannot happen"
)]
mod properties {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_streak_never_exceeds_the_days_visited(visits in prop::collection::vec(0_i32..120, 0..80)) {
            let mut streak = Streak::default();
            let mut days = BTreeSet::new();
            for number in visits {
                let visit = streak.visited(Day::from_number(number));
                if visit.outcome != VisitOutcome::Known {
                    days.insert(number);
                }
                prop_assert!(visit.streak.best >= streak.best);
                streak = visit.streak;
                prop_assert_eq!(streak.visited(Day::from_number(number)).streak, streak);
                prop_assert!(streak.days as usize <= days.len());
                prop_assert!(streak.days <= streak.best && streak.freezes <= Streak::FREEZES_MAX);
            }
        }

        #[test]
        fn travelling_gains_at_most_two_days(
            hops in prop::collection::vec((0_i64..30, -2_000_i32..2_000), 1..60)
        ) {
            let mut streak = Streak::default();
            let mut hours = 0;
            for (more, offset) in hops {
                hours += more;
                let at = Timestamp::from_seconds(hours * 3_600);
                streak = streak.visited(local_day(at, offset)).streak;
                prop_assert!(i64::from(streak.best) <= hours / 24 + 3);
            }
        }

        #[test]
        fn a_repair_restores_what_was_lost(start in 1_i32..200, missed in 1_i32..6) {
            let daily = (0..start).fold(Streak::default(), |streak, number| {
                streak.visited(Day::from_number(number)).streak
            });
            let back = Day::from_number(start + missed);
            let visit = daily.visited(back);
            let broke = matches!(visit.outcome, VisitOutcome::Broken { .. });
            prop_assert_eq!(broke, missed as u32 > daily.freezes);
            match visit.streak.repaired(back) {
                Some(repaired) => prop_assert_eq!(repaired.days, daily.days + 1),
                None => prop_assert!(!broke || missed > 2),
            }
        }
    }
}
