//! The migrations of a database: compiled into the binary, run in order, each once.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Version, description and text of a migration.
pub(super) type Listed = (i64, &'static str, &'static str);

/// What brings a schema up to date, and refuses one of a later version.
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
