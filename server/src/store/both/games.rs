//! Games, XP rules and facts: small tables that are read when the server starts.

use domain::{GameId, Timestamp};
use serde::de::DeserializeOwned;

use super::{Pool, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::Columns as _;
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

pub(super) async fn list(readers: &Pool) -> StoreResult<Vec<GameRecord>> {
    let rows = sqlx::query(LIST_GAMES).fetch_all(readers).await?;
    let game = |row: &Row| {
        let id = GameId(row.integer("game_id")?);
        Ok(GameRecord {
            id,
            slug: row.text("slug")?.to_owned(),
            name: row.text("name")?.to_owned(),
            rules: read_rules(row.text("rules")?, || format!("the rules of game {id}"))?,
        })
    };
    rows.iter().map(game).collect()
}

pub(super) async fn list_xp_rules(readers: &Pool) -> StoreResult<Vec<XpRulesRecord>> {
    let rows = sqlx::query(LIST_XP_RULES).fetch_all(readers).await?;
    let xp_rules = |row: &Row| {
        let effective_from = Timestamp::from_micros(row.integer("effective_from")?);
        let rules = read_rules(row.text("rules")?, || {
            format!("the XP rules from {effective_from}")
        })?;
        Ok(XpRulesRecord {
            effective_from,
            rules,
        })
    };
    rows.iter().map(xp_rules).collect()
}

pub(super) async fn find_fact(readers: &Pool, name: &str) -> StoreResult<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as(FIND_FACT)
        .bind(name)
        .fetch_optional(readers)
        .await?;
    Ok(found.map(|(value,)| value))
}

pub(super) async fn store_fact_once(writer: &Pool, name: &str, value: &str) -> StoreResult<String> {
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

pub(super) async fn store_fact(writer: &Pool, name: &str, value: &str) -> StoreResult<()> {
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
