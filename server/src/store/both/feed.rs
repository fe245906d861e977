//! The outbox of the feed.

use async_trait::async_trait;
use domain::Timestamp;

use super::{DatabaseStore, PRUNE_OUTBOX, Row, connection};
use crate::store::failure::corrupt;
use crate::store::feed;
use crate::store::rows::{self, Columns as _};
use crate::store::{FeedStore, Outcomes, StoreResult};

const LIST_LANES: &str = "
    select lane
    from lanes
    order by lane";
pub(super) const LIST_OUTBOX: &str = "
    select seq, at, outcomes
    from outbox
    where lane = $1
    and seq > $2
    order by seq
    limit $3";
pub(super) const LATEST_SEQ: &str = "
    select coalesce(max(seq), 0) as seq
    from outbox
    where lane = $1";
const PRUNE_LANES: &str = "
    delete from lanes
    where started_at < $1
    and not exists (
        select 1
        from outbox o
        where o.lane = lanes.lane
    )";

#[async_trait]
impl FeedStore for DatabaseStore {
    async fn list_lanes(&self) -> StoreResult<Vec<i64>> {
        let lanes = sqlx::query_scalar(LIST_LANES)
            .fetch_all(&self.readers)
            .await?;
        Ok(lanes)
    }

    async fn list_outcomes(&self, lane: i64, after: i64, limit: u32) -> StoreResult<Vec<Outcomes>> {
        let found = sqlx::query(LIST_OUTBOX)
            .bind(lane)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let outbox = |row: &Row| {
            let seq = row.integer("seq")?;
            let accounts = feed::decode(row.bytes("outcomes")?);
            let accounts =
                accounts.ok_or_else(|| corrupt(format!("batch {seq} of lane {lane}")))?;
            Ok(Outcomes {
                lane,
                seq,
                at: rows::instant(row, "at")?,
                accounts,
            })
        };
        found.iter().map(outbox).collect()
    }

    async fn latest_outcome(&self, lane: i64) -> StoreResult<i64> {
        let seq = sqlx::query_scalar(LATEST_SEQ)
            .bind(lane)
            .fetch_one(&self.readers)
            .await?;
        Ok(seq)
    }

    async fn prune_outcomes(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let mut transaction = connection::begin(&self.writer).await?;
        let pruned = sqlx::query(PRUNE_OUTBOX)
            .bind(before.micros())
            .bind(i64::from(limit))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(PRUNE_LANES)
            .bind(before.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(pruned.rows_affected())
    }
}
