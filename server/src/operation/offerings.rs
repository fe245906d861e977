//! `tickerquest offerings`, and the same for the operator's page: what waits, is being allocated, failed
//! or died, offering by offering.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::Timestamp;
use domain::api::{DeadJobView, InvestmentState, OfferingQueueView};

use crate::store::jobs::{JobFilter, JobRecord, JobState};
use crate::store::{Store, StoreResult};

/// Jobs and offerings that are read.
const JOBS_MAX: u32 = 1_000;
const OFFERINGS_MAX: u32 = 1_000;

/// The queues of the latest offerings that are not settled, or were settled since an instant; those with a
/// dead job first, then the latest.
///
/// # Errors
/// When the store fails.
pub async fn queues(
    store: &dyn Store,
    since: Timestamp,
    limit: u32,
) -> StoreResult<Vec<OfferingQueueView>> {
    let mut queues: BTreeMap<i64, OfferingQueueView> = BTreeMap::new();
    let mut latest: BTreeMap<i64, Timestamp> = BTreeMap::new();
    for offering in store.list_recent_offerings(since, limit).await? {
        latest.insert(offering.id, offering.created_at);
        let queue = OfferingQueueView {
            id: offering.id.to_string(),
            title: offering.title,
            rule: offering.terms.rule.as_str().to_owned(),
            settled: offering.settled_at.is_some(),
            granted: offering.granted,
            shares: offering.terms.shares,
            ..OfferingQueueView::default()
        };
        queues.insert(offering.id, queue);
    }
    let ids: Vec<i64> = queues.keys().copied().collect();
    for one in store.count_investments(&ids).await? {
        let Some(queue) = queues.get_mut(&one.offering) else {
            continue;
        };
        let count = match one.state {
            InvestmentState::Pending => &mut queue.waiting,
            InvestmentState::Processing => &mut queue.in_progress,
            InvestmentState::Completed => &mut queue.completed,
            InvestmentState::Failed => &mut queue.failed,
            InvestmentState::Reversed => &mut queue.reversed,
        };
        *count = one.count;
    }
    let filter = JobFilter {
        kind: Some("allocation".to_owned()),
        state: Some(JobState::Dead),
    };
    for job in store.list_jobs(&filter, None, JOBS_MAX).await? {
        let offering = job.key.as_deref().and_then(|key| key.parse().ok());
        if let Some(queue) = offering.and_then(|id: i64| queues.get_mut(&id)) {
            queue.dead_job = Some(dead_job(&job));
        }
    }
    let mut queues: Vec<(i64, OfferingQueueView)> = queues.into_iter().collect();
    queues.sort_by_key(|(id, queue)| {
        let created = latest.get(id).copied();
        (queue.dead_job.is_none(), Reverse(created))
    });
    Ok(queues.into_iter().map(|(_, queue)| queue).collect())
}

/// A dead job as operators see it.
#[must_use]
pub fn dead_job(job: &JobRecord) -> DeadJobView {
    DeadJobView {
        id: job.id.to_string(),
        kind: job.kind.clone(),
        attempts: u32::try_from(job.attempts).unwrap_or_default(),
        ended_at: job.ended_at,
        error: job.last_error.clone().unwrap_or_default(),
    }
}

/// Writes a line for each offering, and one for each dead job.
///
/// # Errors
/// When the store fails.
pub async fn list(store: &dyn Store, mut say: impl FnMut(&str)) -> anyhow::Result<()> {
    let queues = queues(store, Timestamp::from_micros(i64::MIN), OFFERINGS_MAX).await?;
    if queues.is_empty() {
        say("There is no offering.");
    }
    for queue in queues {
        let settled = if queue.settled { "settled" } else { "open" };
        say(&format!(
            "{}  {} ({settled}, {}, {} of {} shares)  waiting {}  in progress {}  completed {}  failed {}  reversed {}",
            queue.id,
            queue.title,
            queue.rule,
            queue.granted,
            queue.shares,
            queue.waiting,
            queue.in_progress,
            queue.completed,
            queue.failed,
            queue.reversed,
        ));
        if let Some(job) = queue.dead_job {
            say(&format!(
                "Job {} of offering {} is dead: {}. Try it again with `tickerquest jobs retry {}`.",
                job.id, queue.id, job.error, job.id
            ));
        }
    }
    Ok(())
}
