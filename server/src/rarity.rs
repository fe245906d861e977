//! How many players have each achievement, as a job last measured it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::store::{Store, StoreResult};

/// The variable that holds it.
pub const VARIABLE: &str = "achievement_rarities";

/// Players by achievement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rarities {
    /// Players with one achievement or more.
    players: u64,
    by_achievement: BTreeMap<String, u64>,
}

impl Rarities {
    /// As last measured; nothing before that.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn measured(store: &dyn Store) -> StoreResult<Self> {
        let text = store.find_variable(VARIABLE).await?;
        let measured = text.and_then(|text| serde_json::from_str(&text).ok());
        Ok(measured.unwrap_or_default())
    }

    /// Counts a player with these achievements.
    pub fn add(&mut self, achievements: BTreeSet<String>) {
        self.players += 1;
        for achievement in achievements {
            *self.by_achievement.entry(achievement).or_default() += 1;
        }
    }

    /// The share of players who have an achievement among those who have any, in hundredths of a
    /// percent; none before it was measured.
    #[must_use]
    pub fn share_bps(&self, achievement: &str) -> Option<u32> {
        let having = self.by_achievement.get(achievement).copied().unwrap_or(0);
        let share = having.saturating_mul(10_000).checked_div(self.players)?;
        u32::try_from(share).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_players_with_any_achievement() {
        let mut rarities = Rarities::default();
        assert_eq!(rarities.share_bps("first-buy"), None);
        for achievements in [
            vec!["first-buy", "first-sale"],
            vec!["first-buy"],
            vec!["owl"],
        ] {
            rarities.add(achievements.into_iter().map(str::to_owned).collect());
        }
        let shares = ["first-buy", "owl", "unknown"].map(|id| rarities.share_bps(id));
        assert_eq!(shares, [Some(6_666), Some(3_333), Some(0)]);
    }
}
