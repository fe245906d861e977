//! The store's job queue. It is in the same database as everything else, so that a job can be enqueued in
//! the transaction that causes it.

use std::fmt::{self, Debug, Display};
use std::str::FromStr;

use async_trait::async_trait;
use domain::Timestamp;

use super::StoreResult;

/// Maximum bytes of a payload.
pub const PAYLOAD_MAX: usize = 65_536;

/// A job's identity: 63 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

impl Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl FromStr for JobId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How urgent a job is. `jobs::share` says how they share the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// Somebody is blocked until it is done.
    Critical,
    /// Somebody is waiting for it.
    High,
    /// The default.
    #[default]
    Medium,
    /// Nobody notices if it is late.
    Low,
    /// Bulk work that fills idle time.
    Batch,
}

impl Priority {
    /// Most urgent first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Batch,
    ];

    /// As stored: 0 is the most urgent.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Critical => 0,
            Self::High => 1,
            Self::Medium => 2,
            Self::Low => 3,
            Self::Batch => 4,
        }
    }

    /// The priority of a stored number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let number = usize::try_from(number).ok()?;
        Self::ALL.get(number).copied()
    }
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// It is waiting or running.
    Ready,
    /// It failed for the last time.
    Dead,
    /// It is done, and its result is kept for a while.
    Finished,
}

impl JobState {
    const ALL: [Self; 3] = [Self::Ready, Self::Dead, Self::Finished];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Dead => "dead",
            Self::Finished => "finished",
        }
    }

    /// The state of a stored text.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A job to be enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its identity.
    pub id: JobId,
    /// Name of its kind.
    pub kind: String,
    /// At most one ready job of the kind has this key.
    pub key: Option<String>,
    /// JSON of at most [`PAYLOAD_MAX`] bytes.
    pub payload: String,
    /// Version of the payload's shape.
    pub version: i64,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is due.
    pub run_at: Timestamp,
    /// Attempts after which it is dead.
    pub max_attempts: i64,
    /// Now.
    pub created_at: Timestamp,
}

/// The result of enqueueing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// The job is in the queue.
    New(JobId),
    /// A ready job of the kind has the key already.
    Existing(JobId),
}

impl Enqueued {
    /// The job that is in the queue now.
    #[must_use]
    pub fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::Existing(id) => id,
        }
    }
}

/// What a worker with room for one more job asks for.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRequest<'a> {
    /// Kinds for which it has room.
    pub kinds: &'a [&'static str],
    /// The priority that goes first this time; the others follow, most urgent first.
    pub first: Priority,
    /// Jobs that are due at this instant.
    pub now: Timestamp,
    /// When the job is due again unless the claim is extended or the job ends.
    pub lease_until: Timestamp,
    /// The number of the server, if it has one that no other server uses.
    pub holder: Option<i64>,
}

/// The right to report on a job and to end it, until another claim of the job succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The job.
    pub job: JobId,
    /// Which claim of the job this is.
    pub token: i64,
}

/// The progress of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Steps completed.
    pub done: i64,
    /// Steps in all, once known.
    pub total: Option<i64>,
    /// A human-readable note about the current step.
    pub note: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Done. A result (JSON) is kept for a while; a job without one is deleted.
    Finished {
        /// The result.
        result: Option<String>,
    },
    /// Failed; there is another attempt.
    Retry {
        /// When.
        at: Timestamp,
        /// Why it failed.
        error: String,
    },
    /// Failed for the last time.
    Dead {
        /// Why.
        error: String,
    },
    /// Given back: the attempt does not count.
    Released {
        /// When the job is due again.
        at: Timestamp,
    },
}

/// A job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// Its identity.
    pub id: JobId,
    /// Name of its kind.
    pub kind: String,
    /// Unique among the ready jobs of the kind.
    pub key: Option<String>,
    /// JSON.
    pub payload: String,
    /// Version of the payload's shape.
    pub version: i64,
    /// How urgent it is.
    pub priority: Priority,
    /// Its state.
    pub state: JobState,
    /// When it is due; while it runs, when its lease ends.
    pub run_at: Timestamp,
    /// Attempts that have begun.
    pub attempts: i64,
    /// Attempts after which it is dead.
    pub max_attempts: i64,
    /// Number of its latest claim; 0 before the first.
    pub token: i64,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When the attempt under way began.
    pub started_at: Option<Timestamp>,
    /// When it was finished or died.
    pub ended_at: Option<Timestamp>,
    /// Its progress.
    pub progress: Progress,
    /// Why the latest failed attempt failed.
    pub last_error: Option<String>,
    /// JSON.
    pub result: Option<String>,
}

impl JobRecord {
    /// Its latest claim.
    #[must_use]
    pub fn claim(&self) -> Claim {
        Claim {
            job: self.id,
            token: self.token,
        }
    }
}

/// Which jobs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only those of a kind.
    pub kind: Option<String>,
    /// Only those in a state.
    pub state: Option<JobState>,
}

/// The result of an operator's request to retry a dead job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is ready, with all its attempts.
    Ready,
    /// There is no such job.
    Missing,
    /// It is not dead.
    NotDead,
    /// A ready job of its kind has its key.
    KeyTaken,
}

/// The number of jobs of a kind in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// Name of the kind.
    pub kind: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub count: u64,
}

/// The queue of jobs. Each method is one transaction.
#[async_trait]
pub trait JobStore: Debug + Send + Sync + 'static {
    /// Enqueues a job, unless a ready one of its kind has its key.
    async fn enqueue_job(&self, new: &NewJob) -> StoreResult<Enqueued>;
    /// Enqueues a schedule's job for an instant, unless any server has already done so for this instant or
    /// a later one, or a ready job has the key. Returns whether this call did it.
    async fn enqueue_scheduled(
        &self,
        schedule: &str,
        due_at: Timestamp,
        new: &NewJob,
    ) -> StoreResult<bool>;
    /// Claims the next job that is due and counts the attempt.
    async fn claim_job(&self, request: &ClaimRequest<'_>) -> StoreResult<Option<JobRecord>>;
    /// Makes the jobs that a server holds due now, because it has just started: its former self, which
    /// claimed them, is dead. Their attempts count. Returns how many.
    async fn take_back_jobs(&self, holder: i64, now: Timestamp) -> StoreResult<u64>;
    /// Extends the lease and stores the progress. False if the claim no longer holds.
    async fn extend_job(
        &self,
        claim: Claim,
        lease_until: Timestamp,
        progress: &Progress,
    ) -> StoreResult<bool>;
    /// Ends an attempt. False, and nothing changes, if the claim no longer holds.
    async fn end_job(&self, claim: Claim, ending: &Ending, now: Timestamp) -> StoreResult<bool>;
    /// The job with an id.
    async fn find_job(&self, job: JobId) -> StoreResult<Option<JobRecord>>;
    /// Latest enqueued first; those before the cursor (`created_at` and identity of the last one seen).
    async fn list_jobs(
        &self,
        filter: &JobFilter,
        before: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> StoreResult<Vec<JobRecord>>;
    /// Makes a dead job ready, with all its attempts.
    async fn retry_job(&self, job: JobId, now: Timestamp) -> StoreResult<Retried>;
    /// Deletes a job in any state. The worker running it learns of this at its next report. Returns
    /// whether it existed.
    async fn drop_job(&self, job: JobId) -> StoreResult<bool>;
    /// Deletes at most `limit` jobs of a state that ended before an instant. Returns how many.
    async fn prune_jobs(
        &self,
        state: JobState,
        ended_before: Timestamp,
        limit: u32,
    ) -> StoreResult<u64>;
    /// The number of jobs of each kind and state, by kind.
    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>>;
}
