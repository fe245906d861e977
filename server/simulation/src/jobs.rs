//! Jobs in the simulation: a queue in memory that keeps the rules of the databases' queues, takes its
//! time and fails; and workers whose servers are killed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use domain::Timestamp;
use server::store::jobs::{
    Claim, ClaimRequest, Ending, Enqueued, JobCount, JobFilter, JobId, JobRecord, JobState,
    JobStore, NewJob, Progress, Retried,
};
use server::store::{StoreError, StoreResult};

use crate::Chance;
use crate::store::Life;

mod faults;
mod tests;

#[derive(Debug, Default)]
struct Rows {
    jobs: BTreeMap<JobId, JobRecord>,
    schedules: BTreeMap<String, Timestamp>,
}

/// The queue that all servers share.
#[derive(Debug, Clone, Default)]
pub struct JobWorld(Arc<Mutex<Rows>>);

impl JobWorld {
    fn lock(&self) -> MutexGuard<'_, Rows> {
        // There is only one thread.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The jobs that are there.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobRecord> {
        self.lock().jobs.values().cloned().collect()
    }
}

impl Rows {
    fn with_key(&self, kind: &str, key: Option<&str>) -> Option<JobId> {
        let key = key?;
        self.jobs
            .values()
            .find(|job| {
                job.state == JobState::Ready && job.kind == kind && job.key.as_deref() == Some(key)
            })
            .map(|job| job.id)
    }

    fn enqueue(&mut self, new: &NewJob) -> Enqueued {
        if let Some(existing) = self.with_key(&new.kind, new.key.as_deref()) {
            return Enqueued::Existing(existing);
        }
        let new = new.clone();
        let record = JobRecord {
            id: new.id,
            kind: new.kind,
            key: new.key,
            payload: new.payload,
            version: new.version,
            priority: new.priority,
            state: JobState::Ready,
            run_at: new.run_at,
            attempts: 0,
            max_attempts: new.max_attempts,
            token: 0,
            created_at: new.created_at,
            started_at: None,
            ended_at: None,
            progress: Progress::default(),
            last_error: None,
            result: None,
        };
        self.jobs.insert(record.id, record);
        Enqueued::New(new.id)
    }

    fn claim(&mut self, request: &ClaimRequest<'_>) -> Option<JobRecord> {
        let due = self.jobs.values_mut().filter(|job| {
            job.state == JobState::Ready
                && job.run_at <= request.now
                && request.kinds.contains(&job.kind.as_str())
        });
        let next = due.min_by_key(|job| {
            let is_other = job.priority != request.first;
            (is_other, job.priority, job.run_at, job.id)
        })?;
        next.run_at = request.lease_until;
        next.attempts += 1;
        next.token += 1;
        next.started_at = Some(request.now);
        Some(next.clone())
    }

    fn claimed(&mut self, claim: Claim) -> Option<&mut JobRecord> {
        let job = self.jobs.get_mut(&claim.job)?;
        (job.token == claim.token && job.started_at.is_some()).then_some(job)
    }

    fn end(&mut self, claim: Claim, ending: &Ending, now: Timestamp) -> bool {
        let Some(job) = self.claimed(claim) else {
            return false;
        };
        job.started_at = None;
        match ending {
            Ending::Finished { result: None } => {
                self.jobs.remove(&claim.job);
            }
            Ending::Finished { result } => {
                job.state = JobState::Finished;
                job.ended_at = Some(now);
                job.result.clone_from(result);
            }
            Ending::Retry { at, error } => {
                job.run_at = *at;
                job.last_error = Some(error.clone());
            }
            Ending::Dead { error } => {
                job.state = JobState::Dead;
                job.ended_at = Some(now);
                job.last_error = Some(error.clone());
            }
            Ending::Released { at } => {
                job.run_at = *at;
                job.attempts -= 1;
            }
        }
        true
    }
}

/// One server's way to the queue.
#[derive(Debug)]
pub(crate) struct SimulatedJobs {
    world: JobWorld,
    /// None: nothing takes time or fails.
    chance: Option<Chance>,
    life: Life,
}

impl SimulatedJobs {
    pub(crate) fn new(world: &JobWorld, chance: Option<Chance>, life: Life) -> Self {
        Self {
            world: world.clone(),
            chance,
            life,
        }
    }

    /// The way to the database, or back.
    async fn travel(&self) -> StoreResult<()> {
        let fails = || StoreError::Unavailable(sqlx::Error::PoolTimedOut);
        if self.life.is_over() {
            return Err(fails());
        }
        if let Some(chance) = &self.chance {
            chance.linger(if chance.happens(2) { 300 } else { 3 }).await;
            if self.life.is_over() || chance.happens(4) {
                return Err(fails());
            }
        }
        Ok(())
    }

    async fn ask<T: Send>(&self, ask: impl FnOnce(&mut Rows) -> T + Send) -> StoreResult<T> {
        self.travel().await?;
        let answer = ask(&mut self.world.lock());
        self.travel().await?;
        Ok(answer)
    }
}

#[async_trait]
impl JobStore for SimulatedJobs {
    async fn enqueue_job(&self, new: &NewJob) -> StoreResult<Enqueued> {
        self.ask(|rows| rows.enqueue(new)).await
    }

    async fn enqueue_scheduled(
        &self,
        schedule: &str,
        due_at: Timestamp,
        new: &NewJob,
    ) -> StoreResult<bool> {
        self.ask(|rows| {
            let last = rows.schedules.get(schedule);
            if last.is_some_and(|last| *last >= due_at) {
                return false;
            }
            rows.schedules.insert(schedule.to_owned(), due_at);
            matches!(rows.enqueue(new), Enqueued::New(_))
        })
        .await
    }

    async fn claim_job(&self, request: &ClaimRequest<'_>) -> StoreResult<Option<JobRecord>> {
        self.ask(|rows| rows.claim(request)).await
    }

    /// The simulated servers have no numbers: each start is another server.
    async fn take_back_jobs(&self, _: i64, _: Timestamp) -> StoreResult<u64> {
        self.ask(|_| 0).await
    }

    async fn extend_job(
        &self,
        claim: Claim,
        lease_until: Timestamp,
        progress: &Progress,
    ) -> StoreResult<bool> {
        self.ask(|rows| {
            let Some(job) = rows.claimed(claim) else {
                return false;
            };
            job.run_at = lease_until;
            job.progress = progress.clone();
            true
        })
        .await
    }

    async fn end_job(&self, claim: Claim, ending: &Ending, now: Timestamp) -> StoreResult<bool> {
        self.ask(|rows| rows.end(claim, ending, now)).await
    }

    async fn find_job(&self, job: JobId) -> StoreResult<Option<JobRecord>> {
        self.ask(|rows| rows.jobs.get(&job).cloned()).await
    }

    async fn list_jobs(
        &self,
        filter: &JobFilter,
        before: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> StoreResult<Vec<JobRecord>> {
        self.ask(|rows| {
            let place = |job: &JobRecord| (job.created_at, job.id);
            let mut found: Vec<_> = rows
                .jobs
                .values()
                .filter(|job| before.is_none_or(|before| place(job) < before))
                .filter(|job| filter.kind.as_ref().is_none_or(|kind| *kind == job.kind))
                .filter(|job| filter.state.is_none_or(|state| state == job.state))
                .cloned()
                .collect();
            found.sort_by_key(|job| std::cmp::Reverse(place(job)));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            found
        })
        .await
    }

    async fn retry_job(&self, job: JobId, now: Timestamp) -> StoreResult<Retried> {
        self.ask(|rows| {
            let Some(found) = rows.jobs.get(&job).cloned() else {
                return Retried::Missing;
            };
            if found.state != JobState::Dead {
                return Retried::NotDead;
            }
            if rows.with_key(&found.kind, found.key.as_deref()).is_some() {
                return Retried::KeyTaken;
            }
            let ready = JobRecord {
                state: JobState::Ready,
                run_at: now,
                attempts: 0,
                ended_at: None,
                ..found
            };
            rows.jobs.insert(job, ready);
            Retried::Ready
        })
        .await
    }

    async fn drop_job(&self, job: JobId) -> StoreResult<bool> {
        self.ask(|rows| rows.jobs.remove(&job).is_some()).await
    }

    async fn prune_jobs(
        &self,
        state: JobState,
        ended_before: Timestamp,
        limit: u32,
    ) -> StoreResult<u64> {
        self.ask(|rows| {
            let old: Vec<_> = rows
                .jobs
                .values()
                .filter(|job| job.state == state)
                .filter(|job| job.ended_at.is_some_and(|at| at < ended_before))
                .map(|job| job.id)
                .take(usize::try_from(limit).unwrap_or(usize::MAX))
                .collect();
            old.iter().for_each(|id| {
                rows.jobs.remove(id);
            });
            old.len() as u64
        })
        .await
    }

    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>> {
        self.ask(|rows| {
            let mut counts = BTreeMap::new();
            for job in rows.jobs.values() {
                *counts.entry((job.kind.clone(), job.state)).or_insert(0) += 1;
            }
            let count = |((kind, state), count)| JobCount { kind, state, count };
            counts.into_iter().map(count).collect()
        })
        .await
    }
}
