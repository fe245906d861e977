//! The job queue: jobs are enqueued by insertion, held by a claim, and ended by the holder of the latest
//! claim.

use async_trait::async_trait;
use domain::Timestamp;

use super::{Connection, DatabaseStore, connection, job_rows};
use crate::store::failure::corrupt;
use crate::store::jobs::{
    Claim, ClaimRequest, Ending, Enqueued, JobCount, JobFilter, JobId, JobRecord, JobState,
    JobStore, NewJob, Priority, Progress, Retried,
};
use crate::store::rows::{Columns as _, instant, instant_or_none};
use crate::store::{StoreError, StoreResult};

/// Attempts to find the job that has a key, because it may end in between.
const ENQUEUE_TRIES: u32 = 5;

/// The columns of [`record`].
macro_rules! job_columns {
    () => {
        "job_id, kind, unique_key, payload, version, priority, state, run_at, attempts, max_attempts, token, \
         created_at, started_at, ended_at, done, total, note, last_error, result"
    };
}
pub(super) use job_columns;

const ENQUEUE: &str = "
    insert into jobs (
        job_id, kind, unique_key, payload, version, priority, state, run_at, attempts, max_attempts, token, created_at,
        done
    )
    values ($1, $2, $3, $4, $5, $6, 'ready', $7, 0, $8, 0, $9, 0)
    on conflict (kind, unique_key) where state = 'ready' do nothing";
pub(super) const FIND_BY_KEY: &str = "
    select job_id
    from jobs
    where kind = $1
    and unique_key = $2
    and state = 'ready'";
pub(super) const ADVANCE_SCHEDULE: &str = "
    insert into job_schedules (schedule, due_at)
    values ($1, $2)
    on conflict (schedule) do update
    set due_at = excluded.due_at
    where job_schedules.due_at < excluded.due_at";
pub(super) const EXTEND: &str = "
    update jobs
    set run_at = $3, done = $4, total = $5, note = $6
    where job_id = $1
    and token = $2
    and started_at is not null";
pub(super) const DELETE_CLAIMED: &str = "
    delete from jobs
    where job_id = $1
    and token = $2
    and started_at is not null";
pub(super) const FINISH: &str = "
    update jobs
    set state = 'finished', ended_at = $3, result = $4, started_at = null
    where job_id = $1
    and token = $2
    and started_at is not null";
pub(super) const RETRY_LATER: &str = "
    update jobs
    set run_at = $3, last_error = $4, started_at = null
    where job_id = $1
    and token = $2
    and started_at is not null";
pub(super) const GIVE_UP: &str = "
    update jobs
    set state = 'dead', ended_at = $3, last_error = $4, started_at = null
    where job_id = $1
    and token = $2
    and started_at is not null";
pub(super) const RELEASE: &str = "
    update jobs
    set run_at = $3, attempts = attempts - 1, started_at = null
    where job_id = $1
    and token = $2
    and started_at is not null";
// The index of held jobs has those that have not ended. Should the former self be alive after all, it learns at its next report that it has lost the job.
pub(super) const TAKE_BACK: &str = "
    update jobs
    set run_at = $2, started_at = null
    where holder = $1
    and ended_at is null
    and started_at is not null";
pub(super) const FIND: &str = concat!(
    "
    select ",
    job_columns!(),
    "
    from jobs
    where job_id = $1"
);
// A bare comparison makes PostgreSQL expect a handful of rows and sort them, instead of following the
// index until the page is full.
pub(super) const LIST: &str = concat!(
    "
    select ",
    job_columns!(),
    "
    from jobs
    where (created_at, job_id) < ($1, $2)
    and case when kind = coalesce($3, kind) and state = coalesce($4, state) then true else false end
    order by created_at desc, job_id desc
    limit $5"
);
pub(super) const RETRY: &str = "
    update jobs
    set state = 'ready', run_at = $2, attempts = 0, ended_at = null
    where job_id = $1
    and state = 'dead'";
pub(super) const DROP: &str = "
    delete from jobs
    where job_id = $1";
// Reads the whole table, which is pruned; asked by operators and metrics only.
const COUNT: &str = "
    select kind, state, count(*) as jobs
    from jobs
    group by kind, state
    order by kind, state";

/// Enqueues a job in the transaction that causes it. False if a ready job of its kind has its key.
pub(in crate::store) async fn enqueue(
    transaction: &mut Connection,
    new: &NewJob,
) -> StoreResult<bool> {
    let done = sqlx::query(ENQUEUE)
        .bind(new.id.0)
        .bind(&new.kind)
        .bind(new.key.as_deref())
        .bind(&new.payload)
        .bind(new.version)
        .bind(new.priority.number())
        .bind(new.run_at.micros())
        .bind(new.max_attempts)
        .bind(new.created_at.micros())
        .execute(transaction)
        .await?;
    Ok(done.rows_affected() > 0)
}

async fn find_by_key(
    transaction: &mut Connection,
    kind: &str,
    key: Option<&str>,
) -> StoreResult<Option<JobId>> {
    let found: Option<i64> = sqlx::query_scalar(FIND_BY_KEY)
        .bind(kind)
        .bind(key)
        .fetch_optional(transaction)
        .await?;
    Ok(found.map(JobId))
}

#[async_trait]
impl JobStore for DatabaseStore {
    async fn enqueue_job(&self, new: &NewJob) -> StoreResult<Enqueued> {
        let mut transaction = connection::begin(&self.writer).await?;
        for _ in 0..ENQUEUE_TRIES {
            let enqueued = if enqueue(&mut transaction, new).await? {
                Some(Enqueued::New(new.id))
            } else {
                let existing = find_by_key(&mut transaction, &new.kind, new.key.as_deref()).await?;
                existing.map(Enqueued::Existing)
            };
            if let Some(enqueued) = enqueued {
                transaction.commit().await?;
                return Ok(enqueued);
            }
            // The job that had the key ended between the two statements.
        }
        Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut))
    }

    async fn enqueue_scheduled(
        &self,
        schedule: &str,
        due_at: Timestamp,
        new: &NewJob,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let advanced = sqlx::query(ADVANCE_SCHEDULE)
            .bind(schedule)
            .bind(due_at.micros())
            .execute(&mut *transaction)
            .await?;
        let enqueued = advanced.rows_affected() > 0 && enqueue(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(enqueued)
    }

    async fn claim_job(&self, request: &ClaimRequest<'_>) -> StoreResult<Option<JobRecord>> {
        let mut transaction = connection::begin(&self.writer).await?;
        let claimed = job_rows::claim(&mut transaction, request).await?;
        transaction.commit().await?;
        claimed.first().map(record).transpose()
    }

    async fn take_back_jobs(&self, holder: i64, now: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(TAKE_BACK)
            .bind(holder)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }

    async fn extend_job(
        &self,
        claim: Claim,
        lease_until: Timestamp,
        progress: &Progress,
    ) -> StoreResult<bool> {
        let done = sqlx::query(EXTEND)
            .bind(claim.job.0)
            .bind(claim.token)
            .bind(lease_until.micros())
            .bind(progress.done)
            .bind(progress.total)
            .bind(progress.note.as_deref())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn end_job(&self, claim: Claim, ending: &Ending, now: Timestamp) -> StoreResult<bool> {
        let (statement, instant, text) = match ending {
            Ending::Finished { result: None } => {
                let done = sqlx::query(DELETE_CLAIMED)
                    .bind(claim.job.0)
                    .bind(claim.token)
                    .execute(&self.writer)
                    .await?;
                return Ok(done.rows_affected() > 0);
            }
            Ending::Released { at } => {
                let done = sqlx::query(RELEASE)
                    .bind(claim.job.0)
                    .bind(claim.token)
                    .bind(at.micros())
                    .execute(&self.writer)
                    .await?;
                return Ok(done.rows_affected() > 0);
            }
            Ending::Finished {
                result: Some(result),
            } => (FINISH, now, result),
            Ending::Retry { at, error } => (RETRY_LATER, *at, error),
            Ending::Dead { error } => (GIVE_UP, now, error),
        };
        let done = sqlx::query(statement)
            .bind(claim.job.0)
            .bind(claim.token)
            .bind(instant.micros())
            .bind(text)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn find_job(&self, job: JobId) -> StoreResult<Option<JobRecord>> {
        let found = sqlx::query(FIND)
            .bind(job.0)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(record).transpose()
    }

    async fn list_jobs(
        &self,
        filter: &JobFilter,
        before: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> StoreResult<Vec<JobRecord>> {
        let (at, id) = before.map_or((i64::MAX, i64::MAX), |(at, id)| (at.micros(), id.0));
        let found = sqlx::query(LIST)
            .bind(at)
            .bind(id)
            .bind(filter.kind.as_deref())
            .bind(filter.state.map(JobState::as_str))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(record).collect()
    }

    async fn retry_job(&self, job: JobId, now: Timestamp) -> StoreResult<Retried> {
        let mut transaction = connection::begin(&self.writer).await?;
        let found = sqlx::query(FIND)
            .bind(job.0)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(found) = found.as_ref().map(record).transpose()? else {
            return Ok(Retried::Missing);
        };
        if find_by_key(&mut transaction, &found.kind, found.key.as_deref())
            .await?
            .is_some_and(|other| other != job)
        {
            return Ok(match found.state {
                JobState::Dead => Retried::KeyTaken,
                JobState::Ready | JobState::Finished => Retried::NotDead,
            });
        }
        // If a job takes the key only now, the database refuses this.
        let done = sqlx::query(RETRY)
            .bind(job.0)
            .bind(now.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(match done.rows_affected() {
            0 => Retried::NotDead,
            _ => Retried::Ready,
        })
    }

    async fn drop_job(&self, job: JobId) -> StoreResult<bool> {
        let done = sqlx::query(DROP).bind(job.0).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }

    async fn prune_jobs(
        &self,
        state: JobState,
        ended_before: Timestamp,
        limit: u32,
    ) -> StoreResult<u64> {
        let done = sqlx::query(job_rows::PRUNE)
            .bind(state.as_str())
            .bind(ended_before.micros())
            .bind(i64::from(limit))
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }

    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>> {
        let found = sqlx::query(COUNT).fetch_all(&self.readers).await?;
        let count = |row: &super::Row| {
            Ok(JobCount {
                kind: row.text("kind")?.to_owned(),
                state: state(row)?,
                count: u64::try_from(row.integer("jobs")?).unwrap_or_default(),
            })
        };
        found.iter().map(count).collect()
    }
}

fn state(row: &super::Row) -> StoreResult<JobState> {
    let text = row.text("state")?;
    JobState::from_stored(text).ok_or_else(|| corrupt(format!("the state \"{text:.16}\" of a job")))
}

fn record(row: &super::Row) -> StoreResult<JobRecord> {
    let id = JobId(row.integer("job_id")?);
    let text_or_none = |column| -> StoreResult<Option<String>> {
        Ok(row.text_or_none(column)?.map(str::to_owned))
    };
    let priority = row.integer("priority")?;
    Ok(JobRecord {
        id,
        kind: row.text("kind")?.to_owned(),
        key: text_or_none("unique_key")?,
        payload: row.text("payload")?.to_owned(),
        version: row.integer("version")?,
        priority: Priority::from_number(priority)
            .ok_or_else(|| corrupt(format!("the priority {priority} of job {id}")))?,
        state: state(row)?,
        run_at: instant(row, "run_at")?,
        attempts: row.integer("attempts")?,
        max_attempts: row.integer("max_attempts")?,
        token: row.integer("token")?,
        created_at: instant(row, "created_at")?,
        started_at: instant_or_none(row, "started_at")?,
        ended_at: instant_or_none(row, "ended_at")?,
        progress: Progress {
            done: row.integer("done")?,
            total: row.integer_or_none("total")?,
            note: text_or_none("note")?,
        },
        last_error: text_or_none("last_error")?,
        result: text_or_none("result")?,
    })
}
