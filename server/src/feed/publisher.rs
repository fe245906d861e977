//! The publisher: where lanes publish their batches.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use crate::store::Outcomes;

/// Batches that a reader may lag behind before it reads them from the outbox.
const BEHIND_MAX: usize = 1_024;
/// Maximum batches in doubt; the oldest are given up first.
const DOUBTS_MAX: usize = 4_096;
/// Polls of the outbox, at two a second, after which a batch in doubt counts as not written.
const LOOKS_MAX: u32 = 1_200;

/// Where lanes publish their batches. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Publisher {
    batches: broadcast::Sender<Arc<Outcomes>>,
    lanes: Arc<Mutex<Lanes>>,
}

#[derive(Debug, Default)]
struct Lanes {
    /// Lanes that publish here, which need no polling.
    own: HashSet<i64>,
    in_doubt: VecDeque<Doubt>,
}

/// The last batch of a lane, which may or may not have been written.
#[derive(Debug)]
struct Doubt {
    lane: i64,
    seq: i64,
    looks: u32,
}

impl Default for Publisher {
    fn default() -> Self {
        Self {
            batches: broadcast::Sender::new(BEHIND_MAX),
            lanes: Arc::default(),
        }
    }
}

impl Publisher {
    /// Publishes a committed batch.
    pub fn publish(&self, outcomes: Outcomes) {
        self.lanes().own.insert(outcomes.lane);
        self.relay(outcomes);
    }

    /// Ends a lane whose last batch may or may not have been written. The batch is published if the outbox
    /// turns out to have it.
    pub fn doubt(&self, lane: i64, seq: i64) {
        let mut lanes = self.lanes();
        lanes.own.remove(&lane);
        if lanes.in_doubt.len() >= DOUBTS_MAX {
            lanes.in_doubt.pop_front();
        }
        let looks = 0;
        lanes.in_doubt.push_back(Doubt { lane, seq, looks });
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<Outcomes>> {
        self.batches.subscribe()
    }

    pub(crate) fn relay(&self, outcomes: Outcomes) {
        // An error means that nobody is reading now.
        self.batches.send(Arc::new(outcomes)).ok();
    }

    pub(crate) fn is_own(&self, lane: i64) -> bool {
        self.lanes().own.contains(&lane)
    }

    /// The number of batches in doubt.
    pub(crate) fn doubts(&self) -> usize {
        self.lanes().in_doubt.len()
    }

    /// The number of the batch in doubt, by lane.
    pub(super) fn in_doubt(&self) -> HashMap<i64, i64> {
        let lanes = self.lanes();
        let doubts = lanes.in_doubt.iter();
        doubts.map(|doubt| (doubt.lane, doubt.seq)).collect()
    }

    /// Called after a poll of the outbox: forgets what was found in it, and what has been polled for long
    /// enough.
    pub(super) fn settle(&self, found: &HashMap<i64, i64>) {
        self.lanes().in_doubt.retain_mut(|doubt| {
            doubt.looks = doubt.looks.saturating_add(1);
            found.get(&doubt.lane).is_none_or(|seq| *seq < doubt.seq) && doubt.looks < LOOKS_MAX
        });
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // No change is half done at any point where it could panic.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
