//! Batches of orders: what they touch, and what is written of them.

use std::sync::Arc;

use domain::api::OrderStatus;
use domain::{InstrumentId, Money, PlayerId, Quantity, Side};
use server::store::{Batch, OrderLookup, StoreError};

use super::Database;
use super::trading::{
    Ask, account, at, decide, decide_with_reason, entries, key, open_game, stored_account,
    stored_xp, together, trade,
};

pub async fn a_batch_is_read_back_as_it_was_written(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let first = trade(&*store, Ask::buy(1, "order-0001", 1, 30)).await?;
    let sale = Ask {
        side: Side::Sell,
        shares: 12,
        price: 11,
        at: at(90),
        ..Ask::buy(1, "order-0002", 1, 0)
    };
    let second = trade(&*store, sale).await?;

    let fetched = store
        .fetch_for_orders(&[sale.lookup(), Ask::buy(1, "order-0001", 1, 0).lookup()])
        .await?;
    let change = second.accounts.first().expect("the sale was filled");
    assert_eq!(fetched.accounts.len(), 1);
    assert_eq!(fetched.accounts[&account(1)].record, change.record);
    assert_eq!(
        fetched.accounts[&account(1)].xp,
        first.players[0].xp_gained + second.players[0].xp_gained
    );
    assert_eq!(
        fetched.positions[&(account(1), InstrumentId(1))],
        second.positions[0].1.position
    );
    for batch in [&first, &second] {
        let (_, order) = &batch.answers[0];
        assert_eq!(
            &fetched.answers[&(account(1), order.view.idempotency_key.clone())],
            order
        );
        let found = store
            .find_order(account(1), &order.view.idempotency_key)
            .await?;
        assert_eq!(found.as_ref(), Some(order));
    }
    let entries = entries(&*store, 1).await?;
    assert_eq!(
        entries[1..],
        [first.entries[0].1.clone(), second.entries[0].1.clone()]
    );
    assert_eq!(
        stored_account(&*store, 2).await?.cash,
        Money::from_whole(10_000)
    );
    Ok(())
}

pub async fn what_does_not_exist_is_absent(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let nobody = Ask::buy(9, "order-0001", 1, 1).lookup();
    let nothing = OrderLookup {
        instrument: None,
        ..Ask::buy(1, "order-0001", 1, 1).lookup()
    };
    let fetched = store.fetch_for_orders(&[nobody, nothing]).await?;
    assert_eq!(
        fetched.accounts.keys().copied().collect::<Vec<_>>(),
        [account(1)]
    );
    assert!(fetched.positions.is_empty() && fetched.answers.is_empty());
    assert!(store.fetch_for_orders(&[]).await?.accounts.is_empty());
    assert_eq!(
        store.find_order(account(1), &key("order-0001")).await?,
        None
    );
    assert_eq!(store.commit_batch(&Arc::default()).await?, []);
    Ok(())
}

pub async fn a_rejected_order_changes_no_account(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let before = store.find_account(account(1)).await?;
    let batch = trade(&*store, Ask::buy(1, "order-0001", 1, 1_001)).await?;
    assert!(
        !batch.accounts[0].is_change(),
        "it costs more than there is"
    );
    assert_eq!(store.find_account(account(1)).await?, before);
    let found = store
        .find_order(account(1), &key("order-0001"))
        .await?
        .expect("the answer is kept");
    assert_eq!(found.view.status, OrderStatus::Rejected);
    assert_eq!(&found, &batch.answers[0].1);
    let mut snapshot = store.begin_snapshot().await?;
    let answers = snapshot.list_answers(account(1), None, 10).await?;
    assert!(answers.iter().all(|answer| !answer.filled));
    Ok(())
}

pub async fn an_account_that_moved_on_is_left_out_entirely(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let late = decide(&*store, Ask::buy(1, "order-late", 2, 5)).await?;
    let other = decide(&*store, Ask::buy(2, "order-fine", 2, 5)).await?;
    trade(&*store, Ask::buy(1, "order-fast", 1, 1)).await?;
    let before = store.find_account(account(1)).await?;
    let xp_before = stored_xp(&*store, 1).await?;

    let left_out = store.commit_batch(&together([late, other.clone()])).await?;
    assert_eq!(left_out, [account(1)]);
    assert_eq!(store.find_account(account(1)).await?, before);
    assert_eq!(stored_xp(&*store, 1).await?, xp_before);
    assert_eq!(store.list_entries(account(1), 0, 10).await?.len(), 2);
    assert_eq!(store.list_positions(account(1)).await?.len(), 1);
    assert_eq!(
        store.find_order(account(1), &key("order-late")).await?,
        None
    );
    // Its neighbour does not notice.
    let neighbour = store
        .find_account(account(2))
        .await?
        .expect("the account was made");
    assert_eq!(neighbour.record, other.accounts[0].record);
    assert_eq!(neighbour.xp, other.players[0].xp_gained);

    // Decided again, it goes through.
    trade(&*store, Ask::buy(1, "order-late", 2, 5)).await?;
    Ok(())
}

pub async fn an_account_with_an_order_answered_meanwhile_is_left_out(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let second = decide(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    let other = decide(&*store, Ask::buy(2, "order-0001", 1, 1)).await?;
    // A rejection leaves the version as it was: only the key tells that the order is answered.
    let first = trade(&*store, Ask::buy(1, "order-0001", 1, 1_001)).await?;
    let before = store.find_account(account(1)).await?;

    let left_out = store.commit_batch(&together([second, other])).await?;
    assert_eq!(left_out, [account(1)]);
    assert_eq!(store.find_account(account(1)).await?, before);
    assert_eq!(store.list_entries(account(1), 0, 10).await?.len(), 1);
    assert_eq!(
        store
            .find_order(account(1), &key("order-0001"))
            .await?
            .as_ref(),
        Some(&first.answers[0].1)
    );
    assert_eq!(store.list_entries(account(2), 0, 10).await?.len(), 2);
    Ok(())
}

pub async fn a_batch_that_fails_changes_nothing(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    // Players 1 and 4 are in one database of several, too.
    open_game(&*store, 4).await?;
    let sound = decide(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    let before = store.find_account(account(1)).await?;
    let check = async |what: &str, damage: &dyn Fn(&mut Batch)| -> anyhow::Result<()> {
        let mut batch = decide(&*store, Ask::buy(4, "order-0002", 1, 1)).await?;
        damage(&mut batch);
        let failed = store.commit_batch(&together([sound.clone(), batch])).await;
        assert!(
            matches!(failed, Err(StoreError::Database(_))),
            "{what}: {failed:?}"
        );
        assert_eq!(store.find_account(account(1)).await?, before, "{what}");
        assert_eq!(
            store.find_order(account(1), &key("order-0001")).await?,
            None,
            "{what}"
        );
        assert_eq!(
            stored_account(&*store, 4).await?.cash,
            Money::from_whole(10_000),
            "{what}"
        );
        Ok(())
    };
    check("cash below zero", &|batch| {
        batch.accounts[0].record.account.cash = Money::from_units(-1)
    })
    .await?;
    check("shares below zero", &|batch| {
        batch.positions[0].1.position.quantity = Quantity::from_units(-1);
    })
    .await?;
    check("an entry that is there already", &|batch| {
        batch.entries[0].1.seq = 1
    })
    .await?;
    check("an instrument that is not", &|batch| {
        batch.positions[0].1.instrument = InstrumentId(99)
    })
    .await?;
    check("an account that is not", &|batch| {
        batch.answers[0].0.player = PlayerId(99)
    })
    .await?;
    check("XP below zero", &|batch| {
        batch.players[0].xp_gained = -1_000
    })
    .await?;
    Ok(())
}

pub async fn a_large_batch_is_written_whole(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 300).await?;
    let mut batches = Vec::new();
    for player in 1..=300 {
        batches.push(decide(&*store, Ask::buy(player, "order-0001", player % 3 + 1, 7)).await?);
    }
    let batch = together(batches);
    assert_eq!(store.commit_batch(&batch).await?, []);
    let lookups: Vec<_> = (1..=300)
        .map(|player| Ask::buy(player, "order-0001", player % 3 + 1, 7).lookup())
        .collect();
    let fetched = store.fetch_for_orders(&lookups).await?;
    assert_eq!(
        (
            fetched.accounts.len(),
            fetched.positions.len(),
            fetched.answers.len()
        ),
        (300, 300, 300)
    );
    for (change, player) in batch.accounts.iter().zip(&batch.players) {
        assert_eq!(fetched.accounts[&change.record.id].record, change.record);
        assert_eq!(fetched.accounts[&change.record.id].xp, player.xp_gained);
    }
    Ok(())
}

pub async fn texts_are_kept_to_the_letter(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let reasons = [
        "it said \"buy\" \\ and I'm in",
        "новый завод 🏭 in São Paulo, 1e5 > 3",
        "tab\there, line\nthere, \u{1}\u{7f}\u{2028}",
        "null",
        "[1,2]",
        "\u{fffd}\u{10ffff}",
    ];
    for (number, reason) in reasons.into_iter().enumerate() {
        let order_key = format!("order-{number:04}");
        let ask = Ask::buy(1, &order_key, 1, 1);
        let batch = Arc::new(decide_with_reason(&*store, ask, Some(reason)).await?);
        assert_eq!(store.commit_batch(&batch).await?, []);
        let (_, entry) = &batch.entries[0];
        let latest = store.list_ledger(account(1), None, 1).await?;
        assert_eq!(&latest[0].entry, entry, "{reason:?}");
        let words = latest[0].words.as_ref().expect("they were written");
        assert_eq!(words, &batch.words[0].2, "{reason:?}");
        assert_eq!(Some(words.digest()), entry.fact.words());
        assert_eq!(latest[0].entry.hash(), batch.accounts[0].record.head.hash);
    }
    Ok(())
}

pub async fn orders_of_one_account_follow_each_other_in_a_batch(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let first = decide(&*store, Ask::buy(1, "order-0001", 1, 1)).await?;
    let rejected = decide(&*store, Ask::buy(1, "order-0002", 2, 1_001)).await?;
    // The account and the position as the last order leaves them, every entry and every answer.
    let batch = together([rejected, first.clone()]);
    assert_eq!(store.commit_batch(&batch).await?, []);
    let orders = store.list_orders(account(1), None, 10).await?;
    let statuses: Vec<_> = orders.iter().map(|order| order.status).collect();
    assert_eq!(statuses, [OrderStatus::Rejected, OrderStatus::Filled]);
    assert_eq!(store.list_entries(account(1), 0, 10).await?.len(), 2);
    assert_eq!(
        stored_account(&*store, 1).await?,
        first.accounts[0].record.account
    );
    Ok(())
}
