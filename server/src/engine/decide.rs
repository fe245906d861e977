//! Deciding a batch of orders: from what was fetched to what is to be written and answered,
//! without any input or output.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::api::{OrderStatus, OrderView, PositionView};
use domain::{
    AccountId, Execution, GameRules, Hash, IdempotencyKey, InstrumentId, LedgerEntry, Order,
    PlayerId, Position, Quote, Rejection, Situation, Timestamp, Xp, XpRules, execute,
};

use super::Submission;
use super::fingerprint::fingerprint;
use crate::market::Snapshot;
use crate::store::{AccountChange, AccountRecord, AnsweredOrder, Batch, Fetched, PositionRecord};

/// One order of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub account: AccountId,
    pub order: &'a Order,
    pub game: &'a GameRules,
}

impl<'a> Request<'a> {
    pub(super) fn of(submission: &'a Submission) -> Self {
        Self {
            account: submission.account,
            order: &submission.order,
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
        self.batch.answers.is_empty()
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
        }
    }

    fn decide(&mut self, request: &Request<'_>) -> Outcome {
        let name = (request.account, request.order.key().clone());
        let fingerprint = fingerprint(request.order);
        let in_batch = self
            .answered
            .get(&name)
            .and_then(|place| self.answers.get(*place));
        if let Some(first) = in_batch
            .map(|(_, first)| first)
            .or_else(|| self.earlier.get(&name))
        {
            return repeat(first, fingerprint);
        }
        let Some(view) = self.first_answer(request) else {
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

    /// Executes or rejects an order; none when there is no such account.
    fn first_answer(&mut self, request: &Request<'_>) -> Option<OrderView> {
        let account = self.accounts.get_mut(&request.account)?;
        let xp = self.xp.entry(request.account.player).or_default();
        let (instrument, quote) = find_quote(self.moment.snapshot, request.order);
        let never_held = Position::default();
        let place = instrument.map(|instrument| (request.account, instrument));
        let position = place
            .and_then(|place| self.positions.get(&place))
            .unwrap_or(&never_held);
        let situation = Situation {
            account: &account.record.account,
            position,
            xp: *xp,
            quote,
            game: request.game,
            xp_rules: self.moment.xp_rules,
            now: self.moment.now,
        };
        let execution = match execute(request.order, situation) {
            Ok(execution) => execution,
            Err(rejection) => return Some(rejected(request.order, rejection, self.moment.now)),
        };
        // An execution needs a quote, and a quote an instrument.
        let (id, instrument) = place?;
        let head = account.record.head;
        let entry = head.executed(
            &execution,
            instrument,
            request.order.key(),
            request.order.reason(),
        );
        let view = filled(request.order, &execution);
        account.record.head = entry.head();
        account.record.account = execution.account;
        account.xp_gained = account.xp_gained.saturating_add(entry.xp);
        *xp = execution.xp;
        self.entries.push((id, entry));
        self.positions.insert((id, instrument), execution.position);
        self.changed.insert((id, instrument));
        Some(view)
    }

    fn into_batch(mut self) -> Batch {
        let answered: HashSet<AccountId> = self.answers.iter().map(|(id, _)| *id).collect();
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
    OrderView {
        idempotency_key: order.key().clone(),
        symbol: order.symbol(),
        side: order.side(),
        size: order.size(),
        at,
        status: OrderStatus::Rejected,
        fill: None,
        rejection: None,
        cash_after: None,
        position_after: None,
        xp_after: None,
    }
}

#[cfg(test)]
mod tests;
