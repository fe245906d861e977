//! Variables: a small table that is read when the server starts.

use async_trait::async_trait;

use super::{DatabaseStore, Pool, connection};
use crate::store::{StoreResult, VariableStore};

pub(super) const FIND: &str = "
    select value
    from variables
    where name = $1";
const STORE_ONCE: &str = "
    insert into variables (name, value)
    values ($1, $2)
    on conflict do nothing";
const STORE: &str = "
    insert into variables (name, value)
    values ($1, $2)
    on conflict (name) do update
    set value = excluded.value";

#[async_trait]
impl VariableStore for DatabaseStore {
    async fn find_variable(&self, name: &str) -> StoreResult<Option<String>> {
        find(&self.readers, name).await
    }

    async fn store_variable_once(&self, name: &str, value: &str) -> StoreResult<String> {
        store_once(&self.writer, name, value).await
    }

    async fn store_variable(&self, name: &str, value: &str) -> StoreResult<()> {
        store(&self.writer, name, value).await
    }
}

pub(super) async fn find(readers: &Pool, name: &str) -> StoreResult<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as(FIND)
        .bind(name)
        .fetch_optional(readers)
        .await?;
    Ok(found.map(|(value,)| value))
}

pub(super) async fn store_once(writer: &Pool, name: &str, value: &str) -> StoreResult<String> {
    let mut transaction = connection::begin(writer).await?;
    sqlx::query(STORE_ONCE)
        .bind(name)
        .bind(value)
        .execute(&mut *transaction)
        .await?;
    let (stored,): (String,) = sqlx::query_as(FIND)
        .bind(name)
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(stored)
}

pub(super) async fn store(writer: &Pool, name: &str, value: &str) -> StoreResult<()> {
    sqlx::query(STORE)
        .bind(name)
        .bind(value)
        .execute(writer)
        .await?;
    Ok(())
}
