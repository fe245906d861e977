//! A running job: its lease, its time limits, and how its attempt ends.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinError, JoinHandle};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::backoff::backoff_s;
use super::kind::{Context, Done, JobError, Limits, Registry, Stop};
use crate::clock::Clock;
use crate::store::JobStore;
use crate::store::jobs::{Claim, Ending, JobRecord, Progress};

/// The error of a job none of whose attempts ended.
pub(super) const SERVER_DIED: &str = "the server died";
/// Seconds of a lease, initially and at each extension.
pub(super) const LEASE_S: i64 = 60;
/// Seconds of a lease after which it is extended.
const EXTEND_AFTER_S: i64 = 20;
/// Interval between checks of the progress.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a job may take to stop when the server shuts down.
const STOP_MAX: Duration = Duration::from_secs(10);
/// Maximum characters of an error.
const ERROR_MAX: usize = 2_000;
/// Tries to write the end of an attempt if the database does not answer.
const END_TRIES: u32 = 4;
/// Pause between these tries.
const END_AGAIN: Duration = Duration::from_secs(1);

/// A claimed job.
#[derive(Debug)]
pub(super) struct Running {
    store: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    job: JobRecord,
    claim: Claim,
    lease_until: Timestamp,
}

/// Aborts the task when it is dropped.
struct Aborts(AbortHandle);

impl Drop for Aborts {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Work = JoinHandle<Result<Done, JobError>>;

/// An event in the life of a running job.
enum Event {
    Ended(Result<Result<Done, JobError>, JoinError>),
    TooLong,
    StopTooLong,
    Closing,
    Late,
    Look,
}

impl Running {
    pub(super) fn new(
        store: Arc<dyn JobStore>,
        clock: Arc<dyn Clock>,
        limits: Limits,
        job: JobRecord,
    ) -> Self {
        Self {
            claim: job.claim(),
            lease_until: job.run_at,
            store,
            clock,
            limits,
            job,
        }
    }

    /// Runs the job until its attempt has ended, or until the claim is lost.
    pub(super) async fn supervise(mut self, registry: &Registry, closing: CancellationToken) {
        let (id, kind) = (self.job.id, self.job.kind.clone());
        if self.job.attempts > self.job.max_attempts {
            let attempts = self.job.max_attempts;
            let error = format!("none of {attempts} attempts came to an end: {SERVER_DIED}");
            return self.end(&Ending::Dead { error }).await;
        }
        let (progress, told) = watch::channel(self.job.progress.clone());
        let (stop, stopped) = watch::channel(None);
        let context = Arc::new(Context {
            clock: Arc::clone(&self.clock),
            progress,
            stop: stopped,
            is_last_attempt: self.job.attempts >= self.job.max_attempts,
        });
        let payload = std::mem::take(&mut self.job.payload);
        let mut work = tokio::spawn(registry.run(&kind, context, self.job.version, payload));
        let _aborts = Aborts(work.abort_handle());
        match self.watch(&mut work, &stop, told, closing).await {
            Some(ending) => {
                // Once the attempt has ended, its task must not keep running.
                work.abort();
                self.end(&ending).await;
            }
            None => tracing::warn!(%id, kind, "another server has the job now, or it was dropped"),
        }
    }

    /// How the attempt ends. `None` if the claim is lost.
    async fn watch(
        &mut self,
        work: &mut Work,
        stop: &watch::Sender<Option<Stop>>,
        told: watch::Receiver<Progress>,
        closing: CancellationToken,
    ) -> Option<Ending> {
        let began = Instant::now();
        let mut stored = self.job.progress.clone();
        let mut looks = tokio::time::interval_at(began + LOOK_EVERY, LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut close_by = None;
        loop {
            let is_late = stop.borrow().is_some();
            let event = tokio::select! {
                biased;
                done = &mut *work => Event::Ended(done),
                () = tokio::time::sleep_until(began + self.limits.hard) => Event::TooLong,
                () = until(close_by) => Event::StopTooLong,
                () = closing.cancelled(), if close_by.is_none() => Event::Closing,
                () = tokio::time::sleep_until(began + self.limits.soft), if !is_late => Event::Late,
                _ = looks.tick() => Event::Look,
            };
            match event {
                Event::Ended(done) => {
                    let progress = told.borrow().clone();
                    return Some(self.ending(done, progress, &stored).await);
                }
                Event::TooLong => {
                    let seconds = self.limits.hard.as_secs();
                    return Some(self.failed(&format!("it took longer than {seconds} seconds")));
                }
                Event::StopTooLong => {
                    return Some(Ending::Released {
                        at: self.clock.now(),
                    });
                }
                Event::Closing => {
                    stop.send_replace(Some(Stop::Closing));
                    close_by = Some(Instant::now() + STOP_MAX);
                }
                Event::Late => {
                    tracing::warn!(job = %self.job.id, kind = self.job.kind, "a job takes long");
                    stop.send_replace(Some(Stop::Late));
                }
                Event::Look => {
                    let progress = told.borrow().clone();
                    if !self.hold(&progress, progress != stored).await {
                        return None;
                    }
                    stored = progress;
                }
            }
        }
    }

    /// Extends the lease if it is time, and stores the progress if there is any. False if the claim no
    /// longer holds.
    async fn hold(&mut self, progress: &Progress, is_new: bool) -> bool {
        let now = self.clock.now();
        let left_s = self.lease_until.seconds_since(now);
        if !is_new && left_s > LEASE_S - EXTEND_AFTER_S {
            return true;
        }
        let until = now.plus_seconds(LEASE_S);
        match self.store.extend_job(self.claim, until, progress).await {
            Ok(true) => {
                self.lease_until = until;
                true
            }
            Ok(false) => false,
            Err(error) => {
                tracing::warn!(%error, job = %self.job.id, "the lease of a job could not be extended");
                // After the lease ends, another server may run the job.
                self.clock.now() < self.lease_until
            }
        }
    }

    async fn ending(
        &mut self,
        done: Result<Result<Done, JobError>, JoinError>,
        progress: Progress,
        stored: &Progress,
    ) -> Ending {
        match done {
            Ok(Ok(Done::Finished)) => Ending::Finished { result: None },
            Ok(Ok(Done::With(result))) => {
                // The job stays readable, so its last progress must be stored too.
                if progress != *stored {
                    self.hold(&progress, true).await;
                }
                Ending::Finished {
                    result: Some(result.to_string()),
                }
            }
            Ok(Ok(Done::Unfinished)) => Ending::Released {
                at: self.clock.now(),
            },
            Ok(Err(JobError::Failed(error))) => self.failed(&format!("{error:#}")),
            Ok(Err(JobError::Hopeless(error))) => Ending::Dead {
                error: shortened(&format!("{error:#}")),
            },
            Err(_) => self.failed("it panicked; the log has the message"),
        }
    }

    fn failed(&self, error: &str) -> Ending {
        let error = shortened(error);
        let JobRecord { id, kind, .. } = &self.job;
        tracing::warn!(%id, kind, attempt = self.job.attempts, error, "a job failed");
        if self.job.attempts >= self.job.max_attempts {
            return Ending::Dead { error };
        }
        let nth = usize::try_from(self.job.attempts.saturating_sub(1)).ok();
        let fixed = nth.and_then(|nth| self.limits.waits_s.get(nth)).copied();
        let wait_s = fixed.unwrap_or_else(|| backoff_s(self.job.attempts, &*self.clock));
        Ending::Retry {
            at: self.clock.now().plus_seconds(wait_s),
            error,
        }
    }

    /// Writes the end. If the database does not answer, the lease runs out and the job runs again.
    async fn end(&self, ending: &Ending) {
        let (id, kind) = (self.job.id, &self.job.kind);
        if let Ending::Dead { error } = ending {
            tracing::error!(%id, kind, error, "a job is dead");
        }
        for _ in 0..END_TRIES {
            let now = self.clock.now();
            match self.store.end_job(self.claim, ending, now).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!(%id, kind, "a job ended after its claim was lost");
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, %id, kind, "the end of a job could not be written");
                    tokio::time::sleep(END_AGAIN).await;
                }
            }
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

fn shortened(error: &str) -> String {
    error.chars().take(ERROR_MAX).collect()
}
