//! Targets and rebalancings.

use async_trait::async_trait;
use domain::api::AdviceState;
use domain::{AccountId, PlayerId, Timestamp};

use super::{DatabaseStore, Row, connection, jobs};
use crate::store::failure::corrupt;
use crate::store::jobs::NewJob;
use crate::store::rows::{self, Columns as _, instant, instant_or_none};
use crate::store::{RebalancingRecord, RebalancingStep, StoreResult, TargetRecord, TargetStore};

pub(super) const FIND: &str = "
    select player_id, game_id, plan, changed_at, beyond_since
    from target_plans
    where player_id = $1
    and game_id = $2";
const STORE: &str = "
    insert into target_plans (player_id, game_id, plan, changed_at, beyond_since)
    values ($1, $2, $3, $4, $5)
    on conflict (player_id, game_id) do update
    set plan = excluded.plan,
        changed_at = excluded.changed_at,
        beyond_since = excluded.beyond_since";
pub(super) const DELETE: &str = "
    delete from target_plans
    where player_id = $1
    and game_id = $2";
pub(super) const LIST: &str = "
    select player_id, game_id, plan, changed_at, beyond_since
    from target_plans
    where (player_id, game_id) > ($1, $2)
    order by player_id, game_id
    limit $3";
pub(super) const MARK: &str = "
    update target_plans
    set beyond_since = $3
    where player_id = $1
    and game_id = $2";
const CREATE: &str = "
    insert into rebalancings (player_id, rebalancing_id, game_id, state, may_sell, created_at)
    values ($1, $2, $3, $4, $5, $6)";
pub(super) const DELETE_OLD: &str = "
    delete from rebalancings
    where player_id = $1
    and game_id = $2
    and created_at < $3";
pub(super) const FIND_REBALANCING: &str = "
    select player_id, rebalancing_id, game_id, state, may_sell, created_at, ended_at, result
    from rebalancings
    where player_id = $1
    and rebalancing_id = $2";
pub(super) const LATEST: &str = "
    select player_id, rebalancing_id, game_id, state, may_sell, created_at, ended_at, result
    from rebalancings
    where player_id = $1
    and game_id = $2
    order by created_at desc, rebalancing_id desc
    limit 1";
pub(super) const ADVANCE: &str = "
    update rebalancings
    set state = $3, ended_at = $4, result = $5
    where player_id = $1
    and rebalancing_id = $2
    and ended_at is null";

/// The stored form of a plan or a proposal.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plans and proposals are texts and lists, which are JSON")
}

fn target_record(row: &Row) -> StoreResult<TargetRecord> {
    let account = rows::account_id(row)?;
    let plan = serde_json::from_str(row.text("plan")?);
    let plan = plan.map_err(|_| corrupt(format!("the targets of account {account}")))?;
    Ok(TargetRecord {
        account,
        plan,
        changed_at: instant(row, "changed_at")?,
        beyond_since: instant_or_none(row, "beyond_since")?,
    })
}

fn rebalancing(row: &Row) -> StoreResult<RebalancingRecord> {
    let id = row.integer("rebalancing_id")?;
    let unreadable = || corrupt(format!("the rebalancing {id}"));
    let state = AdviceState::from_stored(row.text("state")?).ok_or_else(unreadable)?;
    let result = row.text_or_none("result")?;
    let (mut proposal, mut failure) = (None, None);
    match (state, result) {
        (AdviceState::Completed, Some(text)) => {
            proposal = Some(serde_json::from_str(text).map_err(|_| unreadable())?);
        }
        (AdviceState::Failed, Some(text)) => {
            failure = Some(serde_json::from_str(text).map_err(|_| unreadable())?);
        }
        _ => {}
    }
    Ok(RebalancingRecord {
        account: rows::account_id(row)?,
        id,
        state,
        may_sell: row.boolean("may_sell")?,
        created_at: instant(row, "created_at")?,
        ended_at: instant_or_none(row, "ended_at")?,
        proposal,
        failure,
    })
}

#[async_trait]
impl TargetStore for DatabaseStore {
    async fn find_target_plan(&self, account: AccountId) -> StoreResult<Option<TargetRecord>> {
        let found = sqlx::query(FIND)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(target_record).transpose()
    }

    async fn store_target_plan(&self, record: &TargetRecord) -> StoreResult<()> {
        sqlx::query(STORE)
            .bind(record.account.player.0)
            .bind(record.account.game.0)
            .bind(json(&record.plan))
            .bind(record.changed_at.micros())
            .bind(record.beyond_since.map(Timestamp::micros))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn delete_target_plan(&self, account: AccountId) -> StoreResult<bool> {
        let deleted = sqlx::query(DELETE)
            .bind(account.player.0)
            .bind(account.game.0)
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn list_target_plans(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<TargetRecord>> {
        let (player, game) = after.map_or((i64::MIN, i64::MIN), |id| (id.player.0, id.game.0));
        let found = sqlx::query(LIST)
            .bind(player)
            .bind(game)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(target_record).collect()
    }

    async fn mark_beyond(&self, marks: &[(AccountId, Option<Timestamp>)]) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for (account, since) in marks {
            sqlx::query(MARK)
                .bind(account.player.0)
                .bind(account.game.0)
                .bind(since.map(Timestamp::micros))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn create_rebalancing(
        &self,
        record: &RebalancingRecord,
        job: &NewJob,
        older_than: Timestamp,
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        sqlx::query(DELETE_OLD)
            .bind(record.account.player.0)
            .bind(record.account.game.0)
            .bind(older_than.micros())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(CREATE)
            .bind(record.account.player.0)
            .bind(record.id)
            .bind(record.account.game.0)
            .bind(record.state.as_str())
            .bind(record.may_sell)
            .bind(record.created_at.micros())
            .execute(&mut *transaction)
            .await?;
        jobs::enqueue(&mut transaction, job).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn find_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
    ) -> StoreResult<Option<RebalancingRecord>> {
        let found = sqlx::query(FIND_REBALANCING)
            .bind(player.0)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(rebalancing).transpose()
    }

    async fn latest_rebalancing(
        &self,
        account: AccountId,
    ) -> StoreResult<Option<RebalancingRecord>> {
        let found = sqlx::query(LATEST)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(rebalancing).transpose()
    }

    async fn advance_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
        step: &RebalancingStep,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let (state, result) = match step {
            RebalancingStep::Processing => (AdviceState::Processing, None),
            RebalancingStep::Completed(proposal) => (AdviceState::Completed, Some(json(proposal))),
            RebalancingStep::Failed(why) => (AdviceState::Failed, Some(json(why))),
        };
        let ended_at = result.is_some().then_some(now.micros());
        let advanced = sqlx::query(ADVANCE)
            .bind(player.0)
            .bind(id)
            .bind(state.as_str())
            .bind(ended_at)
            .bind(result)
            .execute(&self.writer)
            .await?;
        Ok(advanced.rows_affected() > 0)
    }
}
