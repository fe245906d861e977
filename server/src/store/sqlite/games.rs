//! Games, XP rules and facts: small tables that are read when the server starts.

use domain::{GameId, Timestamp};
use serde::de::DeserializeOwned;
use sqlx::{Row, SqlitePool};

use super::connection;
use super::failure::corrupt;
use crate::store::{GameRecord, StoreResult, XpRulesRecord};

const LIST_GAMES: &str = "
    select game_id, slug, name, rules
    from games
    order by game_id";
const LIST_XP_RULES: &str = "
    select effective_from, rules
    from xp_rules
    order by effective_from";
pub(super) const FIND_FACT: &str = "
    select value
    from facts
    where name = $1";
const STORE_FACT_ONCE: &str = "
    insert into facts (name, value)
    values ($1, $2)
    on conflict do nothing";
const STORE_FACT: &str = "
    insert into facts (name, value)
    values ($1, $2)
    on conflict (name) do update
    set value = excluded.value";

pub(super) async fn list(readers: &SqlitePool) -> StoreResult<Vec<GameRecord>> {
    let rows = sqlx::query(LIST_GAMES).fetch_all(readers).await?;
    let game = |row: &sqlx::sqlite::SqliteRow| {
        let id = GameId(row.try_get("game_id")?);
        Ok(GameRecord {
            id,
            slug: row.try_get("slug")?,
            name: row.try_get("name")?,
            rules: read_rules(row.try_get("rules")?, || format!("the rules of game {id}"))?,
        })
    };
    rows.iter().map(game).collect()
}

pub(super) async fn list_xp_rules(readers: &SqlitePool) -> StoreResult<Vec<XpRulesRecord>> {
    let rows = sqlx::query(LIST_XP_RULES).fetch_all(readers).await?;
    let xp_rules = |row: &sqlx::sqlite::SqliteRow| {
        let effective_from = Timestamp::from_micros(row.try_get("effective_from")?);
        let rules = read_rules(row.try_get("rules")?, || {
            format!("the XP rules from {effective_from}")
        })?;
        Ok(XpRulesRecord {
            effective_from,
            rules,
        })
    };
    rows.iter().map(xp_rules).collect()
}

pub(super) async fn find_fact(readers: &SqlitePool, name: &str) -> StoreResult<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as(FIND_FACT)
        .bind(name)
        .fetch_optional(readers)
        .await?;
    Ok(found.map(|(value,)| value))
}

pub(super) async fn store_fact_once(
    writer: &SqlitePool,
    name: &str,
    value: &str,
) -> StoreResult<String> {
    let mut transaction = connection::begin(writer).await?;
    sqlx::query(STORE_FACT_ONCE)
        .bind(name)
        .bind(value)
        .execute(&mut *transaction)
        .await?;
    let (stored,): (String,) = sqlx::query_as(FIND_FACT)
        .bind(name)
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(stored)
}

pub(super) async fn store_fact(writer: &SqlitePool, name: &str, value: &str) -> StoreResult<()> {
    sqlx::query(STORE_FACT)
        .bind(name)
        .bind(value)
        .execute(writer)
        .await?;
    Ok(())
}

fn read_rules<R: DeserializeOwned>(json: &str, what: impl FnOnce() -> String) -> StoreResult<R> {
    serde_json::from_str(json).map_err(|_| corrupt(what()))
}
