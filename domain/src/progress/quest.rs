//! Quests: one small good habit a day.

use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::achievement::AchievementId;
use super::counters::Counters;
use super::criterion::Criterion;
use crate::{Day, PlayerId, Xp};

/// A quest of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quest {
    /// Its stable name, written like that of an achievement.
    pub id: AchievementId,
    /// What to do, in a few words.
    pub name: String,
    /// Why it is a good habit, in a sentence.
    pub description: String,
    /// XP for it.
    pub xp_reward: Xp,
    /// Its criterion, over the counters of the day alone.
    pub criterion: Criterion,
    /// What a player needs before the quest makes sense, over the player's counters; none: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Criterion>,
}

/// The catalogue of quests.
#[derive(Debug, Clone, Default)]
pub struct Quests(Vec<Quest>);

/// Why quests cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestError {
    /// The text is not a JSON array of quests.
    Malformed(String),
    /// A quest has an empty text, a duplicate id, or a reward that is not above zero.
    Field(AchievementId),
    /// Fewer than three quests need nothing, so consecutive days could not differ.
    TooFew,
}

impl fmt::Display for QuestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "the quests cannot be read: {why}"),
            Self::Field(id) => write!(f, "the quest {id} is incomplete, or there twice"),
            Self::TooFew => f.write_str("there are fewer than three quests for everyone"),
        }
    }
}

impl std::error::Error for QuestError {}

impl Quests {
    /// The game's own quests, from `domain/data/quests.json`, read once.
    #[must_use]
    pub fn standard() -> &'static Self {
        static STANDARD: OnceLock<Quests> = OnceLock::new();
        STANDARD.get_or_init(|| {
            // A test reads the file, so it is never the empty default.
            Self::read(include_str!("../../data/quests.json")).unwrap_or_default()
        })
    }

    /// Reads a JSON array of quests.
    ///
    /// # Errors
    /// What is wrong with the text, or with the first quest that cannot be used.
    pub fn read(text: &str) -> Result<Self, QuestError> {
        let quests: Vec<Quest> =
            serde_json::from_str(text).map_err(|error| QuestError::Malformed(error.to_string()))?;
        for quest in &quests {
            let same = quests.iter().filter(|other| other.id == quest.id).count();
            let has_texts = !quest.name.trim().is_empty() && !quest.description.trim().is_empty();
            if same != 1 || !has_texts || quest.xp_reward <= 0 {
                return Err(QuestError::Field(quest.id.clone()));
            }
        }
        if quests.iter().filter(|quest| quest.needs.is_none()).count() < 3 {
            return Err(QuestError::TooFew);
        }
        Ok(Self(quests))
    }

    /// All quests.
    #[must_use]
    pub fn all(&self) -> &[Quest] {
        &self.0
    }

    /// The quest with this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Quest> {
        self.0.iter().find(|quest| quest.id.as_str() == id)
    }

    /// The quest of a player on a local day: the first in the day's order that makes sense for the
    /// player. `counters` are those at the day's first visit; [`super::QuestDay`] keeps the choice,
    /// so that it does not change during the day. None only when there are no quests.
    ///
    /// The order depends only on player and day. Each quest that the player's counters always allow comes up
    /// once before any of them repeats, and never on two days in a row.
    #[must_use]
    pub fn choose(&self, player: PlayerId, day: Day, counters: &Counters) -> Option<&Quest> {
        let fits = |quest: &&Quest| {
            let needs = quest.needs.as_ref();
            needs.is_none_or(|needs| needs.is_met(counters))
        };
        let fitting: Vec<&Quest> = self.0.iter().filter(fits).collect();
        let count = i64::try_from(fitting.len()).unwrap_or(i64::MAX);
        let number = i64::from(day.number());
        let round = number.checked_div_euclid(count)?;
        let turn = usize::try_from(number.checked_rem_euclid(count)?).ok()?;
        let mut order = shuffled(player, round, &fitting);
        let before = shuffled(player, round.saturating_sub(1), &fitting);
        if order.len() > 2 && order.first() == before.last() {
            order.swap(0, 1);
        }
        order.get(turn).copied()
    }
}

/// Quests in an order given by player and round: sorted by the hash of all three.
fn shuffled<'a>(player: PlayerId, round: i64, quests: &[&'a Quest]) -> Vec<&'a Quest> {
    let lot = |quest: &&Quest| {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest quest 1\0");
        hasher.update(player.0.to_be_bytes());
        hasher.update(round.to_be_bytes());
        hasher.update(quest.id.as_str());
        <[u8; 32]>::from(hasher.finalize())
    };
    let mut order = quests.to_vec();
    order.sort_by_cached_key(lot);
    order
}
