//! The migrations of a database: compiled into the binary, run in order, each once.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Version, description and text of a migration.
pub(super) type Listed = (i64, &'static str, &'static str);

/// How the schema of a database compares with that of this program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// Migrations that the database still needs.
    pub pending: Vec<i64>,
    /// Migrations that the database has and this program does not know: it belongs to a later version.
    pub unknown: Vec<i64>,
}

impl SchemaState {
    pub(super) fn of(listed: &[Listed], applied: &[i64]) -> Self {
        let known: Vec<i64> = listed.iter().map(|(version, ..)| *version).collect();
        let without = |all: &[i64], these: &[i64]| -> Vec<i64> {
            let left = all.iter().filter(|one| !these.contains(one));
            left.copied().collect()
        };
        Self {
            pending: without(&known, applied),
            unknown: without(applied, &known),
        }
    }
}

/// The migrator, which brings a schema up to date and refuses one of a later version.
pub(super) fn migrator(listed: &[Listed]) -> Migrator {
    let migrations: Vec<_> = listed
        .iter()
        .map(|&(version, description, sql)| {
            let kind = MigrationType::Simple;
            let sql = sql.into_sql_str();
            Migration::new(version, description.into(), kind, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

#[cfg(test)]
pub(super) mod tests {
    use super::Listed;

    /// Every file of the folder is listed, in order, and opens with its reason.
    pub(in crate::store) fn check(database: &str, listed: &[Listed]) {
        let folder = format!("{}/../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let names: Vec<_> = listed
            .iter()
            .map(|(version, description, _)| format!("{version:04}_{description}.sql"))
            .collect();
        assert_eq!(files, names);
        for (version, _, sql) in listed {
            assert!(sql.starts_with("-- "), "migration {version}");
        }
    }
}
