//! Players who trade all the time, at every server, and write down what they were told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::api::{ErrorCode, OrderRequest, OrderView};
use e2e::api::{CallError, Player};
use e2e::wait::until;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::outages::Outages;
use crate::figures::Latencies;
use crate::trades::plan::{Answer, Plan};

/// Orders that are under way at once.
const WORKERS: usize = 16;
/// Between two orders of a worker: a steady load that leaves the machine room for faults.
const THINKING: Duration = Duration::from_millis(15);
/// Before the same order is sent again.
const BEFORE_RETRY: Duration = Duration::from_millis(200);
/// An order that has no answer after so long, with all retries, is a failure.
const GIVE_UP: Duration = Duration::from_secs(90);
/// Of so many answered orders one is sent once more.
const REPEAT_EVERY: usize = 8;
/// And beside one of so many the account is looked at.
const READ_EVERY: usize = 4;
/// Complaints that are told in full.
const TOLD: usize = 20;

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Counts {
    /// Orders with an answer.
    pub answered: AtomicUsize,
    /// Orders whose first answer was none, or not yet one.
    pub doubtful: AtomicUsize,
    /// Of these, orders that had been decided all the same.
    pub decided: AtomicUsize,
    /// Answers of 503.
    pub unavailable: AtomicUsize,
    /// Answers of 504.
    pub timed_out: AtomicUsize,
    /// Requests to a killed server that got no answer.
    pub lost: AtomicUsize,
    /// Answered orders that were sent again and answered the same.
    pub repeated: AtomicUsize,
    /// Times that an account was looked at.
    pub read: AtomicUsize,
}

/// The load of a run.
#[derive(Debug)]
pub struct Traffic {
    shared: Arc<Shared>,
    workers: JoinSet<anyhow::Result<Vec<(usize, Answer)>>>,
}

#[derive(Debug)]
struct Shared {
    plan: Plan,
    players: Vec<Player>,
    addresses: Vec<String>,
    outages: Arc<Outages>,
    next: AtomicUsize,
    stop: AtomicBool,
    counts: Counts,
    /// What clients should never have been told, and how often they were.
    complaints: Mutex<BTreeMap<String, usize>>,
    /// How long orders took, with all retries.
    latencies: Mutex<Latencies>,
}

impl Traffic {
    /// Begins to trade at the servers of these addresses.
    #[must_use]
    pub fn start(
        plan: Plan,
        players: Vec<Player>,
        addresses: Vec<String>,
        outages: Arc<Outages>,
    ) -> Self {
        let shared = Arc::new(Shared {
            plan,
            players,
            addresses,
            outages,
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            counts: Counts::default(),
            complaints: Mutex::default(),
            latencies: Mutex::default(),
        });
        let mut workers = JoinSet::new();
        for worker in 0..WORKERS {
            workers.spawn(shared.clone().work(worker));
        }
        Self { shared, workers }
    }

    /// Waits for so many more answers for each worker; how long it took.
    ///
    /// # Errors
    /// When orders are not answered any more.
    pub async fn flows(&mut self, each: usize) -> anyhow::Result<Duration> {
        let begin = Instant::now();
        let answered = || self.shared.counts.answered.load(Ordering::Relaxed);
        let wanted = answered() + WORKERS * each;
        let workers = &mut self.workers;
        until("orders are answered", async || {
            // A worker ends before it is asked to only with what went wrong.
            if let Some(ended) = workers.try_join_next() {
                return Ok(Some(Err(match ended {
                    Ok(Err(error)) => error,
                    Ok(Ok(_)) => anyhow::anyhow!("a worker has stopped by itself"),
                    Err(error) => error.into(),
                })));
            }
            Ok((answered() >= wanted).then_some(Ok(())))
        })
        .await??;
        Ok(begin.elapsed())
    }

    /// Stops when every order has its answer; the answers of each player.
    ///
    /// # Errors
    /// When an order got none.
    pub async fn stop(&mut self) -> anyhow::Result<Vec<Vec<Answer>>> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut answers = vec![Vec::new(); self.shared.players.len()];
        while let Some(harvest) = self.workers.join_next().await {
            for (player, answer) in harvest?? {
                answers
                    .get_mut(player)
                    .context("every order has a player")?
                    .push(answer);
            }
        }
        Ok(answers)
    }

    /// Who trades.
    #[must_use]
    pub fn players(&self) -> &[Player] {
        &self.shared.players
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.shared.counts
    }

    /// How long orders took, with all retries, since this was last asked.
    #[must_use]
    pub fn take_latencies(&self) -> Latencies {
        std::mem::take(&mut *self.shared.latencies())
    }

    /// Fails with what clients should never have been told.
    ///
    /// # Errors
    /// When there is any of it.
    pub fn nobody_complains(&self) -> anyhow::Result<()> {
        let complaints = self.shared.complaints();
        ensure!(
            complaints.is_empty(),
            "{} answers that are neither one nor a clear \"try again\":\n{}",
            complaints.values().sum::<usize>(),
            complaints
                .iter()
                .take(TOLD)
                .map(|(complaint, count)| format!("{count} times {complaint}"))
                .collect::<Vec<_>>()
                .join("\n")
        );
        Ok(())
    }
}

impl Shared {
    async fn work(self: Arc<Self>, worker: usize) -> anyhow::Result<Vec<(usize, Answer)>> {
        let mut answers = Vec::new();
        while !self.stop.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (player, order) = self.plan.order(number)?;
            let sender = self
                .players
                .get(player)
                .context("every order has a player")?;
            let begin = Instant::now();
            let answer = self.insist(sender, &order, worker + number).await?;
            self.latencies().add(begin.elapsed());
            self.counts.answered.fetch_add(1, Ordering::Relaxed);
            if number.is_multiple_of(REPEAT_EVERY) {
                let again = self.insist(sender, &order, worker + number + 1).await?;
                ensure!(
                    again == answer,
                    "a repeat is answered {again:?}, and was answered {answer:?}"
                );
                self.counts.repeated.fetch_add(1, Ordering::Relaxed);
            }
            if number.is_multiple_of(READ_EVERY) {
                self.look(sender, worker + number).await?;
            }
            answers.push((player, answer));
            sleep(THINKING).await;
        }
        Ok(answers)
    }

    /// Sends one order, always under the same key, now to this server and then to that, until it
    /// is answered.
    async fn insist(
        &self,
        player: &Player,
        order: &OrderRequest,
        first: usize,
    ) -> anyhow::Result<Answer> {
        let begin = Instant::now();
        let mut decided = None;
        for attempt in first.. {
            let (server, sender) = self.at(player, attempt)?;
            let mark = self.outages.mark(server);
            let answer = match sender.place(order).await {
                Ok(view) => Answer::Filled(Box::new(view)),
                Err(CallError::Refused(error)) if error.rejection.is_some() => {
                    Answer::Rejected(order.idempotency_key.clone(), error.code)
                }
                Err(error) => {
                    self.judge("order", &order.idempotency_key, error, server, mark)?;
                    ensure!(
                        begin.elapsed() < GIVE_UP,
                        "order {} has no answer after {} s",
                        order.idempotency_key,
                        GIVE_UP.as_secs()
                    );
                    if attempt == first {
                        self.counts.doubtful.fetch_add(1, Ordering::Relaxed);
                    }
                    sleep(BEFORE_RETRY).await;
                    if decided.is_none() {
                        decided = self.decided(player, order, attempt + 1).await?;
                    }
                    continue;
                }
            };
            if let Some(decided) = decided {
                self.counts.decided.fetch_add(1, Ordering::Relaxed);
                ensure!(
                    decided == answer,
                    "decided {decided:?}, and the retry is answered {answer:?}"
                );
            }
            return Ok(answer);
        }
        bail!("attempts do not end")
    }

    /// What was decided of an order that got no answer, if anything was.
    async fn decided(
        &self,
        player: &Player,
        order: &OrderRequest,
        attempt: usize,
    ) -> anyhow::Result<Option<Answer>> {
        let (server, sender) = self.at(player, attempt)?;
        let mark = self.outages.mark(server);
        let key = &order.idempotency_key;
        match sender.get::<OrderView>(&format!("orders/{key}")).await {
            Ok(view) => Ok(Some(Answer::of(view))),
            Err(CallError::Refused(error)) if error.code == ErrorCode::NotFound => Ok(None),
            Err(error) => {
                self.judge("the order", key, error, server, mark)?;
                Ok(None)
            }
        }
    }

    async fn look(&self, player: &Player, attempt: usize) -> anyhow::Result<()> {
        let (server, sender) = self.at(player, attempt)?;
        let mark = self.outages.mark(server);
        self.counts.read.fetch_add(1, Ordering::Relaxed);
        match sender.summary().await {
            Ok(_) => Ok(()),
            Err(error) => self.judge("the summary", &"", error, server, mark),
        }
    }

    fn at(&self, player: &Player, attempt: usize) -> anyhow::Result<(usize, Player)> {
        let server = attempt % self.addresses.len().max(1);
        let address = self
            .addresses
            .get(server)
            .context("there is no server to trade at")?;
        Ok((server, player.at(address)))
    }

    /// Counts an error that a client can understand and come back from; complains of any other.
    fn judge(
        &self,
        what: &str,
        which: &dyn std::fmt::Display,
        error: CallError,
        server: usize,
        mark: u64,
    ) -> anyhow::Result<()> {
        let count = match &error {
            CallError::Refused(error) if error.code == ErrorCode::Unavailable => {
                &self.counts.unavailable
            }
            CallError::Refused(error) if error.code == ErrorCode::Timeout => &self.counts.timed_out,
            CallError::Lost(_) if self.outages.excuse(server, mark) => &self.counts.lost,
            CallError::Refused(refused) if refused.code.status() < 500 => {
                bail!("{what} {which}: {error}")
            }
            _ => {
                *self
                    .complaints()
                    .entry(format!("{what}: {error:?}"))
                    .or_default() += 1;
                return Ok(());
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn latencies(&self) -> MutexGuard<'_, Latencies> {
        self.latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn complaints(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.complaints
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
