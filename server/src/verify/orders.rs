//! Answers to orders, compared with the entries that the orders made.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::api::{OrderStatus, OrderView};
use domain::{
    AccountId, Fact, IdempotencyKey, LedgerEntry, ReleaseCause, Replay, Side, Symbol, Timestamp,
    Trade,
};

use super::Damage;
use super::audit::Audit;
use super::past::Past;
use crate::engine::fingerprint;
use crate::store::{RestingRecord, StoreResult, StoredAnswer};

/// What ended an order, by its entry.
#[derive(Debug)]
pub(super) struct Ended {
    seq: i64,
    at: Timestamp,
    end: End,
}

#[derive(Debug)]
enum End {
    Filled(Side, Trade),
    Released(ReleaseCause),
}

/// Entries that ended an order, by its key.
pub(super) type EndedOrders = HashMap<IdempotencyKey, Ended>;

/// Orders that rest, as they are stored, and those of them of which no answer has said so yet.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    replay: &'a Replay,
    stored: HashMap<&'a IdempotencyKey, &'a RestingRecord>,
    unanswered: BTreeSet<&'a IdempotencyKey>,
    /// Entries that hosts and jobs have posted: they end orders without an answer.
    posted: BTreeSet<i64>,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(
        stored: &'a [RestingRecord],
        replay: &'a Replay,
        posted: BTreeSet<i64>,
    ) -> Self {
        let stored: HashMap<_, _> = stored.iter().map(|record| (record.key(), record)).collect();
        let rests = |key: &&IdempotencyKey| stored.contains_key(*key);
        Self {
            unanswered: replay.open.keys().filter(rests).collect(),
            stored,
            replay,
            posted,
        }
    }

    /// What is wrong with an answer that says that its order waits.
    fn check(&mut self, answer: &StoredAnswer) -> Option<Damage> {
        let key = answer.key.clone();
        let Some(open) = self.replay.open.get(&answer.key) else {
            return Some(Damage::AnswerWaits { key });
        };
        self.unanswered.remove(&answer.key);
        let record = self.stored.get(&answer.key)?;
        let mut resting = record.resting.clone();
        // The stored reserve has been compared with the ledger's already.
        resting.reserve = open.reserve;
        // What placing it unlocked is told by the answer and the awards, not by the order.
        let expected = OrderView {
            unlocked: answer.view.unlocked.clone(),
            quest: answer.view.quest.clone(),
            xp_after: answer.view.xp_after,
            ..OrderView::resting(&resting)
        };
        // The reason is in no answer, but in the fingerprint of what was asked for.
        let is_same = answer.fingerprint == fingerprint(&record.resting.order);
        (expected != answer.view || !is_same).then_some(Damage::OpenOrderAnswer { key })
    }

    /// Orders that rest without an answer that says so.
    pub(super) fn unanswered(self) -> impl Iterator<Item = Damage> {
        let keys = self.unanswered.into_iter();
        keys.map(|key| Damage::OpenOrderWithoutAnswer { key: key.clone() })
    }
}

impl Audit<'_> {
    /// Notes an entry that ended an order.
    pub(super) fn collect(
        &mut self,
        account: AccountId,
        entry: &LedgerEntry,
        pass: Pass,
        ended: &mut EndedOrders,
    ) {
        let (key, end) = match &entry.fact {
            Fact::Bought(trade) => (&trade.key, End::Filled(Side::Buy, trade.clone())),
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
                (&trade.key, End::Filled(Side::Sell, trade.clone()))
            }
            Fact::Released { key, cause, .. } => (key, End::Released(*cause)),
            _ => return,
        };
        if !pass.takes(key) {
            return;
        }
        let (seq, at) = (entry.seq, entry.at);
        if ended.contains_key(key) {
            let key = key.clone();
            self.find(account, Damage::EntryRepeated { seq, key });
        } else {
            ended.insert(key.clone(), Ended { seq, at, end });
        }
    }

    /// Takes the answers out of the entries by order; what is left on either side is wrong.
    pub(super) async fn compare_orders(
        &mut self,
        account: AccountId,
        pass: Pass,
        mut ended: EndedOrders,
        waiting: &mut Waiting<'_>,
        past: &mut Past,
    ) -> StoreResult<()> {
        let mut after: Option<IdempotencyKey> = None;
        loop {
            let limit = self.limits.page;
            let page = self
                .snapshot
                .list_answers(account, after.as_ref(), limit)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            for answer in page.iter().filter(|answer| pass.takes(&answer.key)) {
                let entry = ended.remove(&answer.key);
                self.compare_answer(account, answer, entry, waiting, past)
                    .await?;
            }
        }
        self.without_answer(account, ended, &waiting.posted);
        Ok(())
    }

    async fn compare_answer(
        &mut self,
        account: AccountId,
        answer: &StoredAnswer,
        entry: Option<Ended>,
        waiting: &mut Waiting<'_>,
        past: &mut Past,
    ) -> StoreResult<()> {
        let (view, key) = (&answer.view, answer.key.clone());
        let is_filled = view.status == OrderStatus::Filled;
        self.orders += u64::from(is_filled);
        if answer.filled != is_filled {
            self.find(account, Damage::FilledMark { key: key.clone() });
        }
        if view.idempotency_key != key || view.at != answer.at {
            self.find(account, Damage::AnswerColumns { key: key.clone() });
        }
        let Some(Ended { seq, at, end }) = entry else {
            self.find_all(account, without_entry(answer, waiting, past));
            return Ok(());
        };
        let fits = match (view.status, &end) {
            (OrderStatus::Filled, End::Filled(..)) => true,
            (status, End::Released(cause)) => says(*cause, status),
            (_, End::Filled(..)) => {
                self.find(account, Damage::EntryWithoutOrder { seq, key });
                return Ok(());
            }
        };
        if !fits {
            let status = view.status;
            self.find(account, Damage::AnswerStatus { key, seq, status });
            return Ok(());
        }
        let (order, entry) = (answer.at, at);
        if order != entry {
            let key = key.clone();
            self.find(
                account,
                Damage::OrderTime {
                    key,
                    order,
                    seq,
                    entry,
                },
            );
        }
        if let End::Filled(side, trade) = &end {
            let symbol = self.known.symbol(self.store, trade.instrument).await?;
            if let Some(what) = other_fill(view, *side, trade, symbol, at) {
                self.find(account, Damage::AnswerFill { key, seq, what });
            }
        }
        Ok(())
    }

    /// Entries that ended orders of which no answer knows. What a host or a job has posted has none.
    fn without_answer(&mut self, account: AccountId, ended: EndedOrders, posted: &BTreeSet<i64>) {
        let mut left: Vec<_> = ended
            .into_iter()
            .map(|(key, one)| (one.seq, key, one.end))
            .collect();
        left.sort_unstable_by_key(|(seq, ..)| *seq);
        for (seq, key, end) in left {
            match end {
                End::Filled(..) => self.find(account, Damage::EntryWithoutOrder { seq, key }),
                End::Released(_) if posted.contains(&seq) => {}
                End::Released(_) => self.find(account, Damage::ReleaseWithoutOrder { seq, key }),
            }
        }
    }
}

/// What is wrong with an answer whose order has ended in no entry that is in the database.
fn without_entry(
    answer: &StoredAnswer,
    waiting: &mut Waiting<'_>,
    past: &mut Past,
) -> Option<Damage> {
    let (key, status) = (answer.key.clone(), answer.view.status);
    match status {
        OrderStatus::Filled if past.takes(&answer.key, answer.at) => None,
        OrderStatus::Filled => Some(Damage::OrderWithoutEntry { key }),
        OrderStatus::Resting => waiting.check(answer),
        OrderStatus::Rejected => None,
        OrderStatus::Cancelled | OrderStatus::Expired if past.covers(answer.at) => None,
        OrderStatus::Cancelled | OrderStatus::Expired => {
            Some(Damage::AnswerWithoutEntry { key, status })
        }
    }
}

/// Whether an order that was released for a cause is answered so.
fn says(cause: ReleaseCause, status: OrderStatus) -> bool {
    match cause {
        ReleaseCause::Cancelled => status == OrderStatus::Cancelled,
        ReleaseCause::Expired => status == OrderStatus::Expired,
        ReleaseCause::Rejected => status == OrderStatus::Rejected,
        ReleaseCause::CorporateAction | ReleaseCause::NotAllocated => {
            !matches!(status, OrderStatus::Filled | OrderStatus::Resting)
        }
    }
}

/// The first thing that an answer says otherwise than its entry.
fn other_fill(
    view: &OrderView,
    side: Side,
    trade: &Trade,
    symbol: Option<Symbol>,
    at: Timestamp,
) -> Option<&'static str> {
    let Some(fill) = &view.fill else {
        return Some("fill");
    };
    [
        (fill.side == side && view.side == side, "side"),
        (
            Some(fill.symbol) == symbol && Some(view.symbol) == symbol,
            "instrument",
        ),
        (fill.quantity == trade.quantity, "quantity"),
        (fill.price == trade.price, "price"),
        (fill.fee == trade.fee, "fee"),
        (fill.cash_change == trade.cash_change, "change of cash"),
        (
            fill.cost_basis_change == trade.cost_basis_change,
            "change of the cost basis",
        ),
        (
            fill.realized_profit == trade.realized_profit,
            "realized profit",
        ),
        (fill.xp == trade.xp, "XP"),
        (fill.at == at, "time"),
    ]
    .into_iter()
    .find_map(|(same, what)| (!same).then_some(what))
}

/// One pass of several over an account's orders: each takes its part of the keys, so that the memory
/// it needs does not grow with the ledger.
#[derive(Clone, Copy)]
pub(super) struct Pass {
    pub(super) number: i64,
    pub(super) passes: i64,
}

impl Pass {
    fn takes(self, key: &IdempotencyKey) -> bool {
        if self.passes == 1 {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        // The upper half of the hash is a number that is never below zero.
        i64::try_from(hasher.finish() >> 1).is_ok_and(|hash| hash % self.passes == self.number)
    }
}
