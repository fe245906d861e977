//! Deciding resting orders: whether each is filled, ends or keeps waiting.

use domain::api::{OrderStatus, OrderView};
use domain::{Fate, IdempotencyKey, Rejection, ReleaseCause, Words, fate, release};

use super::{Desk, Outcome, Request, branch, filled, find_quote, market_year};
use crate::store::{AnsweredOrder, RestingRecord};

/// How an order ends unfilled.
struct Ending {
    cause: ReleaseCause,
    status: OrderStatus,
    rejection: Option<Rejection>,
}

impl Ending {
    fn new(cause: ReleaseCause, status: OrderStatus) -> Self {
        Self {
            cause,
            status,
            rejection: None,
        }
    }
}

impl Desk<'_> {
    /// Cancels an order, or fills or ends it if either is due. An order that has already ended, on this
    /// server or another, stays as it is: the answer under its key says so.
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
            return Outcome::answer(known.view);
        }
        let ended = if cancels {
            let cancelled = Ending::new(ReleaseCause::Cancelled, OrderStatus::Cancelled);
            self.end(record, cancelled)
        } else {
            self.settle(request, record)
        };
        let Some(view) = ended else {
            return Outcome::answer(known.view);
        };
        let answer = AnsweredOrder {
            fingerprint: known.fingerprint,
            view: view.clone(),
        };
        self.note_order(record.account, &view, true);
        self.replace(name, answer);
        Outcome::answer(view)
    }

    /// Fills or ends the order if either is due. `None` if neither is.
    fn settle(&mut self, request: &Request<'_>, record: &RestingRecord) -> Option<OrderView> {
        let (id, instrument) = (record.account, record.instrument);
        if Self::is_outdated(request, record) {
            let ended = Ending::new(ReleaseCause::CorporateAction, OrderStatus::Cancelled);
            return self.end(record, ended);
        }
        if !self.catch_up(request, instrument) {
            return None;
        }
        let order = &record.resting.order;
        let (found, quote) = find_quote(request.snapshot, order);
        // The market now running may have another instrument with this symbol.
        let quote = quote.filter(|_| found == Some(instrument));
        let situation = self.situation(request, Some(instrument), quote)?;
        match fate(&record.resting, situation) {
            Fate::Rests => None,
            Fate::Expires => {
                let expired = Ending::new(ReleaseCause::Expired, OrderStatus::Expired);
                self.end(record, expired)
            }
            Fate::Rejected(rejection) => {
                let rejected = Ending {
                    rejection: Some(rejection),
                    ..Ending::new(ReleaseCause::Rejected, OrderStatus::Rejected)
                };
                self.end(record, rejected)
            }
            Fate::Filled(mut execution) => {
                execution.marks.branch = branch(request.snapshot, instrument);
                let head = self.accounts.get(&id)?.record.head;
                let words = record.words();
                let reason = words.as_ref().map(Words::digest);
                let entry = head.executed_resting(&execution, instrument, &record.resting, reason);
                let view = filled(order, &execution);
                let year = market_year(request.snapshot);
                self.write_execution(id, instrument, entry, words, execution, year);
                Some(self.with_unlocked(id.player, view))
            }
        }
    }

    /// Ends an order unfilled. `None` if its account has nothing reserved for it.
    fn end(&mut self, record: &RestingRecord, ending: Ending) -> Option<OrderView> {
        let (id, instrument, now) = (record.account, record.instrument, self.moment.now);
        let open = self.accounts.get(&id)?;
        let position = self.position(id, Some(instrument));
        let (account, position) = release(&record.resting, &open.record.account, position)?;
        let head = open.record.head;
        let entry = head.released(ending.cause, now, instrument, &record.resting);
        let releases_shares = !record.resting.reserve.quantity.is_zero();
        let position = releases_shares.then_some(position);
        self.write(id, Some(instrument), entry, None, account, position);
        Some(OrderView {
            rejection: ending.rejection,
            ..OrderView::unfilled(&record.resting.order, ending.status, now)
        })
    }

    /// Replaces an order's answer with its final outcome. An order placed in this same batch has never
    /// rested for anyone else.
    fn replace(&mut self, name: (domain::AccountId, IdempotencyKey), answer: AnsweredOrder) {
        let index = self.answered.get(&name).copied();
        if let Some((_, first)) = index.and_then(|index| self.batch.answers.get_mut(index)) {
            *first = answer;
            self.batch
                .rested
                .retain(|record| (record.account, record.key()) != (name.0, &name.1));
        } else {
            self.earlier.insert(name.clone(), answer.clone());
            self.batch.ended.push((name.0, answer));
        }
    }
}
