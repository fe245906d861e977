//! The log that proves scores.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::proof::{NodeId, PublicKey, SignedCheckpoint};
use domain::{AccountId, Hash, Timestamp};
use sqlx::QueryBuilder;

use super::{DatabaseStore, Driver, Row, connection};
use crate::store::failure::corrupt;
use crate::store::log::{LogGrowth, LoggedHead};
use crate::store::rows::{self, Columns as _};
use crate::store::{LogStore, StoreResult};

pub(super) const FIND_CHECKPOINT: &str = "
    select note
    from log_checkpoints
    where size = $1";
pub(super) const LIST_CHECKPOINTS: &str = "
    select note
    from log_checkpoints
    where size >= 0
    order by size desc
    limit 1";
pub(super) const FIND_NODE: &str = "
    select hash
    from log_nodes
    where level = $1
    and place = $2";
pub(super) const FIND_HEAD: &str = "
    select player_id, game_id, version, place
    from log_heads
    where player_id = $1
    and game_id = $2";
pub(super) const LIST_HEADS: &str = "
    select player_id, game_id, version, place
    from log_heads
    where (player_id, game_id) >= ($1, $2)
    and (player_id, game_id) <= ($3, $4)
    order by player_id, game_id
    limit $5";
const LIST_KEYS: &str = "
    select key, since
    from log_keys
    order by since, key";
const STORE_KEY: &str = "
    insert into log_keys (key, since)
    values ($1, $2)
    on conflict (key) do nothing";
const STORE_CHECKPOINT: &str = "
    insert into log_checkpoints (size, at, note)
    values ($1, $2, $3)
    on conflict (size) do nothing";
const STORE_NODES: &str = "insert into log_nodes (level, place, hash) ";
const STORE_HEADS: &str = "insert into log_heads (player_id, game_id, version, place) ";
const REPLACE_HEAD: &str = " on conflict (player_id, game_id) do update
    set version = excluded.version, place = excluded.place";
/// Rows per statement.
const ROWS: usize = 1_000;

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn head(row: &Row) -> StoreResult<LoggedHead> {
    let place = row.integer("place")?;
    Ok(LoggedHead {
        account: rows::account_id(row)?,
        version: row.integer("version")?,
        place: u64::try_from(place)
            .map_err(|_| corrupt(format!("the place {place} in the log")))?,
    })
}

#[async_trait]
impl LogStore for DatabaseStore {
    async fn find_log_checkpoint(
        &self,
        size: Option<u64>,
    ) -> StoreResult<Option<SignedCheckpoint>> {
        let query = match size {
            Some(size) => sqlx::query_scalar(FIND_CHECKPOINT).bind(stored(size)),
            None => sqlx::query_scalar(LIST_CHECKPOINTS),
        };
        let note: Option<String> = query.fetch_optional(&self.readers).await?;
        let read = |note: String| note.parse().map_err(|_| corrupt("a checkpoint of the log"));
        note.map(read).transpose()
    }

    async fn find_log_nodes(&self, nodes: &[NodeId]) -> StoreResult<HashMap<NodeId, Hash>> {
        let mut found = HashMap::with_capacity(nodes.len());
        for node in nodes {
            let row = sqlx::query(FIND_NODE)
                .bind(i64::from(node.level))
                .bind(stored(node.index))
                .fetch_optional(&self.readers)
                .await?;
            if let Some(row) = row {
                let hash = Hash::try_from(row.bytes("hash")?);
                let hash = hash.map_err(|_| corrupt("a node of the log"))?;
                found.insert(*node, hash);
            }
        }
        Ok(found)
    }

    async fn find_logged_head(&self, account: AccountId) -> StoreResult<Option<LoggedHead>> {
        let row = sqlx::query(FIND_HEAD)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(head).transpose()
    }

    async fn list_logged_heads(
        &self,
        first: AccountId,
        last: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<LoggedHead>> {
        let found = sqlx::query(LIST_HEADS)
            .bind(first.player.0)
            .bind(first.game.0)
            .bind(last.player.0)
            .bind(last.game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(head).collect()
    }

    async fn list_log_keys(&self) -> StoreResult<Vec<(PublicKey, Timestamp)>> {
        let found = sqlx::query(LIST_KEYS).fetch_all(&self.readers).await?;
        let key = |row: &Row| {
            let key = row.text("key")?.parse();
            let key = key.map_err(|_| corrupt("a key of the log"))?;
            Ok((key, rows::instant(row, "since")?))
        };
        found.iter().map(key).collect()
    }

    async fn append_to_log(&self, growth: &LogGrowth<'_>) -> StoreResult<bool> {
        let checkpoint = &growth.checkpoint.checkpoint;
        let mut transaction = connection::begin(&self.writer).await?;
        for nodes in growth.nodes.chunks(ROWS) {
            let mut insert = QueryBuilder::<Driver>::new(STORE_NODES);
            insert.push_values(nodes, |mut row, (node, hash)| {
                row.push_bind(i64::from(node.level))
                    .push_bind(stored(node.index))
                    .push_bind(hash.to_vec());
            });
            insert.push(" on conflict (level, place) do nothing");
            let written = insert.build().execute(&mut *transaction).await?;
            if usize::try_from(written.rows_affected()).ok() != Some(nodes.len()) {
                transaction.rollback().await?;
                return Ok(false);
            }
        }
        for heads in growth.heads.chunks(ROWS) {
            let mut insert = QueryBuilder::<Driver>::new(STORE_HEADS);
            insert.push_values(heads, |mut row, (leaf, place)| {
                row.push_bind(leaf.account.player.0)
                    .push_bind(leaf.account.game.0)
                    .push_bind(leaf.head.version)
                    .push_bind(stored(*place));
            });
            insert.push(REPLACE_HEAD);
            insert.build().execute(&mut *transaction).await?;
        }
        sqlx::query(STORE_KEY)
            .bind(growth.key.to_string())
            .bind(checkpoint.at.micros())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(STORE_CHECKPOINT)
            .bind(stored(checkpoint.size))
            .bind(checkpoint.at.micros())
            .bind(growth.checkpoint.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
