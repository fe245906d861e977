//! Achievements, streak and quest of a player.

use serde::{Deserialize, Serialize};

use crate::progress::{
    AchievementDefinition, AchievementId, AchievementKind, Counters, FirstStep, Group, Quest,
    QuestDay, Streak, Toward,
};
use crate::{Day, Progress, Timestamp, Xp};

/// A player's achievements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AchievementsView {
    /// How many of them are unlocked.
    pub unlocked: u32,
    /// Points of those unlocked.
    pub points: u32,
    /// All of them, by group, in the order in which they are shown.
    pub items: Vec<AchievementView>,
}

/// An achievement as a player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AchievementView {
    /// Its stable name.
    pub id: AchievementId,
    /// Its name; hidden ones reveal it once unlocked.
    pub name: Option<String>,
    /// How to earn it; for a hidden one, a hint until it is unlocked.
    pub description: String,
    /// The name of its picture; hidden ones reveal it once unlocked.
    pub icon: Option<String>,
    /// Its chapter.
    pub group: Group,
    /// 1 bronze, 2 silver, 3 gold, for those that come in tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<u8>,
    /// Its points.
    pub points: u32,
    /// XP of an unlock.
    pub xp: Xp,
    /// How often it was unlocked: 0 while it is locked, above 1 only for a repeatable one.
    pub times: u32,
    /// When it was first unlocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlocked_at: Option<Timestamp>,
    /// The share of players who have it, in hundredths of a percent of those who have any
    /// achievement; none until measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by_bps: Option<u32>,
    /// The player's progress; none when it is unlocked for good, or hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub toward: Option<Toward>,
}

impl AchievementView {
    /// An achievement as a player with these counters sees it. `unlocked_at` is when it was first
    /// unlocked.
    #[must_use]
    pub fn of(
        definition: &AchievementDefinition,
        counters: &Counters,
        unlocked_at: Option<Timestamp>,
    ) -> Self {
        let is_unlocked = unlocked_at.is_some();
        let is_secret = definition.kind == AchievementKind::Hidden && !is_unlocked;
        let is_repeatable = definition.kind == AchievementKind::Repeatable;
        let times = definition.times_earned(counters).max(1);
        let hint = definition.hint.as_ref().filter(|_| is_secret);
        let goes_on = !is_secret && (!is_unlocked || is_repeatable);
        Self {
            id: definition.id.clone(),
            name: (!is_secret).then(|| definition.name.clone()),
            description: hint.unwrap_or(&definition.description).clone(),
            icon: (!is_secret).then(|| definition.icon.clone()),
            group: definition.group,
            tier: definition.tier,
            points: definition.points,
            xp: definition.xp_reward,
            times: match (is_unlocked, is_repeatable) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => times,
            },
            unlocked_at,
            held_by_bps: None,
            toward: goes_on.then(|| definition.progress_of(counters)),
        }
    }
}

/// A player's progress at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgressView {
    /// XP across all games.
    pub xp: Xp,
    /// The level that this XP makes.
    pub level: Progress,
    /// Days in a row.
    pub streak: StreakView,
    /// The quest of the day; none when no quest makes sense.
    pub quest: Option<QuestView>,
    /// Achievements unlocked.
    pub unlocked: u32,
    /// What a new player should try next; none once all first steps are done, or if they were skipped on this
    /// device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<FirstStep>,
}

/// A player's streak today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreakView {
    /// Days in a row; a missed day that a freeze will cover does not end the streak.
    pub days: u32,
    /// The longest so far.
    pub best: u32,
    /// Freezes held: each covers one missed day.
    pub freezes: u32,
    /// Whether today already counts.
    pub today: bool,
    /// Length in days of the last broken streak, if it can be repaired today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repairable: Option<u32>,
}

impl StreakView {
    /// The state of a streak on a given day.
    #[must_use]
    pub fn on(streak: &Streak, day: Day) -> Self {
        Self {
            days: streak.days_on(day),
            best: streak.best,
            freezes: streak.freezes,
            today: streak.last_visit.is_some_and(|last| last >= day),
            repairable: streak
                .lost
                .filter(|_| streak.can_repair(day))
                .map(|lost| lost.days),
        }
    }
}

/// An achievement that a player has unlocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnlockedView {
    /// Its stable name.
    pub achievement: String,
    /// Its name.
    pub name: String,
    /// The name of its picture; none when the achievement is no longer given.
    pub icon: Option<String>,
    /// How often it was unlocked, including this time: above 1 only for a repeatable one.
    pub times: u32,
    /// XP for it.
    pub xp: Xp,
    /// When.
    pub at: Timestamp,
}

/// Chooses a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TimeZoneRequest {
    /// Its name in the IANA database, such as `Europe/Rome`.
    pub time_zone: String,
}

/// The quest of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestView {
    /// Its stable name.
    pub id: AchievementId,
    /// What to do.
    pub name: String,
    /// Why it is a good habit.
    pub description: String,
    /// XP for it.
    pub xp: Xp,
    /// The player's progress.
    pub toward: Toward,
    /// Whether it is done and rewarded.
    pub done: bool,
}

impl QuestView {
    /// A quest and its progress on its day.
    #[must_use]
    pub fn of(quest: &Quest, day: &QuestDay) -> Self {
        Self {
            id: quest.id.clone(),
            name: quest.name.clone(),
            description: quest.description.clone(),
            xp: quest.xp_reward,
            toward: quest.criterion.toward(&day.today),
            done: day.paid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Achievements, Counter};

    fn view(kind: &str, trades: i64, unlocked: bool) -> AchievementView {
        let text = r#"[{"id":"two-trades","name":"Two","description":"Trade twice.","icon":"twelve",
            "points":10,"xp_reward":50,"kind":"KIND","group":"trading","hint":"Trade.",
            "criterion":{"counter":"trades","at_least":2}}]"#;
        let achievements = Achievements::read(&text.replace("KIND", kind)).unwrap();
        let counters = Counters::default().with(Counter::Trades, trades);
        let at = unlocked.then(|| Timestamp::from_seconds(1));
        AchievementView::of(&achievements.all()[0], &counters, at)
    }

    #[test]
    fn a_locked_one_shows_progress_and_an_unlocked_one_its_date() {
        let locked = view("progress", 1, false);
        assert_eq!(locked.toward, Some(Toward { now: 1, goal: 2 }));
        assert_eq!((locked.times, locked.unlocked_at), (0, None));
        let unlocked = view("progress", 5, true);
        assert_eq!((unlocked.times, unlocked.toward), (1, None));
        assert!(unlocked.unlocked_at.is_some());
    }

    #[test]
    fn a_hidden_one_shows_its_hint_only() {
        let hidden = view("hidden", 1, false);
        assert_eq!(
            (hidden.name, hidden.icon, hidden.toward),
            (None, None, None)
        );
        assert_eq!(hidden.description, "Trade.");
        let found = view("hidden", 2, true);
        assert_eq!(found.name.as_deref(), Some("Two"));
        assert_eq!(found.description, "Trade twice.");
    }

    #[test]
    fn a_repeatable_one_goes_on() {
        let again = view("repeatable", 5, true);
        assert_eq!(again.times, 2);
        assert_eq!(again.toward, Some(Toward { now: 1, goal: 2 }));
    }
}
