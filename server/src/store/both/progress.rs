//! The rules of XP, and who has unlocked what.

use async_trait::async_trait;
use domain::{Award, PlayerId};

use super::{DatabaseStore, Row};
use crate::store::rows::{self, Columns as _, award_columns};
use crate::store::{ProgressStore, StoreError, StoreResult, XpRulesRecord};

const CREATE_XP_RULES: &str = "
    insert into xp_rules (effective_from, game_id, rules)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const LIST_PLAYERS: &str = "
    select player_id
    from players
    where player_id > $1
    order by player_id
    limit $2";
// A player's awards are in the order of `seq`; awards other than unlocks are skipped.
pub(super) const LIST_LATEST_UNLOCKS: &str = concat!(
    "
    select ",
    award_columns!(),
    "
    from awards w
    where w.player_id = $1
    and w.seq < $2
    and w.award_key >= 'unlocked:'
    and w.award_key < 'unlocked;'
    order by w.seq desc
    limit $3"
);
// Only the first unlock of a repeatable achievement counts: the one of step 0.
pub(super) const LIST_UNLOCK_KEYS: &str = "
    select player_id, award_key
    from awards
    where player_id between $1 and $2
    and award_key >= 'unlocked:'
    and award_key < 'unlocked;'
    and award_key like '%:0'";

#[async_trait]
impl ProgressStore for DatabaseStore {
    async fn create_xp_rules(&self, record: &XpRulesRecord) -> StoreResult<bool> {
        let rules = serde_json::to_string(&record.rules)
            .map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))?;
        let created = sqlx::query(CREATE_XP_RULES)
            .bind(record.effective_from.micros())
            .bind(record.game.map(|game| game.0))
            .bind(rules)
            .execute(&self.writer)
            .await?;
        Ok(created.rows_affected() == 1)
    }

    async fn list_players(
        &self,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>> {
        let found: Vec<i64> = sqlx::query_scalar(LIST_PLAYERS)
            .bind(after.map_or(i64::MIN, |player| player.0))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        Ok(found.into_iter().map(PlayerId).collect())
    }

    async fn list_latest_unlocks(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>> {
        let found = sqlx::query(LIST_LATEST_UNLOCKS)
            .bind(player.0)
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(|row| rows::award(row, player)).collect()
    }

    async fn list_unlock_keys(
        &self,
        first: PlayerId,
        last: PlayerId,
    ) -> StoreResult<Vec<(PlayerId, String)>> {
        let found = sqlx::query(LIST_UNLOCK_KEYS)
            .bind(first.0)
            .bind(last.0)
            .fetch_all(&self.readers)
            .await?;
        let key = |row: &Row| {
            let player = PlayerId(row.integer("player_id")?);
            Ok((player, row.text("award_key")?.to_owned()))
        };
        found.iter().map(key).collect()
    }
}
