//! Spreads the tables over a Citus cluster, where the database is the coordinator of one.

use std::collections::HashSet;

use sqlx::{Connection as _, PgConnection};

use crate::store::StoreResult;

/// One statement for each table, on a line of its own.
const SCRIPT: &str = include_str!("../../../../migrations/citus/distribute.sql");
/// Serializes servers that start at once.
const LOCK: &str = "select pg_advisory_xact_lock(hashtext('tickerquest spreads its tables'))";
const IS_CLUSTER: &str = "
    select exists (
        select 1
        from pg_extension
        where extname = 'citus'
    )";
const NOT_SPREAD: &str = "
    select cast(c.relname as text)
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace
    and c.relkind in ('r', 'p')
    and not exists (
        select 1
        from pg_dist_partition p
        where p.logicalrelid = c.oid
    )";
/// Citus calls all triggers of distributed tables unsafe, because it does not know that ours stay with
/// their row's node.
const ALLOW_TRIGGERS: &str = "set local citus.enable_unsafe_triggers = on";

/// Spreads the tables that are not spread yet: all of them at first, later those of new migrations. Does
/// nothing without the extension.
pub(super) async fn spread(connection: &mut PgConnection) -> StoreResult<()> {
    let is_cluster: bool = sqlx::query_scalar(IS_CLUSTER)
        .fetch_one(&mut *connection)
        .await?;
    if !is_cluster {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    sqlx::query(LOCK).execute(&mut *transaction).await?;
    let left: Vec<String> = sqlx::query_scalar(NOT_SPREAD)
        .fetch_all(&mut *transaction)
        .await?;
    let left: HashSet<_> = left.into_iter().collect();
    sqlx::query(ALLOW_TRIGGERS)
        .execute(&mut *transaction)
        .await?;
    let mut count = 0_usize;
    for (table, statement) in statements() {
        if left.contains(table) {
            sqlx::raw_sql(statement).execute(&mut *transaction).await?;
            count = count.saturating_add(1);
        }
    }
    transaction.commit().await?;
    if count > 0 {
        tracing::info!(tables = count, "spread tables over the Citus cluster");
    }
    Ok(())
}

/// Each table with the statement that spreads it.
fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    SCRIPT.lines().filter_map(|line| {
        let statement = line.strip_prefix("select ")?;
        Some((statement.split('\'').nth(1)?, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_of_the_script_is_on_a_line_of_its_own() {
        let tables: HashSet<_> = statements().map(|(table, _)| table).collect();
        assert_eq!(tables.len(), SCRIPT.matches("select ").count());
        for table in ["markets", "players", "ledger", "jobs"] {
            assert!(tables.contains(table), "{table}");
        }
    }
}
