//! Damage of orders and of the ledger.

use super::*;

pub async fn a_changed_order_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let change = |what: &str| {
        format!("update orders set {what} where player_id = 1 and order_key = 'order-0002'")
    };
    let without = Damage::EntryWithoutOrder {
        seq: 4,
        key: key("order-0002"),
    };
    let deleted = "delete from orders where player_id = 1 and order_key = 'order-0002'";
    played
        .check_table("orders", deleted, std::slice::from_ref(&without))
        .await?;
    played
        .check_table(
            "orders",
            &change("filled = false"),
            &[Damage::FilledMark {
                key: key("order-0002"),
            }],
        )
        .await?;
    let renamed = Damage::OrderWithoutEntry {
        key: key("order-9999"),
    };
    played
        .check_table(
            "orders",
            &change("order_key = 'order-9999'"),
            &[renamed, without],
        )
        .await?;
    let expected = Damage::OrderTime {
        key: key("order-0002"),
        order: at(201),
        seq: 4,
        entry: at(200),
    };
    played
        .check_table("orders", &change("at = at + 1000000"), &[expected])
        .await?;
    let filled = "update orders set filled = true where player_id = 1 and order_key = 'order-0006'";
    played
        .check_table(
            "orders",
            filled,
            &[Damage::FilledMark {
                key: key("order-0006"),
            }],
        )
        .await
}

pub async fn a_changed_entry_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let broken = |seq| Damage::Ledger(LedgerError::BrokenChain { seq });
    let changes: [&dyn Fn(&mut Trade); 5] = [
        &|trade| trade.xp += 1,
        &|trade| trade.reason = Some(WordsDigest([1; 32])),
        &|trade| trade.price = Price::from_whole(11),
        &|trade| trade.fee = Money::from_units(1),
        &|trade| trade.key = key("order-9999"),
    ];
    for change in changes {
        let damage = played.changed_trade(3, change).await?;
        played.check_table("ledger", &damage, &[broken(4)]).await?;
    }
    let update = |seq: i64, what: &str| {
        format!("update ledger set {what} where player_id = 1 and seq = {seq}")
    };
    let moved =
        "previous_hash = (select previous_hash from ledger where player_id = 1 and seq = 2)";
    for (seq, what, damage) in [(3, "at = at + 1", broken(4)), (1, moved, broken(1))] {
        played
            .check_table("ledger", &update(seq, what), &[damage])
            .await?;
    }
    let impossible = |seq| Damage::Ledger(LedgerError::Impossible { seq });
    let damage = played
        .changed_trade(3, &|trade| trade.cash_change = Money::from_whole(-999_999))
        .await?;
    played
        .check_table("ledger", &damage, &[impossible(3)])
        .await?;
    let damage = played
        .changed_trade(7, &|trade| trade.quantity = Quantity::from_whole(900))
        .await?;
    played
        .check_table("ledger", &damage, &[impossible(7)])
        .await?;
    let gap = Damage::Ledger(LedgerError::Gap {
        expected: 3,
        found: 4,
    });
    let deleted = "delete from ledger where player_id = 1 and seq = 3";
    played.check_table("ledger", deleted, &[gap]).await
}

pub async fn a_changed_last_entry_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    // Of the latest entry no other one carries the hash: the account does.
    let head = Damage::HeadHash { seq: 7 };
    let damage = played
        .changed_trade(7, &|trade| trade.reason = Some(WordsDigest([1; 32])))
        .await?;
    played
        .check_table("ledger", &damage, std::slice::from_ref(&head))
        .await?;
    let twice = [
        Damage::EntryRepeated {
            seq: 7,
            key: key("order-0004"),
        },
        head,
        Damage::OrderWithoutEntry {
            key: key("order-0005"),
        },
    ];
    let damage = played
        .changed_trade(7, &|trade| trade.key = key("order-0004"))
        .await?;
    played.check_table("ledger", &damage, &twice).await?;

    let before = played
        .store
        .find_account(account(1))
        .await?
        .expect("the account was made")
        .record;
    let last = played.entry(7).await?;
    let cash = before
        .account
        .cash
        .checked_sub(last.cash_change())
        .expect("it is what was there before");
    let deleted = "delete from ledger where player_id = 1 and seq = 7";
    played.database.run(deleted).await?;
    let (found, _) = findings(&*played.store, Limits::default()).await?;
    let expected = [
        Damage::Version {
            stored: 7,
            ledger: 6,
        },
        Damage::Cash {
            stored: before.account.cash,
            ledger: cash,
        },
    ];
    let found: Vec<_> = found.into_iter().map(|finding| finding.damage).collect();
    assert_eq!(found.get(..2), Some(&expected[..]));
    assert!(
        found.contains(&Damage::OrderWithoutEntry {
            key: key("order-0005")
        }),
        "{found:#?}"
    );
    Ok(())
}
