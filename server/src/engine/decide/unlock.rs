//! Achievements and the quest of the day: what a change of an account earns besides its XP.

use domain::api::{OrderView, QuestDone, UnlockView};
use domain::progress::{AchievementId, Counter, Counters, Unlock, evaluate};
use domain::{AccountId, Award, AwardCause, Day, LedgerEntry, PlayerId, Progress, Xp};

use super::Desk;
use crate::store::{Event, OnceKey};
use crate::zones;

impl Desk<'_> {
    /// The combined counters of an account and its player, with the player's level.
    pub(super) fn counters(&self, id: AccountId) -> Counters {
        let account = self.accounts.get(&id);
        let Some((open, player)) = account.zip(self.players.get(&id.player)) else {
            return Counters::default();
        };
        let level = Progress::by(self.moment.levels, player.xp()).level;
        let of_player = &player.progress().counters;
        of_player
            .joined(&open.record.counters)
            .with(Counter::Level, level.into())
    }

    /// Adds an entry to the counters of its account, and pays for the quest of the day if the entry
    /// completes it. The account's positions are still those before the entry.
    pub(super) fn count(&mut self, id: AccountId, entry: &LedgerEntry, before: &Counters) {
        let instrument = entry.fact.instrument();
        let position = instrument.and_then(|instrument| self.positions.get(&(id, instrument)));
        if let Some(open) = self.accounts.get_mut(&id) {
            let counters = &mut open.record.counters;
            counters.record_fact(&entry.fact, entry.at, position);
        }
        let quests = self.moment.quests;
        let done = self.players.get_mut(&id.player).and_then(|player| {
            player.move_progress(|progress| {
                let day = zones::local_day(progress.zone.as_deref(), entry.at);
                let fact = (&entry.fact, entry.at, day);
                let done = progress.record_fact(quests, id.player, fact, before, position);
                done.map(|(quest, xp)| (quest, xp, day))
            })
        });
        self.pay_quest(id, done);
    }

    /// Pays for the quest of the day if an award completes it. `before` holds the counters before the award.
    pub(super) fn count_deed(&mut self, id: AccountId, cause: &AwardCause, before: &Counters) {
        let (quests, now) = (self.moment.quests, self.moment.now);
        let done = self.players.get_mut(&id.player).and_then(|player| {
            player.move_progress(|progress| {
                let day = zones::local_day(progress.zone.as_deref(), now);
                let done = progress.record_deed(quests, id.player, (cause, day), before);
                done.map(|(quest, xp)| (quest, xp, day))
            })
        });
        self.pay_quest(id, done);
    }

    fn pay_quest(&mut self, id: AccountId, done: Option<(AchievementId, Xp, Day)>) {
        let Some((quest, xp, day)) = done else {
            return;
        };
        let name = self.moment.quests.find(quest.as_str());
        let name = name.map(|quest| quest.name.clone());
        self.quest_done = name.map(|name| QuestDone { name, xp });
        let quest = quest.as_str().to_owned();
        self.give(id, xp, AwardCause::Quest { day, quest });
    }

    /// Awards every achievement whose criterion the earlier counters did not meet and the current ones do.
    ///
    /// An earlier unlock is never awarded again, because the counters that trades and awards move never
    /// decrease.
    pub(super) fn unlock(&mut self, id: AccountId, before: &Counters) {
        let after = self.counters(id);
        let Some(player) = self.players.get(&id.player) else {
            return;
        };
        let xp = player.xp();
        let achievements = self.moment.achievements;
        let levels = self.moment.levels;
        let evaluation = evaluate(achievements, levels, before, after, xp, |definition| {
            definition.times_earned(before)
        });
        for unlock in &evaluation.unlocks {
            self.award_unlock(id, unlock);
        }
    }

    fn award_unlock(&mut self, id: AccountId, unlock: &Unlock<'_>) {
        let definition = unlock.definition;
        let until = unlock.times_before.saturating_add(unlock.times);
        for step in unlock.times_before..until {
            let cause = AwardCause::Unlocked {
                achievement: definition.id.as_str().to_owned(),
                step,
                game: id.game,
            };
            self.give(id, definition.xp_reward, cause);
            self.unlocked.push(UnlockView {
                achievement: definition.id.clone(),
                name: definition.name.clone(),
                icon: definition.icon.clone(),
                xp: definition.xp_reward,
            });
        }
    }

    /// Appends an award to the player's log and publishes it.
    pub(super) fn give(&mut self, id: AccountId, xp: Xp, cause: AwardCause) -> Option<Award> {
        let (now, version) = (self.moment.now, self.rules.version);
        let player = self.players.get_mut(&id.player)?;
        let award = player.award(now, xp, version, cause.clone());
        let name = (id, OnceKey::Award(cause.key()));
        self.done.insert(name, award.seq);
        self.note(id, Event::Awarded { xp, cause });
        self.batch.awards.push((id.player, award.clone()));
        Some(award)
    }

    /// An order's answer with what the order unlocked and the XP afterwards.
    pub(super) fn with_unlocked(&mut self, player: PlayerId, view: OrderView) -> OrderView {
        let xp = self.players.get(&player).map(super::OpenPlayer::xp);
        OrderView {
            unlocked: std::mem::take(&mut self.unlocked),
            quest: self.quest_done.take(),
            xp_after: view.xp_after.and(xp),
            ..view
        }
    }
}
