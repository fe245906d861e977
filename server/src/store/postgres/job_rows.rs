//! Rows of jobs: the statements specific to PostgreSQL.

use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::jobs::job_columns;
use crate::store::StoreResult;
use crate::store::jobs::ClaimRequest;

// The index finds the first due job of each kind and priority that no other server is claiming; the next
// job is among them. The others are locked only for the duration of this statement.
pub(super) const CLAIM: &str = concat!(
    "
    update jobs
    set run_at = $1, attempts = attempts + 1, token = token + 1, started_at = $2, holder = $5
    where job_id = (
        select d.job_id
        from unnest($3::text[]) k (kind)
        cross join generate_series(0::bigint, 4) p (priority)
        cross join lateral (
            select job_id, run_at
            from jobs
            where kind = k.kind
            and priority = p.priority
            and state = 'ready'
            and run_at <= $2
            order by run_at, job_id
            limit 1
            for update skip locked
        ) d
        order by p.priority <> $4, p.priority, d.run_at, d.job_id
        limit 1
    )
    returning ",
    job_columns!()
);
pub(super) const PRUNE: &str = "
    delete from jobs
    where job_id = any (array(
        select job_id
        from jobs
        where state = $1
        and ended_at < $2
        order by ended_at
        limit $3
    ))";

pub(super) async fn claim(
    transaction: &mut PgConnection,
    request: &ClaimRequest<'_>,
) -> StoreResult<Vec<PgRow>> {
    let kinds: Vec<_> = request.kinds.iter().map(|&kind| kind.to_owned()).collect();
    let claimed = sqlx::query(CLAIM)
        .bind(request.lease_until.micros())
        .bind(request.now.micros())
        .bind(kinds)
        .bind(request.first.number())
        .bind(request.holder)
        .fetch_all(transaction)
        .await?;
    Ok(claimed)
}
