//! Checks that the database has what the migrations create: tables with their keys, indexes, and the
//! triggers and functions that refuse changes to the ledger.

use std::collections::BTreeSet;

use sqlx::PgPool;

use super::migrations::MIGRATIONS;
use crate::store::StoreResult;

const LIST_RELATIONS: &str = "
    select case when relkind = 'i' or relkind = 'I' then 'index' else 'table' end, relname::text
    from pg_class
    where relnamespace = current_schema()::regnamespace
    and relkind in ('r', 'p', 'i', 'I')";
// Active triggers: neither disabled nor firing only on a replica.
const LIST_TRIGGERS: &str = "
    select 'trigger', t.tgname || ' of table ' || c.relname
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = current_schema()::regnamespace
    and t.tgenabled in ('O', 'A')";
const LIST_KEYS: &str = "
    select 'primary key', c.relname::text
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    where c.relnamespace = current_schema()::regnamespace
    and k.contype = 'p'";
const LIST_FUNCTIONS: &str = "
    select proname::text, prosrc
    from pg_proc
    where pronamespace = current_schema()::regnamespace";
// A partition is created with the trigger that refuses to truncate it.
const LIST_OPEN_PARTITIONS: &str = "
    select c.relname::text
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass('ledger')
    and not exists (
        select
        from pg_trigger t
        where t.tgrelid = c.oid
        and t.tgname = 'ledger_refuses_truncate'
        and t.tgenabled in ('O', 'A')
    )";

/// What is missing or changed.
pub(super) async fn list_faults(readers: &PgPool) -> StoreResult<Vec<String>> {
    let mut found = BTreeSet::new();
    for list in [LIST_RELATIONS, LIST_TRIGGERS, LIST_KEYS] {
        let listed: Vec<(String, String)> = sqlx::query_as(list).fetch_all(readers).await?;
        found.extend(listed);
    }
    let functions: Vec<(String, String)> =
        sqlx::query_as(LIST_FUNCTIONS).fetch_all(readers).await?;
    let open: Vec<String> = sqlx::query_scalar(LIST_OPEN_PARTITIONS)
        .fetch_all(readers)
        .await?;
    let role: String = sqlx::query_scalar("select current_setting('session_replication_role')")
        .fetch_one(readers)
        .await?;
    let expected = Expected::of_migrations();
    let mut faults: Vec<_> = expected
        .objects
        .iter()
        .filter(|object| !found.contains(*object))
        .map(|(kind, name)| format!("the {kind} {name} is missing or disabled"))
        .collect();
    for (name, body) in &expected.functions {
        match functions.iter().find(|(found, _)| found == name) {
            None => faults.push(format!("the function {name} is missing")),
            Some((_, found)) if found.trim() != body.trim() => {
                faults.push(format!(
                    "the function {name} is not as this program makes it"
                ));
            }
            Some(_) => {}
        }
    }
    faults.extend(open.iter().map(|partition| {
        format!("the trigger ledger_refuses_truncate of table {partition} is missing or disabled")
    }));
    if role != "origin" {
        faults.push(format!(
            "no trigger fires: session_replication_role is {role}"
        ));
    }
    Ok(faults)
}

/// What the migration texts create.
#[derive(Debug, Default)]
struct Expected {
    /// Kind and name.
    objects: BTreeSet<(String, String)>,
    /// Name and body; the latest of each.
    functions: Vec<(String, String)>,
}

impl Expected {
    fn of_migrations() -> Self {
        let mut expected = Self::default();
        for (_, _, sql) in MIGRATIONS {
            expected.read(sql);
        }
        expected
    }

    /// Parses a migration; relies on each statement starting a line, as ours do.
    fn read(&mut self, sql: &str) {
        for (place, _) in sql.match_indices("\ncreate ") {
            let statement = sql.get(place..).unwrap_or_default().trim_start();
            let words: Vec<_> = statement.split_whitespace().take(16).collect();
            match words.as_slice() {
                [_, "table", name, "partition", ..] => self.add("table", name),
                [_, "table", name, ..] => {
                    self.add("table", name);
                    let end = statement.find("\n)").unwrap_or(statement.len());
                    if statement
                        .get(..end)
                        .is_some_and(|body| body.contains("primary key"))
                    {
                        self.add("primary key", name);
                    }
                }
                [_, "index", name, ..] => self.add("index", name),
                [_, "trigger", name, rest @ ..] => {
                    let table = rest.iter().skip_while(|word| **word != "on").nth(1);
                    if let Some(table) = table {
                        self.add("trigger", &format!("{name} of table {table}"));
                    }
                }
                [_, "function", name, ..] => {
                    let name = name.split('(').next().unwrap_or(name).to_owned();
                    if let Some(body) = statement.split("$$").nth(1) {
                        self.functions.retain(|(earlier, _)| *earlier != name);
                        self.functions.push((name, body.to_owned()));
                    }
                }
                _ => {}
            }
        }
        for dropped in sql.split("\ndrop index ").skip(1) {
            let name = dropped.split(';').next().unwrap_or_default();
            self.objects.remove(&("index".to_owned(), name.to_owned()));
        }
    }

    fn add(&mut self, kind: &str, name: &str) {
        self.objects.insert((kind.to_owned(), name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_protects_the_ledger_is_expected() {
        let expected = Expected::of_migrations();
        for (kind, name) in [
            ("table", "ledger"),
            ("table", "ledger_default"),
            ("primary key", "accounts"),
            ("index", "sessions_by_expiry"),
            ("trigger", "ledger_refuses_change of table ledger"),
            ("trigger", "ledger_refuses_truncate of table ledger_default"),
            ("trigger", "awards_refuse_change of table awards"),
            ("trigger", "awards_refuse_delete of table awards"),
        ] {
            let object = (kind.to_owned(), name.to_owned());
            assert!(
                expected.objects.contains(&object),
                "{kind} {name}: {expected:#?}"
            );
        }
        let names: Vec<_> = expected
            .functions
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(names.contains(&"refuse_ledger_change"), "{names:?}");
    }
}
