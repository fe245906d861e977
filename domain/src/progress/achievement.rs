//! Achievements: their names, criteria and rewards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::counters::Counters;
use super::criterion::{Criterion, Toward};
use crate::{Xp, wire};

/// The stable name of an achievement: 3 to 40 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AchievementId(Box<str>);

impl AchievementId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is not a valid achievement name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a name of 3 to 40 of a-z, 0-9 and '-'")
    }
}

impl std::error::Error for IdError {}

impl FromStr for AchievementId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (3..=40).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(IdError)
        }
    }
}

impl fmt::Display for AchievementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

wire::as_string!(
    AchievementId,
    "the name of an achievement: 3 to 40 of a-z, 0-9 and '-'",
    "^[a-z0-9-]{3,40}$"
);

/// How an achievement is shown and earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AchievementKind {
    /// Earned gradually; its progress is shown.
    Progress,
    /// Earned in one moment; locked or unlocked.
    Feat,
    /// Only its hint is shown until it is unlocked.
    Hidden,
    /// Earned again each time its counter passes another multiple of its value.
    Repeatable,
}

/// The chapter of the stamp book that an achievement belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The steps of a first session.
    FirstSteps,
    /// Orders and fills.
    Trading,
    /// Holding, waiting, and sitting out storms.
    Patience,
    /// Many instruments and sectors.
    Diversification,
    /// Losses cut, cash kept, falls limited.
    Risk,
    /// Reading, reasons, and looking back.
    Learning,
    /// Coming back.
    Streaks,
    /// Boards, seasons and friends.
    Leaderboards,
    /// Games for others.
    Hosting,
    /// Fun.
    Oddities,
}

/// The definition of an achievement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AchievementDefinition {
    /// Its stable name.
    pub id: AchievementId,
    /// Its name for players.
    pub name: String,
    /// Its rule in a sentence.
    pub description: String,
    /// The name of its picture in `web/assets/achievements`, without `.svg`.
    pub icon: String,
    /// Points for the stamp book; they buy nothing.
    pub points: u32,
    /// XP of an unlock.
    pub xp_reward: Xp,
    /// How it is shown and earned.
    pub kind: AchievementKind,
    /// Its chapter.
    pub group: Group,
    /// 1 bronze, 2 silver, 3 gold, for those that come in tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<u8>,
    /// Its criterion.
    pub criterion: Criterion,
    /// The hint that a hidden one shows while it is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl AchievementDefinition {
    /// The counters' progress towards the next unlock.
    #[must_use]
    pub fn progress_of(&self, counters: &Counters) -> Toward {
        match (self.kind, &self.criterion) {
            (AchievementKind::Repeatable, Criterion::AtLeast { counter, value }) => Toward {
                now: counters.get(*counter).checked_rem(*value).unwrap_or(0),
                goal: *value,
            },
            _ => self.criterion.toward(counters),
        }
    }

    /// How often the counters have earned it: 0 or 1, or more for a repeatable one.
    #[must_use]
    pub fn times_earned(&self, counters: &Counters) -> u32 {
        match (self.kind, &self.criterion) {
            (AchievementKind::Repeatable, Criterion::AtLeast { counter, value }) => {
                let steps = counters.get(*counter).checked_div(*value).unwrap_or(0);
                u32::try_from(steps.max(0)).unwrap_or(u32::MAX)
            }
            _ => u32::from(self.criterion.is_met(counters)),
        }
    }
}
