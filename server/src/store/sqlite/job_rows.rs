//! Rows of jobs: the statements specific to SQLite.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::connection;
use super::jobs::job_columns;
use crate::store::StoreResult;
use crate::store::jobs::ClaimRequest;

// The index finds the first due job of each kind and priority; the next job is among them.
pub(super) const CLAIM: &str = concat!(
    "
    update jobs
    set run_at = $1, attempts = attempts + 1, token = token + 1, started_at = $2, holder = $5
    where job_id = (
        select j.job_id
        from json_each($3) k
        cross join json_each('[0, 1, 2, 3, 4]') p
        cross join jobs j on j.job_id = (
            select d.job_id
            from jobs d
            where d.kind = k.value
            and d.priority = p.value
            and d.state = 'ready'
            and d.run_at <= $2
            order by d.run_at, d.job_id
            limit 1
        )
        order by p.value <> $4, p.value, j.run_at, j.job_id
        limit 1
    )
    returning ",
    job_columns!()
);
pub(super) const PRUNE: &str = "
    delete from jobs
    where job_id in (
        select job_id
        from jobs
        where state = $1
        and ended_at < $2
        order by ended_at
        limit $3
    )";

pub(super) async fn claim(
    transaction: &mut SqliteConnection,
    request: &ClaimRequest<'_>,
) -> StoreResult<Vec<SqliteRow>> {
    let claimed = sqlx::query(CLAIM)
        .bind(request.lease_until.micros())
        .bind(request.now.micros())
        .bind(connection::json(request.kinds))
        .bind(request.first.number())
        .bind(request.holder)
        .fetch_all(transaction)
        .await?;
    Ok(claimed)
}
