//! Deciding orders that rest: whether they are filled, or end, or wait on.

use domain::api::{OrderStatus, OrderView};
use domain::{EntryKind, Fate, IdempotencyKey, Rejection, fate, release};

use super::{Desk, Outcome, Request, filled, find_quote};
use crate::store::{AnsweredOrder, RestingRecord};

/// How an order ends unfilled.
struct Ending {
    kind: EntryKind,
    status: OrderStatus,
    rejection: Option<Rejection>,
}

impl Ending {
    fn new(kind: EntryKind, status: OrderStatus) -> Self {
        Self {
            kind,
            status,
            rejection: None,
        }
    }
}

impl Desk<'_> {
    /// Cancels an order, or does what is due with it. One that has ended before, on this server or on
    /// another, stays what it is: its own key says so.
    pub(super) fn decide_open(
        &mut self,
        request: &Request<'_>,
        record: &RestingRecord,
        cancels: bool,
    ) -> Outcome {
        let name = (record.account, record.key().clone());
        let Some(known) = self.known(&name).cloned() else {
            return Outcome::NoOrder;
        };
        if known.view.status != OrderStatus::Resting {
            return Outcome::Answer(Box::new(known.view));
        }
        let ended = if cancels {
            let cancelled = Ending::new(EntryKind::Cancelled, OrderStatus::Cancelled);
            self.end(record, cancelled)
        } else {
            self.settle(request, record)
        };
        let Some(view) = ended else {
            return Outcome::Answer(Box::new(known.view));
        };
        let answer = AnsweredOrder {
            fingerprint: known.fingerprint,
            view: view.clone(),
        };
        self.replace(name, answer);
        Outcome::Answer(Box::new(view))
    }

    /// Does what is due; none when nothing is.
    fn settle(&mut self, request: &Request<'_>, record: &RestingRecord) -> Option<OrderView> {
        let (id, instrument) = (record.account, record.instrument);
        let order = &record.resting.order;
        let (found, quote) = find_quote(self.moment.snapshot, order);
        // The market that runs now may have another instrument of this symbol.
        let quote = quote.filter(|_| found == Some(instrument));
        let situation = self.situation(request, Some(instrument), quote)?;
        match fate(&record.resting, situation) {
            Fate::Rests => None,
            Fate::Expires => {
                let expired = Ending::new(EntryKind::Expired, OrderStatus::Expired);
                self.end(record, expired)
            }
            Fate::Rejected(rejection) => {
                let rejected = Ending {
                    rejection: Some(rejection),
                    ..Ending::new(EntryKind::Rejected, OrderStatus::Rejected)
                };
                self.end(record, rejected)
            }
            Fate::Filled(execution) => {
                let head = self.accounts.get(&id)?.record.head;
                let entry = head.executed_resting(&execution, instrument, &record.resting);
                let view = filled(order, &execution);
                self.write_execution(id, instrument, entry, execution);
                Some(view)
            }
        }
    }

    /// Ends an order unfilled; none when its account has nothing set aside for it.
    fn end(&mut self, record: &RestingRecord, ending: Ending) -> Option<OrderView> {
        let (id, instrument, now) = (record.account, record.instrument, self.moment.now);
        let open = self.accounts.get(&id)?;
        let position = self.positions.get(&(id, instrument));
        let position = position.unwrap_or(&self.never_held);
        let (account, position) = release(&record.resting, &open.record.account, position)?;
        let head = open.record.head;
        let entry = head.ended(ending.kind, now, instrument, &record.resting);
        let releases_shares = !record.resting.reserve.quantity.is_zero();
        let position = releases_shares.then_some(position);
        self.write(id, instrument, entry, account, position);
        Some(OrderView {
            rejection: ending.rejection,
            ..OrderView::unfilled(&record.resting.order, ending.status, now)
        })
    }

    /// Says of an order what became of it. One that was placed in this very batch has never rested
    /// for anyone else.
    fn replace(&mut self, name: (domain::AccountId, IdempotencyKey), answer: AnsweredOrder) {
        let place = self.answered.get(&name).copied();
        if let Some((_, first)) = place.and_then(|place| self.answers.get_mut(place)) {
            *first = answer;
            self.rested
                .retain(|record| (record.account, record.key()) != (name.0, &name.1));
        } else {
            self.earlier.insert(name.clone(), answer.clone());
            self.ended.push((name.0, answer));
        }
    }
}
