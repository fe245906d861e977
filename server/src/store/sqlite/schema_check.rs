//! Compares the schema of the file with that of a new database.

use std::collections::BTreeMap;

use rusqlite::Connection;
use sqlx::SqlitePool;

use super::migrations::MIGRATIONS;
use crate::store::StoreResult;

// What SQLite creates by itself and the driver's list of migrations are not part of the schema.
const LIST: &str = "
    select type, name, tbl_name, sql
    from sqlite_schema
    where sql is not null
    and name not like 'sqlite\\_%' escape '\\'
    and name <> '_sqlx_migrations'
    order by type, name";

/// Kind and name of an object.
type Name = (String, String);
/// Its table and its text.
type Text = (String, String);

/// Missing and changed objects, and foreign triggers on the game's tables. Other tables and indexes do
/// no harm.
pub(super) async fn list_faults(readers: &SqlitePool) -> StoreResult<Vec<String>> {
    let expected = of_new_database()?;
    let found: Vec<(String, String, String, String)> =
        sqlx::query_as(LIST).fetch_all(readers).await?;
    let mut found: BTreeMap<Name, Text> = found
        .into_iter()
        .map(|(kind, name, table, sql)| ((kind, name), (table, sql)))
        .collect();
    let mut faults = Vec::new();
    for (name, text) in &expected {
        let (kind, called) = name;
        match found.remove(name) {
            None => faults.push(format!("the {kind} {called} is missing")),
            Some(other) if other != *text => {
                faults.push(format!(
                    "the {kind} {called} is not as this program makes it"
                ));
            }
            Some(_) => {}
        }
    }
    let is_table = |table: &str| expected.contains_key(&("table".to_owned(), table.to_owned()));
    for ((kind, name), (table, _)) in found {
        if kind == "trigger" && is_table(&table) {
            faults.push(format!(
                "the trigger {name} of table {table} is not of this program"
            ));
        }
    }
    Ok(faults)
}

fn of_new_database() -> StoreResult<BTreeMap<Name, Text>> {
    let new = Connection::open_in_memory()?;
    for (_, _, sql) in MIGRATIONS {
        new.execute_batch(sql)?;
    }
    let mut list = new.prepare(LIST)?;
    let rows = list.query_map((), |row| {
        Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
