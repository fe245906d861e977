//! A player's progress besides XP: what the log of awards adds up to, and the quest of the day.

use serde::{Deserialize, Serialize};

use super::achievement::AchievementId;
use super::counter::Counter;
use super::counters::Counters;
use super::happening::Happening;
use super::ledger::happenings;
use super::quest::Quests;
use super::quest_day::QuestDay;
use super::streak::{Streak, VisitOutcome};
use crate::{AwardCause, Day, Fact, PlayerId, Position, Timestamp, TradingDay, Xp};

/// A player's progress across all games. Counters and streak are derived from the player's awards,
/// so they can be recomputed; the quest of the day is kept for that day only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlayerProgress {
    /// Counters of the player, without the level, which follows from XP.
    pub counters: Counters,
    /// Days in a row.
    pub streak: Streak,
    /// The quest of the latest day on which anything happened.
    pub quest: Option<QuestDay>,
    /// Trades of the latest day (UTC) with any, across all accounts.
    pub traded: TradingDay,
    /// The IANA name of the time zone whose days count; none: UTC.
    pub zone: Option<Box<str>>,
    /// The previous one; none: UTC.
    pub zone_before: Option<Box<str>>,
    /// The day (UTC) on which the zone was chosen.
    pub zone_since: Option<Day>,
}

impl PlayerProgress {
    /// Adds an award.
    pub fn record_award(&mut self, cause: &AwardCause) {
        match cause {
            AwardCause::DailyBonus { day, .. } => {
                let visit = self.streak.visited(*day);
                let freezes_spent = match visit.outcome {
                    VisitOutcome::Known => return,
                    VisitOutcome::Continued { freezes_spent } => freezes_spent,
                    VisitOutcome::Started | VisitOutcome::Broken { .. } => 0,
                };
                let since = self.streak.last_visit.map_or(0, |last| {
                    let days = day.number().saturating_sub(last.number());
                    u32::try_from(days).unwrap_or(0)
                });
                self.streak = visit.streak;
                self.counters.record(Happening::DayVisited {
                    streak: visit.streak.days,
                    freezes_spent,
                    days_since_last: since,
                });
            }
            AwardCause::Unlocked { step: 0, .. } => {
                let unlocked = self
                    .counters
                    .get(Counter::AchievementsUnlocked)
                    .saturating_add(1);
                let unlocked = u32::try_from(unlocked).unwrap_or(u32::MAX);
                self.counters.raise(Counter::AchievementsUnlocked, unlocked);
            }
            AwardCause::Quest { .. } => self.counters.record(Happening::QuestDone),
            AwardCause::StreakRepaired { day } => {
                if let Some(repaired) = self.streak.repaired(*day) {
                    self.streak = repaired;
                    let streak = repaired.days;
                    self.counters.record(Happening::StreakRepaired { streak });
                }
            }
            AwardCause::ZoneChosen { zone, day } => {
                self.zone_since = Some(*day);
                self.zone_before = self.zone.replace(zone.as_str().into());
            }
            AwardCause::Reviewed { .. } => self.counters.record(Happening::ReasonReviewed),
            AwardCause::Did { deed, .. } => self.counters.record(deed.happening()),
            AwardCause::Unlocked { .. }
            | AwardCause::Diversified { .. }
            | AwardCause::Reasoned { .. }
            | AwardCause::Puzzle { .. }
            | AwardCause::Holding { .. } => {}
        }
    }

    /// The player's quest on a day: the one already chosen, or the one that would be chosen now. Its counters
    /// are those of the day.
    #[must_use]
    pub fn quest_on(
        &self,
        quests: &Quests,
        player: PlayerId,
        day: Day,
        counters: &Counters,
    ) -> Option<QuestDay> {
        let begun = self.quest.as_ref().filter(|quest| quest.day == day);
        begun
            .cloned()
            .or_else(|| QuestDay::begin(quests, player, day, counters))
    }

    /// Moves the quest of the day by an entry of one of the player's ledgers. Returns the quest and its
    /// reward at the moment it is done. `day` is the entry's in the player's time zone, `counters` are all of
    /// the player's and `position` is the one in the entry's instrument, both before the entry.
    pub fn record_fact(
        &mut self,
        quests: &Quests,
        player: PlayerId,
        (fact, at, day): (&Fact, Timestamp, Day),
        counters: &Counters,
        position: Option<&Position>,
    ) -> Option<(AchievementId, Xp)> {
        let happenings = happenings(fact, at, position);
        self.move_quest(quests, player, day, counters, happenings)
    }

    /// Moves the quest of the day by an award, just as [`PlayerProgress::record_fact`] does by an
    /// entry.
    pub fn record_deed(
        &mut self,
        quests: &Quests,
        player: PlayerId,
        (cause, day): (&AwardCause, Day),
        counters: &Counters,
    ) -> Option<(AchievementId, Xp)> {
        let happening = match cause {
            AwardCause::Did { deed, .. } => deed.happening(),
            AwardCause::Reviewed { .. } => Happening::ReasonReviewed,
            _ => return None,
        };
        self.move_quest(quests, player, day, counters, [happening])
    }

    fn move_quest(
        &mut self,
        quests: &Quests,
        player: PlayerId,
        day: Day,
        counters: &Counters,
        happenings: impl IntoIterator<Item = Happening>,
    ) -> Option<(AchievementId, Xp)> {
        let mut quest = self.quest_on(quests, player, day, counters)?;
        let mut reward = None;
        for happening in happenings {
            let (after, xp) = quest.after(quests, day, happening);
            quest = after;
            if xp > 0 {
                reward = Some((quest.quest.clone(), xp));
            }
        }
        self.quest = Some(quest);
        reward
    }

    /// The progress as stored in databases, in postcard's encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Numbers and one short name: encoding cannot fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`PlayerProgress::to_bytes`] wrote; none when it is anything else. Empty bytes
    /// mean a new player.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::default());
        }
        let (progress, rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        rest.is_empty().then_some(progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GameId;

    fn bonus(day: i32) -> AwardCause {
        AwardCause::DailyBonus {
            day: Day::from_number(day),
            streak: 1,
        }
    }

    #[test]
    fn awards_add_up_to_streak_and_counters() {
        let mut progress = PlayerProgress::default();
        for day in [100, 101, 101, 103] {
            progress.record_award(&bonus(day));
        }
        for step in [0, 1] {
            progress.record_award(&AwardCause::Unlocked {
                achievement: "first-sale".into(),
                step,
                game: GameId(1),
            });
        }
        progress.record_award(&AwardCause::Quest {
            day: Day::from_number(103),
            quest: "two-pages".into(),
        });
        // 102 was missed, and no freeze had been earned.
        assert_eq!((progress.streak.days, progress.streak.best), (1, 2));
        let counted = [
            Counter::DaysVisited,
            Counter::Streak,
            Counter::AchievementsUnlocked,
            Counter::QuestsDone,
        ];
        let counted = counted.map(|counter| progress.counters.get(counter));
        assert_eq!(counted, [3, 2, 1, 1]);
    }

    #[test]
    fn a_repair_and_a_choice_of_zone_are_recorded() {
        let mut progress = PlayerProgress::default();
        for day in [100, 101, 103] {
            progress.record_award(&bonus(day));
        }
        let day = Day::from_number(103);
        progress.record_award(&AwardCause::StreakRepaired { day });
        progress.record_award(&AwardCause::StreakRepaired { day });
        assert_eq!((progress.streak.days, progress.streak.best), (3, 3));
        assert_eq!(progress.counters.get(Counter::StreaksRepaired), 1);
        for zone in ["Asia/Tokyo", "Europe/Rome"] {
            let zone = zone.to_owned();
            progress.record_award(&AwardCause::ZoneChosen { day, zone });
        }
        let zones = (progress.zone.as_deref(), progress.zone_before.as_deref());
        assert_eq!(zones, (Some("Europe/Rome"), Some("Asia/Tokyo")));
    }

    #[test]
    fn progress_reads_back_as_written() {
        assert_eq!(
            PlayerProgress::from_bytes(&[]),
            Some(PlayerProgress::default())
        );
        let mut progress = PlayerProgress::default();
        progress.record_award(&bonus(20_000));
        let (quests, day) = (Quests::standard(), Day::from_number(20_000));
        progress.quest = QuestDay::begin(quests, PlayerId(1), day, &progress.counters);
        let bytes = progress.to_bytes();
        assert!(bytes.len() < 64, "{}", bytes.len());
        assert_eq!(PlayerProgress::from_bytes(&bytes), Some(progress));
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(PlayerProgress::from_bytes(&longer), None);
    }
}
