//! What accounts read of themselves, and what outlasts everything.

use domain::api::OrderStatus;
use domain::{InstrumentId, Position, Side};
use server::store::PortfolioLookup;

use super::Database;
use super::trading::{
    Ask, account, at, collect_bonus, guest, key, open_game, stored_account, stored_xp, trade,
    unknown,
};

pub async fn a_ticket_has_the_position_or_an_empty_one(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    assert_eq!(store.find_ticket(account(9), InstrumentId(1)).await?, None);
    let batch = trade(&*store, Ask::buy(1, "order-0001", 1, 3)).await?;
    let trading = store
        .find_account(account(1))
        .await?
        .expect("the account was made");
    let bought = batch.positions[0].1.position.clone();
    assert_eq!(
        store.find_ticket(account(1), InstrumentId(1)).await?,
        Some((trading.clone(), bought))
    );
    assert_eq!(
        store.find_ticket(account(1), InstrumentId(2)).await?,
        Some((trading, Position::default()))
    );
    Ok(())
}

pub async fn a_portfolio_has_its_positions_by_cost(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 3).await?;
    trade(&*store, Ask::buy(2, "order-0001", 1, 1)).await?;
    for (order_key, instrument, shares) in [
        ("order-0001", 1, 5),
        ("order-0002", 2, 50),
        ("order-0003", 3, 20),
    ] {
        trade(&*store, Ask::buy(1, order_key, instrument, shares)).await?;
    }
    let held = async |player| -> anyhow::Result<Vec<i64>> {
        let wanted = [3, 1, 9, 2].map(unknown);
        let portfolios = store.find_portfolios(&wanted).await?;
        assert_eq!(portfolios.len(), 3, "nobody is the ninth");
        for (id, portfolio) in &portfolios {
            let found = store.find_account(*id).await?;
            assert_eq!(found.as_ref(), Some(&portfolio.account));
        }
        let positions = portfolios[&account(player)].positions.iter();
        Ok(positions.map(|record| record.instrument.0).collect())
    };
    assert_eq!(held(1).await?, [2, 3, 1]);
    assert_eq!(held(2).await?, [1]);
    assert_eq!(held(3).await?, [0; 0]);
    assert!(store.find_portfolios(&[]).await?.is_empty());

    // Sold out, a position is hidden but its history stays; bought again, it is back.
    let sale = Ask {
        side: Side::Sell,
        ..Ask::buy(1, "order-0004", 2, 50)
    };
    trade(&*store, sale).await?;
    assert_eq!(held(1).await?, [3, 1]);
    let positions = store.list_positions(account(1)).await?;
    assert_eq!(
        positions
            .iter()
            .map(|record| record.instrument.0)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(positions[1].position.trades_that_day, 2);
    trade(&*store, Ask::buy(1, "order-0005", 2, 1)).await?;
    assert_eq!(held(1).await?, [3, 1, 2]);
    assert_eq!(stored_account(&*store, 1).await?.positions_held, 3);
    Ok(())
}

pub async fn positions_are_read_unless_the_version_is_known(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    trade(&*store, Ask::buy(2, "order-0001", 2, 1)).await?;
    let all = store.find_portfolios(&[unknown(1), unknown(2)]).await?;
    let version = |player| all[&account(player)].account.record.head.version;
    for (known_version, read) in [
        (version(1), false),
        (version(1) - 1, true),
        (version(1) + 1, true),
    ] {
        let known = PortfolioLookup {
            known_version: Some(known_version),
            ..unknown(1)
        };
        let found = store.find_portfolios(&[known, unknown(2)]).await?;
        let [first, second] = [1, 2].map(|player| &found[&account(player)]);
        assert_eq!(first.account, all[&account(1)].account);
        assert_eq!(first.positions.len(), usize::from(read), "{known_version}");
        assert_eq!(second, &all[&account(2)]);
    }
    Ok(())
}

pub async fn orders_come_latest_first_in_pages(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    trade(&*store, Ask::buy(2, "order-of-2", 1, 1)).await?;
    // Two of one instant: their keys keep them apart.
    for (order_key, seconds) in [
        ("order-b", 10),
        ("order-d", 20),
        ("order-c", 20),
        ("order-a", 30),
    ] {
        let order_key = format!("{order_key}-0001");
        trade(
            &*store,
            Ask {
                at: at(seconds),
                ..Ask::buy(1, &order_key, 1, 1)
            },
        )
        .await?;
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = store.list_orders(account(1), cursor.clone(), 1).await?;
        let Some(order) = page.into_iter().next() else {
            break;
        };
        cursor = Some((order.at, order.idempotency_key.clone()));
        seen.push(order.idempotency_key.to_string());
    }
    assert_eq!(
        seen,
        [
            "order-a-0001",
            "order-d-0001",
            "order-c-0001",
            "order-b-0001"
        ]
    );
    assert_eq!(store.list_orders(account(1), None, 3).await?.len(), 3);
    assert_eq!(
        store
            .list_orders(account(1), Some((at(0), key("zzzzzzzz"))), 3)
            .await?,
        []
    );
    Ok(())
}

pub async fn the_ledger_comes_latest_first_in_pages(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    for number in 0..4 {
        trade(&*store, Ask::buy(1, &format!("order-{number:04}"), 1, 1)).await?;
    }
    let seqs = async |before, limit| -> anyhow::Result<Vec<i64>> {
        let entries = store.list_ledger(account(1), before, limit).await?;
        Ok(entries.into_iter().map(|row| row.entry.seq).collect())
    };
    assert_eq!(seqs(None, 3).await?, [5, 4, 3]);
    assert_eq!(seqs(Some(3), 3).await?, [2, 1]);
    assert_eq!(seqs(Some(1), 3).await?, [0; 0]);
    Ok(())
}

pub async fn accounts_and_entries_are_walked_in_order(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.list_accounts(None, 10).await?, []);
    for player in [7, 2, 1 << 50, 5] {
        assert_eq!(store.create_player(&guest(player)).await?, Ok(()));
    }
    let mut walked = Vec::new();
    let mut after = None;
    while let Some(record) = store.list_accounts(after, 1).await?.first() {
        walked.push(record.id.player.0);
        after = Some(record.id);
    }
    assert_eq!(walked, [2, 5, 7, 1 << 50]);

    store
        .import_market(&super::trading::list_market(), &[])
        .await?;
    for number in 0..3 {
        trade(&*store, Ask::buy(2, &format!("order-{number:04}"), 1, 1)).await?;
    }
    let entries = store.list_entries(account(2), 1, 2).await?;
    assert_eq!(
        entries.iter().map(|row| row.entry.seq).collect::<Vec<_>>(),
        [2, 3]
    );
    assert_eq!(store.list_entries(account(2), 4, 2).await?, []);
    Ok(())
}

pub async fn answers_are_walked_in_order(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    for (order_key, shares, seconds) in [
        ("key-cccc", 1, 5),
        ("key-aaaa", 1, 6),
        ("key-bbbb", 1_001, 7),
    ] {
        trade(
            &*store,
            Ask {
                at: at(seconds),
                ..Ask::buy(1, order_key, 1, shares)
            },
        )
        .await?;
    }
    let mut snapshot = store.begin_snapshot().await?;
    let mut walked = Vec::new();
    let mut after = None;
    while let Some(answer) = snapshot
        .list_answers(account(1), after.as_ref(), 1)
        .await?
        .pop()
    {
        let is_filled = answer.view.status == OrderStatus::Filled;
        assert_eq!((answer.filled, answer.at), (is_filled, answer.view.at));
        walked.push((answer.key.to_string(), answer.filled));
        after = Some(answer.key);
    }
    let all = [("key-aaaa", true), ("key-bbbb", false), ("key-cccc", true)];
    assert_eq!(walked, all.map(|(key, filled)| (key.to_owned(), filled)));
    Ok(())
}

pub async fn the_ledger_refuses_to_be_changed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    trade(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    let before = store.list_entries(account(1), 0, 10).await?;
    for sql in [
        "update ledger set at = 0",
        "update ledger set seq = 9 where seq = 2",
        "delete from ledger",
    ] {
        let refused = database.run(sql).await.expect_err(sql);
        assert!(
            format!("{refused:#}").contains("append-only"),
            "{sql}: {refused:#}"
        );
    }
    assert_eq!(store.list_entries(account(1), 0, 10).await?, before);
    Ok(())
}

pub async fn awards_refuse_to_be_changed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    assert!(collect_bonus(&*store, 1, at(0).day()).await?);
    for sql in ["update awards set xp = 1000", "delete from awards"] {
        let refused = database.run(sql).await.expect_err(sql);
        assert!(
            format!("{refused:#}").contains("append-only"),
            "{sql}: {refused:#}"
        );
    }
    assert_eq!(stored_xp(&*store, 1).await?, 50);
    Ok(())
}

pub async fn what_was_committed_outlasts_the_store(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let batch = trade(&*store, Ask::buy(1, "order-0001", 1, 3)).await?;
    store.store_variable("seed", "7").await?;
    // One store is still open when the next one reads what it has committed; then it is closed.
    for _ in 0..2 {
        let next = database.open().await?;
        assert_eq!(
            stored_account(&*next, 1).await?,
            batch.accounts[0].record.account
        );
        assert_eq!(
            next.list_positions(account(1)).await?,
            [batch.positions[0].1.clone()]
        );
        assert_eq!(
            next.find_order(account(1), &key("order-0001"))
                .await?
                .as_ref(),
            Some(&batch.answers[0].1)
        );
        assert_eq!(next.find_variable("seed").await?.as_deref(), Some("7"));
        assert_eq!(next.list_games().await?.len(), 1, "migrations run once");
        next.close().await;
        store.close().await;
    }
    Ok(())
}
