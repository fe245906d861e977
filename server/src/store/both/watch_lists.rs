//! Watch lists.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::{DatabaseStore, Pool, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{Columns as _, instant};
use crate::store::{StoreResult, WatchList, WatchListChange, WatchListStore};

pub(super) const LIST: &str = "
    select player_id, list_id, name, shared, created_at
    from watch_lists
    where player_id = $1
    and ($2 = 0 or list_id = $2)
    limit $3";
pub(super) const LIST_SYMBOLS: &str = "
    select list_id, symbol
    from watched_symbols
    where player_id = $1
    and ($2 = 0 or list_id = $2)
    order by added_at, symbol";
const CREATE: &str = "
    insert into watch_lists (player_id, list_id, name, shared, created_at)
    values ($1, $2, $3, $4, $5)";
pub(super) const CHANGE: &str = "
    update watch_lists
    set name = coalesce($3, name),
        shared = coalesce($4, shared)
    where player_id = $1
    and list_id = $2";
const ADD: &str = "
    insert into watched_symbols (player_id, list_id, symbol, added_at)
    values ($1, $2, $3, $4)
    on conflict (player_id, list_id, symbol) do nothing";
pub(super) const REMOVE: &str = "
    delete from watched_symbols
    where player_id = $1
    and list_id = $2
    and symbol = $3";
pub(super) const DELETE: &str = "
    delete from watch_lists
    where player_id = $1
    and list_id = $2";

/// The lists of a player, or the one of an id other than 0.
async fn list(
    readers: &Pool,
    player: PlayerId,
    id: i64,
    limit: u32,
) -> StoreResult<Vec<WatchList>> {
    let lists = sqlx::query(LIST)
        .bind(player.0)
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    let symbols = sqlx::query(LIST_SYMBOLS)
        .bind(player.0)
        .bind(id)
        .fetch_all(readers)
        .await?;
    let mut lists = lists
        .iter()
        .map(watch_list)
        .collect::<StoreResult<Vec<_>>>()?;
    for row in &symbols {
        let id = row.integer("list_id")?;
        let symbol = row.text("symbol")?.parse();
        let symbol = symbol.map_err(|_| corrupt(format!("a symbol of the watch list {id}")))?;
        if let Some(list) = lists.iter_mut().find(|list| list.id == id) {
            list.symbols.push(symbol);
        }
    }
    lists.sort_by_key(|list| (list.created_at, list.id));
    Ok(lists)
}

fn watch_list(row: &Row) -> StoreResult<WatchList> {
    Ok(WatchList {
        player: PlayerId(row.integer("player_id")?),
        id: row.integer("list_id")?,
        name: row.text("name")?.to_owned(),
        shared: row.boolean("shared")?,
        created_at: instant(row, "created_at")?,
        symbols: Vec::new(),
    })
}

#[async_trait]
impl WatchListStore for DatabaseStore {
    async fn list_watch_lists(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<WatchList>> {
        list(&self.readers, player, 0, limit).await
    }

    async fn find_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<Option<WatchList>> {
        if id == 0 {
            return Ok(None);
        }
        Ok(list(&self.readers, player, id, 1).await?.pop())
    }

    async fn create_watch_list(&self, list: &WatchList) -> StoreResult<()> {
        sqlx::query(CREATE)
            .bind(list.player.0)
            .bind(list.id)
            .bind(&list.name)
            .bind(list.shared)
            .bind(list.created_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn change_watch_list(
        &self,
        player: PlayerId,
        id: i64,
        change: &WatchListChange,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let changed = sqlx::query(CHANGE)
            .bind(player.0)
            .bind(id)
            .bind(change.name.as_deref())
            .bind(change.shared)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(symbol) = change.add {
            sqlx::query(ADD)
                .bind(player.0)
                .bind(id)
                .bind(symbol.to_string())
                .bind(now.micros())
                .execute(&mut *transaction)
                .await?;
        }
        if let Some(symbol) = change.remove {
            sqlx::query(REMOVE)
                .bind(player.0)
                .bind(id)
                .bind(symbol.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn delete_watch_list(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        let deleted = sqlx::query(DELETE)
            .bind(player.0)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }
}
