//! Damage: a change of any row that counts is found and named by `verify`.

use std::sync::Arc;

use domain::progress::{Counter, Counters, PlayerProgress};
use domain::{
    AwardError, InstrumentId, LedgerError, Money, PlayerId, Price, Quantity, Trade, WordsDigest,
};
use server::verify::{Damage, Limits};

use super::Database;
use super::trading::{
    Ask, account, at, collect_bonus, decide_with_reason, key, open_game, stored_xp,
};
use super::verification::findings;
use played::Played;

mod answers;
mod ledger;
pub mod played;

pub use answers::{
    a_changed_answer_is_named, a_changed_schema_is_named, another_opening_cash_is_named,
    what_belongs_to_nobody_is_named,
};
pub use ledger::*;

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

pub async fn a_changed_counter_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let stored = played
        .store
        .find_account(account(1))
        .await?
        .expect("the account was made");
    let buys = stored.record.counters.get(Counter::Buys);
    let more = stored.record.counters.clone().with(Counter::Buys, buys + 1);
    let set = |counters: &Counters| {
        let bytes = database.bytes(&counters.to_bytes());
        format!("update accounts set counters = {bytes} where player_id = 1")
    };
    let expected = Damage::Counter {
        counter: Counter::Buys,
        stored: buys + 1,
        ledger: buys,
    };
    played
        .check(&set(&more), &set(&stored.record.counters), &[expected])
        .await?;

    let set = |progress: &PlayerProgress| {
        let bytes = database.bytes(&progress.to_bytes());
        format!("update players set progress = {bytes} where player_id = 1")
    };
    let mut changed = stored.progress.clone();
    changed.counters = changed.counters.with(Counter::DaysVisited, 7);
    changed.streak.days = 9;
    let expected = [
        Damage::PlayerCounter {
            counter: Counter::DaysVisited,
            stored: 7,
            ledger: 1,
        },
        Damage::Streak {
            stored: 9,
            ledger: 1,
        },
    ];
    played
        .check(&set(&changed), &set(&stored.progress), &expected)
        .await?;
    let player = played.store.find_player(PlayerId(1)).await?;
    let day = player.expect("it was made").bonus_day;
    let day = day.expect("a bonus was collected").number();
    let mend = format!("update players set bonus_day = {day} where player_id = 1");
    let collected_again = "update players set bonus_day = null where player_id = 1";
    played
        .check(collected_again, &mend, &[Damage::BonusDay])
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
    let add = "insert into instruments (instrument_id, universe, symbol, name, category, currency, description, \
               plain_words, fun_fact, tradable) select 9, universe, 'NINE', name, category, currency, description, \
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

pub async fn what_cannot_be_read_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let unreadable = |what: &str| [Damage::Unreadable { what: what.into() }];
    let fact = format!("fact = {}", database.bytes(&[1, 2, 3]));
    for (what, named) in [
        (fact.as_str(), "fact"),
        ("kind = 'sold'", "kind"),
        ("instrument_id = 2", "instrument"),
    ] {
        let damage = format!("update ledger set {what} where player_id = 1 and seq = 2");
        let expected = unreadable(&format!("the {named} of ledger entry 2 of account 1/1"));
        played.check_table("ledger", &damage, &expected).await?;
    }
    let damage =
        "update orders set order_key = 'a b' where player_id = 1 and order_key = 'order-0002'";
    let expected = unreadable("the key \"a b\" of an order of account 1/1");
    played.check_table("orders", damage, &expected).await
}

pub async fn wrong_xp_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    let xp = stored_xp(&*played.store, 1).await?;
    let change = |by: &str| format!("update players set xp = xp {by} where player_id = 1");
    let expected = Damage::Xp {
        stored: xp + 5,
        ledger: xp,
    };
    played
        .check(&change("+ 5"), &change("- 5"), &[expected])
        .await
}

pub async fn wrong_awards_are_named(database: &dyn Database) -> anyhow::Result<()> {
    let played = Played::on(database).await?;
    assert!(collect_bonus(&*played.store, 1, at(0).day().plus_days(1)).await?);
    let xp = stored_xp(&*played.store, 1).await?;
    let broken = |seq| Damage::Award {
        seq,
        error: AwardError::BrokenChain,
    };
    let change = |seq: i64, what: &str| {
        format!("update awards set {what} where player_id = 1 and seq = {seq}")
    };
    played
        .check_table("awards", &change(1, "xp = 10"), &[broken(2)])
        .await?;
    let head = Damage::AwardHead {
        stored: 2,
        ledger: 2,
    };
    let less = Damage::Xp {
        stored: xp,
        ledger: xp - 40,
    };
    played
        .check_table("awards", &change(2, "xp = 10"), &[head, less])
        .await?;
    let missing = Damage::AwardHead {
        stored: 2,
        ledger: 1,
    };
    let less = Damage::Xp {
        stored: xp,
        ledger: xp - 50,
    };
    let deleted = "delete from awards where player_id = 1 and seq = 2";
    played
        .check_table("awards", deleted, &[missing, less])
        .await?;
    let deleted = "delete from awards where player_id = 1 and seq = 1";
    let gap = Damage::Award {
        seq: 2,
        error: AwardError::Gap,
    };
    played.check_table("awards", deleted, &[gap]).await
}

pub async fn words_are_erased_but_not_changed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let ask = Ask::buy(1, "order-0001", 1, 1);
    let batch = decide_with_reason(&*store, ask, Some("it looked cheap")).await?;
    assert!(store.commit_batch(&Arc::new(batch)).await?.is_empty());
    database.run("update words set text = 'a hunch'").await?;
    let (found, _) = findings(&*store, Limits::default()).await?;
    let found: Vec<_> = found.into_iter().map(|finding| finding.damage).collect();
    assert_eq!(found, [Damage::Words { seq: 2 }]);
    database.run("delete from words").await?;
    let (found, _) = findings(&*store, Limits::default()).await?;
    assert_eq!(found, []);
    Ok(())
}
