//! Jobs on the store that fails: they do not.

use async_trait::async_trait;
use domain::Timestamp;
use server::store::StoreResult;
use server::store::jobs::{
    Claim, ClaimRequest, Ending, Enqueued, JobCount, JobFilter, JobId, JobRecord, JobState,
    JobStore, NewJob, Progress, Retried,
};

use super::FaultyStore;

#[async_trait]
impl JobStore for FaultyStore {
    async fn enqueue_job(&self, new: &NewJob) -> StoreResult<Enqueued> {
        self.inner.enqueue_job(new).await
    }

    async fn enqueue_scheduled(
        &self,
        schedule: &str,
        due_at: Timestamp,
        new: &NewJob,
    ) -> StoreResult<bool> {
        self.inner.enqueue_scheduled(schedule, due_at, new).await
    }

    async fn claim_job(&self, request: &ClaimRequest<'_>) -> StoreResult<Option<JobRecord>> {
        self.inner.claim_job(request).await
    }

    async fn take_back_jobs(&self, holder: i64, now: Timestamp) -> StoreResult<u64> {
        self.inner.take_back_jobs(holder, now).await
    }

    async fn extend_job(
        &self,
        claim: Claim,
        lease_until: Timestamp,
        progress: &Progress,
    ) -> StoreResult<bool> {
        self.inner.extend_job(claim, lease_until, progress).await
    }

    async fn end_job(&self, claim: Claim, ending: &Ending, now: Timestamp) -> StoreResult<bool> {
        self.inner.end_job(claim, ending, now).await
    }

    async fn find_job(&self, job: JobId) -> StoreResult<Option<JobRecord>> {
        self.inner.find_job(job).await
    }

    async fn list_jobs(
        &self,
        filter: &JobFilter,
        before: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> StoreResult<Vec<JobRecord>> {
        self.inner.list_jobs(filter, before, limit).await
    }

    async fn retry_job(&self, job: JobId, now: Timestamp) -> StoreResult<Retried> {
        self.inner.retry_job(job, now).await
    }

    async fn drop_job(&self, job: JobId) -> StoreResult<bool> {
        self.inner.drop_job(job).await
    }

    async fn prune_jobs(
        &self,
        state: JobState,
        ended_before: Timestamp,
        limit: u32,
    ) -> StoreResult<u64> {
        self.inner.prune_jobs(state, ended_before, limit).await
    }

    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>> {
        self.inner.count_jobs().await
    }
}
