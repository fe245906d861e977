//! Metrics of the engine's batches.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::sync::mpsc;

use super::Engine;
use crate::metrics::CacheCounts;

/// Upper bounds of the buckets for a batch's size.
const SIZES: [f64; 8] = [1.0, 2.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0];
/// Upper bounds of the buckets for seconds.
const SECONDS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5,
];

/// Counters of all lanes. Clones share them.
#[derive(Debug, Clone)]
pub struct EngineCounts {
    /// Submissions in a batch.
    batch_size: Histogram,
    /// From the first look at a batch to its decision.
    decide_seconds: Histogram,
    /// From the decision to its answers.
    commit_seconds: Histogram,
    /// Batches that may or may not have been written.
    failed: Counter,
    /// Submissions that lost to another server.
    lost: Counter,
    /// Submissions that found the queue full.
    refused: Counter,
    /// Entries appended to the ledger.
    entries: Counter,
    /// Look-ups of accounts and positions for orders.
    accounts: CacheCounts,
}

impl Default for EngineCounts {
    fn default() -> Self {
        Self {
            batch_size: Histogram::new(SIZES),
            decide_seconds: Histogram::new(SECONDS),
            commit_seconds: Histogram::new(SECONDS),
            failed: Counter::default(),
            lost: Counter::default(),
            refused: Counter::default(),
            entries: Counter::default(),
            accounts: CacheCounts::default(),
        }
    }
}

impl EngineCounts {
    /// Registers them for scraping.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("engine");
        for (name, help, histogram) in [
            (
                "batch_size",
                "Submissions that a batch took",
                &self.batch_size,
            ),
            (
                "decide_seconds",
                "Time to fetch and decide a batch",
                &self.decide_seconds,
            ),
            (
                "commit_seconds",
                "Time to make a batch durable",
                &self.commit_seconds,
            ),
        ] {
            registry.register(name, help, histogram.clone());
        }
        for (name, help, counter) in [
            (
                "batches_failed",
                "Batches that the store failed to write",
                &self.failed,
            ),
            (
                "submissions_lost",
                "Submissions retried because another server was faster",
                &self.lost,
            ),
            (
                "submissions_refused",
                "Submissions that found the queue full",
                &self.refused,
            ),
            (
                "ledger_entries",
                "Entries appended to the ledger",
                &self.entries,
            ),
        ] {
            registry.register(name, help, counter.clone());
        }
        let (hits, misses) = ("accounts_cache_hits", "accounts_cache_misses");
        self.accounts.register(registry, hits, misses);
    }

    pub(super) fn recalled(&self, all: usize, misses: usize) {
        self.accounts.count(all, misses);
    }

    pub(super) fn decided(&self, size: usize, took: Duration) {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.batch_size.observe(size.into());
        self.decide_seconds.observe(took.as_secs_f64());
    }

    pub(super) fn committed(&self, entries: usize, lost: usize, took: Duration) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.entries.inc_by(entries.try_into().unwrap_or(u64::MAX));
        self.lost.inc_by(lost.try_into().unwrap_or(u64::MAX));
    }

    pub(super) fn failed(&self) {
        self.failed.inc();
    }

    pub(super) fn refused(&self) {
        self.refused.inc();
    }
}

impl Engine {
    /// What all lanes count.
    #[must_use]
    pub fn counts(&self) -> &EngineCounts {
        &self.counts
    }

    /// How many submissions wait, and how many may.
    #[must_use]
    pub fn queue(&self) -> (usize, usize) {
        let max: usize = self.lanes.iter().map(mpsc::Sender::max_capacity).sum();
        let room: usize = self.lanes.iter().map(mpsc::Sender::capacity).sum();
        (max.saturating_sub(room), max)
    }
}
