//! What operators and the server itself do about jobs: dead ones, results, lists, archives.

use std::sync::Arc;

use server::config::JobsConfig;
use server::market::{Market, OneMarket, Snapshot};
use server::operation::jobs::{JobsCommand, ListArgs, run};
use server::store::Store;
use server::store::jobs::{Ending, JobFilter, JobId, JobState, NewJob, Progress, Retried};

use super::jobs::{claim_at, job, keyed};
use super::trading::at;
use super::{Database, worker};
use crate::fixture::ManualClock;

/// Enqueues a job, claims it and lets it die.
async fn kill(store: &dyn Store, new: &NewJob, now: i64) -> anyhow::Result<()> {
    store.enqueue_job(new).await?;
    let claim = claim_at(store, now).await.expect("it is due").claim();
    let dead = Ending::Dead {
        error: "no such player".into(),
    };
    anyhow::ensure!(store.end_job(claim, &dead, at(now)).await?);
    Ok(())
}

pub async fn a_dead_job_is_tried_again_or_dropped(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    kill(&*store, &keyed(1, "mail", "a"), 0).await?;
    let dead = store.find_job(JobId(1)).await?.expect("it is kept");
    assert_eq!(
        (dead.state, dead.last_error.as_deref(), dead.ended_at),
        (JobState::Dead, Some("no such player"), Some(at(0)))
    );
    assert_eq!(claim_at(&*store, 1_000).await, None);
    // A dead job does not hold its key; another one may have it.
    store.enqueue_job(&keyed(2, "mail", "a")).await?;
    assert_eq!(store.retry_job(JobId(1), at(5)).await?, Retried::KeyTaken);
    assert_eq!(store.retry_job(JobId(2), at(5)).await?, Retried::NotDead);
    assert_eq!(store.retry_job(JobId(3), at(5)).await?, Retried::Missing);
    assert!(store.drop_job(JobId(2)).await?);
    assert!(!store.drop_job(JobId(2)).await?);
    assert_eq!(store.retry_job(JobId(1), at(5)).await?, Retried::Ready);
    let again = claim_at(&*store, 5).await.expect("it is due");
    assert_eq!((again.id, again.attempts, again.token), (JobId(1), 1, 2));
    // Dropped while it runs, its worker is told.
    assert!(store.drop_job(JobId(1)).await?);
    let progress = Progress::default();
    assert!(!store.extend_job(again.claim(), at(99), &progress).await?);
    Ok(())
}

pub async fn ended_jobs_are_pruned_in_portions(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=5 {
        kill(&*store, &job(id, "mail"), id).await?;
    }
    store.enqueue_job(&job(6, "mail")).await?;
    let counts: Vec<_> = store
        .count_jobs()
        .await?
        .into_iter()
        .map(|count| (count.kind, count.state, count.count))
        .collect();
    let mail = || "mail".to_owned();
    let expected = [(mail(), JobState::Dead, 5), (mail(), JobState::Ready, 1)];
    assert_eq!(counts, expected);
    assert_eq!(store.prune_jobs(JobState::Finished, at(99), 9).await?, 0);
    assert_eq!(store.prune_jobs(JobState::Dead, at(4), 2).await?, 2);
    assert_eq!(store.prune_jobs(JobState::Dead, at(4), 2).await?, 1);
    assert_eq!(store.prune_jobs(JobState::Dead, at(4), 2).await?, 0);
    assert!(store.find_job(JobId(4)).await?.is_some());
    assert!(store.find_job(JobId(6)).await?.is_some());
    Ok(())
}

pub async fn jobs_are_listed_latest_first_in_pages(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=6 {
        let new = NewJob {
            created_at: at(id / 2),
            ..job(id, if id % 2 == 0 { "mail" } else { "report" })
        };
        store.enqueue_job(&new).await?;
    }
    let list = async |filter: &JobFilter, before| -> anyhow::Result<Vec<i64>> {
        let page = store.list_jobs(filter, before, 4).await?;
        Ok(page.into_iter().map(|job| job.id.0).collect())
    };
    let all = JobFilter::default();
    assert_eq!(list(&all, None).await?, [6, 5, 4, 3]);
    assert_eq!(list(&all, Some((at(1), JobId(3)))).await?, [2, 1]);
    let mails = JobFilter {
        kind: Some("mail".into()),
        state: None,
    };
    assert_eq!(list(&mails, None).await?, [6, 4, 2]);
    let dead = JobFilter {
        state: Some(JobState::Dead),
        ..mails
    };
    assert_eq!(list(&dead, None).await?, [0; 0]);
    Ok(())
}

pub async fn an_operator_lists_retries_and_drops_in_words(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let said = async |command: JobsCommand| -> anyhow::Result<Vec<String>> {
        let mut lines = Vec::new();
        run(&*store, &command, at(0), |line| lines.push(line.to_owned())).await?;
        Ok(lines)
    };
    let list = |dead| {
        JobsCommand::List(ListArgs {
            dead,
            kind: None,
            limit: 100,
        })
    };
    let nothing = ["There are no such jobs."];
    assert_eq!(said(list(false)).await?, nothing);
    kill(&*store, &keyed(1, "mail", "a"), 0).await?;
    let new = NewJob {
        created_at: at(1),
        ..job(2, "report")
    };
    store.enqueue_job(&new).await?;
    let when = at(0);
    let dead = format!(
        "1  mail \"a\", medium: dead since {when}, after 1 attempts; failed: no such player"
    );
    let due = "2  report, medium: due now".to_owned();
    assert_eq!(said(list(false)).await?, [due, dead.clone()]);
    assert_eq!(said(list(true)).await?, [dead]);
    let retry = || JobsCommand::Retry { id: JobId(1) };
    assert_eq!(
        said(retry()).await?,
        ["Job 1 is ready and runs within seconds."]
    );
    let refused = said(retry()).await.expect_err("it is ready");
    assert!(refused.to_string().contains("is not dead"), "{refused}");
    let drop = || JobsCommand::Drop { id: JobId(1) };
    assert_eq!(said(drop()).await?, ["Job 1 is deleted."]);
    let refused = said(drop()).await.expect_err("it is gone");
    assert!(refused.to_string().contains("no job 1"), "{refused}");
    assert_eq!(said(list(true)).await?, nothing);
    Ok(())
}

pub async fn old_months_are_archived_by_a_job(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    super::retention::play_autumn(&*store).await?;
    let config = JobsConfig {
        archive_after_days: 20,
        ..JobsConfig::default()
    };
    let worker = worker::start(
        &store,
        None,
        Arc::new(OneMarket(Arc::new(Market::new(Snapshot::default())))),
        &ManualClock::at(at(0)),
        (&config, folder.path()),
    );
    // Every schedule has an instant that has passed, so each kind runs once.
    let ended = async {
        loop {
            let left = store.list_jobs(&JobFilter::default(), None, 10).await?;
            let months = store.list_archived_months().await?;
            let failed = left.iter().find(|job| job.last_error.is_some());
            anyhow::ensure!(failed.is_none(), "{failed:?}");
            if left.is_empty() && !months.is_empty() {
                return Ok(months);
            }
            tokio::task::yield_now().await;
        }
    };
    let months = tokio::time::timeout(std::time::Duration::from_secs(30), ended).await??;
    worker.shutdown().await;
    let months: Vec<_> = months.iter().map(|one| one.month.to_string()).collect();
    assert_eq!(months, ["2026-09", "2026-10"]);
    Ok(())
}
