//! Evaluation: which achievements a change of counters unlocks.

use super::achievement::AchievementDefinition;
use super::catalogue::Achievements;
use super::counter::Counter;
use super::counters::Counters;
use crate::{LevelRules, Progress, Xp};

/// The most rounds in which unlocks raise the level, which unlocks more.
const ROUNDS_MAX: usize = 16;

/// An achievement that a player has just earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlock<'a> {
    /// Which one.
    pub definition: &'a AchievementDefinition,
    /// How often the player already had it: above zero only for a repeatable one.
    pub times_before: u32,
    /// How often it was just earned: above one only when a counter passed several steps at once.
    pub times: u32,
    /// XP for it.
    pub xp: Xp,
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation<'a> {
    /// New unlocks, in causal order.
    pub unlocks: Vec<Unlock<'a>>,
    /// The counters, with the level and the number of achievements.
    pub counters: Counters,
    /// The player's XP with all rewards.
    pub xp: Xp,
}

/// Which achievements a change of counters unlocks, each exactly once.
///
/// `after` are the counters and `xp` is the player's XP after what happened; `times_unlocked` says how often
/// the player has an achievement already. Rewards may raise the level, which may unlock more; both are
/// counted here. Only definitions for which a counter passes a value are checked. A new definition whose
/// criterion is already met is granted by [`evaluate_all`].
#[must_use]
pub fn evaluate<'a>(
    achievements: &'a Achievements,
    levels: LevelRules,
    before: &Counters,
    after: Counters,
    xp: Xp,
    times_unlocked: impl Fn(&AchievementDefinition) -> u32,
) -> Evaluation<'a> {
    let mut evaluation = Evaluation {
        unlocks: Vec::new(),
        counters: after,
        xp,
    };
    let mut known = before.clone();
    let mut places = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let level = Progress::by(levels, evaluation.xp).level;
        evaluation.counters.raise(Counter::Level, level);
        places.clear();
        for (counter, was, is) in known.changes(&evaluation.counters) {
            achievements.touched(counter, was, is, &mut places);
        }
        places.sort_unstable();
        places.dedup();
        known = evaluation.counters.clone();
        if !evaluation.grant(achievements, &places, &times_unlocked) {
            break;
        }
    }
    evaluation
}

/// Which achievements a player has earned but does not have yet: for new definitions, and for
/// recomputed counters. Checks every definition.
#[must_use]
pub fn evaluate_all<'a>(
    achievements: &'a Achievements,
    levels: LevelRules,
    counters: Counters,
    xp: Xp,
    times_unlocked: impl Fn(&AchievementDefinition) -> u32,
) -> Evaluation<'a> {
    let places: Vec<usize> = (0..achievements.all().len()).collect();
    let mut evaluation = Evaluation {
        unlocks: Vec::new(),
        counters,
        xp,
    };
    for _ in 0..ROUNDS_MAX {
        let level = Progress::by(levels, evaluation.xp).level;
        evaluation.counters.raise(Counter::Level, level);
        if !evaluation.grant(achievements, &places, &times_unlocked) {
            break;
        }
    }
    evaluation
}

impl<'a> Evaluation<'a> {
    /// Grants what is earned among some definitions; returns whether anything was.
    fn grant(
        &mut self,
        achievements: &'a Achievements,
        places: &[usize],
        times_unlocked: &impl Fn(&AchievementDefinition) -> u32,
    ) -> bool {
        let granted_before = self.unlocks.len();
        let candidates = places
            .iter()
            .filter_map(|place| achievements.all().get(*place));
        for definition in candidates {
            let earned = definition.times_earned(&self.counters);
            if earned == 0 {
                continue;
            }
            let times_before =
                times_unlocked(definition).saturating_add(self.times_now(definition));
            let times = earned.saturating_sub(times_before);
            if times == 0 {
                continue;
            }
            let xp = definition.xp_reward.saturating_mul(i64::from(times));
            self.xp = self.xp.saturating_add(xp);
            self.unlocks.push(Unlock {
                definition,
                times_before,
                times,
                xp,
            });
        }
        let new = self.unlocks.get(granted_before..).unwrap_or_default();
        let first_times = new.iter().filter(|unlock| unlock.times_before == 0).count();
        let unlocked = self.counters.get(Counter::AchievementsUnlocked);
        let unlocked = u32::try_from(unlocked).unwrap_or(0);
        let more = u32::try_from(first_times).unwrap_or(0);
        self.counters
            .raise(Counter::AchievementsUnlocked, unlocked.saturating_add(more));
        self.unlocks.len() > granted_before
    }

    fn times_now(&self, definition: &AchievementDefinition) -> u32 {
        let same = self
            .unlocks
            .iter()
            .filter(|u| u.definition.id == definition.id);
        same.fold(0, |times: u32, unlock| times.saturating_add(unlock.times))
    }
}
