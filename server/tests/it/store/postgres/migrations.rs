//! The way of a schema from any version to the latest.

use std::path::{Path, PathBuf};

use server::store::StoreError;
use server::verify::verify;

use super::PrivateDatabase;
use crate::store::Database;
use crate::store::trading::{Ask, guest, open_game, trade};

/// The text of every migration, oldest first.
fn migrations() -> anyhow::Result<Vec<(i64, String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/postgres");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_stem().and_then(|name| name.to_str());
        let (version, name) = name
            .and_then(|name| name.split_once('_'))
            .ok_or_else(|| anyhow::anyhow!("{} has no number", file.display()))?;
        Ok((
            version.parse()?,
            name.to_owned(),
            std::fs::read_to_string(&file)?,
        ))
    };
    files.into_iter().map(read).collect()
}

/// Brings a database to an earlier version, as a server of that time did.
async fn migrate_to(database: &PrivateDatabase, latest: i64) -> anyhow::Result<()> {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::{Migration, MigrationType, Migrator};
    let listed = migrations()?
        .into_iter()
        .filter(|(version, _, _)| *version <= latest)
        .map(|(version, name, sql)| {
            let sql = sqlx::AssertSqlSafe(sql).into_sql_str();
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        });
    let pool = sqlx::PgPool::connect(&database.url()).await?;
    Migrator::with_migrations(listed.collect())
        .run(&pool)
        .await?;
    pool.close().await;
    Ok(())
}

#[tokio::test]
async fn an_empty_database_is_migrated_by_one_of_several_servers() -> anyhow::Result<()> {
    let database = PrivateDatabase::empty()?;
    let (first, second, third) = tokio::join!(database.open(), database.open(), database.open());
    for store in [first?, second?, third?] {
        assert_eq!(store.list_games().await?.len(), 1);
        store.close().await;
    }
    let count = database.ask("select count(*) from _sqlx_migrations where success")?;
    assert_eq!(count.parse::<usize>()?, migrations()?.len());
    Ok(())
}

#[tokio::test]
async fn a_database_with_a_past_keeps_it() -> anyhow::Result<()> {
    for latest in 1..=i64::try_from(migrations()?.len())? {
        let database = PrivateDatabase::empty()?;
        migrate_to(&database, latest).await?;
        let new = guest(77);
        let past =
            "insert into players (player_id, xp, created_at, handle, region, locale, base_currency)
            values (77, 0, 1795262400000000, 'Guest-77', 'Ticino', 'de-CH', 'CHF');
            insert into player_names (player_id, name, kind) values (77, 'guest-77', 'handle')";
        database.run(past).await?;
        if latest >= 2 {
            database.run("update games set name = 'Our league'").await?;
        }
        let store = database.open().await?;
        let found = store.find_player_by_login("guest-77").await?;
        assert_eq!(found, Some(new.player), "from version {latest}");
        let league = store.list_games().await?.remove(0);
        let name = if latest >= 2 {
            "Our league"
        } else {
            "Open league"
        };
        assert_eq!(league.name, name, "from version {latest}");
        open_game(&*store, 1).await?;
        trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
        verify(&*store, |finding| panic!("{finding}")).await?;
        store.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    let later = "insert into _sqlx_migrations select 9999, 'later', installed_on, success, checksum, execution_time \
                 from _sqlx_migrations where version = 1";
    database.run(later).await?;
    let refused = database.open().await;
    let refused = refused.expect_err("it is of another time");
    let refused = refused.downcast::<StoreError>()?;
    assert!(matches!(refused, StoreError::Migration(_)), "{refused:?}");
    Ok(())
}
