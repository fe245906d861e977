//! Deciding everything that is not an order: postings by hosts and jobs, and awards.

use domain::progress::VisitOutcome;
use domain::{AccountId, AwardCause, Day, PlayerId, Post, Posting, Words, Xp, post};

use super::player::OpenPlayer;
use super::{Desk, Outcome, Request};
use crate::engine::{AwardRequest, Done, Invest};
use crate::store::{Event, Investment, OnceKey};
use crate::zones;

impl Desk<'_> {
    /// Posts once: a key that was posted before gets the earlier entry as its answer.
    pub(super) fn decide_post(&mut self, request: &Request<'_>, asked: &Post) -> Outcome {
        let (id, key) = (request.account, asked.once_key());
        let name = (id, OnceKey::Posting(key.clone()));
        if let Some(seq) = self.done.get(&name) {
            return Outcome::Done(Done::Posted { seq: *seq });
        }
        let Some(open) = self.accounts.get(&id) else {
            return Outcome::NoAccount;
        };
        let instrument = asked.posting.instrument();
        let position = self.position(id, instrument);
        let now = self.moment.now;
        let posted = match post(asked, &open.record.account, position, now) {
            Ok(posted) => posted,
            Err(error) => return Outcome::Refused(error),
        };
        let entry = open.record.head.entry(now, posted.fact);
        let (seq, kind) = (entry.seq, entry.kind());
        let words = words(&asked.posting);
        self.write(
            id,
            instrument,
            entry,
            words,
            posted.account,
            posted.position,
        );
        self.batch.postings.push((id, key, seq));
        self.done.insert(name, seq);
        self.note(id, Event::Posted { seq, kind });
        Outcome::Done(Done::Posted { seq })
    }

    /// Reserves the money of an investment and records the investment, once.
    pub(super) fn decide_invest(&mut self, request: &Request<'_>, asked: &Invest) -> Outcome {
        let name = (request.account, OnceKey::Posting(asked.post.once_key()));
        let is_new = !self.done.contains_key(&name);
        let now = self.moment.now;
        self.catch_up(request, asked.investment.instrument);
        let outcome = self.decide_post(request, &asked.post);
        if is_new && matches!(outcome, Outcome::Done(_)) {
            self.batch.invested.push(Investment {
                at: now,
                ..asked.investment.clone()
            });
        }
        outcome
    }

    /// Awards a cause once.
    pub(super) fn decide_award(&mut self, account: AccountId, asked: &AwardRequest) -> Outcome {
        let name = (account, OnceKey::Award(asked.cause.key()));
        if self.done.contains_key(&name) {
            return Outcome::Done(Done::AwardedBefore);
        }
        let Some((cause, xp)) = self.cause(account.player, asked) else {
            return Outcome::Done(Done::AwardedBefore);
        };
        let before = self.counters(account);
        let Some(award) = self.give(account, xp, cause.clone()) else {
            return Outcome::NoAccount;
        };
        self.count_deed(account, &cause, &before);
        self.unlock(account, &before);
        let player = self.players.get(&account.player);
        let xp_after = player.map_or(0, OpenPlayer::xp);
        Outcome::Done(Done::Awarded { award, xp_after })
    }

    /// The cause and amount of an award, given the player's progress. `None` if it was given before or
    /// cannot be given.
    fn cause(&self, player: PlayerId, asked: &AwardRequest) -> Option<(AwardCause, Xp)> {
        match &asked.cause {
            AwardCause::DailyBonus { day, .. } => {
                let streak = self.visit(player, *day)?;
                let is_paid = !self.is_early_by_travel(player);
                let xp = if is_paid { asked.xp } else { 0 };
                Some((AwardCause::DailyBonus { day: *day, streak }, xp))
            }
            AwardCause::StreakRepaired { day } => {
                let streak = self.players.get(&player)?.progress().streak;
                let can_repair = streak.can_repair(*day);
                can_repair.then(|| (asked.cause.clone(), asked.xp))
            }
            other => Some((other.clone(), asked.xp)),
        }
    }

    /// Whether it is still the day of the latest visit in the previous time zone. A new day that comes
    /// only from changing zones continues the streak but pays nothing.
    fn is_early_by_travel(&self, player: PlayerId) -> bool {
        let Some(open) = self.players.get(&player) else {
            return false;
        };
        let progress = open.progress();
        let now = self.moment.now;
        // The day of the change has ended in the old zone one day later, wherever that zone is.
        let is_new = progress
            .zone_since
            .is_some_and(|since| now.day() <= since.plus_days(1));
        let before = zones::local_day(progress.zone_before.as_deref(), now);
        let visited = progress.streak.last_visit;
        is_new && visited.is_some_and(|visited| before <= visited)
    }

    /// Consecutive days with a visit, including the given day. `None` if that day already had a visit.
    fn visit(&self, player: PlayerId, day: Day) -> Option<u32> {
        let streak = self.players.get(&player).map(|open| open.progress().streak);
        let visit = streak.unwrap_or_default().visited(day);
        (visit.outcome != VisitOutcome::Known).then_some(visit.streak.days)
    }
}

/// The host's words attached to a posting.
fn words(posting: &Posting) -> Option<Words> {
    match posting {
        Posting::Adjust { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}
