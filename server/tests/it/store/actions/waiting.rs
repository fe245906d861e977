//! What becomes of waiting orders at a split and at a delisting.

use super::*;

pub async fn what_waits_ends_once_at_a_split_though_the_server_was_killed_in_the_middle(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut table = Table::set(database).await?;
    for player in 1..=2 {
        table
            .order(player, "holds-ten-shares", Side::Buy, 10, None)
            .await?;
        table
            .order(player, "waits-to-sell-four", Side::Sell, 4, Some(50))
            .await?;
    }
    let split = action(table.acme, two_for_one());
    table.dawn(split, 60).await?;
    let waiting = table
        .store
        .list_resting_before(LEAGUE, table.acme, split.effective_at, 10)
        .await?;
    let [first, _second] = waiting.as_slice() else {
        anyhow::bail!("both wait: {waiting:?}");
    };
    // The new price is above both limits, but these are prices of old shares: one order has ended,
    // and its shares are not split yet, when the server is killed.
    let ended = table.engine.settle(first.clone(), table.game.clone());
    assert_eq!(ended.await?.status, OrderStatus::Cancelled);
    table.restart().await?;
    table.run_jobs().await?;
    let again = table.engine.settle(first.clone(), table.game.clone());
    assert_eq!(again.await?.status, OrderStatus::Cancelled);
    for player in 1..=2 {
        assert_eq!(table.ended_by_action(account(player)).await?, 1);
        let given = table.given(account(player), FactKind::Split).await?;
        assert_eq!(given, (1, Quantity::from_whole(20)), "player {player}");
    }
    table.task.shutdown().await;
    verify(&*table.store, |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn a_delisting_pays_each_holder_once_and_ends_what_waited(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut table = Table::set(database).await?;
    for player in 1..=2 {
        table
            .order(player, "holds-ten-shares", Side::Buy, 10, None)
            .await?;
    }
    table
        .order(1, "waits-to-sell-four", Side::Sell, 4, Some(50))
        .await?;
    table
        .order(3, "waits-to-buy-one", Side::Buy, 1, Some(1))
        .await?;
    let price = "7.5".parse()?;
    let leaves = action(table.acme, CorporateAction::Delisting { price });
    table.dawn(leaves, 10).await?;
    // One is paid when the server is killed.
    table
        .engine
        .apply(account(2), leaves, table.game.clone())
        .await?;
    table.restart().await?;
    table.run_jobs().await?;
    for player in 1..=2 {
        let given = table.given(account(player), FactKind::Delisted).await?;
        assert_eq!(given, (1, Quantity::ZERO), "player {player}");
        let found = table.store.find_account(account(player)).await?;
        let held = found.map(|found| found.record.account);
        let paid = Money::from_whole(10_000 - 100 + 75);
        assert_eq!(held.map(|held| held.cash), Some(paid), "player {player}");
        assert_eq!(held.map(|held| held.open_orders), Some(0));
    }
    assert_eq!(table.ended_by_action(account(1)).await?, 1);
    assert_eq!(table.ended_by_action(account(3)).await?, 1);
    table.task.shutdown().await;
    verify(&*table.store, |finding| panic!("{finding}")).await?;
    Ok(())
}
