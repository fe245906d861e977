//! The queue of jobs: enqueueing, claims, keys, priorities, schedules.

use std::collections::{BTreeMap, BTreeSet};

use domain::Timestamp;
use server::jobs::Share;
use server::store::Store;
use server::store::jobs::{
    ClaimRequest, Ending, Enqueued, JobId, JobRecord, JobState, NewJob, Priority, Progress,
};

use super::Database;
use super::trading::at;

pub fn job(id: i64, kind: &str) -> NewJob {
    NewJob {
        id: JobId(id),
        kind: kind.to_owned(),
        key: None,
        payload: r#"{"text":"Ünïcode"}"#.to_owned(),
        version: 1,
        priority: Priority::Medium,
        run_at: at(0),
        max_attempts: 3,
        created_at: at(0),
    }
}

pub fn keyed(id: i64, kind: &str, key: &str) -> NewJob {
    NewJob {
        key: Some(key.to_owned()),
        ..job(id, kind)
    }
}

fn urgent(id: i64, priority: Priority) -> NewJob {
    NewJob {
        priority,
        ..job(id, "mail")
    }
}

/// A claim of a mail, with a lease of a minute.
async fn claim(store: &dyn Store, first: Priority, now: Timestamp) -> Option<JobRecord> {
    let request = ClaimRequest {
        kinds: &["mail", "report"],
        first,
        now,
        lease_until: now.plus_seconds(60),
        holder: None,
    };
    let claimed = store.claim_job(&request).await;
    claimed.expect("the queue answers")
}

pub async fn claim_at(store: &dyn Store, now: i64) -> Option<JobRecord> {
    claim(store, Priority::Critical, at(now)).await
}

fn finished() -> Ending {
    Ending::Finished { result: None }
}

pub async fn a_job_is_read_back_as_it_was_enqueued(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let new = NewJob {
        run_at: at(5),
        ..keyed(7, "mail", "player-1")
    };
    assert_eq!(store.enqueue_job(&new).await?, Enqueued::New(JobId(7)));
    let stored = store.find_job(JobId(7)).await?.expect("it was enqueued");
    let expected = JobRecord {
        id: new.id,
        kind: new.kind,
        key: new.key,
        payload: new.payload,
        version: 1,
        priority: Priority::Medium,
        state: JobState::Ready,
        run_at: at(5),
        attempts: 0,
        max_attempts: 3,
        token: 0,
        created_at: at(0),
        started_at: None,
        ended_at: None,
        progress: Progress::default(),
        last_error: None,
        result: None,
    };
    assert_eq!(stored, expected);
    assert_eq!(store.find_job(JobId(8)).await?, None);
    assert_eq!(claim_at(&*store, 4).await, None, "it is not due");
    let request = ClaimRequest {
        kinds: &["report"],
        first: Priority::Medium,
        now: at(5),
        lease_until: at(65),
        holder: None,
    };
    assert_eq!(store.claim_job(&request).await?, None, "it is no report");
    let claimed = claim_at(&*store, 5).await.expect("it is due");
    let expected = JobRecord {
        run_at: at(65),
        attempts: 1,
        token: 1,
        started_at: Some(at(5)),
        ..expected
    };
    assert_eq!(claimed, expected);
    let not_json = NewJob {
        payload: "{".into(),
        ..job(9, "mail")
    };
    assert!(store.enqueue_job(&not_json).await.is_err());
    Ok(())
}

pub async fn two_stores_claim_each_job_once(database: &dyn Database) -> anyhow::Result<()> {
    let (first, second) = (database.open().await?, database.open().await?);
    for id in 1..=20 {
        first.enqueue_job(&job(id, "mail")).await?;
    }
    let mut claimed = Vec::new();
    while claimed.len() < 20 {
        let (one, other) = tokio::join!(claim_at(&*first, 1), claim_at(&*second, 1));
        claimed.extend(one.into_iter().chain(other).map(|job| job.id.0));
    }
    let distinct: BTreeSet<_> = claimed.iter().copied().collect();
    assert_eq!(distinct.len(), claimed.len(), "{claimed:?}");
    assert_eq!(claim_at(&*first, 1).await, None);
    Ok(())
}

pub async fn a_late_worker_finishes_nothing(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    store.enqueue_job(&job(1, "mail")).await?;
    let late = claim_at(&*store, 0).await.expect("it is due").claim();
    assert_eq!(claim_at(&*store, 59).await, None, "the lease holds");
    let second = claim_at(&*store, 60).await.expect("the lease is over");
    assert_eq!((second.token, second.attempts), (2, 2));
    let retry = Ending::Retry {
        at: at(70),
        error: "late".into(),
    };
    let dead = Ending::Dead {
        error: "late".into(),
    };
    let released = Ending::Released { at: at(70) };
    let result = Ending::Finished {
        result: Some("1".into()),
    };
    for ending in [finished(), result, retry, dead, released] {
        assert!(!store.end_job(late, &ending, at(61)).await?, "{ending:?}");
    }
    let progress = Progress::default();
    assert!(!store.extend_job(late, at(500), &progress).await?);
    assert_eq!(store.find_job(JobId(1)).await?, Some(second.clone()));
    assert!(store.end_job(second.claim(), &finished(), at(61)).await?);
    assert_eq!(store.find_job(JobId(1)).await?, None);
    assert!(!store.end_job(second.claim(), &finished(), at(61)).await?);
    Ok(())
}

pub async fn a_job_whose_server_dies_is_due_after_its_lease(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    store.enqueue_job(&job(1, "mail")).await?;
    // Attempts are counted when they begin: a job that kills its server dies, too.
    for attempt in 1..=5 {
        let claimed = claim_at(&*store, attempt * 60).await.expect("it is due");
        assert_eq!((claimed.attempts, claimed.token), (attempt, attempt));
    }
    let released = Ending::Released { at: at(301) };
    let claim = store.find_job(JobId(1)).await?.expect("it runs").claim();
    assert!(store.end_job(claim, &released, at(301)).await?);
    let again = claim_at(&*store, 301).await.expect("it was given back");
    assert_eq!((again.attempts, again.token), (5, 6));
    Ok(())
}

pub async fn a_server_that_starts_again_takes_back_its_own_jobs(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=3 {
        store.enqueue_job(&job(id, "mail")).await?;
    }
    let claim_of = |holder| ClaimRequest {
        kinds: &["mail"],
        first: Priority::Medium,
        now: at(10),
        lease_until: at(70),
        holder,
    };
    let mine = store.claim_job(&claim_of(Some(7))).await?.expect("a job");
    let others = store.claim_job(&claim_of(Some(8))).await?.expect("a job");
    let nobodys = store.claim_job(&claim_of(None)).await?.expect("a job");
    assert_eq!(store.take_back_jobs(7, at(11)).await?, 1);
    assert!(!store.end_job(mine.claim(), &finished(), at(11)).await?);
    let again = claim_at(&*store, 11).await.expect("it is due at once");
    assert_eq!((again.id, again.attempts), (mine.id, 2));
    assert_eq!(claim_at(&*store, 12).await, None, "the other leases hold");
    for job in [others, nobodys] {
        assert!(store.end_job(job.claim(), &finished(), at(12)).await?);
    }
    // Whoever claimed it last holds it, and that one has no number.
    assert_eq!(store.take_back_jobs(7, at(13)).await?, 0);
    Ok(())
}

pub async fn a_retry_keeps_its_unique_key(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let existing = Enqueued::Existing(JobId(1));
    store.enqueue_job(&keyed(1, "mail", "a")).await?;
    assert_eq!(store.enqueue_job(&keyed(2, "mail", "a")).await?, existing);
    assert_eq!(
        store.enqueue_job(&keyed(3, "report", "a")).await?,
        Enqueued::New(JobId(3)),
        "keys are a kind's own"
    );
    // While it runs, too: or its retry would meet another one.
    let running = claim_at(&*store, 0).await.expect("it is due");
    assert_eq!(running.id, JobId(1));
    assert_eq!(store.enqueue_job(&keyed(4, "mail", "a")).await?, existing);
    let retry = Ending::Retry {
        at: at(10),
        error: "no connection".into(),
    };
    assert!(store.end_job(running.claim(), &retry, at(1)).await?);
    assert_eq!(store.enqueue_job(&keyed(5, "mail", "a")).await?, existing);
    let waiting = store.find_job(JobId(1)).await?.expect("it waits");
    assert_eq!(
        (
            waiting.run_at,
            waiting.last_error.as_deref(),
            waiting.started_at
        ),
        (at(10), Some("no connection"), None)
    );
    let report = claim_at(&*store, 9).await.expect("the report is due");
    assert_eq!(report.id, JobId(3), "the retry is not due yet");
    let running = claim_at(&*store, 10).await.expect("it is due again");
    assert_eq!((running.id, running.attempts), (JobId(1), 2));
    assert!(store.end_job(running.claim(), &finished(), at(11)).await?);
    assert_eq!(
        store.enqueue_job(&keyed(6, "mail", "a")).await?,
        Enqueued::New(JobId(6)),
        "its end frees the key"
    );
    Ok(())
}

pub async fn the_first_priority_goes_first_and_then_the_most_urgent(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    for (id, priority) in (1..).zip(Priority::ALL.into_iter().rev()) {
        store.enqueue_job(&urgent(id, priority)).await?;
    }
    let earlier = NewJob {
        run_at: at(-1),
        ..urgent(6, Priority::Medium)
    };
    store.enqueue_job(&earlier).await?;
    let mut order = Vec::new();
    while let Some(job) = claim(&*store, Priority::Low, at(0)).await {
        order.push((job.priority.number(), job.id.0));
    }
    assert_eq!(order, [(3, 2), (0, 5), (1, 4), (2, 6), (2, 3), (4, 1)]);
    Ok(())
}

pub async fn no_priority_starves_another(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=40 {
        store.enqueue_job(&urgent(id, Priority::Critical)).await?;
    }
    store.enqueue_job(&urgent(100, Priority::Batch)).await?;
    store.enqueue_job(&urgent(101, Priority::Low)).await?;
    let mut share = Share::default();
    let mut taken = BTreeMap::<Priority, u32>::new();
    for _ in 0..31 {
        let job = claim(&*store, share.next_first(), at(0)).await;
        *taken
            .entry(job.expect("many are due").priority)
            .or_default() += 1;
    }
    // Batch and low had their turns; all others went to the critical ones.
    let expected = [
        (Priority::Critical, 29),
        (Priority::Low, 1),
        (Priority::Batch, 1),
    ];
    assert_eq!(taken, BTreeMap::from(expected));
    Ok(())
}

pub async fn a_schedule_enqueues_once_from_two_servers(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (first, second) = (database.open().await?, database.open().await?);
    let (one, other) = (keyed(1, "mail", "nightly"), keyed(2, "mail", "nightly"));
    let both = tokio::join!(
        first.enqueue_scheduled("nightly", at(0), &one),
        second.enqueue_scheduled("nightly", at(0), &other)
    );
    assert!(both.0? != both.1?, "one of them does it");
    let running = claim_at(&*first, 0).await.expect("it is due");
    assert_eq!(claim_at(&*first, 0).await, None);
    // Ended at once, it is not enqueued for the same instant again, nor for an earlier one.
    assert!(first.end_job(running.claim(), &finished(), at(1)).await?);
    let late = keyed(3, "mail", "nightly");
    assert!(!second.enqueue_scheduled("nightly", at(0), &late).await?);
    assert!(!second.enqueue_scheduled("nightly", at(-9), &late).await?);
    // The next instant: while its job waits, the one after it adds none.
    assert!(second.enqueue_scheduled("nightly", at(100), &late).await?);
    let next = keyed(4, "mail", "nightly");
    assert!(!first.enqueue_scheduled("nightly", at(200), &next).await?);
    assert!(
        first
            .enqueue_scheduled("weekly", at(0), &job(5, "mail"))
            .await?
    );
    Ok(())
}

pub async fn progress_and_results_are_read_back(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    store.enqueue_job(&job(1, "mail")).await?;
    let claim = claim_at(&*store, 0).await.expect("it is due").claim();
    let progress = Progress {
        done: 3,
        total: Some(7),
        note: Some("third letter".into()),
    };
    assert!(store.extend_job(claim, at(90), &progress).await?);
    let running = store.find_job(JobId(1)).await?.expect("it runs");
    assert_eq!((&running.progress, running.run_at), (&progress, at(90)));
    assert_eq!(claim_at(&*store, 89).await, None, "the lease was extended");
    let result = Ending::Finished {
        result: Some(r#"{"sent":7}"#.into()),
    };
    assert!(store.end_job(claim, &result, at(80)).await?);
    let done = store.find_job(JobId(1)).await?.expect("it is kept");
    assert_eq!(
        (
            done.state,
            done.ended_at,
            done.result.as_deref(),
            done.progress
        ),
        (
            JobState::Finished,
            Some(at(80)),
            Some(r#"{"sent":7}"#),
            progress
        )
    );
    assert_eq!(claim_at(&*store, 1_000).await, None);
    Ok(())
}
