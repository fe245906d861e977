//! The way of a schema from any version to the latest.

use server::store::StoreError;
use server::verify::verify;

use super::PrivateDatabase;
use crate::store::Database;
use crate::store::trading::{Ask, open_game, trade};

#[tokio::test]
async fn an_empty_database_is_migrated_by_one_of_several_servers() -> anyhow::Result<()> {
    let database = PrivateDatabase::empty()?;
    let (first, second, third) = tokio::join!(database.open(), database.open(), database.open());
    for store in [first?, second?, third?] {
        assert_eq!(store.list_games().await?.len(), 1);
        store.close().await;
    }
    let count = database.ask("select count(*) from _sqlx_migrations where success")?;
    assert_eq!(count, "26", "each is run once");
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_opened_again_keeps_its_past() -> anyhow::Result<()> {
    let database = PrivateDatabase::empty()?;
    database.open().await?.close().await;
    database.run("update games set name = 'Our league'").await?;
    let store = database.open().await?;
    assert_eq!(store.list_games().await?.remove(0).name, "Our league");
    open_game(&*store, 1).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    verify(&*store, |finding| panic!("{finding}")).await?;
    store.close().await;
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
