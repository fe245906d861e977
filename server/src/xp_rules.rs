//! The XP rules in force at an instant: those of all games, and those of games with rules of their own.

use std::collections::HashMap;

use domain::{GameId, LevelRules, Timestamp, XpRules};

use crate::store::XpRulesRecord;

/// Rules and their version, which is the instant from which they count, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionedRules {
    /// What actions earn.
    pub rules: XpRules,
    /// Names these rules among all that there ever were.
    pub version: i64,
}

impl From<&XpRulesRecord> for VersionedRules {
    fn from(record: &XpRulesRecord) -> Self {
        Self {
            rules: record.rules.clone(),
            version: record.effective_from.micros(),
        }
    }
}

/// All rules that count at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesInForce {
    all: VersionedRules,
    own: HashMap<GameId, VersionedRules>,
}

impl RulesInForce {
    /// Those of `records`, oldest first, that count at an instant. Before the first ones, the
    /// defaults do.
    #[must_use]
    pub fn at(records: &[XpRulesRecord], now: Timestamp) -> Self {
        let mut in_force = Self::default();
        let counting = records.iter().filter(|record| record.effective_from <= now);
        for record in counting {
            match record.game {
                None => in_force.all = record.into(),
                Some(game) => _ = in_force.own.insert(game, record.into()),
            }
        }
        in_force
    }

    /// The rules of a game.
    #[must_use]
    pub fn of(&self, game: GameId) -> &VersionedRules {
        self.own.get(&game).unwrap_or(&self.all)
    }

    /// The rules of games that have none of their own.
    #[must_use]
    pub fn of_all(&self) -> &VersionedRules {
        &self.all
    }

    /// What levels take. XP is of all games together, so no game's own rules say it.
    #[must_use]
    pub fn levels(&self) -> LevelRules {
        self.all.rules.levels
    }
}
