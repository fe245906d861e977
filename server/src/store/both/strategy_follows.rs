//! Who follows strategies.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::strategies::{strategy, strategy_columns};
use super::{Connection, DatabaseStore, connection};
use crate::store::StoreResult;
use crate::store::social::Tied;
use crate::store::strategies::{FOLLOWED_MAX, StrategyFollowStore, StrategyRecord};

pub(super) const COUNT_FOLLOWED: &str = "
    select count(*)
    from strategy_follows
    where player_id = $1";
const FOLLOW: &str = "
    insert into strategy_follows (player_id, strategy_id, since)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const UNFOLLOW: &str = "
    delete from strategy_follows
    where player_id = $1
    and strategy_id = $2";
pub(super) const COUNT_FOLLOWER: &str = "
    update strategies
    set followers = followers + $2
    where strategy_id = $1";
pub(super) const FOLLOWS: &str = "
    select 1
    from strategy_follows
    where player_id = $1
    and strategy_id = $2";
// At most 200 per player, sorted here.
pub(super) const LIST_FOLLOWED: &str = concat!(
    strategy_columns!(),
    "
    from strategy_follows f
    cross join strategies s
    where f.player_id = $1
    and s.strategy_id = f.strategy_id
    order by s.changed_at desc, s.strategy_id desc
    limit $2"
);
pub(super) const LIST_FOLLOWERS: &str = "
    select player_id
    from strategy_follows
    where strategy_id = $1
    and player_id > $2
    order by player_id
    limit $3";

#[async_trait]
impl StrategyFollowStore for DatabaseStore {
    async fn follow_strategy(
        &self,
        player: PlayerId,
        strategy: i64,
        now: Timestamp,
    ) -> StoreResult<Tied> {
        let mut transaction = connection::begin(&self.writer).await?;
        let before: i64 = sqlx::query_scalar(COUNT_FOLLOWED)
            .bind(player.0)
            .fetch_one(&mut *transaction)
            .await?;
        let made = sqlx::query(FOLLOW)
            .bind(player.0)
            .bind(strategy)
            .bind(now.micros())
            .execute(&mut *transaction)
            .await?;
        let tied = match made.rows_affected() {
            0 => Tied::Already,
            _ if before >= i64::from(FOLLOWED_MAX) => Tied::Full,
            _ => Tied::New,
        };
        if tied == Tied::Full {
            transaction.rollback().await?;
            return Ok(tied);
        }
        if tied == Tied::New {
            count_follower(&mut transaction, strategy, 1).await?;
        }
        transaction.commit().await?;
        Ok(tied)
    }

    async fn unfollow_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let ended = sqlx::query(UNFOLLOW)
            .bind(player.0)
            .bind(strategy)
            .execute(&mut *transaction)
            .await?;
        let ended = ended.rows_affected() > 0;
        if ended {
            count_follower(&mut transaction, strategy, -1).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }

    async fn follows_strategy(&self, player: PlayerId, strategy: i64) -> StoreResult<bool> {
        let found = sqlx::query(FOLLOWS)
            .bind(player.0)
            .bind(strategy)
            .fetch_optional(&self.readers)
            .await?;
        Ok(found.is_some())
    }

    async fn list_followed_strategies(&self, player: PlayerId) -> StoreResult<Vec<StrategyRecord>> {
        let found = sqlx::query(LIST_FOLLOWED)
            .bind(player.0)
            .bind(i64::from(FOLLOWED_MAX))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(strategy).collect()
    }

    async fn list_strategy_followers(
        &self,
        strategy: i64,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>> {
        let found: Vec<i64> = sqlx::query_scalar(LIST_FOLLOWERS)
            .bind(strategy)
            .bind(after.map_or(i64::MIN, |player| player.0))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        Ok(found.into_iter().map(PlayerId).collect())
    }
}

/// Adds to how many follow a strategy.
pub(super) async fn count_follower(
    transaction: &mut Connection,
    strategy: i64,
    change: i64,
) -> StoreResult<()> {
    sqlx::query(COUNT_FOLLOWER)
        .bind(strategy)
        .bind(change)
        .execute(transaction)
        .await?;
    Ok(())
}
