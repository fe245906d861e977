//! Months of the ledger that move into files and back.

use std::path::Path;

use domain::{LedgerEntry, Side, Timestamp};
use server::retention::{Archived, Month, RetentionError, archive, path_of, restore};
use server::store::Store;
use server::verify::{Limits, Verified, verify, verify_with_archive};

use super::Database;
use super::trading::{Ask, account, at, guest, list_market, trade};
use crate::faulty::FaultyStore;

/// Players of the past: two who trade in every month, and one who has not since the first.
const PLAYERS: i64 = 3;

fn month(text: &str) -> Month {
    text.parse().expect("the story's months are well-formed")
}

/// Noon of a day of the autumn: 1 is the first of September 2026.
fn autumn(day: i64) -> Timestamp {
    at((day - 82) * 86_400)
}

/// September to November, and what happened in each.
pub async fn play_autumn(store: &dyn Store) -> anyhow::Result<()> {
    store.import_market(&list_market(), &[]).await?;
    for player in 1..=PLAYERS {
        let mut new = guest(player);
        new.player.created_at = autumn(player);
        let made = store.create_player(&new).await?;
        anyhow::ensure!(made.is_ok(), "guest {player}: {made:?}");
    }
    for player in 1..=PLAYERS {
        buy(store, player, "september", 10).await?;
    }
    for (name, day) in [("october", 40), ("november", 70)] {
        for player in 1..PLAYERS {
            buy(store, player, name, day).await?;
            let order_key = format!("{name}-sale");
            let sale = Ask {
                side: Side::Sell,
                price: 12,
                at: autumn(day + 1),
                ..Ask::buy(player, &order_key, 1, 1)
            };
            trade(store, sale).await?;
        }
    }
    Ok(())
}

async fn buy(store: &dyn Store, player: i64, name: &str, day: i64) -> anyhow::Result<()> {
    let order_key = format!("{name}-buy-{day}");
    let ask = Ask {
        at: autumn(day),
        ..Ask::buy(player, &order_key, 1 + day % 3, 3)
    };
    trade(
        store,
        Ask {
            instrument: 1,
            ..ask
        },
    )
    .await?;
    Ok(())
}

/// All entries that are in the database.
async fn live(store: &dyn Store) -> anyhow::Result<Vec<Vec<LedgerEntry>>> {
    let mut entries = Vec::new();
    for player in 1..=PLAYERS {
        entries.push(super::trading::entries(store, player).await?);
    }
    Ok(entries)
}

async fn archive_autumn(store: &dyn Store, folder: &Path) -> Result<Vec<Archived>, RetentionError> {
    let mut archived = Vec::new();
    archive(store, folder, month("2026-11"), at(0), |one| {
        archived.push(one.clone());
    })
    .await?;
    Ok(archived)
}

/// Nothing is wrong, with the archive and without; what was looked at with it.
async fn sound(store: &dyn Store, folder: &Path) -> anyhow::Result<Verified> {
    verify(store, |finding| panic!("{finding}")).await?;
    let limits = Limits::default();
    let report = |finding: &_| panic!("{finding}");
    Ok(verify_with_archive(store, folder, limits, report).await?)
}

pub async fn archived_months_leave_the_database_and_the_game_goes_on(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path().join("archive");
    store.prepare(autumn(1)).await?;
    play_autumn(&*store).await?;
    let whole = verify(&*store, |finding| panic!("{finding}")).await?;
    let before = live(&*store).await?;

    let archived = archive_autumn(&*store, &folder).await?;
    let told: Vec<_> = archived
        .iter()
        .map(|one| (one.month.to_string(), one.accounts, one.entries))
        .collect();
    assert_eq!(
        told,
        [("2026-09".to_owned(), 3, 6), ("2026-10".to_owned(), 2, 4)]
    );
    let after = live(&*store).await?;
    assert_eq!(after[0], before[0][4..]);
    assert_eq!(after[2], []);
    assert_eq!(store.list_ledger(account(3), None, 10).await?, []);
    assert_eq!(sound(&*store, &folder).await?, whole);
    assert_eq!(archive_autumn(&*store, &folder).await?, []);

    // Who has nothing left in the database trades on like anyone else.
    buy(&*store, 3, "december", 92).await?;
    buy(&*store, 1, "december", 92).await?;
    assert_eq!(sound(&*store, &folder).await?.entries, whole.entries + 2);
    let now = autumn(130);
    archive(&*store, &folder, month("2027-01"), now, |_| {}).await?;
    assert_eq!(live(&*store).await?, [[], [], []]);
    assert_eq!(sound(&*store, &folder).await?.entries, whole.entries + 2);
    buy(&*store, 2, "january", 131).await?;
    sound(&*store, &folder).await?;
    Ok(())
}

pub async fn restored_months_are_as_they_were(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    play_autumn(&*store).await?;
    let before = live(&*store).await?;
    archive_autumn(&*store, folder).await?;

    let october = path_of(folder, month("2026-10"));
    let aside = folder.join("aside");
    std::fs::rename(&october, &aside)?;
    let refused = restore(&*store, folder, |_| {}).await;
    assert!(
        matches!(refused, Err(RetentionError::NewerMissing { .. })),
        "{refused:?}"
    );
    std::fs::rename(&aside, &october)?;

    let mut months = Vec::new();
    restore(&*store, folder, |one| months.push(one.month.to_string())).await?;
    assert_eq!(months, ["2026-10", "2026-09"]);
    assert_eq!(live(&*store).await?, before);
    assert_eq!(store.list_archived_months().await?, []);
    assert_eq!(store.list_checkpoints(&[account(1)]).await?, []);
    sound(&*store, folder).await?;
    restore(&*store, folder, |one| panic!("{one:?}")).await?;

    // The same files are written again, and kept.
    assert_eq!(archive_autumn(&*store, folder).await?.len(), 2);
    sound(&*store, folder).await?;
    assert_ne!(live(&*store).await?, before);
    Ok(())
}

pub async fn an_interrupted_move_loses_nothing_and_is_finished(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (inner, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    inner.prepare(autumn(1)).await?;
    play_autumn(&*inner).await?;
    let before = live(&*inner).await?;
    let store = FaultyStore::new(std::sync::Arc::clone(&inner));
    let mut calls = 0;
    loop {
        store.retain_only(calls);
        let done = archive_autumn(&*store, folder).await;
        let whole = sound(&*inner, folder).await?;
        assert_eq!(whole.entries, 14, "after {calls} calls");
        archive_autumn(&*inner, folder).await?;
        sound(&*inner, folder).await?;
        assert_eq!(live(&*inner).await?[2], []);

        store.retain_only(calls);
        let undone = restore(&*store, folder, |_| {}).await;
        sound(&*inner, folder).await?;
        restore(&*inner, folder, |_| {}).await?;
        assert_eq!(live(&*inner).await?, before, "after {calls} calls");
        if done.is_ok() && undone.is_ok() {
            return Ok(());
        }
        if calls % 2 == 0 {
            for name in ["2026-09", "2026-10"] {
                std::fs::remove_file(path_of(folder, month(name)))?;
            }
        }
        calls += 1;
    }
}

pub async fn of_two_archives_at_once_one_waits(database: &dyn Database) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (first, second) = (database.open().await?, database.open().await?);
    play_autumn(&*first).await?;
    let (one, other) = tokio::join!(
        archive_autumn(&*first, folder.path()),
        archive_autumn(&*second, folder.path())
    );
    let moved = [one, other].map(|archived| match archived {
        Ok(archived) => archived.len(),
        Err(RetentionError::Busy) => 0,
        Err(error) => panic!("{error}"),
    });
    assert_eq!(moved.iter().sum::<usize>(), 2, "{moved:?}");
    sound(&*first, folder.path()).await?;
    Ok(())
}

pub async fn trades_go_on_while_months_move(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    store.prepare(autumn(1)).await?;
    store.prepare(at(0)).await?;
    play_autumn(&*store).await?;
    let trading = async {
        for number in 0..40 {
            let order_key = format!("meanwhile-{number}");
            let ask = Ask {
                at: at(number),
                ..Ask::buy(1 + number % PLAYERS, &order_key, 2, 1)
            };
            trade(&*store, ask).await?;
        }
        anyhow::Ok(())
    };
    let (archived, traded) = tokio::join!(archive_autumn(&*store, folder.path()), trading);
    traded?;
    assert_eq!(archived?.len(), 2);
    assert_eq!(sound(&*store, folder.path()).await?.entries, 54);
    Ok(())
}

pub async fn clocks_that_disagree_break_no_chain(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    store.prepare(autumn(1)).await?;
    store.import_market(&list_market(), &[]).await?;
    let mut new = guest(1);
    new.player.created_at = autumn(1);
    assert!(store.create_player(&new).await?.is_ok());
    // The first of October is day 31: two trades of a server whose clock is ahead, one of another.
    for (name, day) in [("a", 20), ("b", 31), ("c", 32), ("d", 30), ("e", 45)] {
        buy(&*store, 1, name, day).await?;
    }
    let archived = Cut::at(&*store, folder, "2026-10").await?;
    assert_eq!(archived.entries, 5, "up to the last one of September");
    let whole = sound(&*store, folder).await?;
    assert_eq!(whole.entries, 6);
    let archived = Cut::at(&*store, folder, "2026-11").await?;
    assert_eq!(archived.entries, 1);
    assert_eq!(store.list_entries(account(1), 0, 10).await?, []);
    assert_eq!(sound(&*store, folder).await?, whole);

    restore(&*store, folder, |_| {}).await?;
    assert_eq!(store.list_entries(account(1), 0, 10).await?.len(), 6);
    sound(&*store, folder).await?;
    Ok(())
}

/// The one month that an archive moves.
struct Cut;

impl Cut {
    async fn at(store: &dyn Store, folder: &Path, before: &str) -> anyhow::Result<Archived> {
        let mut moved = Vec::new();
        archive(store, folder, month(before), at(0), |one| {
            moved.push(one.clone())
        })
        .await?;
        anyhow::ensure!(moved.len() == 1, "{moved:?}");
        Ok(moved.remove(0))
    }
}

pub async fn only_what_a_checkpoint_covers_can_be_deleted(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    store.prepare(autumn(1)).await?;
    play_autumn(&*store).await?;
    let delete = |seq: i64| format!("delete from ledger where player_id = 1 and seq = {seq}");
    assert!(database.run(&delete(1)).await.is_err());
    let checkpoint =
        "insert into ledger_checkpoints (player_id, game_id, seq, state) values (1, 1, 2, '{}')";
    database.run(checkpoint).await?;
    let refused = database
        .run(&delete(3))
        .await
        .expect_err("no checkpoint covers it");
    assert!(
        format!("{refused:#}").contains("append-only"),
        "{refused:#}"
    );
    assert!(
        database
            .run("update ledger set xp = xp + 1 where seq = 1")
            .await
            .is_err()
    );
    database.run(&delete(2)).await?;

    let early = archive(&*store, folder.path(), month("2026-12"), at(0), |_| {}).await;
    assert!(
        matches!(early, Err(RetentionError::NotOver(_))),
        "{early:?}"
    );
    Ok(())
}
