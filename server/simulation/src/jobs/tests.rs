//! The worker, on time that passes only when everybody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use async_trait::async_trait;
use server::config::JobsConfig;
use server::jobs::{
    Ask, Context, Done, JobError, Kind, Limits, Queue, Registry, Schedule, Stop, Worker, WorkerTask,
};
use server::store::jobs::{JobRecord, JobState};
use tokio::time::{Instant, sleep};

use super::{JobWorld, SimulatedJobs};
use crate::store::Life;
use crate::{Chance, SimulatedClock};

/// What a test's job does, as its payload.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, PartialEq)]
pub(super) enum Script {
    Finish {
        after_s: u64,
    },
    Fail,
    Panic,
    Hopeless,
    Answer(u32),
    /// Works until it is asked to stop, and then for a while longer.
    UntilStopped {
        then_s: u64,
    },
    Report {
        done: i64,
    },
}

/// What the test's jobs have done.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) begun: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    late: Arc<AtomicUsize>,
}

impl Seen {
    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

struct RunsNow(Seen);

impl Drop for RunsNow {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(super) struct Scripted(pub(super) Seen);

#[async_trait]
impl Kind for Scripted {
    const NAME: &'static str = "scripted";
    type Payload = Script;

    fn limits() -> Limits {
        Limits {
            at_once: 2,
            max_attempts: 4,
            ..Limits::default()
        }
    }

    async fn run(&self, job: &Context, script: Script) -> Result<Done, JobError> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let running = self.0.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(running, Ordering::SeqCst);
        let _runs = RunsNow(self.0.clone());
        match script {
            Script::Finish { after_s } => sleep(Duration::from_secs(after_s)).await,
            Script::Fail => return Err(anyhow!("it rains").into()),
            Script::Panic => panic!("a test's job panics"),
            Script::Hopeless => return Err(JobError::Hopeless(anyhow!("it always rains"))),
            Script::Answer(number) => return Ok(Done::With(number.into())),
            Script::UntilStopped { then_s } => {
                if job.stopped().await == Stop::Late {
                    self.0.late.fetch_add(1, Ordering::SeqCst);
                }
                sleep(Duration::from_secs(then_s)).await;
                return Ok(Done::Unfinished);
            }
            Script::Report { done } => {
                job.progress(done, Some(9), "reporting");
                sleep(Duration::from_secs(30)).await;
            }
        }
        Ok(Done::Finished)
    }
}

/// A queue and the means to work on it.
struct Bench {
    world: JobWorld,
    start: Instant,
    chance: Chance,
    seen: Seen,
}

impl Bench {
    fn new() -> Self {
        Self {
            world: JobWorld::default(),
            start: Instant::now(),
            chance: Chance::new(1),
            seen: Seen::default(),
        }
    }

    fn queue(&self, life: &Life) -> Queue {
        let clock = SimulatedClock::new(self.start, 0, self.chance.clone());
        let store = SimulatedJobs::new(&self.world, None, life.clone());
        Queue::new(Arc::new(store), Arc::new(clock))
    }

    async fn enqueue(&self, script: Script) {
        let queue = self.queue(&Life::default());
        let enqueued = queue.enqueue::<Scripted>(&script, &Ask::default()).await;
        enqueued.expect("this queue does not fail");
    }

    fn work(&self, life: &Life) -> WorkerTask {
        let registry = Registry::default().with(Scripted(self.seen.clone()));
        Worker::start(self.queue(life), registry, &JobsConfig::default())
    }

    fn only(&self) -> JobRecord {
        let mut jobs = self.world.jobs();
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        jobs.remove(0)
    }
}

async fn seconds(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_kind_runs_as_many_jobs_at_once_as_it_may() {
    let bench = Bench::new();
    for _ in 0..6 {
        bench.enqueue(Script::Finish { after_s: 10 }).await;
    }
    let worker = bench.work(&Life::default());
    seconds(5).await;
    assert_eq!(bench.seen.begun(), 2);
    seconds(60).await;
    assert_eq!((bench.world.jobs().len(), bench.seen.begun()), (0, 6));
    assert_eq!(bench.seen.most.load(Ordering::SeqCst), 2);
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_waits_longer_each_time_and_then_is_dead() {
    let bench = Bench::new();
    bench.enqueue(Script::Fail).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    let waiting = bench.only();
    let wait = waiting.run_at.seconds_since(waiting.created_at);
    assert!((0..=11).contains(&wait), "{waiting:?}");
    assert_eq!((waiting.attempts, waiting.started_at), (1, None));
    // Waits of at most 10, 30 and 90 seconds, and a poll after each.
    seconds(150).await;
    let dead = bench.only();
    assert_eq!((dead.state, dead.attempts), (JobState::Dead, 4));
    assert_eq!(dead.last_error.as_deref(), Some("it rains"));
    assert_eq!(bench.seen.begun(), 4);
    seconds(1_000).await;
    assert_eq!(bench.seen.begun(), 4);
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_and_what_is_hopeless_is_not_tried_again() {
    let bench = Bench::new();
    bench.enqueue(Script::Panic).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    let waiting = bench.only();
    assert!(
        waiting
            .last_error
            .is_some_and(|error| error.contains("panicked"))
    );
    worker.shutdown().await;

    let bench = Bench::new();
    bench.enqueue(Script::Hopeless).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    let dead = bench.only();
    assert_eq!((dead.state, dead.attempts), (JobState::Dead, 1));
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_result_is_kept_and_progress_is_readable_while_the_job_runs() {
    let bench = Bench::new();
    bench.enqueue(Script::Answer(42)).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    let done = bench.only();
    assert_eq!(
        (done.state, done.result.as_deref()),
        (JobState::Finished, Some("42"))
    );
    worker.shutdown().await;

    let bench = Bench::new();
    bench.enqueue(Script::Report { done: 4 }).await;
    let worker = bench.work(&Life::default());
    seconds(5).await;
    let progress = bench.only().progress;
    assert_eq!((progress.done, progress.total), (4, Some(9)));
    assert_eq!(progress.note.as_deref(), Some("reporting"));
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_long_job_keeps_its_claim_is_asked_to_stop_and_goes_on() {
    let bench = Bench::new();
    bench.enqueue(Script::UntilStopped { then_s: 1 }).await;
    let (one, other) = (bench.work(&Life::default()), bench.work(&Life::default()));
    seconds(4 * 60 - 5).await;
    assert_eq!(bench.seen.begun(), 1, "its lease was extended");
    seconds(10).await;
    assert_eq!(bench.seen.late.load(Ordering::SeqCst), 1);
    assert_eq!(bench.seen.begun(), 2, "what it left is done by another run");
    assert_eq!(bench.only().attempts, 1, "which is not another attempt");
    tokio::join!(one.shutdown(), other.shutdown());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_stop_is_ended_at_the_hard_limit() {
    let bench = Bench::new();
    bench.enqueue(Script::Finish { after_s: 100_000 }).await;
    let worker = bench.work(&Life::default());
    seconds(5 * 60 - 5).await;
    assert_eq!(bench.only().last_error, None);
    seconds(10).await;
    let error = bench.only().last_error;
    assert_eq!(error.as_deref(), Some("it took longer than 300 seconds"));
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_finishes_its_jobs_or_gives_them_back() {
    let bench = Bench::new();
    bench.enqueue(Script::Finish { after_s: 8 }).await;
    bench
        .enqueue(Script::UntilStopped { then_s: 100_000 })
        .await;
    bench.enqueue(Script::Finish { after_s: 1 }).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    worker.shutdown().await;
    let left = bench.world.jobs();
    assert_eq!(left.len(), 2, "the first one was finished: {left:?}");
    for job in left {
        let waits = (job.attempts, job.started_at);
        assert_eq!(waits, (0, None), "given back, or not begun");
    }
}

#[tokio::test(start_paused = true)]
async fn the_job_of_a_server_that_dies_is_done_by_another_one() {
    let bench = Bench::new();
    bench.enqueue(Script::Finish { after_s: 30 }).await;
    let life = Life::default();
    let dies = bench.work(&life);
    seconds(1).await;
    life.end();
    let other = bench.work(&Life::default());
    seconds(50).await;
    assert_eq!(bench.seen.begun(), 1, "its lease is not over");
    seconds(50).await;
    assert_eq!((bench.world.jobs().len(), bench.seen.begun()), (0, 2));
    tokio::join!(dies.shutdown(), other.shutdown());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_dropped_is_stopped() {
    let bench = Bench::new();
    bench.enqueue(Script::Finish { after_s: 200 }).await;
    let worker = bench.work(&Life::default());
    seconds(1).await;
    bench.world.lock().jobs.clear();
    seconds(60).await;
    assert_eq!(bench.seen.running.load(Ordering::SeqCst), 0);
    worker.shutdown().await;
}

struct Hourly(Seen);

#[async_trait]
impl Kind for Hourly {
    const NAME: &'static str = "hourly";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(3_600), ()))
    }

    async fn run(&self, _: &Context, (): ()) -> Result<Done, JobError> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Ok(Done::Finished)
    }
}

#[tokio::test(start_paused = true)]
async fn a_schedule_runs_once_an_hour_on_two_servers_and_catches_up_once() {
    let bench = Bench::new();
    let work = || {
        let registry = Registry::default().with(Hourly(bench.seen.clone()));
        let queue = bench.queue(&Life::default());
        Worker::start(queue, registry, &JobsConfig::default())
    };
    let (one, other) = (work(), work());
    // The simulation begins at noon, on the hour.
    seconds(10).await;
    assert_eq!(bench.seen.begun(), 1);
    seconds(2 * 3_600).await;
    assert_eq!(bench.seen.begun(), 3);
    tokio::join!(one.shutdown(), other.shutdown());
    seconds(10 * 3_600).await;
    let again = work();
    seconds(10).await;
    assert_eq!(bench.seen.begun(), 4, "ten hours are caught up by one run");
    assert_eq!(bench.world.jobs(), []);
    again.shutdown().await;
}
