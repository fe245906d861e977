//! Damage of answers, of what accounts began with, of what belongs to nobody, and of the schema.

use domain::api::{OrderStatus, OrderView};
use domain::{Fill, Money, PlayerId, Price, Quantity, Side};
use server::store::{Store, Stray};
use server::verify::{Damage, DatabaseDamage, Limits, verify_database};

use super::played::Played;
use crate::store::Database;
use crate::store::trading::{account, at, collect_bonus, guest, key};
use crate::store::verification::{findings, play};

/// What somebody does to an answer.
type Change = fn(&mut Fill);

impl Played<'_> {
    /// SQL that changes the answer to an order of player 1.
    async fn changed_answer(
        &self,
        order: &str,
        change: impl FnOnce(&mut OrderView),
    ) -> anyhow::Result<String> {
        let found = self.store.find_order(account(1), &key(order)).await?;
        let mut view = found.expect("the order was answered").view;
        change(&mut view);
        let answer = self.database.bytes(&serde_json::to_vec(&view)?);
        Ok(format!(
            "update orders set answer = {answer} where player_id = 1 and order_key = '{order}'"
        ))
    }
}

pub async fn a_changed_answer_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let order = "order-0002";
    let changes: [(&str, Change); 8] = [
        ("side", |fill| fill.side = Side::Sell),
        ("instrument", |fill| {
            fill.symbol = "BOLT".parse().expect("it is a symbol")
        }),
        ("quantity", |fill| fill.quantity = Quantity::from_units(1)),
        ("price", |fill| fill.price = Price::from_units(1)),
        ("fee", |fill| fill.fee = Money::from_units(1)),
        ("change of cash", |fill| {
            fill.cash_change = Money::from_units(-1)
        }),
        ("XP", |fill| fill.xp += 1),
        ("time", |fill| fill.at = at(1)),
    ];
    for (what, change) in changes {
        let damage = played
            .changed_answer(order, |view| {
                view.fill.as_mut().map(change).expect("it was filled")
            })
            .await?;
        let expected = Damage::AnswerFill {
            key: key(order),
            seq: 4,
            what,
        };
        played.check_table("orders", &damage, &[expected]).await?;
    }
    let damage = played.changed_answer(order, |view| view.at = at(1)).await?;
    let columns = Damage::AnswerColumns { key: key(order) };
    played.check_table("orders", &damage, &[columns]).await?;

    // One that was filled is told to be rejected, and one that was rejected to be something else.
    let damage = played
        .changed_answer(order, |view| view.status = OrderStatus::Rejected)
        .await?;
    let mark = Damage::FilledMark { key: key(order) };
    let without = Damage::EntryWithoutOrder {
        seq: 4,
        key: key(order),
    };
    played
        .check_table("orders", &damage, &[mark, without])
        .await?;
    let rejected = "order-0006";
    let damage = played
        .changed_answer(rejected, |view| view.status = OrderStatus::Resting)
        .await?;
    let waits = Damage::AnswerWaits { key: key(rejected) };
    played.check_table("orders", &damage, &[waits]).await?;
    let status = OrderStatus::Cancelled;
    let damage = played
        .changed_answer(rejected, |view| view.status = status)
        .await?;
    let without = Damage::AnswerWithoutEntry {
        key: key(rejected),
        status,
    };
    played.check_table("orders", &damage, &[without]).await
}

pub async fn another_opening_cash_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    play(&*store).await?;
    // A chain that is whole and begins with more than the game gives.
    let cash = Money::from_whole(10_001);
    let mut rich = guest(3);
    rich.starting_cash = cash;
    assert_eq!(store.create_player(&rich).await?, Ok(()));
    let (found, _) = findings(&*store, Limits::default()).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    let rules = Money::from_whole(10_000);
    assert_eq!(found[0].account, account(3));
    assert_eq!(found[0].damage, Damage::OpeningCash { cash, rules });
    database
        .run("update accounts set game_id = 7 where player_id = 3")
        .await?;
    let (found, _) = findings(&*store, Limits::default()).await?;
    let damage: Vec<_> = found.into_iter().map(|finding| finding.damage).collect();
    assert!(
        damage.contains(&Damage::EntriesWithoutAccount),
        "{damage:#?}"
    );
    Ok(())
}

async fn of_database(store: &dyn Store) -> anyhow::Result<Vec<DatabaseDamage>> {
    let mut found = Vec::new();
    let count = verify_database(store, |damage| found.push(damage.clone())).await?;
    assert_eq!(usize::try_from(count)?, found.len());
    assert!(found.iter().all(|damage| !damage.to_string().is_empty()));
    Ok(found)
}

pub async fn what_belongs_to_nobody_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    play(&*store).await?;
    assert!(collect_bonus(&*store, 1, at(0).day().plus_days(1)).await?);
    assert_eq!(of_database(&*store).await?, []);
    database.unlock().await?;
    let rows = |player, tables: &[&'static str]| -> Vec<_> {
        let player = PlayerId(player);
        let stray = |table: &&'static str| DatabaseDamage::Stray(Stray::Rows { table, player });
        tables.iter().map(stray).collect()
    };
    let strays = async || -> anyhow::Result<Vec<_>> {
        let mut found = of_database(&*store).await?;
        found.retain(|damage| matches!(damage, DatabaseDamage::Stray(_)));
        Ok(found)
    };
    database
        .run("delete from players where player_id = 1")
        .await?;
    let tables = [
        "sessions",
        "awards",
        "positions",
        "orders",
        "ledger",
        "player_names",
    ];
    assert_eq!(strays().await?, rows(1, &tables));
    let (found, _) = findings(&*store, Limits::default()).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (found[0].account, &found[0].damage),
        (account(1), &Damage::PlayerMissing)
    );

    for table in [
        "sessions",
        "awards",
        "positions",
        "orders",
        "ledger",
        "player_names",
        "accounts",
    ] {
        database
            .run(&format!("delete from {table} where player_id = 1"))
            .await?;
    }
    assert_eq!(strays().await?, []);
    database
        .run("delete from accounts where player_id = 2")
        .await?;
    let player = PlayerId(2);
    let expected = DatabaseDamage::Stray(Stray::NoAccount { player });
    assert_eq!(strays().await?, [expected]);
    Ok(())
}

pub async fn a_changed_schema_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    database.run("create table scribbles (id bigint)").await?;
    assert_eq!(of_database(&*store).await?, []);
    let named = |found: &[DatabaseDamage], what: &str| {
        found.iter().any(|damage| damage.to_string().contains(what))
    };
    database.run("drop index sessions_by_expiry").await?;
    let found = of_database(&*store).await?;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        named(&found, "the index sessions_by_expiry is missing"),
        "{found:#?}"
    );
    database.run("drop table last_quotes").await?;
    assert!(named(
        &of_database(&*store).await?,
        "the table last_quotes is missing"
    ));
    database.unlock().await?;
    let again = database.open().await?;
    let found = of_database(&*again).await?;
    assert!(named(&found, "trigger"), "{found:#?}");
    Ok(())
}
