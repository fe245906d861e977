//! Deciding a batch: turns what was fetched into what to write and answer, without any I/O.

use std::collections::{BTreeSet, HashMap};

use domain::advice::Basket;
use domain::api::{OrderView, QuestDone, UnlockView};
use domain::progress::{Achievements, Quests};
use domain::{
    AccountId, GameRules, IdempotencyKey, InstrumentId, LevelRules, Order, Placement, PlayerId,
    Position, Post, Quote, Situation, Timestamp, Words, place,
};

use super::fingerprint::fingerprint;
use super::{AwardRequest, Done, Invest, Submission, Task};
use crate::market::Snapshot;
use crate::store::{
    AccountOutcome, AccountRecord, AnsweredOrder, Batch, Event, Fetched, MarketAction, OnceKey,
    RestingRecord,
};
use crate::xp_rules::{RulesInForce, VersionedRules};
use answers::{branch, category, filled, find_quote, market_year, rejected, repeat, words};
pub(super) use apply::known_actions;
use player::OpenPlayer;

mod answers;
mod apply;
mod basket;
mod ended;
mod open;
mod player;
mod post;
#[cfg(test)]
mod tests;
mod unlock;
mod write;

/// One submission of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub account: AccountId,
    pub ask: Ask<'a>,
    pub game: &'a GameRules,
    /// The prices of its game's market.
    pub snapshot: &'a Snapshot,
    /// Random; for the digest of the words that come with it.
    pub salt: [u8; 16],
    /// What actions earn in its game.
    pub rules: &'a VersionedRules,
}

/// What the submission asks for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ask<'a> {
    Place(&'a Order),
    PlaceBasket(&'a Basket),
    Cancel(&'a RestingRecord),
    Settle(&'a RestingRecord),
    Post(&'a Post),
    Invest(&'a Invest),
    Award(&'a AwardRequest),
    Apply(&'a MarketAction),
}

impl<'a> Request<'a> {
    pub(super) fn of(
        submission: &'a Submission,
        snapshot: &'a Snapshot,
        salt: [u8; 16],
        rules: &'a RulesInForce,
    ) -> Self {
        let ask = match &submission.task {
            Task::Place(order) => Ask::Place(order),
            Task::PlaceBasket(basket) => Ask::PlaceBasket(basket),
            Task::Cancel(record) => Ask::Cancel(record),
            Task::Settle(record) => Ask::Settle(record),
            Task::Post(post) => Ask::Post(post),
            Task::Invest(invest) => Ask::Invest(invest),
            Task::Award(award) => Ask::Award(award),
            Task::Apply(action) => Ask::Apply(action),
        };
        Self {
            account: submission.account,
            ask,
            game: &submission.game.rules,
            snapshot,
            salt,
            rules: rules.of(submission.account.game),
        }
    }
}

/// What is the same for the whole batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub levels: LevelRules,
    pub now: Timestamp,
    pub achievements: &'a Achievements,
    pub quests: &'a Quests,
}

/// The answer to a submission once the batch is written.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is done, now or when the key was first used.
    Done(Done),
    /// The key belongs to another order.
    KeyReused,
    /// There is no such account.
    NoAccount,
    /// The account has no such order.
    NoOrder,
    /// The account does not allow the posting.
    Refused(domain::PostingError),
}

impl Outcome {
    fn answer(view: OrderView) -> Self {
        Self::Done(Done::Order(Box::new(view)))
    }
}

/// What to write, and the answer to each request in the order of the requests.
#[derive(Debug)]
pub(super) struct Decided {
    pub batch: Batch,
    /// What to publish to the readers of the feed.
    pub told: Vec<AccountOutcome>,
    pub outcomes: Vec<Outcome>,
    /// Later than every instant of the batch.
    pub until: Timestamp,
}

impl Decided {
    /// Whether there is nothing to write because every request was a repeat or had no account.
    pub(super) fn changes_nothing(&self) -> bool {
        self.batch.accounts.is_empty()
    }
}

/// Decides the requests one after the other, each on the state left by those before it.
pub(super) fn decide(
    fetched: Fetched,
    done: HashMap<(AccountId, OnceKey), i64>,
    requests: &[Request<'_>],
    moment: Moment<'_>,
) -> Decided {
    let no_rules = VersionedRules::default();
    let rules = requests.first().map_or(&no_rules, |first| first.rules);
    let mut desk = Desk::new(fetched, done, moment, rules);
    let outcomes = requests
        .iter()
        .map(|request| {
            desk.rules = request.rules;
            let outcome = desk.decide(request);
            // Each decision gets a later instant, so that lists by instant are in decision order.
            desk.moment.now = just_after(desk.moment.now);
            outcome
        })
        .collect();
    let until = desk.moment.now;
    let told = desk.tell();
    Decided {
        batch: desk.into_batch(),
        told,
        outcomes,
        until,
    }
}

/// The next instant that the stored resolution can distinguish.
fn just_after(instant: Timestamp) -> Timestamp {
    Timestamp::from_micros(instant.micros().saturating_add(1))
}

/// An account while a batch is decided.
#[derive(Debug)]
struct OpenAccount {
    expected_version: i64,
    record: AccountRecord,
    events: Vec<Event>,
}

/// Everything the batch touches, as left by the requests so far.
struct Desk<'a> {
    moment: Moment<'a>,
    /// The rules of the game of the request being decided.
    rules: &'a VersionedRules,
    accounts: HashMap<AccountId, OpenAccount>,
    /// By player, because several accounts may belong to one player.
    players: HashMap<PlayerId, OpenPlayer>,
    positions: HashMap<(AccountId, InstrumentId), Position>,
    earlier: HashMap<(AccountId, IdempotencyKey), AnsweredOrder>,
    /// Postings and awards of this batch and of earlier ones.
    done: HashMap<(AccountId, OnceKey), i64>,
    changed: BTreeSet<(AccountId, InstrumentId)>,
    /// Index in `batch.answers` of the answer to a key of this batch.
    answered: HashMap<(AccountId, IdempotencyKey), usize>,
    never_held: Position,
    /// What the request being decided has unlocked so far.
    unlocked: Vec<UnlockView>,
    /// The quest of the day, if that request has completed it.
    quest_done: Option<QuestDone>,
    batch: Batch,
}

impl<'a> Desk<'a> {
    fn new(
        fetched: Fetched,
        done: HashMap<(AccountId, OnceKey), i64>,
        moment: Moment<'a>,
        rules: &'a VersionedRules,
    ) -> Self {
        // A player has one progress even if two accounts remember different ones. The store
        // then detects the conflict, and both are fetched.
        let players = fetched
            .accounts
            .iter()
            .map(|(id, account)| (id.player, OpenPlayer::new(account)))
            .collect();
        let open = |record: AccountRecord| OpenAccount {
            expected_version: record.head.version,
            record,
            events: Vec::new(),
        };
        Self {
            moment,
            rules,
            accounts: fetched
                .accounts
                .into_iter()
                .map(|(id, account)| (id, open(account.record)))
                .collect(),
            players,
            positions: fetched.positions,
            earlier: fetched.answers,
            done,
            changed: BTreeSet::new(),
            answered: HashMap::new(),
            never_held: Position::default(),
            unlocked: Vec::new(),
            quest_done: None,
            batch: Batch::default(),
        }
    }

    fn decide(&mut self, request: &Request<'_>) -> Outcome {
        self.unlocked.clear();
        self.quest_done = None;
        match request.ask {
            Ask::Place(order) => self.decide_new(request, order),
            Ask::PlaceBasket(basket) => self.decide_basket(request, basket),
            Ask::Cancel(record) => self.decide_open(request, record, true),
            Ask::Settle(record) => self.decide_open(request, record, false),
            Ask::Post(post) => {
                // Pending corporate actions on the shares come before a posting on them, if possible.
                if let Some(instrument) = post.posting.instrument() {
                    self.catch_up(request, instrument);
                }
                self.decide_post(request, post)
            }
            Ask::Invest(invest) => self.decide_invest(request, invest),
            Ask::Award(award) => self.decide_award(request.account, award),
            Ask::Apply(action) => self.decide_apply(request, action),
        }
    }

    /// The answer given under a key, in this batch or earlier.
    fn known(&self, name: &(AccountId, IdempotencyKey)) -> Option<&AnsweredOrder> {
        let index = self.answered.get(name);
        let in_batch = index.and_then(|index| self.batch.answers.get(*index));
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
        self.note_order(request.account, &view, false);
        self.answered.insert(name, self.batch.answers.len());
        let answer = AnsweredOrder {
            fingerprint,
            view: view.clone(),
        };
        self.batch.answers.push((request.account, answer));
        Outcome::answer(view)
    }

    /// Fills an order, lets it rest or rejects it. `None` if there is no such account.
    fn first_answer(&mut self, request: &Request<'_>, order: &Order) -> Option<OrderView> {
        let (instrument, mut quote) = find_quote(request.snapshot, order);
        let id = request.account;
        if instrument.is_some_and(|instrument| !self.catch_up(request, instrument)) {
            // No quote until every price and number of shares has been adjusted.
            quote = None;
        }
        let placement = place(order, self.situation(request, instrument, quote)?);
        let head = self.accounts.get(&id)?.record.head;
        let words = words(order, request.salt);
        let reason = words.as_ref().map(Words::digest);
        match placement {
            Err(rejection) => Some(rejected(order, rejection, self.moment.now)),
            Ok(Placement::Filled(mut execution)) => {
                // An execution needs a quote, and a quote needs an instrument.
                let instrument = instrument?;
                execution.marks.branch = branch(request.snapshot, instrument);
                let entry = head.executed(&execution, instrument, order, reason);
                let view = filled(order, &execution);
                let year = market_year(request.snapshot);
                self.write_execution(id, instrument, entry, words, execution, year);
                Some(self.with_unlocked(id.player, view))
            }
            Ok(Placement::Rests(rest)) => {
                let instrument = instrument?;
                let entry = head.reserved(instrument, &rest.resting, reason);
                let view = OrderView::resting(&rest.resting);
                let sets_shares_aside = !rest.resting.reserve.quantity.is_zero();
                let position = sets_shares_aside.then_some(rest.position);
                let salt = words.as_ref().map(|words| words.salt);
                self.write(id, Some(instrument), entry, words, rest.account, position);
                self.batch.rested.push(RestingRecord {
                    account: id,
                    instrument,
                    resting: rest.resting,
                    salt,
                });
                Some(self.with_unlocked(id.player, view))
            }
        }
    }

    /// The facts on which an order is decided. `None` if there is no such account.
    fn situation<'s>(
        &'s self,
        request: &Request<'s>,
        instrument: Option<InstrumentId>,
        quote: Option<&'s Quote>,
    ) -> Option<Situation<'s>> {
        let account = self.accounts.get(&request.account)?;
        let player = self.players.get(&request.account.player)?;
        Some(Situation {
            account: &account.record.account,
            position: self.position(request.account, instrument),
            xp: player.xp(),
            quote,
            category: instrument.and_then(|instrument| category(request.snapshot, instrument)),
            game: request.game,
            xp_rules: &self.rules.rules,
            traded: player.progress().traded,
            now: self.moment.now,
        })
    }

    fn position(&self, account: AccountId, instrument: Option<InstrumentId>) -> &Position {
        let known = instrument.and_then(|instrument| self.positions.get(&(account, instrument)));
        known.unwrap_or(&self.never_held)
    }
}
