//! Jobs on a queue that keeps failing, with servers that keep dying.

use std::sync::Arc;
use std::time::Duration;

use server::config::JobsConfig;
use server::jobs::{Ask, Queue, Registry, Worker, WorkerTask};
use server::store::jobs::JobState;
use tokio::time::{Instant, sleep};

use super::tests::{Script, Scripted, Seen};
use super::{JobWorld, SimulatedJobs};
use crate::store::Life;
use crate::{Chance, SimulatedClock};

const JOBS: u32 = 40;

struct Server {
    life: Life,
    task: WorkerTask,
}

fn start(world: &JobWorld, chance: &Chance, began: Instant, seen: &Seen) -> Server {
    let ahead_s = i64::try_from(chance.below(10)).unwrap_or_default() - 5;
    let life = Life::default();
    let clock = SimulatedClock::new(began, ahead_s, chance.clone());
    let store = SimulatedJobs::new(world, Some(chance.clone()), life.clone());
    let queue = Queue::new(Arc::new(store), Arc::new(clock));
    let registry = Registry::default().with(Scripted(seen.clone()));
    let task = Worker::start(queue, registry, &JobsConfig::default());
    Server { life, task }
}

/// Runs a seed; what has become of the jobs, as text, and how often one was begun.
async fn play(seed: u64) -> String {
    let (chance, began) = (Chance::new(seed), Instant::now());
    let (world, seen) = (JobWorld::default(), Seen::default());
    let clock = Arc::new(SimulatedClock::new(began, 0, chance.clone()));
    let store = SimulatedJobs::new(&world, None, Life::default());
    let queue = Queue::new(Arc::new(store), clock);
    for number in 0..JOBS {
        let script = if chance.happens(20) {
            Script::Fail
        } else {
            Script::Answer(number)
        };
        let enqueued = queue.enqueue::<Scripted>(&script, &Ask::default()).await;
        enqueued.expect("this way to the queue does not fail");
    }
    let mut servers = vec![
        start(&world, &chance, began, &seen),
        start(&world, &chance, began, &seen),
    ];
    for _ in 0..20 {
        sleep(Duration::from_millis(chance.below(20_000))).await;
        let dies = servers.remove(0);
        dies.life.end();
        dies.task.shutdown().await;
        servers.push(start(&world, &chance, began, &seen));
    }
    sleep(Duration::from_secs(3_600)).await;
    for server in servers {
        server.task.shutdown().await;
    }
    let jobs = world.jobs();
    assert_eq!(jobs.len(), JOBS as usize, "none is lost");
    for job in &jobs {
        // An attempt whose end was not heard of counts, so any job may die of them; none stays ready.
        let has_ended = match job.state {
            JobState::Ready => false,
            JobState::Finished => job.result.is_some(),
            JobState::Dead => job.attempts >= job.max_attempts,
        };
        assert!(has_ended && job.attempts <= job.max_attempts + 1, "{job:?}");
    }
    format!("{jobs:?} {seen:?}")
}

fn run(seed: u64) -> String {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime can be built")
        .block_on(play(seed))
}

#[test]
fn every_job_ends_whatever_fails_and_a_seed_is_a_run() {
    for seed in 0..8 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
}
