//! The worker: takes due jobs while it has room, and makes sure that each ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::kind::Registry;
use super::queue::Queue;
use super::running::{LEASE_S, Running};
use super::schedule::Schedules;
use super::share::Share;
use crate::config::JobsConfig;
use crate::store::StoreResult;
use crate::store::jobs::{ClaimRequest, JobRecord};

/// Runs the jobs of a queue.
#[derive(Debug)]
pub struct Worker {
    queue: Queue,
    registry: Registry,
    at_once: usize,
    poll: Duration,
    schedules: Schedules,
    share: Share,
    running: JoinSet<String>,
    /// Running jobs, by kind.
    counts: HashMap<String, usize>,
}

/// The worker's task.
#[derive(Debug)]
pub struct WorkerTask {
    closing: DropGuard,
    task: JoinHandle<()>,
}

impl WorkerTask {
    /// Claims nothing more, asks running jobs to stop, and releases those that have not stopped after ten
    /// seconds.
    pub async fn shutdown(self) {
        drop(self.closing);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker of jobs");
        }
    }
}

impl Worker {
    /// Starts running jobs of these kinds.
    #[must_use]
    pub fn start(queue: Queue, registry: Registry, config: &JobsConfig) -> WorkerTask {
        let worker = Self {
            queue,
            registry,
            at_once: config.at_once,
            poll: Duration::from_millis(config.poll_ms),
            schedules: Schedules::default(),
            share: Share::default(),
            running: JoinSet::new(),
            counts: HashMap::new(),
        };
        let closing = CancellationToken::new();
        let task = tokio::spawn(worker.run(closing.clone()));
        WorkerTask {
            closing: closing.drop_guard(),
            task,
        }
    }

    async fn run(mut self, closing: CancellationToken) {
        self.take_back().await;
        loop {
            let (store, clock) = (self.queue.store(), self.queue.clock());
            let due = self
                .schedules
                .enqueue_due(&**store, &self.registry, &**clock);
            due.await;
            self.fill(&closing).await;
            // Jitter, so that servers that started together do not poll together.
            let beside = self.queue.clock().draw(self.poll.as_micros() as u64 / 4);
            tokio::select! {
                biased;
                () = closing.cancelled() => break,
                Some(ended) = self.running.join_next() => self.ended(ended.ok()),
                () = self.queue.woken() => {}
                () = tokio::time::sleep(self.poll + Duration::from_micros(beside)) => {}
            }
        }
        while let Some(ended) = self.running.join_next().await {
            self.ended(ended.ok());
        }
    }

    /// Makes due what this server was working on when it was killed. If that fails, the leases end by
    /// themselves.
    async fn take_back(&self) {
        let Some(server) = self.queue.server() else {
            return;
        };
        let now = self.queue.clock().now();
        match self.queue.store().take_back_jobs(server, now).await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "jobs that were interrupted are due again"),
            Err(error) => tracing::warn!(%error, "interrupted jobs wait until their leases end"),
        }
    }

    fn ended(&mut self, kind: Option<String>) {
        if let Some(count) = kind.and_then(|kind| self.counts.get_mut(&kind)) {
            *count = count.saturating_sub(1);
        }
        if self.running.is_empty() {
            // A task that panicked outside its kind's code cannot report which job it ran.
            self.counts.clear();
        }
    }

    /// Claims until there is no room or nothing is due.
    async fn fill(&mut self, closing: &CancellationToken) {
        while self.running.len() < self.at_once && !closing.is_cancelled() {
            let job = match self.claim().await {
                Ok(Some(job)) => job,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "no job could be claimed");
                    return;
                }
            };
            let kind = job.kind.clone();
            *self.counts.entry(kind.clone()).or_default() += 1;
            let running = Running::new(
                Arc::clone(self.queue.store()),
                Arc::clone(self.queue.clock()),
                self.registry.limits_of(&kind),
                job,
            );
            let (registry, closing) = (self.registry.clone(), closing.clone());
            self.running.spawn(async move {
                running.supervise(&registry, closing).await;
                kind
            });
        }
    }

    async fn claim(&mut self) -> StoreResult<Option<JobRecord>> {
        let count = |kind: &str| self.counts.get(kind).copied().unwrap_or(0);
        let has_room = self.registry.limits();
        let kinds: Vec<_> = has_room
            .filter(|(kind, limits)| count(kind) < limits.at_once)
            .map(|(kind, _)| kind)
            .collect();
        if kinds.is_empty() {
            return Ok(None);
        }
        // A turn counts only if it took a job.
        let mut share = self.share.clone();
        let now = self.queue.clock().now();
        let request = ClaimRequest {
            kinds: &kinds,
            first: share.next_first(),
            now,
            lease_until: now.plus_seconds(LEASE_S),
            holder: self.queue.server(),
        };
        let claimed = self.queue.store().claim_job(&request).await?;
        if claimed.is_some() {
            self.share = share;
        }
        Ok(claimed)
    }
}
