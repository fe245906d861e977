//! One player's quest of one day: what was chosen, what has happened, and whether it was paid.

use serde::{Deserialize, Serialize};

use super::achievement::AchievementId;
use super::counters::Counters;
use super::criterion::Toward;
use super::happening::Happening;
use super::quest::Quests;
use crate::{Day, PlayerId, Xp};

/// The quest of one day, kept from the day's first visit on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestDay {
    /// The local day.
    pub day: Day,
    /// The quest chosen.
    pub quest: AchievementId,
    /// What has happened today, counted from zero.
    pub today: Counters,
    /// Whether the reward was paid.
    pub paid: bool,
}

impl QuestDay {
    /// Chooses the quest of a day at its first visit; none only when there are no quests.
    #[must_use]
    pub fn begin(quests: &Quests, player: PlayerId, day: Day, counters: &Counters) -> Option<Self> {
        let quest = quests.choose(player, day, counters)?;
        Some(Self {
            day,
            quest: quest.id.clone(),
            today: Counters::default(),
            paid: false,
        })
    }

    /// The day after something happened on the local day `day`, and the XP that this earned: the
    /// quest's reward at the moment it is done, and zero before and after. A happening on another
    /// day changes nothing.
    #[must_use]
    pub fn after(&self, quests: &Quests, day: Day, happening: Happening) -> (Self, Xp) {
        let mut after = self.clone();
        if day != self.day || self.paid {
            return (after, 0);
        }
        after.today.record(happening);
        let quest = quests.find(self.quest.as_str());
        let done = quest.filter(|quest| quest.criterion.is_met(&after.today));
        after.paid = done.is_some();
        (after, done.map_or(0, |quest| quest.xp_reward))
    }

    /// The progress of the quest; none when it no longer exists.
    #[must_use]
    pub fn toward(&self, quests: &Quests) -> Option<Toward> {
        let quest = quests.find(self.quest.as_str())?;
        Some(quest.criterion.toward(&self.today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Counter;

    const PLAYER: PlayerId = PlayerId(7);

    fn day(number: i32) -> Day {
        Day::from_number(20_000_i32.saturating_add(number))
    }

    #[test]
    fn the_quests_are_well_formed() {
        let quests = Quests::read(include_str!("../../data/quests.json")).unwrap();
        assert!(quests.all().len() >= 12);
        assert_eq!(Quests::standard().all(), quests.all());
    }

    #[test]
    fn a_day_has_one_quest_and_the_next_day_another() {
        let quests = Quests::standard();
        let experienced = Counters::default()
            .with(Counter::Buys, 9)
            .with(Counter::Reasons, 9)
            .with(Counter::InstrumentsHeld, 3);
        for player in 1..40 {
            for counters in [&Counters::default(), &experienced] {
                let of = |number| {
                    let quest = quests.choose(PlayerId(player), day(number), counters);
                    quest.unwrap().id.clone()
                };
                assert_eq!(of(0), of(0));
                for number in 0..60 {
                    assert_ne!(of(number), of(number.saturating_add(1)));
                }
            }
        }
    }

    #[test]
    fn a_beginner_is_asked_for_nothing_that_cannot_be_done_yet() {
        let quests = Quests::standard();
        for number in 0..60 {
            let quest = quests.choose(PLAYER, day(number), &Counters::default());
            assert_eq!(quest.unwrap().needs, None);
        }
    }

    #[test]
    fn a_quest_is_paid_once() {
        let text = r#"[
            {"id":"one","name":"n","description":"d","xp_reward":30,"criterion":{"counter":"what_ifs","at_least":2}},
            {"id":"two","name":"n","description":"d","xp_reward":30,"criterion":{"counter":"what_ifs","at_least":2}},
            {"id":"three","name":"n","description":"d","xp_reward":30,"criterion":{"counter":"what_ifs","at_least":2}}]"#;
        let quests = Quests::read(text).unwrap();
        let mut state = QuestDay::begin(&quests, PLAYER, day(0), &Counters::default()).unwrap();
        let mut paid = Vec::new();
        for happened_on in [0, 1, 0, 0, 0] {
            let (after, xp) = state.after(&quests, day(happened_on), Happening::WhatIfRun);
            state = after;
            paid.push(xp);
        }
        assert_eq!(paid, [0, 0, 30, 0, 0]);
        assert_eq!(state.toward(&quests), Some(Toward { now: 2, goal: 2 }));
    }
}
