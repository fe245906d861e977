//! Names that are unique over several databases, whatever happens in between.

use domain::PlayerId;
use server::store::{Credentials, PlayerRecord, Taken};

use super::PrivateShards;
use crate::store::Database;
use crate::store::trading::{account, guest, registered};

/// Enough that names and players are in every combination of two databases.
const PLAYERS: i64 = 24;

/// What a server leaves that has reserved a name for a player, so many seconds ago, and died then.
async fn reserve(
    databases: &PrivateShards,
    (kind, name): (&str, &str),
    player: i64,
    seconds: i64,
) -> anyhow::Result<()> {
    let taken = format!(
        "insert into player_names (kind, name, player_id, reservation, reserved_at)
         values ('{kind}', '{name}', {player}, {player} + 1000000,
            cast(extract(epoch from clock_timestamp()) - {seconds} as bigint) * 1000000)"
    );
    // It is looked for in one of them only; the other one is not asked.
    databases.run(&taken).await
}

#[tokio::test]
async fn a_name_has_one_player_in_all_databases() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let store = databases.open().await?;
    for player in 1..=PLAYERS {
        let email = format!("{player}@example.org");
        let new = registered(player, &email, &format!("Ann-{player}"));
        assert_eq!(store.create_player(&new).await?, Ok(()));
        // By whoever it is wanted.
        for other in [1_001, 1_002, 1_003, 1_004] {
            let same = registered(other, &email, "Other");
            assert_eq!(store.create_player(&same).await?, Err(Taken::Email));
            let same = registered(other, "other@example.org", &format!("ANN-{player}"));
            assert_eq!(store.create_player(&same).await?, Err(Taken::Handle));
        }
        let found = store.find_player_by_login(&email).await?;
        assert_eq!(found.map(|found| found.id), Some(PlayerId(player)));
    }
    let names = databases.ask("select count(*) from player_names")?;
    let names: Vec<i64> = names
        .iter()
        .map(|count| count.parse())
        .collect::<Result<_, _>>()?;
    assert_eq!(names.iter().sum::<i64>(), 2 * PLAYERS, "none is left over");
    assert!(names.iter().all(|count| *count > 10), "{names:?}");
    let reservations = databases.ask("select count(*) from abandoned_reservations")?;
    assert_eq!(reservations, ["0", "0"]);
    Ok(())
}

#[tokio::test]
async fn of_many_who_want_a_name_at_once_one_gets_it() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let (first, second) = (databases.open().await?, databases.open().await?);
    for round in 0..20 {
        let name = format!("Ann-{round}");
        let wants = |number: i64| {
            let email = format!("{number}-{round}@example.org");
            registered(round * 10 + number, &email, &name)
        };
        let new = [1, 2, 3, 4].map(wants);
        let (a, b, c, d) = tokio::join!(
            first.create_player(&new[0]),
            second.create_player(&new[1]),
            first.create_player(&new[2]),
            second.create_player(&new[3]),
        );
        let made = [a?, b?, c?, d?];
        let winners: Vec<_> = made
            .iter()
            .zip(&new)
            .filter(|(made, _)| made.is_ok())
            .collect();
        assert_eq!(winners.len(), 1, "{made:?}");
        let found = first.find_player_by_login(&name).await?;
        assert_eq!(found.as_ref(), Some(&winners[0].1.player));
        for (made, new) in made.iter().zip(&new) {
            let stored = second.find_player(new.player.id).await?;
            assert_eq!(stored.is_some(), made.is_ok());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_name_of_a_creation_that_died_is_free_after_a_while() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let store = databases.open().await?;
    for (player, seconds, made) in [(1, 10, Err(Taken::Handle)), (2, 600, Ok(()))] {
        // Players 501 and so on never were.
        let name = format!("ann-{player}");
        reserve(&databases, ("handle", &name), 500 + player, seconds).await?;
        assert_eq!(store.find_player_by_login(&name).await?, None);
        let email = format!("{player}@example.org");
        let new = registered(player, &email, &name.to_uppercase());
        assert_eq!(store.create_player(&new).await?, made, "{seconds}");
        let found = store.find_player_by_login(&name).await?;
        assert_eq!(found.is_some(), made.is_ok());
        assert_eq!(
            store.find_account(account(player)).await?.is_some(),
            made.is_ok()
        );
    }
    // Who was too early got nothing, and can have the address with another name.
    let new = registered(1, "1@example.org", "Another");
    assert_eq!(store.create_player(&new).await?, Ok(()));
    Ok(())
}

#[tokio::test]
async fn the_name_of_a_player_is_never_given_away() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let store = databases.open().await?;
    for player in 1..=8 {
        let email = format!("{player}@example.org");
        let new = registered(player, &email, &format!("Ann-{player}"));
        assert_eq!(store.create_player(&new).await?, Ok(()));
    }
    databases
        .run("update player_names set reserved_at = 0")
        .await?;
    for player in 1..=8 {
        let email = format!("{player}@example.org");
        let same = registered(100 + player, &email, "Other");
        assert_eq!(store.create_player(&same).await?, Err(Taken::Email));
        let same = registered(100 + player, "x@example.org", &format!("Ann-{player}"));
        assert_eq!(store.create_player(&same).await?, Err(Taken::Handle));
    }
    Ok(())
}

fn credentials(email: &str, handle: &str) -> Credentials {
    Credentials {
        email: email.into(),
        handle: handle.into(),
        password_hash: "$argon2id$new".into(),
    }
}

#[tokio::test]
async fn a_guest_whose_registration_died_registers_again_at_once() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let store = databases.open().await?;
    for player in 1..=8 {
        assert_eq!(store.create_player(&guest(player)).await?, Ok(()));
        let (email, handle) = (format!("{player}@example.org"), format!("ann-{player}"));
        reserve(&databases, ("email", &email), player, 1).await?;
        reserve(&databases, ("handle", &handle), player, 1).await?;
        // Nobody can log in by them, and nobody else gets them so soon.
        assert_eq!(store.find_player_by_login(&email).await?, None);
        let other = registered(100 + player, &email, &handle);
        assert_eq!(store.create_player(&other).await?, Err(Taken::Email));
        let registered = store
            .register_guest(PlayerId(player), &credentials(&email, &handle))
            .await?;
        assert_eq!(registered, Ok(()));
        let found = store.find_player_by_login(&handle).await?;
        assert_eq!(found.and_then(|player| player.email), Some(email));
        let old = store
            .find_player_by_login(&format!("Guest-{player}"))
            .await?;
        assert_eq!(old, None);
    }
    Ok(())
}

#[tokio::test]
async fn of_two_equal_registrations_of_a_guest_at_once_the_names_stay() -> anyhow::Result<()> {
    let databases = PrivateShards::new().await?;
    let (first, second) = (databases.open().await?, databases.open().await?);
    for player in 1..=20 {
        assert_eq!(first.create_player(&guest(player)).await?, Ok(()));
        let (email, handle) = (format!("{player}@example.org"), format!("Ann-{player}"));
        let wanted = credentials(&email, &handle);
        let (one, other) = tokio::join!(
            first.register_guest(PlayerId(player), &wanted),
            second.register_guest(PlayerId(player), &wanted)
        );
        let answers = [one?, other?];
        let stored = first.find_player(PlayerId(player)).await?;
        let stored: PlayerRecord = stored.expect("the guest was made");
        assert_eq!(stored.is_guest(), answers.iter().all(Result::is_err));
        // Whoever was slower has not freed what the other one got.
        let thief = registered(1_000 + player, &email, &handle);
        if !stored.is_guest() {
            assert_eq!(first.create_player(&thief).await?, Err(Taken::Email));
            let found = second.find_player_by_login(&handle).await?;
            assert_eq!(found, Some(stored));
        }
    }
    Ok(())
}
