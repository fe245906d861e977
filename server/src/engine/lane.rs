//! A lane of the engine: takes the orders that have arrived, decides them as one batch, makes it
//! durable, and only then answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::progress::{Achievements, Quests};
use domain::{InstrumentId, Order, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::commit::{Committed, Listeners, commit};
use super::decide::{Decided, Moment, Request, decide, known_actions};
use super::memory::Memory;
use super::reply::{fail, fail_by_store};
use super::rules::XpRuleBook;
use super::{Submission, Task};
use crate::clock::Clock;
use crate::config::EngineConfig;
use crate::market::{Market, Snapshot};
use crate::store::{MarketAction, OnceKey, OrderLookup, OrderStore, Outcomes, StoreResult};

/// Retries of the orders of an account that another server changed meanwhile.
const RETRIES_MAX: u32 = 3;
const BACKOFF_MS: u64 = 4;

/// What a lane works with.
#[derive(Debug)]
pub(super) struct Lane {
    store: Arc<dyn OrderStore>,
    clock: Arc<dyn Clock>,
    rules: Arc<XpRuleBook>,
    listeners: Listeners,
    batch_max: usize,
    memory: Memory,
    achievements: &'static Achievements,
    /// The earliest instant of the next batch: later than every earlier one, even if the clock is set
    /// back or stands still.
    earliest: Timestamp,
    /// Identifies this lane among those of all servers and restarts.
    id: i64,
    /// The number of its latest batch.
    seq: i64,
}

impl Lane {
    pub(super) fn new(
        store: Arc<dyn OrderStore>,
        clock: Arc<dyn Clock>,
        rules: Arc<XpRuleBook>,
        listeners: Listeners,
        config: &EngineConfig,
        accounts_max: usize,
        achievements: &'static Achievements,
    ) -> Self {
        Self {
            id: draw_id(&*clock),
            seq: 0,
            store,
            clock,
            rules,
            listeners,
            batch_max: config.batch_max.max(1),
            memory: Memory::new(accounts_max),
            achievements,
            earliest: Timestamp::default(),
        }
    }

    /// Runs until the engine closes and the queue is empty. A batch is what arrived while the previous
    /// one was being written, so an idle lane adds no delay.
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Submission>,
        closing: CancellationToken,
    ) {
        let mut open = true;
        loop {
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                () = closing.cancelled(), if open => {
                    // What is already in the queue is still received, then nothing more.
                    queue.close();
                    open = false;
                    continue;
                }
                received = queue.recv_many(&mut batch, self.batch_max) => if received == 0 {
                    return;
                },
            }
            self.execute(batch).await;
        }
    }

    /// Executes a batch, and retries the orders that lost to another server.
    async fn execute(&mut self, batch: Vec<Submission>) {
        let mut losers = self.attempt(batch).await;
        for retry in 0..RETRIES_MAX {
            if losers.is_empty() {
                return;
            }
            let longest = BACKOFF_MS << retry;
            let backoff_ms = self.clock.draw(longest).saturating_add(1);
            tokio::time::sleep(Duration::from_millis(backoff_ms)).await;
            losers = self.attempt(losers).await;
        }
        if let Some(loser) = losers.first() {
            tracing::warn!(account = %loser.account, orders = losers.len(), "orders kept losing to another server");
            fail(losers, "the account is being changed by another server");
        }
    }

    /// Decides a batch, writes it and answers. Returns the orders of accounts that another server
    /// changed meanwhile.
    async fn attempt(&mut self, batch: Vec<Submission>) -> Vec<Submission> {
        let start = Instant::now();
        let decided = match self.decide(&batch).await {
            Ok(decided) => {
                let counts = &self.listeners.counts;
                counts.decided(batch.len(), start.elapsed());
                decided
            }
            Err(error) => {
                fail_by_store(batch, &error, "orders could not be prepared");
                return Vec::new();
            }
        };
        let accounts: Vec<_> = batch.iter().map(|one| one.account).collect();
        let (store, listeners) = (Arc::clone(&self.store), self.listeners.clone());
        match commit(store, listeners, batch, decided).await {
            Some(Committed {
                written,
                lost,
                losers,
            }) => {
                self.memory.written(&written);
                for account in lost {
                    self.memory.forget(account);
                }
                losers
            }
            // It may or may not have been written.
            None => {
                for account in accounts {
                    self.memory.forget(account);
                }
                self.begin_anew();
                Vec::new()
            }
        }
    }

    /// Continues under a new id, so that no batch of this lane follows one in doubt: the feed delivers
    /// a lane's batches in order, and the one in doubt may turn out to be written at any time.
    fn begin_anew(&mut self) {
        if self.seq > 0 {
            self.listeners.publisher.doubt(self.id, self.seq);
        }
        self.id = draw_id(&*self.clock);
        self.seq = 0;
    }

    async fn decide(&mut self, batch: &[Submission]) -> StoreResult<Decided> {
        for submission in batch {
            if submission.task.is_decided_afresh() {
                self.memory.forget(submission.account);
            }
        }
        let prices = Prices::of(batch);
        let (lookups, askers): (Vec<_>, Vec<_>) = batch
            .iter()
            .flat_map(|one| lookups(one, prices.of_one(one)).map(move |lookup| (lookup, one)))
            .unzip();
        let (mut touched, unknown) = self.memory.recall(&lookups);
        self.listeners.counts.recalled(lookups.len(), unknown.len());
        if !unknown.is_empty() {
            let fetched = self.store.fetch_for_orders(&unknown).await?;
            self.memory.learn(&unknown, &fetched);
            touched.extend(fetched);
        }
        let mut once: Vec<_> = batch
            .iter()
            .filter_map(|one| Some((one.account, one.task.once_key()?)))
            .collect();
        once.extend(lookups.iter().zip(askers).flat_map(|(lookup, one)| {
            let instrument = lookup.instrument;
            let coming = instrument.map(|instrument| known_actions(prices.of_one(one), instrument));
            let key = |action: &MarketAction| (one.account, OnceKey::Posting(action.key()));
            coming.into_iter().flatten().map(key).collect::<Vec<_>>()
        }));
        let done = if once.is_empty() {
            HashMap::new()
        } else {
            self.store.find_done(&once).await?
        };
        // Prices and time are taken after the fetch, so that they are as fresh as possible.
        let prices = Prices::of(batch);
        let now = self.earliest.max(self.clock.now());
        let rules = self.rules.effective(now);
        let requests: Vec<Request<'_>> = batch
            .iter()
            .map(|one| Request::of(one, prices.of_one(one), self.salt(), &rules))
            .collect();
        let mut decided = decide(
            touched,
            done,
            &requests,
            Moment {
                levels: rules.levels(),
                now,
                achievements: self.achievements,
                quests: Quests::standard(),
            },
        );
        self.earliest = decided.until;
        self.number(&mut decided, now);
        Ok(decided)
    }

    /// Random bytes, drawn from the clock so that a simulated run is reproducible.
    fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        for half in salt.as_chunks_mut::<8>().0 {
            *half = self.clock.draw(u64::MAX).to_be_bytes();
        }
        salt
    }

    /// Gives a batch its number within the lane if it is to be published to the feed.
    fn number(&mut self, decided: &mut Decided, now: Timestamp) {
        let told = std::mem::take(&mut decided.told);
        if told.is_empty() {
            return;
        }
        self.seq = self.seq.saturating_add(1);
        decided.batch.outcomes = Some(Outcomes {
            lane: self.id,
            seq: self.seq,
            at: now,
            accounts: told,
        });
    }
}

/// Draws an id for a lane, unique among those of all servers and restarts.
fn draw_id(clock: &dyn Clock) -> i64 {
    i64::try_from(clock.draw(i64::MAX.unsigned_abs())).unwrap_or(0)
}

/// The prices of a batch: one snapshot per market, so that all orders on it see the same prices.
#[derive(Debug)]
struct Prices(Vec<(Arc<Market>, Arc<Snapshot>)>);

impl Prices {
    fn of(batch: &[Submission]) -> Self {
        let mut prices: Vec<(Arc<Market>, Arc<Snapshot>)> = Vec::new();
        for submission in batch {
            let market = &submission.game.market;
            if !prices.iter().any(|(known, _)| Arc::ptr_eq(known, market)) {
                prices.push((Arc::clone(market), market.snapshot()));
            }
        }
        Self(prices)
    }

    /// The prices for one submission of the batch.
    fn of_one(&self, submission: &Submission) -> &Snapshot {
        let market = &submission.game.market;
        let mut known = self.0.iter();
        let found = known.find(|(known, _)| Arc::ptr_eq(known, market));
        &found
            .expect("the market of every order of the batch is there")
            .1
    }
}

/// What a submission touches: one lookup for each of its orders, or one if it has none.
fn lookups<'a>(
    submission: &'a Submission,
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = OrderLookup> + 'a {
    let Submission { account, task, .. } = submission;
    let orders = task.orders();
    let of_order = |order: &'a Order| OrderLookup {
        account: *account,
        instrument: instrument(task, Some(order), snapshot),
        key: Some(order.key().clone()),
    };
    let without_order = orders.is_empty().then(|| OrderLookup {
        account: *account,
        instrument: instrument(task, None, snapshot),
        key: None,
    });
    orders.iter().map(of_order).chain(without_order)
}

/// A resting order knows its instrument, whatever its market lists now.
fn instrument(task: &Task, order: Option<&Order>, snapshot: &Snapshot) -> Option<InstrumentId> {
    match task {
        Task::Place(_) | Task::PlaceBasket(_) => {
            let found = snapshot.catalogue.find(order?.symbol());
            found.map(|(_, found)| found.id)
        }
        Task::Cancel(record) | Task::Settle(record) => Some(record.instrument),
        Task::Post(post) => post.posting.instrument(),
        Task::Invest(invest) => Some(invest.investment.instrument),
        Task::Apply(action) => Some(action.instrument),
        Task::Award(_) => None,
    }
}
