//! Deciding a batch of orders: from what was fetched to what is to be written and answered,
//! without any input or output.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::api::{OrderStatus, OrderView, PositionView};
use domain::{
    Account, AccountId, Execution, GameRules, Hash, IdempotencyKey, InstrumentId, LedgerEntry,
    Order, Placement, PlayerId, Position, Quote, Rejection, Situation, Timestamp, Xp, XpRules,
    place,
};

use super::fingerprint::fingerprint;
use super::{Submission, Task};
use crate::market::Snapshot;
use crate::store::{
    AccountChange, AccountRecord, AnsweredOrder, Batch, Fetched, PositionRecord, RestingRecord,
};

/// One order of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub account: AccountId,
    pub ask: Ask<'a>,
    pub game: &'a GameRules,
}

/// What is asked of an order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask<'a> {
    Place(&'a Order),
    Cancel(&'a RestingRecord),
    Settle(&'a RestingRecord),
}

impl<'a> Request<'a> {
    pub(super) fn of(submission: &'a Submission) -> Self {
        let ask = match &submission.task {
            Task::Place(order) => Ask::Place(order),
            Task::Cancel(record) => Ask::Cancel(record),
            Task::Settle(record) => Ask::Settle(record),
        };
        Self {
            account: submission.account,
            ask,
            game: &submission.game,
        }
    }
}

/// What is the same for all orders of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub snapshot: &'a Snapshot,
    pub xp_rules: &'a XpRules,
    pub now: Timestamp,
}

/// What an order is answered, once the batch is written.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Filled or rejected, now or when the key was first used.
    Answer(Box<OrderView>),
    /// The key belongs to another order.
    KeyReused,
    /// There is no such account.
    NoAccount,
    /// The account has no such order.
    NoOrder,
}

/// What to write, and what to answer to each request, in their order.
#[derive(Debug)]
pub(super) struct Decided {
    pub batch: Batch,
    pub outcomes: Vec<Outcome>,
}

impl Decided {
    /// Whether there is nothing to write: every order was a repeat or had no account.
    pub(super) fn changes_nothing(&self) -> bool {
        self.batch.answers.is_empty() && self.batch.ended.is_empty()
    }
}

/// Decides the requests one after the other, each on what those before it left.
pub(super) fn decide(fetched: Fetched, requests: &[Request<'_>], moment: Moment<'_>) -> Decided {
    let mut desk = Desk::new(fetched, moment);
    let outcomes = requests
        .iter()
        .map(|request| desk.decide(request))
        .collect();
    Decided {
        batch: desk.into_batch(),
        outcomes,
    }
}

/// An account while a batch is decided.
#[derive(Debug)]
struct OpenAccount {
    expected_version: i64,
    record: AccountRecord,
    /// The player's, when the batch began.
    expected_xp: Xp,
    xp_gained: Xp,
}

/// Everything that the batch touches, as the orders so far have left it.
struct Desk<'a> {
    moment: Moment<'a>,
    accounts: HashMap<AccountId, OpenAccount>,
    /// By player: several accounts may be one player's.
    xp: HashMap<PlayerId, Xp>,
    positions: HashMap<(AccountId, InstrumentId), Position>,
    earlier: HashMap<(AccountId, IdempotencyKey), AnsweredOrder>,
    changed: BTreeSet<(AccountId, InstrumentId)>,
    entries: Vec<(AccountId, LedgerEntry)>,
    answers: Vec<(AccountId, AnsweredOrder)>,
    /// Where in `answers` a key of this batch is answered.
    answered: HashMap<(AccountId, IdempotencyKey), usize>,
    rested: Vec<RestingRecord>,
    never_held: Position,
    /// Orders of earlier batches that this one ends.
    ended: Vec<(AccountId, AnsweredOrder)>,
}

impl<'a> Desk<'a> {
    fn new(fetched: Fetched, moment: Moment<'a>) -> Self {
        let xp: HashMap<PlayerId, Xp> = fetched
            .accounts
            .iter()
            .map(|(id, account)| (id.player, account.xp))
            .collect();
        // Of one player there is one XP, even if two accounts remember two: then the store finds
        // out, and both are fetched.
        let open = |record: AccountRecord| OpenAccount {
            expected_version: record.head.version,
            record,
            expected_xp: xp.get(&record.id.player).copied().unwrap_or_default(),
            xp_gained: 0,
        };
        Self {
            moment,
            accounts: fetched
                .accounts
                .into_iter()
                .map(|(id, account)| (id, open(account.record)))
                .collect(),
            xp,
            positions: fetched.positions,
            earlier: fetched.answers,
            changed: BTreeSet::new(),
            entries: Vec::new(),
            answers: Vec::new(),
            answered: HashMap::new(),
            rested: Vec::new(),
            never_held: Position::default(),
            ended: Vec::new(),
        }
    }

    fn decide(&mut self, request: &Request<'_>) -> Outcome {
        match request.ask {
            Ask::Place(order) => self.decide_new(request, order),
            Ask::Cancel(record) => self.decide_open(request, record, true),
            Ask::Settle(record) => self.decide_open(request, record, false),
        }
    }

    /// What has been said of a key, in this batch or before.
    fn known(&self, name: &(AccountId, IdempotencyKey)) -> Option<&AnsweredOrder> {
        let place = self.answered.get(name);
        let in_batch = place.and_then(|place| self.answers.get(*place));
        in_batch
            .map(|(_, answer)| answer)
            .or_else(|| self.earlier.get(name))
    }

    fn decide_new(&mut self, request: &Request<'_>, order: &Order) -> Outcome {
        let name = (request.account, order.key().clone());
        let fingerprint = fingerprint(order);
        if let Some(first) = self.known(&name) {
            return repeat(first, fingerprint);
        }
        let Some(view) = self.first_answer(request, order) else {
            return Outcome::NoAccount;
        };
        self.answered.insert(name, self.answers.len());
        self.answers.push((
            request.account,
            AnsweredOrder {
                fingerprint,
                view: view.clone(),
            },
        ));
        Outcome::Answer(Box::new(view))
    }

    /// Executes an order, puts it to rest or rejects it; none when there is no such account.
    fn first_answer(&mut self, request: &Request<'_>, order: &Order) -> Option<OrderView> {
        let (instrument, quote) = find_quote(self.moment.snapshot, order);
        let id = request.account;
        let placement = place(order, self.situation(request, instrument, quote)?);
        let head = self.accounts.get(&id)?.record.head;
        match placement {
            Err(rejection) => Some(rejected(order, rejection, self.moment.now)),
            Ok(Placement::Filled(execution)) => {
                // An execution needs a quote, and a quote an instrument.
                let instrument = instrument?;
                let entry = head.executed(&execution, instrument, order.key(), order.reason());
                let view = filled(order, &execution);
                self.write_execution(id, instrument, entry, execution);
                Some(view)
            }
            Ok(Placement::Rests(rest)) => {
                let instrument = instrument?;
                let entry = head.placed(instrument, &rest.resting);
                let view = OrderView::resting(&rest.resting);
                let sets_shares_aside = !rest.resting.reserve.quantity.is_zero();
                let position = sets_shares_aside.then_some(rest.position);
                self.write(id, instrument, entry, rest.account, position);
                self.rested.push(RestingRecord {
                    account: id,
                    instrument,
                    resting: rest.resting,
                });
                Some(view)
            }
        }
    }

    /// What an order is decided on; none when there is no such account.
    fn situation<'s>(
        &'s self,
        request: &Request<'s>,
        instrument: Option<InstrumentId>,
        quote: Option<&'s Quote>,
    ) -> Option<Situation<'s>> {
        let account = self.accounts.get(&request.account)?;
        let place = instrument.map(|instrument| (request.account, instrument));
        let position = place.and_then(|place| self.positions.get(&place));
        Some(Situation {
            account: &account.record.account,
            position: position.unwrap_or(&self.never_held),
            xp: self.xp.get(&request.account.player).copied().unwrap_or(0),
            quote,
            game: request.game,
            xp_rules: self.moment.xp_rules,
            now: self.moment.now,
        })
    }

    fn write_execution(
        &mut self,
        id: AccountId,
        instrument: InstrumentId,
        entry: LedgerEntry,
        execution: Execution,
    ) {
        self.xp.insert(id.player, execution.xp);
        let Execution {
            account, position, ..
        } = execution;
        self.write(id, instrument, entry, account, Some(position));
    }

    /// Takes over what an entry leaves: the account, and the position where it has changed.
    fn write(
        &mut self,
        id: AccountId,
        instrument: InstrumentId,
        entry: LedgerEntry,
        account: Account,
        position: Option<Position>,
    ) {
        if let Some(open) = self.accounts.get_mut(&id) {
            open.record.head = entry.head();
            open.record.account = account;
            open.xp_gained = open.xp_gained.saturating_add(entry.xp);
        }
        self.entries.push((id, entry));
        if let Some(position) = position {
            self.positions.insert((id, instrument), position);
            self.changed.insert((id, instrument));
        }
    }

    fn into_batch(mut self) -> Batch {
        let answers = self.answers.iter().chain(&self.ended);
        let answered: HashSet<AccountId> = answers.map(|(id, _)| *id).collect();
        let mut accounts: Vec<AccountChange> = self
            .accounts
            .into_values()
            .filter(|account| answered.contains(&account.record.id))
            .map(|account| AccountChange {
                expected_version: account.expected_version,
                record: account.record,
                expected_xp: account.expected_xp,
                xp_gained: account.xp_gained,
            })
            .collect();
        // Sorted by id so that two servers lock accounts in the same order.
        accounts.sort_by_key(|change| change.record.id);
        let record = |(account, instrument)| {
            let position = self.positions.remove(&(account, instrument))?;
            Some((
                account,
                PositionRecord {
                    instrument,
                    position,
                },
            ))
        };
        let positions = self.changed.into_iter().filter_map(record).collect();
        Batch {
            accounts,
            positions,
            entries: self.entries,
            answers: self.answers,
            rested: self.rested,
            ended: self.ended,
            ..Batch::default()
        }
    }
}

fn repeat(first: &AnsweredOrder, fingerprint: Hash) -> Outcome {
    if first.fingerprint == fingerprint {
        Outcome::Answer(Box::new(first.view.clone()))
    } else {
        Outcome::KeyReused
    }
}

/// The instrument that an order names, and its quote while it is tradable.
fn find_quote<'a>(
    snapshot: &'a Snapshot,
    order: &Order,
) -> (Option<InstrumentId>, Option<&'a Quote>) {
    let Some((place, instrument)) = snapshot.catalogue.find(order.symbol()) else {
        return (None, None);
    };
    let quote = snapshot
        .listings
        .get(place)
        .and_then(|listing| listing.quote.as_ref());
    (Some(instrument.id), quote.filter(|_| instrument.tradable))
}

fn filled(order: &Order, execution: &Execution) -> OrderView {
    OrderView {
        status: OrderStatus::Filled,
        fill: Some(execution.fill),
        cash_after: Some(execution.account.cash),
        position_after: Some(PositionView::from(&execution.position)),
        xp_after: Some(execution.xp),
        ..undecided(order, execution.fill.at)
    }
}

fn rejected(order: &Order, rejection: Rejection, now: Timestamp) -> OrderView {
    OrderView {
        rejection: Some(rejection),
        ..undecided(order, now)
    }
}

/// The answer as far as it follows from the order alone.
fn undecided(order: &Order, at: Timestamp) -> OrderView {
    OrderView::unfilled(order, OrderStatus::Rejected, at)
}

mod open;
#[cfg(test)]
mod tests;
