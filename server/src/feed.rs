//! The feed: delivers every committed batch of every server once to each reader, in order per lane.
//!
//! A lane publishes a batch once it is durable. Readers in this process get it at once. The outbox,
//! which is written with the batch, is the source of truth: readers catch up from it, and the feed takes
//! from it the batches of other servers and those whose commit reported a failure although they were
//! written. There is no order between lanes.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::store::{Outcomes, Store, StoreResult};

mod publisher;

pub use publisher::Publisher;

/// Batches of a lane read per query.
const PAGE: u32 = 256;
/// Interval between polls of the outbox.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The feed of this server, and of all others on the same database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Feed {
    publisher: Publisher,
    store: Arc<dyn Store>,
}

/// Whose batches a feed takes from the outbox besides those in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Servers {
    /// No other server shares the database.
    Alone,
    /// Others may share it.
    Several,
}

impl Feed {
    /// The feed of a publisher's batches.
    #[must_use]
    pub fn new(publisher: Publisher, store: Arc<dyn Store>) -> Self {
        Self { publisher, store }
    }

    /// A reader of all batches from now on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn subscribe(&self) -> StoreResult<Reader> {
        // Subscribe first, then read each lane's position, so that nothing is missed in between.
        let batches = self.publisher.subscribe();
        let mut positions = HashMap::new();
        for lane in self.store.list_lanes().await? {
            positions.insert(lane, self.store.latest_outcome(lane).await?);
        }
        Ok(Reader {
            batches,
            positions,
            lagged: false,
            to_read: VecDeque::new(),
            held: Vec::new(),
            backlog: VecDeque::new(),
            store: Arc::clone(&self.store),
        })
    }

    /// Publishes from the outbox what no lane of this process publishes, until `closing`.
    pub async fn follow(self, servers: Servers, closing: CancellationToken) {
        let mut positions: HashMap<i64, i64> = HashMap::new();
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut first = true;
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = looks.tick() => {}
            }
            match self.look(servers, &mut positions, first).await {
                Ok(()) => first = false,
                Err(error) => tracing::warn!(%error, "the outbox cannot be read; will retry"),
            }
        }
    }

    /// Relays what has been written since the last poll. The first poll only records the positions of
    /// other servers' lanes.
    async fn look(
        &self,
        servers: Servers,
        positions: &mut HashMap<i64, i64>,
        first: bool,
    ) -> StoreResult<()> {
        let in_doubt = self.publisher.in_doubt();
        if servers == Servers::Alone && in_doubt.is_empty() {
            return Ok(());
        }
        let lanes = self.store.list_lanes().await?;
        positions.retain(|lane, _| lanes.contains(lane));
        for lane in lanes {
            let published = in_doubt.get(&lane).map(|seq| seq.saturating_sub(1));
            let of_others = servers == Servers::Several && !self.publisher.is_own(lane);
            if published.is_none() && !of_others {
                continue;
            }
            let known = positions.get(&lane).copied().or(published);
            let mut after = match known {
                Some(known) => known,
                None if first => self.store.latest_outcome(lane).await?,
                None => 0,
            };
            loop {
                positions.insert(lane, after);
                let page = self.store.list_outcomes(lane, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = last.seq;
                page.into_iter().for_each(|one| self.publisher.relay(one));
            }
        }
        self.publisher.settle(positions);
        Ok(())
    }
}

/// Reads the feed. It never misses a batch that is still in the outbox.
#[derive(Debug)]
pub struct Reader {
    batches: broadcast::Receiver<Arc<Outcomes>>,
    /// The latest batch of each lane that was read.
    positions: HashMap<i64, i64>,
    /// Whether batches have been lost, of any lane.
    lagged: bool,
    /// Lanes that may have lost batches, to be read from their positions on.
    to_read: VecDeque<i64>,
    /// Batches that arrived early; the earlier ones of their lane are being read.
    held: Vec<Arc<Outcomes>>,
    /// What was read and not yet handed out; at most a page plus what was held.
    backlog: VecDeque<Arc<Outcomes>>,
    store: Arc<dyn Store>,
}

impl Reader {
    /// The next batch. `None` once nothing more will be published. Cancel-safe: what was not handed out
    /// is read again.
    ///
    /// # Errors
    /// When the store fails while the reader catches up; the next call tries again.
    pub async fn next(&mut self) -> StoreResult<Option<Arc<Outcomes>>> {
        loop {
            if let Some(batch) = self.backlog.pop_front() {
                if self.is_new(&batch) {
                    return Ok(Some(batch));
                }
                continue;
            }
            if self.lagged || !self.to_read.is_empty() {
                self.read_outbox().await?;
                continue;
            }
            match self.batches.recv().await {
                Ok(batch) if self.leaves_gap(&batch) => {
                    self.to_read.push_back(batch.lane);
                    self.held.push(batch);
                }
                Ok(batch) if self.is_new(&batch) => return Ok(Some(batch)),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.lagged = true,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    fn position(&self, lane: i64) -> i64 {
        self.positions.get(&lane).copied().unwrap_or(0)
    }

    /// Whether earlier batches of its lane have not been read yet.
    fn leaves_gap(&self, batch: &Outcomes) -> bool {
        batch.seq > self.position(batch.lane).saturating_add(1)
    }

    /// Marks a batch as read. False if it was read before.
    fn is_new(&mut self, batch: &Outcomes) -> bool {
        let position = self.positions.entry(batch.lane).or_default();
        let new = batch.seq > *position;
        *position = batch.seq.max(*position);
        new
    }

    /// Reads the next page of what may have been lost. Cancel-safe: nothing changes before the store has
    /// answered.
    async fn read_outbox(&mut self) -> StoreResult<()> {
        if self.lagged {
            self.to_read = self.store.list_lanes().await?.into();
            self.lagged = false;
        }
        if let Some(lane) = self.to_read.front().copied() {
            let after = self.position(lane);
            let page = self.store.list_outcomes(lane, after, PAGE).await?;
            if page.is_empty() {
                self.to_read.pop_front();
            }
            self.backlog.extend(page.into_iter().map(Arc::new));
        }
        if self.to_read.is_empty() {
            self.backlog.extend(self.held.drain(..));
        }
        Ok(())
    }
}
