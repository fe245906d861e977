//! Which databases are opened as one game, and which are refused.

use private_postgres::{Options, PrivatePostgres};
use server::store::sharded::{self, ShardedStore};
use server::store::{MarketKind, Store, StoreError};
use server::verify::verify;

use super::{PrivateShards, settings};
use crate::store::Database;
use crate::store::postgres::PrivateDatabase;
use crate::store::trading::{Ask, instrument, list_market, open_game, trade};

/// Opening these is refused, for the one and the reason that are named.
async fn refused(addresses: &[String], blamed: &str, why: &str) {
    let opened = sharded::open(addresses, &settings()).await;
    let Err(StoreError::Shard { address, why: said }) = opened else {
        panic!("{addresses:?}: {opened:?}");
    };
    assert_eq!(address, without_user(blamed), "{said}");
    assert!(said.contains(why), "{said}");
}

fn without_user(address: &str) -> String {
    address.replace("postgres@", "")
}

#[tokio::test]
async fn another_order_or_number_of_databases_is_refused() -> anyhow::Result<()> {
    let (two, one) = (PrivateShards::new().await?, PrivateDatabase::new().await?);
    two.open().await?.close().await;
    let new = one.url();
    let Ok::<[String; 2], _>([home, other]) = two.addresses().try_into() else {
        panic!("there are two");
    };
    let list = |addresses: &[&String]| -> Vec<String> {
        addresses.iter().map(|one| (*one).clone()).collect()
    };
    refused(&list(&[&other, &home]), &other, "database 2").await;
    refused(&list(&[&home, &home]), &home, "given as 2").await;
    refused(&list(&[&home]), &home, "database 1 of 2").await;
    refused(&list(&[&other]), &other, "database 2 of 2").await;
    refused(&list(&[&home, &other, &new]), &home, "in 2 databases").await;
    refused(&list(&[&new, &other]), &other, "another game").await;
    refused(&list(&[&home, &new]), &new, "has begun").await;
    refused(&[], "no address", "needs a database").await;
    // None of these has changed anything.
    assert_eq!(one.ask("select count(*) from facts")?, "0");
    two.open().await?.close().await;
    Ok(())
}

#[tokio::test]
async fn databases_of_two_games_are_refused() -> anyhow::Result<()> {
    let (first, second) = (PrivateShards::new().await?, PrivateShards::new().await?);
    first.open().await?.close().await;
    second.open().await?.close().await;
    let mixed = [first.addresses().remove(0), second.addresses().remove(1)];
    refused(&mixed, &mixed[1], "another game").await;
    Ok(())
}

#[tokio::test]
async fn a_game_in_one_database_is_not_taken_for_a_part() -> anyhow::Result<()> {
    let (whole, new) = (PrivateDatabase::new().await?, PrivateDatabase::new().await?);
    let store = whole.open().await?;
    store.import_market(&list_market(), &[]).await?;
    let addresses = |first: &PrivateDatabase, second: &PrivateDatabase| [first.url(), second.url()];
    refused(&addresses(&new, &whole), &whole.url(), "the market of").await;
    open_game(&*store, 1).await?;
    for pair in [addresses(&new, &whole), addresses(&whole, &new)] {
        refused(&pair, &whole.url(), "has players").await;
    }
    sharded::open(&[whole.url()], &settings()).await?;
    Ok(())
}

#[tokio::test]
async fn a_password_is_not_told() -> anyhow::Result<()> {
    let gone = "postgres://ann:secret@localhost/game?host=/nowhere&password=secret".to_owned();
    let opened = ShardedStore::open(&[gone.clone(), gone], &settings()).await;
    let refused = opened.expect_err("there is no such server");
    let said = format!("{refused} {refused:?}");
    assert!(said.contains("localhost/game"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    Ok(())
}

#[tokio::test]
async fn servers_that_start_at_once_begin_one_game() -> anyhow::Result<()> {
    let databases = PrivateShards(vec![PrivateDatabase::empty()?, PrivateDatabase::empty()?]);
    let (first, second, third) = tokio::join!(databases.open(), databases.open(), databases.open());
    for store in [first?, second?, third?] {
        assert_eq!(store.shards(), 2);
        store.close().await;
    }
    let marks = databases.ask("select value from facts where name = 'shard'")?;
    let game = databases.0[0].ask("select value from facts where name = 'shard.game'")?;
    assert_eq!(
        marks,
        [format!("1 of 2 of {game}"), format!("2 of 2 of {game}")]
    );
    Ok(())
}

#[tokio::test]
async fn a_beginning_that_was_interrupted_goes_on() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    databases.open().await?.close().await;
    let marks = "select name, value from facts order by name";
    let begun = databases.ask(marks)?;
    for (place, lost) in [(0, "name = 'shard'"), (1, "name = 'shard'")] {
        databases.0[place]
            .run(&format!("delete from facts where {lost}"))
            .await?;
        if place == 0 {
            databases.open().await?.close().await;
            assert_eq!(databases.ask(marks)?, begun);
        }
    }
    // Home is marked last: of a game that has begun no database is new.
    let addresses = databases.addresses();
    refused(&addresses, &addresses[1], "has begun").await;
    databases.0[0]
        .run("delete from facts where name = 'shard'")
        .await?;
    databases.open().await?.close().await;
    assert_eq!(databases.ask(marks)?, begun);
    Ok(())
}

#[tokio::test]
async fn a_game_is_verified_on_replicas_of_its_databases() -> anyhow::Result<()> {
    let primary = PrivatePostgres::start(&Options::default())?;
    let names = ["first", "second"];
    for name in names {
        primary.create_database(name, None)?;
    }
    let addresses = |server: &PrivatePostgres| names.map(|name| server.url(name));
    let store = ShardedStore::open(&addresses(&primary), &settings()).await?;
    open_game(&store, 2).await?;
    for player in 1..=2 {
        trade(&store, Ask::buy(player, "order-0001", 1, 1)).await?;
    }
    let replica = primary.start_replica(&Options::default())?;
    let copy = ShardedStore::open(&addresses(&replica), &settings()).await?;
    let verified = verify(&copy, |finding| panic!("{finding}")).await?;
    assert_eq!((verified.players, verified.orders), (2, 2));
    assert!(copy.store_fact("a", "b").await.is_err());
    let [first, second] = addresses(&replica);
    refused(&[second.clone(), first], &second, "database 2").await;
    Ok(())
}

#[tokio::test]
async fn every_database_has_the_instruments_of_home() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let store = databases.open_sharded().await?;
    open_game(&store, 2).await?;
    let symbols = "select string_agg(instrument_id || ' ' || symbol, ', ' order by instrument_id) from instruments";
    let everywhere = |expected: &str| {
        assert_eq!(databases.ask(symbols)?, [expected; 2]);
        anyhow::Ok(())
    };
    everywhere("1 ACME, 2 BOLT, 3 COGS")?;
    for player in 1..=2 {
        trade(&store, Ask::buy(player, "order-0001", 3, 1)).await?;
    }
    // What an import that was interrupted has left is made good, at once or with time.
    let lose = "delete from instruments where instrument_id = 2";
    databases.0[1].run(lose).await?;
    store.prepare(crate::store::trading::at(0)).await?;
    everywhere("1 ACME, 2 BOLT, 3 COGS")?;
    databases.0[1].run(lose).await?;
    databases.open().await?.close().await;
    everywhere("1 ACME, 2 BOLT, 3 COGS")?;
    store.import_market(&[instrument(1, "DUST")], &[]).await?;
    everywhere("1 ACME, 2 BOLT, 3 COGS, 4 DUST")?;
    let listed = store.list_instruments(MarketKind::Simulated).await?;
    assert_eq!(listed.len(), 4);
    verify(&store, |finding| panic!("{finding}")).await?;
    Ok(())
}
