//! Kinds of job: what each declares about itself, and the registry of those that a server runs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::Timestamp;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::queue::{Ask, job_of};
use super::schedule::Schedule;
use crate::clock::Clock;
use crate::store::StoreError;
use crate::store::jobs::{NewJob, Priority, Progress};

/// Maximum characters of a note.
const NOTE_MAX: usize = 200;

/// A kind of job.
#[async_trait]
pub trait Kind: Send + Sync + 'static {
    /// Its name in the database; never changed.
    const NAME: &'static str;
    /// Version of the payload's shape. Jobs of another version die with a message.
    const VERSION: i64 = 1;
    /// The job's input, stored as JSON in the database.
    type Payload: Serialize + DeserializeOwned + Send;

    /// How its jobs run.
    fn limits() -> Limits {
        Limits::default()
    }

    /// When it is enqueued automatically, and with what payload.
    fn schedule(&self) -> Option<(Schedule, Self::Payload)> {
        None
    }

    /// Does the work. When rerun after a crash or a failure, it continues or starts over.
    ///
    /// # Errors
    /// A [`JobError`], which says whether trying again may help.
    async fn run(&self, job: &Context, payload: Self::Payload) -> Result<Done, JobError>;
}

/// How the jobs of a kind run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Jobs of the kind that a server runs at once.
    pub at_once: usize,
    /// Attempts after which a job is dead.
    pub max_attempts: i64,
    /// The priority of jobs enqueued without one.
    pub priority: Priority,
    /// After this long, a job is asked to stop at the next suitable point.
    pub soft: Duration,
    /// After this long, its attempt is ended as a failure.
    pub hard: Duration,
    /// Seconds before each retry, in order. Without an entry, the wait is random.
    pub waits_s: &'static [i64],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 1,
            max_attempts: 10,
            priority: Priority::Medium,
            soft: Duration::from_secs(4 * 60),
            hard: Duration::from_secs(5 * 60),
            waits_s: &[],
        }
    }
}

/// What a job has done.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// All of it.
    Finished,
    /// All of it, with a result that is kept for a while.
    With(serde_json::Value),
    /// Part of it, because it was asked to stop. It is due again at once, and the attempt does not count.
    Unfinished,
}

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
    /// No attempt will succeed: the job is dead at once.
    #[error("{0:#}")]
    Hopeless(#[source] anyhow::Error),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Why a job is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its soft limit has passed.
    Late,
    /// The server is shutting down.
    Closing,
}

/// What a job gets from its environment besides its kind's own state.
#[derive(Debug)]
pub struct Context {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) progress: watch::Sender<Progress>,
    pub(super) stop: watch::Receiver<Option<Stop>>,
    pub(super) is_last_attempt: bool,
}

impl Context {
    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reports the job's progress; visible to anybody within a few seconds.
    pub fn progress(&self, done: i64, total: Option<i64>, note: &str) {
        let note = note.chars().take(NOTE_MAX).collect::<String>();
        self.progress.send_replace(Progress {
            done: done.max(0),
            total: total.map(|total| total.max(0)),
            note: Some(note).filter(|note| !note.is_empty()),
        });
    }

    /// Whether the job is dead if this attempt fails.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.is_last_attempt
    }

    /// Why the job has to stop at the next suitable point, if it does.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        *self.stop.borrow()
    }

    /// Resolves when the job has to stop. Cancel-safe.
    pub async fn stopped(&self) -> Stop {
        let mut stop = self.stop.clone();
        let reason = stop.wait_for(Option::is_some).await.map(|reason| *reason);
        // The worker is gone, so the job must stop.
        reason.ok().flatten().unwrap_or(Stop::Closing)
    }
}

type Run =
    dyn Fn(Arc<Context>, i64, String) -> BoxFuture<'static, Result<Done, JobError>> + Send + Sync;
type MakeScheduled = dyn Fn(Timestamp, &dyn Clock) -> Option<NewJob> + Send + Sync;

/// A kind with its payload as the text in the database, so that kinds can share one list.
#[derive(Clone)]
struct Entry {
    limits: Limits,
    schedule: Option<Schedule>,
    make_scheduled: Arc<MakeScheduled>,
    run: Arc<Run>,
}

/// The kinds that a server runs, by name.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Entry>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kinds.keys()).finish()
    }
}

impl Registry {
    /// Adds a kind.
    #[must_use]
    pub fn with<K: Kind>(mut self, kind: K) -> Self {
        let kind = Arc::new(kind);
        let schedule = kind.schedule().map(|(schedule, _)| schedule);
        let scheduled = Arc::clone(&kind);
        let entry = Entry {
            limits: K::limits(),
            schedule,
            make_scheduled: Arc::new(move |now, clock| {
                let (_, payload) = scheduled.schedule()?;
                let ask = Ask::default().key(K::NAME);
                let new = job_of::<K>(&payload, &ask, now, clock);
                new.inspect_err(|error| tracing::error!(%error, kind = K::NAME, "a schedule"))
                    .ok()
            }),
            run: Arc::new(move |context, version, payload| {
                let kind = Arc::clone(&kind);
                Box::pin(async move {
                    let payload = parse::<K>(version, &payload)?;
                    kind.run(&context, payload).await
                })
            }),
        };
        self.kinds.insert(K::NAME, entry);
        self
    }

    /// Names and limits of the kinds.
    pub(super) fn limits(&self) -> impl Iterator<Item = (&'static str, Limits)> + '_ {
        self.kinds.iter().map(|(name, entry)| (*name, entry.limits))
    }

    /// Limits of a kind.
    pub(super) fn limits_of(&self, kind: &str) -> Limits {
        let entry = self.kinds.get(kind);
        entry.map_or_else(Limits::default, |entry| entry.limits)
    }

    /// The kinds with a schedule.
    pub(super) fn schedules(&self) -> impl Iterator<Item = (&'static str, Schedule)> + '_ {
        self.kinds
            .iter()
            .filter_map(|(name, entry)| Some((*name, entry.schedule?)))
    }

    /// The job that a kind's schedule enqueues. Its key is the kind's name, so that only one exists at a
    /// time.
    pub(super) fn scheduled_job(
        &self,
        kind: &str,
        now: Timestamp,
        clock: &dyn Clock,
    ) -> Option<NewJob> {
        (self.kinds.get(kind)?.make_scheduled)(now, clock)
    }

    /// The work of a job.
    pub(super) fn run(
        &self,
        kind: &str,
        context: Arc<Context>,
        version: i64,
        payload: String,
    ) -> BoxFuture<'static, Result<Done, JobError>> {
        match self.kinds.get(kind) {
            Some(entry) => (entry.run)(context, version, payload),
            None => {
                let error = anyhow::anyhow!("this server knows no jobs of the kind {kind}");
                Box::pin(std::future::ready(Err(JobError::Failed(error))))
            }
        }
    }
}

fn parse<K: Kind>(version: i64, payload: &str) -> Result<K::Payload, JobError> {
    if version != K::VERSION {
        let (name, known) = (K::NAME, K::VERSION);
        let error = anyhow::anyhow!("{name} has version {known}, and the job is of {version}");
        return Err(JobError::Hopeless(error));
    }
    serde_json::from_str(payload).map_err(|error| {
        JobError::Hopeless(anyhow::Error::from(error).context("the payload cannot be read"))
    })
}
