//! A player's recent XP, by day and cause.

use serde::{Deserialize, Serialize};

use crate::{Day, Timestamp, Xp};

/// What earned XP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum XpCause {
    /// Trades.
    Trade,
    /// Coming back.
    Bonus,
    /// Achievements.
    Achievement,
    /// Quests of the day.
    Quest,
    /// Habits of a week, and reasons looked at again.
    Habit,
    /// Nothing: a change that the log records, such as a new time zone.
    Note,
}

/// The XP of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct XpDayView {
    /// The day in the player's time zone.
    pub day: Day,
    /// Whether the player came: the daily bonus was collected.
    pub visited: bool,
    /// By trades.
    pub trades: Xp,
    /// By coming back.
    pub bonus: Xp,
    /// By achievements.
    pub achievements: Xp,
    /// By quests.
    pub quests: Xp,
    /// By habits of a week, and reasons looked at again.
    pub habits: Xp,
}

impl XpDayView {
    /// A day on which nothing has happened.
    #[must_use]
    pub fn empty(day: Day) -> Self {
        Self {
            day,
            visited: false,
            trades: 0,
            bonus: 0,
            achievements: 0,
            quests: 0,
            habits: 0,
        }
    }

    /// Adds XP of a cause.
    pub fn add(&mut self, cause: XpCause, xp: Xp) {
        let sum = match cause {
            XpCause::Trade => &mut self.trades,
            XpCause::Bonus => &mut self.bonus,
            XpCause::Achievement => &mut self.achievements,
            XpCause::Quest => &mut self.quests,
            XpCause::Habit => &mut self.habits,
            XpCause::Note => return,
        };
        *sum = sum.saturating_add(xp);
    }

    /// The total.
    #[must_use]
    pub fn sum(&self) -> Xp {
        let parts = [
            self.trades,
            self.bonus,
            self.achievements,
            self.quests,
            self.habits,
        ];
        parts
            .iter()
            .fold(0, |sum: Xp, part| sum.saturating_add(*part))
    }
}

/// One thing that earned XP, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct XpEventView {
    /// When.
    pub at: Timestamp,
    /// How much.
    pub xp: Xp,
    /// What earned it.
    pub cause: XpCause,
    /// What happened, in a few words.
    pub what: String,
    /// Why it is this much, in a sentence.
    pub why: String,
    /// Since when the rules that say so have applied.
    pub rules_since: Timestamp,
}

/// A player's recent XP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct XpHistoryView {
    /// The time zone of these days.
    pub time_zone: String,
    /// The latest four weeks, oldest first; today last.
    pub days: Vec<XpDayView>,
    /// The latest 30 things that earned XP, newest first.
    pub events: Vec<XpEventView>,
}
