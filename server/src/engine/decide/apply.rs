//! Corporate actions are applied to an account before anything else is decided on the shares they
//! change: by the job that applies them to every holder, or by the first order after the action.

use domain::{AccountId, InstrumentId, PostingError, post};

use super::{Desk, Outcome, Request};
use crate::engine::Done;
use crate::market::Snapshot;
use crate::store::{Event, MarketAction, OnceKey, RestingRecord};

/// The open actions of an instrument that a snapshot's prices already reflect, earliest first.
pub(in crate::engine) fn known_actions(
    snapshot: &Snapshot,
    instrument: InstrumentId,
) -> impl Iterator<Item = &MarketAction> {
    let known = move |action: &&MarketAction| {
        action.instrument == instrument && action.dated.day.start() <= snapshot.at
    };
    snapshot.actions.iter().filter(known)
}

impl Desk<'_> {
    /// Applies an instrument's pending actions to the account. False if nothing may be decided on the
    /// instrument for now: an action has taken effect that the prices do not reflect yet, or one that
    /// must wait until the account's orders on the instrument have ended.
    pub(super) fn catch_up(&mut self, request: &Request<'_>, instrument: InstrumentId) -> bool {
        let now = self.moment.now;
        let unknown = |action: &MarketAction| {
            action.instrument == instrument
                && action.effective_at <= now
                && action.dated.day.start() > request.snapshot.at
        };
        if request.snapshot.actions.iter().any(unknown) {
            return false;
        }
        let whole_shares = !request.game.fractional;
        known_actions(request.snapshot, instrument).all(|action| {
            self.give_action(request.account, action, whole_shares)
                .is_ok()
        })
    }

    /// Whether an order was placed before a split or a delisting, so that its price no longer means the
    /// same.
    pub(super) fn is_outdated(request: &Request<'_>, record: &RestingRecord) -> bool {
        let since = record.resting.placed_at;
        known_actions(request.snapshot, record.instrument)
            .any(|action| action.dated.action.ends_orders() && since < action.effective_at)
    }

    /// Applies an action to an account at the request of its job.
    pub(super) fn decide_apply(&mut self, request: &Request<'_>, action: &MarketAction) -> Outcome {
        let id = request.account;
        if !self.accounts.contains_key(&id) {
            return Outcome::NoAccount;
        }
        match self.give_action(id, action, !request.game.fractional) {
            Ok(done) => Outcome::Done(done),
            Err(error) => Outcome::Refused(error),
        }
    }

    /// Applies an action to an account once. It does not concern shares that were all bought after it:
    /// the account's pending actions were applied before any of those purchases.
    fn give_action(
        &mut self,
        id: AccountId,
        action: &MarketAction,
        whole_shares: bool,
    ) -> Result<Done, PostingError> {
        let asked = action.post(whole_shares);
        let name = (id, OnceKey::Posting(asked.key.clone()));
        if let Some(seq) = self.done.get(&name) {
            return Ok(Done::Posted { seq: *seq });
        }
        let position = self.position(id, Some(action.instrument));
        let oldest = position.lots.first().map(|lot| lot.acquired_at);
        let concerned = oldest.is_some_and(|oldest| oldest < action.effective_at);
        let Some(open) = self.accounts.get(&id).filter(|_| concerned) else {
            return Ok(Done::NotConcerned);
        };
        let now = self.moment.now;
        let posted = post(&asked, &open.record.account, position, now)?;
        let entry = open.record.head.entry(now, posted.fact);
        let (seq, kind) = (entry.seq, entry.kind());
        let instrument = Some(action.instrument);
        self.write(id, instrument, entry, None, posted.account, posted.position);
        self.batch.postings.push((id, asked.key, seq));
        self.done.insert(name, seq);
        self.note(id, Event::Posted { seq, kind });
        // Whatever follows in the same batch is later than the entry.
        self.moment.now = super::just_after(now);
        Ok(Done::Posted { seq })
    }
}
