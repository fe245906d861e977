//! Two servers on one database: whoever comes second notices, and nothing is lost or done twice.

use std::sync::Arc;

use domain::{AccountId, PlayerId};
use server::store::{Batch, Credentials, Store, Taken};
use server::verify::verify;

use super::Database;
use super::trading::{
    Ask, account, decide, guest, key, open_game, registered, stored_account, together,
};

/// Orders of each server.
const ORDERS: usize = 60;

async fn two_stores(database: &dyn Database) -> anyhow::Result<[Arc<dyn Store>; 2]> {
    Ok([database.open().await?, database.open().await?])
}

/// Decides and commits until the account is not taken by the other server; how often it was.
async fn insist(store: &dyn Store, ask: Ask<'_>) -> anyhow::Result<u32> {
    let mut lost = 0;
    loop {
        let batch = Arc::new(decide(store, ask).await?);
        let left_out = store.commit_batch(&batch).await?;
        if left_out.is_empty() {
            return Ok(lost);
        }
        assert_eq!(left_out, [account(ask.player)]);
        lost += 1;
    }
}

pub async fn two_stores_race_for_one_account(database: &dyn Database) -> anyhow::Result<()> {
    let stores = two_stores(database).await?;
    open_game(&*stores[0], 1).await?;
    let trade = async |server: usize| -> anyhow::Result<()> {
        for number in 0..ORDERS {
            let order_key = format!("order-{server}-{number:04}");
            insist(&*stores[server], Ask::buy(1, &order_key, 1, 1)).await?;
        }
        Ok(())
    };
    let (first, second) = tokio::join!(trade(0), trade(1));
    first.and(second)?;
    let entries = stores[0].list_entries(account(1), 0, 1_000).await?;
    assert_eq!(entries.len(), 1 + 2 * ORDERS);
    let positions = stores[1].list_positions(account(1)).await?;
    assert_eq!(
        positions[0].position.quantity,
        domain::Quantity::from_whole(i32::try_from(2 * ORDERS)?)
    );
    let verified = verify(&*stores[1], |finding| panic!("{finding}")).await?;
    assert_eq!(verified.orders, 2 * ORDERS as u64);
    Ok(())
}

pub async fn one_order_at_two_stores_is_answered_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let stores = two_stores(database).await?;
    open_game(&*stores[0], 2).await?;
    for number in 0..ORDERS {
        let order_key = format!("order-{number:04}");
        // Every other one is rejected: then only the key tells.
        let shares = if number % 2 == 0 { 1 } else { 5_000 };
        let decided = async |server: usize| -> anyhow::Result<(Batch, Batch)> {
            let own_key = format!("own-{server}-{number:04}");
            Ok((
                decide(&*stores[server], Ask::buy(1, &order_key, 1, shares)).await?,
                decide(&*stores[server], Ask::buy(2, &own_key, 1, 5_000)).await?,
            ))
        };
        let ((first, own_first), (second, own_second)) = (decided(0).await?, decided(1).await?);
        let (first, second) = (together([first, own_first]), together([second, own_second]));
        let (won, lost) = tokio::join!(
            stores[0].commit_batch(&first),
            stores[1].commit_batch(&second)
        );
        let left_out: Vec<Vec<AccountId>> = vec![won?, lost?];
        let mut left_out: Vec<_> = left_out.into_iter().collect();
        left_out.sort_by_key(Vec::len);
        assert_eq!(left_out, [vec![], vec![account(1)]], "{order_key}");
        assert!(
            stores[0]
                .find_order(account(1), &key(&order_key))
                .await?
                .is_some()
        );
    }
    let entries = stores[0].list_entries(account(1), 0, 1_000).await?;
    assert_eq!(entries.len(), 1 + ORDERS / 2);
    // The neighbours of the losers were answered all the same.
    let neighbour = stores[0].list_orders(account(2), None, 1_000).await?;
    assert_eq!(neighbour.len(), 2 * ORDERS);
    verify(&*stores[0], |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn two_stores_take_the_same_accounts_in_opposite_order(
    database: &dyn Database,
) -> anyhow::Result<()> {
    const PLAYERS: i64 = 40;
    let stores = two_stores(database).await?;
    open_game(&*stores[0], PLAYERS).await?;
    let trade = async |server: usize, players: Vec<i64>| -> anyhow::Result<()> {
        for round in 0..5 {
            let order_key = format!("order-{server}-{round:04}");
            let mut wanted = players.clone();
            while !wanted.is_empty() {
                let mut batches = Vec::new();
                for player in &wanted {
                    batches
                        .push(decide(&*stores[server], Ask::buy(*player, &order_key, 1, 1)).await?);
                }
                let left_out = stores[server].commit_batch(&together(batches)).await?;
                wanted.retain(|player| left_out.contains(&account(*player)));
            }
        }
        Ok(())
    };
    let (first, second) = tokio::join!(
        trade(0, (1..=PLAYERS).collect()),
        trade(1, (1..=PLAYERS).rev().collect())
    );
    first.and(second)?;
    for player in 1..=PLAYERS {
        let cash = stored_account(&*stores[0], player).await?.cash;
        assert_eq!(cash, domain::Money::from_whole(10_000 - 100), "{player}");
    }
    verify(&*stores[0], |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn of_two_players_of_one_name_at_once_one_gets_it(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let stores = two_stores(database).await?;
    for number in 0..20 {
        let player = |server: i64| {
            let email = format!("{server}-{number}@example.org");
            registered(number * 2 + server, &email, &format!("Ann-{number}"))
        };
        let (first, second) = (player(1), player(2));
        let (first, second) = tokio::join!(
            stores[0].create_player(&first),
            stores[1].create_player(&second)
        );
        let mut made = [first?, second?];
        made.sort_unstable();
        assert_eq!(made, [Ok(()), Err(Taken::Handle)]);
    }
    Ok(())
}

pub async fn a_guest_who_registers_twice_at_once_is_registered_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let stores = two_stores(database).await?;
    for number in 1..=10 {
        assert_eq!(stores[0].create_player(&guest(number)).await?, Ok(()));
        let credentials = |server: i64| Credentials {
            email: format!("{server}-{number}@example.org"),
            handle: format!("Ann-{server}-{number}"),
            password_hash: "$argon2id$new".into(),
        };
        let (first, second) = (credentials(0), credentials(1));
        let (one, other) = tokio::join!(
            stores[0].register_guest(PlayerId(number), &first),
            stores[1].register_guest(PlayerId(number), &second)
        );
        let mut registered = [one?, other?];
        registered.sort_unstable();
        assert_eq!(registered, [Ok(()), Err(Taken::Email)]);
        let player = stores[0].find_player(PlayerId(number)).await?;
        let player = player.expect("the guest was made");
        let found = stores[1].find_player_by_login(&player.handle).await?;
        assert_eq!(found, Some(player));
    }
    Ok(())
}
