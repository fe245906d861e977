//! What an operator asks of the database as a whole.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::{DatabaseStore, Pool, Row, connection};
use crate::store::operation::{ActionRecord, PoolUse, SUBJECT_MAX};
use crate::store::rows::{self, Columns as _};
use crate::store::{OperationStore, StoreResult};

const GRANT: &str = "
    insert into operators (player_id, since)
    values ($1, $2)
    on conflict do nothing";
pub(super) const REVOKE: &str = "
    delete from operators
    where player_id = $1";
pub(super) const IS_OPERATOR: &str = "
    select player_id
    from operators
    where player_id = $1";
pub(super) const LIST_OPERATORS: &str = "
    select player_id, since
    from operators
    where player_id > $1
    order by player_id
    limit $2";
const LOG_ACTION: &str = "
    insert into operator_actions (action_id, at, actor_id, actor, action, subject)
    values ($1, $2, $3, $4, $5, $6)";
pub(super) const LIST_ACTIONS: &str = "
    select action_id, at, actor_id, actor, action, subject
    from operator_actions
    where (at, action_id) < ($1, $2)
    order by at desc, action_id desc
    limit $3";

#[async_trait]
impl OperationStore for DatabaseStore {
    fn pools(&self) -> Vec<PoolUse> {
        vec![
            pool_use("writers", &self.writer),
            pool_use("readers", &self.readers),
        ]
    }

    async fn database_size(&self) -> StoreResult<u64> {
        let size: i64 = sqlx::query_scalar(connection::SIZE)
            .fetch_one(&self.readers)
            .await?;
        Ok(u64::try_from(size).unwrap_or_default())
    }

    async fn grant_operator(&self, player: PlayerId, now: Timestamp) -> StoreResult<bool> {
        let granted = sqlx::query(GRANT)
            .bind(player.0)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(granted.rows_affected() > 0)
    }

    async fn revoke_operator(&self, player: PlayerId) -> StoreResult<bool> {
        let revoked = sqlx::query(REVOKE)
            .bind(player.0)
            .execute(&self.writer)
            .await?;
        Ok(revoked.rows_affected() > 0)
    }

    async fn is_operator(&self, player: PlayerId) -> StoreResult<bool> {
        let found = sqlx::query(IS_OPERATOR)
            .bind(player.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(found.is_some())
    }

    async fn list_operators(&self, limit: u32) -> StoreResult<Vec<(PlayerId, Timestamp)>> {
        let found = sqlx::query(LIST_OPERATORS)
            .bind(i64::MIN)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let operator = |row: &Row| {
            let player = PlayerId(row.integer("player_id")?);
            Ok((player, rows::instant(row, "since")?))
        };
        found.iter().map(operator).collect()
    }

    async fn log_action(&self, action: &ActionRecord) -> StoreResult<()> {
        let subject: String = action.subject.chars().take(SUBJECT_MAX).collect();
        sqlx::query(LOG_ACTION)
            .bind(action.id)
            .bind(action.at.micros())
            .bind(action.player.map(|player| player.0))
            .bind(&action.actor)
            .bind(&action.action)
            .bind(subject)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_actions(
        &self,
        before: Option<(Timestamp, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<ActionRecord>> {
        let (at, id) = before.map_or((i64::MAX, i64::MAX), |(at, id)| (at.micros(), id));
        let found = sqlx::query(LIST_ACTIONS)
            .bind(at)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(action).collect()
    }
}

fn action(row: &Row) -> StoreResult<ActionRecord> {
    Ok(ActionRecord {
        id: row.integer("action_id")?,
        at: rows::instant(row, "at")?,
        player: row.integer_or_none("actor_id")?.map(PlayerId),
        actor: row.text("actor")?.to_owned(),
        action: row.text("action")?.to_owned(),
        subject: row.text("subject")?.to_owned(),
    })
}

fn pool_use(name: &'static str, pool: &Pool) -> PoolUse {
    PoolUse {
        pool: name,
        open: pool.size(),
        idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
        max: pool.options().get_max_connections(),
    }
}
