//! A player's progress while a batch is decided.

use domain::progress::PlayerProgress;
use domain::{Award, AwardCause, AwardHead, Day, PlayerId, Timestamp, Xp};

use crate::store::{PlayerChange, TradingAccount};

/// A player's XP and the end of the award log, as left by the batch so far.
#[derive(Debug)]
pub(super) struct OpenPlayer {
    expected_xp: Xp,
    gained: Xp,
    expected_award_seq: i64,
    awards: AwardHead,
    bonus_day: Option<Day>,
    progress: PlayerProgress,
    /// Whether the progress differs from the one fetched.
    moved: bool,
}

impl OpenPlayer {
    pub(super) fn new(account: &TradingAccount) -> Self {
        Self {
            expected_xp: account.xp,
            gained: 0,
            expected_award_seq: account.awards.seq,
            awards: account.awards,
            bonus_day: None,
            progress: account.progress.clone(),
            moved: false,
        }
    }

    /// XP at the start of the batch.
    pub(super) fn xp_before(&self) -> Xp {
        self.expected_xp
    }

    /// XP after everything decided so far.
    pub(super) fn xp(&self) -> Xp {
        self.expected_xp.saturating_add(self.gained)
    }

    /// Days in a row, and the player's counters.
    pub(super) fn progress(&self) -> &PlayerProgress {
        &self.progress
    }

    /// Changes the progress by something other than an award.
    pub(super) fn move_progress<T>(&mut self, change: impl FnOnce(&mut PlayerProgress) -> T) -> T {
        let before = (self.progress.quest.clone(), self.progress.traded);
        let changed = change(&mut self.progress);
        self.moved |= (&self.progress.quest, self.progress.traded) != (&before.0, before.1);
        changed
    }

    pub(super) fn gain(&mut self, xp: Xp) {
        self.gained = self.gained.saturating_add(xp);
    }

    /// Appends an award.
    pub(super) fn award(
        &mut self,
        at: Timestamp,
        xp: Xp,
        rules_version: i64,
        cause: AwardCause,
    ) -> Award {
        if let AwardCause::DailyBonus { day, .. } = &cause {
            self.bonus_day = Some(*day);
        }
        self.progress.record_award(&cause);
        self.moved = true;
        let award = self.awards.award(at, xp, rules_version, cause);
        self.awards = award.head();
        self.gain(xp);
        award
    }

    pub(super) fn change(&self, player: PlayerId) -> PlayerChange {
        PlayerChange {
            player,
            expected_xp: self.expected_xp,
            xp_gained: self.gained,
            expected_award_seq: self.expected_award_seq,
            awards: self.awards,
            bonus_day: self.bonus_day,
            progress: self.moved.then(|| self.progress.clone()),
        }
    }
}
