//! The migrations, compiled into the binary, and the statement that runs them.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqlitePool};

use crate::store::StoreResult;

/// Version, description and text of each migration, in order.
const MIGRATIONS: [(i64, &str, &str); 5] = [
    (
        1,
        "players",
        include_str!("../../../../migrations/sqlite/0001_players.sql"),
    ),
    (
        2,
        "games",
        include_str!("../../../../migrations/sqlite/0002_games.sql"),
    ),
    (
        3,
        "market",
        include_str!("../../../../migrations/sqlite/0003_market.sql"),
    ),
    (
        4,
        "accounts",
        include_str!("../../../../migrations/sqlite/0004_accounts.sql"),
    ),
    (
        5,
        "ledger",
        include_str!("../../../../migrations/sqlite/0005_ledger.sql"),
    ),
];

/// Brings the schema up to date. A database of a later version is refused, not changed.
pub(super) async fn run(writer: &SqlitePool) -> StoreResult<()> {
    let migrations = MIGRATIONS.map(|(version, description, sql)| {
        Migration::new(
            version,
            description.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.into())
        .run(writer)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_run() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed =
            MIGRATIONS.map(|(version, description, _)| format!("{version:04}_{description}.sql"));
        assert_eq!(files, listed);
    }

    #[test]
    fn every_migration_opens_with_its_reason() {
        for (version, _, sql) in MIGRATIONS {
            assert!(sql.starts_with("-- "), "migration {version}");
        }
    }
}
