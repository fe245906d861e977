//! Damage: a change of any row that counts is found and named by `verify`.

use domain::{InstrumentId, LedgerError, Money, Quantity};
use server::verify::{Damage, Limits};

use super::Database;
use super::trading::{account, at, key};
use super::verification::findings;
use played::Played;

mod played;

pub async fn a_changed_account_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let stored = played
        .store
        .find_account(account(1))
        .await?
        .expect("the account was made")
        .record;
    let one = Money::from_units(1);
    let (cash, profit) = (stored.account.cash, stored.account.realized_profit);
    let more = |amount: Money| amount.checked_add(one).expect("it is a small amount");
    let change = |column: &str, by: &str| {
        format!("update accounts set {column} = {column} {by} where player_id = 1")
    };
    played
        .check(
            &change("cash", "+ 1"),
            &change("cash", "- 1"),
            &[Damage::Cash {
                stored: more(cash),
                ledger: cash,
            }],
        )
        .await?;
    let expected = Damage::RealizedProfit {
        stored: more(profit),
        ledger: profit,
    };
    played
        .check(
            &change("realized_profit", "+ 1"),
            &change("realized_profit", "- 1"),
            &[expected],
        )
        .await?;
    let expected = Damage::PositionsHeld {
        stored: 3,
        ledger: 2,
    };
    played
        .check(
            &change("positions_held", "+ 1"),
            &change("positions_held", "- 1"),
            &[expected],
        )
        .await?;
    let expected = Damage::Version {
        stored: 8,
        ledger: 7,
    };
    played
        .check(
            &change("version", "+ 1"),
            &change("version", "- 1"),
            &[expected],
        )
        .await?;
    let damage = "update accounts set head_hash = (select previous_hash from ledger where player_id = 1 and seq = 1) where player_id = 1";
    // The table cannot be emptied while positions belong to its rows, so the row is mended.
    played
        .database
        .run("create table kept as select head_hash from accounts where player_id = 1")
        .await?;
    let mend = "update accounts set head_hash = (select head_hash from kept) where player_id = 1";
    played
        .check(damage, mend, &[Damage::HeadHash { seq: 7 }])
        .await
}

pub async fn a_changed_position_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let positions = played.store.list_positions(account(1)).await?;
    let held = positions.first().expect("there are three").position.clone();
    let instrument = InstrumentId(1);
    let change = |what: &str| {
        format!("update positions set {what} where player_id = 1 and instrument_id = 1")
    };
    let (stored, ledger) = (
        Quantity::from_units(held.quantity.units() + 1),
        held.quantity,
    );
    let expected = Damage::Quantity {
        instrument,
        stored,
        ledger,
    };
    played
        .check_table("positions", &change("quantity = quantity + 1"), &[expected])
        .await?;
    let (stored, ledger) = (
        Money::from_units(held.cost_basis.units() - 1),
        held.cost_basis,
    );
    let expected = Damage::CostBasis {
        instrument,
        stored,
        ledger,
    };
    played
        .check_table(
            "positions",
            &change("cost_basis = cost_basis - 1"),
            &[expected],
        )
        .await?;
    let (stored, ledger) = (
        Money::from_units(held.realized_profit.units() + 1),
        held.realized_profit,
    );
    let expected = Damage::PositionProfit {
        instrument,
        stored,
        ledger,
    };
    played
        .check_table(
            "positions",
            &change("realized_profit = realized_profit + 1"),
            &[expected],
        )
        .await?;
    let other_lots =
        "lots = (select lots from positions where player_id = 1 and instrument_id = 3)";
    played
        .check_table(
            "positions",
            &change(other_lots),
            &[Damage::Lots { instrument }],
        )
        .await?;
    for counted in [
        "trades_that_day = 0",
        "traded_on = 1",
        "last_bought_at = null",
    ] {
        played
            .check_table(
                "positions",
                &change(counted),
                &[Damage::TradesCounted { instrument }],
            )
            .await?;
    }
    let damage = "delete from positions where player_id = 1 and instrument_id = 1";
    played
        .check_table(
            "positions",
            damage,
            &[Damage::PositionMissing { instrument }],
        )
        .await?;
    let unexplained = Damage::PositionUnexplained {
        instrument: InstrumentId(9),
    };
    let add = "insert into instruments (instrument_id, market, symbol, name, category, currency, description, \
               plain_words, fun_fact, tradable) select 9, market, 'NINE', name, category, currency, description, \
               plain_words, fun_fact, tradable from instruments where instrument_id = 1";
    played.database.run(add).await?;
    let damage = "update positions set instrument_id = 9 where player_id = 1 and instrument_id = 1";
    played
        .check_table(
            "positions",
            damage,
            &[Damage::PositionMissing { instrument }, unexplained],
        )
        .await
}

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
            std::slice::from_ref(&without),
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
            &[Damage::OrderWithoutEntry {
                key: key("order-0006"),
            }],
        )
        .await
}

pub async fn a_changed_entry_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let change = |seq: i64, what: &str| {
        format!("update ledger set {what} where player_id = 1 and seq = {seq}")
    };
    let broken = |seq| Damage::Ledger(LedgerError::BrokenChain { seq });
    for what in [
        "xp = xp + 1",
        "reason = 'another'",
        "at = at + 1",
        "price = price + 1",
        "order_key = 'order-9999'",
    ] {
        played
            .check_table("ledger", &change(3, what), &[broken(4)])
            .await?;
    }
    let moved =
        "previous_hash = (select previous_hash from ledger where player_id = 1 and seq = 2)";
    played
        .check_table("ledger", &change(1, moved), &[broken(1)])
        .await?;
    let impossible = |seq| Damage::Ledger(LedgerError::Impossible { seq });
    played
        .check_table(
            "ledger",
            &change(3, "cash_change = -999999999999"),
            &[impossible(3)],
        )
        .await?;
    played
        .check_table(
            "ledger",
            &change(7, "quantity_change = quantity_change * 100"),
            &[impossible(7)],
        )
        .await?;
    let gap = Damage::Ledger(LedgerError::Gap {
        expected: 3,
        found: 4,
    });
    played
        .check_table(
            "ledger",
            "delete from ledger where player_id = 1 and seq = 3",
            &[gap],
        )
        .await?;

    // Of the latest entry no other one carries the hash: the account does.
    let head = Damage::HeadHash { seq: 7 };
    played
        .check_table(
            "ledger",
            &change(7, "reason = 'another'"),
            std::slice::from_ref(&head),
        )
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
    played
        .check_table("ledger", &change(7, "order_key = 'order-0004'"), &twice)
        .await?;

    let before = played
        .store
        .find_account(account(1))
        .await?
        .expect("the account was made")
        .record;
    let last = played
        .store
        .list_ledger(account(1), None, 1)
        .await?
        .remove(0);
    let cash = before
        .account
        .cash
        .checked_sub(last.cash_change)
        .expect("it is what was there before");
    played
        .database
        .run("delete from ledger where player_id = 1 and seq = 7")
        .await?;
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

pub async fn what_cannot_be_read_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let unreadable = |what: &str| [Damage::Unreadable { what: what.into() }];
    let damage = "update ledger set kind = 'borrowed' where player_id = 1 and seq = 3";
    played
        .check_table(
            "ledger",
            damage,
            &unreadable("the kind of ledger entry 3 of account 1/1"),
        )
        .await?;
    let damage =
        "update orders set order_key = 'a b' where player_id = 1 and order_key = 'order-0002'";
    played
        .check_table(
            "orders",
            damage,
            &unreadable("the key \"a b\" of an order of account 1/1"),
        )
        .await
}

pub async fn wrong_xp_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let (xp, bonuses) = played
        .store
        .find_xp(account(1).player)
        .await?
        .expect("the player was made");
    assert_eq!(bonuses, 50);
    let change = |by: &str| format!("update players set xp = xp {by} where player_id = 1");
    played
        .check(
            &change("+ 5"),
            &change("- 5"),
            &[Damage::Xp {
                stored: xp + 5,
                ledger: xp,
            }],
        )
        .await?;
    let expected = Damage::Xp {
        stored: xp,
        ledger: xp - 40,
    };
    played
        .check(
            "update daily_bonuses set xp = 10",
            "update daily_bonuses set xp = 50",
            &[expected],
        )
        .await
}
