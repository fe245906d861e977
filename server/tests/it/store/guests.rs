//! Removing guests who did nothing.

use std::sync::Arc;
use std::time::Duration;

use domain::progress::Deed;
use domain::{AwardCause, PlayerId, SessionId};
use server::config::JobsConfig;
use server::market::{Market, OneMarket, Snapshot};
use server::store::jobs::JobFilter;
use server::store::{Store, WatchList};
use server::verify::Limits;

use super::trading::{
    Ask, account, at, awarding, collect_bonus, entries, guest, open_game, registered, session,
    trade,
};
use super::verification::findings;
use super::{Database, worker};
use crate::fixture::ManualClock;

const DAY_S: i64 = 86_400;
/// The number under which recovery words are kept.
const RECOVERY: SessionId = SessionId(0);

/// Records that a player read the page of an instrument, which earns nothing.
async fn read_a_page(store: &dyn Store, player: i64) -> anyhow::Result<()> {
    let found = store.find_account(account(player)).await?;
    let trading = found.ok_or_else(|| anyhow::anyhow!("no account of {player}"))?;
    let deed = Deed::ReadInstrument {
        symbol: "PUFFN".parse()?,
    };
    let day = at(0).day();
    let batch = awarding(trading, player, AwardCause::Did { deed, day }, 0, None);
    let left_out = store.commit_batch(&Arc::new(batch)).await?;
    anyhow::ensure!(left_out.is_empty(), "{left_out:?} left out");
    Ok(())
}

/// Guest 1 only read a page; each of the others did something, came back or registered.
async fn open_with_guests(database: &dyn Database) -> anyhow::Result<Arc<dyn Store>> {
    let store = database.open().await?;
    open_game(&*store, 6).await?;
    read_a_page(&*store, 1).await?;
    trade(&*store, Ask::buy(2, "order-0001", 1, 1)).await?;
    // Far too many: the order is answered with a rejection.
    trade(&*store, Ask::buy(3, "order-0001", 1, 1_000_000)).await?;
    assert!(collect_bonus(&*store, 4, at(0).day()).await?);
    let words = session(5, RECOVERY.0, at(40 * DAY_S));
    store.create_session(&words).await?;
    let came_back = session(6, 700, at(50 * DAY_S));
    store.create_session(&came_back).await?;
    store
        .touch_session(
            came_back.player,
            came_back.id,
            at(20 * DAY_S),
            at(50 * DAY_S),
        )
        .await?;
    let player = registered(7, "ada@example.org", "ada");
    assert_eq!(store.create_player(&player).await?, Ok(()));
    assert_eq!(store.create_player(&guest(8)).await?, Ok(()));
    let list = WatchList {
        player: PlayerId(8),
        id: 1,
        name: "Later".into(),
        shared: false,
        created_at: at(0),
        symbols: Vec::new(),
    };
    store.create_watch_list(&list).await?;
    Ok(store)
}

pub async fn a_guest_who_did_nothing_is_removed_with_all_that_is_theirs(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open_with_guests(database).await?;
    let everyone: Vec<_> = (1..=8).map(PlayerId).collect();
    let (unseen_since, now) = (at(10 * DAY_S), at(30 * DAY_S));
    assert_eq!(
        store.remove_idle_guests(&everyone, at(0), now).await?,
        [],
        "all were seen then"
    );
    let removed = store.remove_idle_guests(&everyone, unseen_since, now);
    assert_eq!(removed.await?, [PlayerId(1)]);
    assert_eq!(store.find_player(PlayerId(1)).await?, None);
    assert_eq!(store.find_account(account(1)).await?, None);
    assert_eq!(entries(&*store, 1).await?, []);
    for player in 2..=8 {
        assert!(!entries(&*store, player).await?.is_empty(), "{player}");
    }
    let (found, verified) = findings(&*store, Limits::default()).await?;
    assert_eq!((found, verified.players), (Vec::new(), 7));
    assert_eq!(store.list_strays(10).await?, []);
    // The handle is free again.
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    // Recovery words that have expired keep nobody.
    let later = at(60 * DAY_S);
    let removed = store.remove_idle_guests(&everyone, at(21 * DAY_S), later);
    assert_eq!(removed.await?, [1, 5, 6].map(PlayerId));
    Ok(())
}

pub async fn the_opening_entry_of_anyone_else_stays(database: &dyn Database) -> anyhow::Result<()> {
    let store = open_with_guests(database).await?;
    for player in [2, 4, 7] {
        let delete = format!("delete from ledger where player_id = {player}");
        let refused = database.run(&delete).await.expect_err(&delete);
        assert!(
            format!("{refused:#}").contains("append-only"),
            "{refused:#}"
        );
    }
    // A second entry does not go even where the account says that there is none.
    database
        .run("update accounts set version = 1 where player_id = 2")
        .await?;
    database
        .run("update players set xp = 0 where player_id = 2")
        .await?;
    let delete = "delete from ledger where player_id = 2 and seq = 2";
    assert!(database.run(delete).await.is_err());
    store.close().await;
    Ok(())
}

pub async fn guests_are_listed_from_the_oldest_on(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for (player, created_at) in [(1, 30), (2, 10), (3, 20), (4, 20)] {
        let mut new = guest(player);
        new.player.created_at = at(created_at);
        assert_eq!(store.create_player(&new).await?, Ok(()));
    }
    let player = registered(5, "ada@example.org", "ada");
    assert_eq!(store.create_player(&player).await?, Ok(()));
    let page = store.list_guests(at(30), None, 2).await?;
    let expected = [(at(10), PlayerId(2)), (at(20), PlayerId(3))];
    assert_eq!(page, expected);
    let rest = store.list_guests(at(30), page.last().copied(), 2).await?;
    assert_eq!(rest, [(at(20), PlayerId(4))]);
    Ok(())
}

pub async fn a_job_removes_guests_after_the_days_of_the_setting(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = open_with_guests(database).await?;
    let folder = tempfile::tempdir()?;
    let config = JobsConfig {
        idle_guests_kept_days: 15,
        archive_after_days: 0,
        ..JobsConfig::default()
    };
    let worker = worker::start(
        &store,
        None,
        Arc::new(OneMarket(Arc::new(Market::new(Snapshot::default())))),
        &ManualClock::at(at(30 * DAY_S)),
        (&config, folder.path()),
    );
    // Every schedule has an instant that has passed, so each kind runs once.
    let ended = async {
        loop {
            let left = store.list_jobs(&JobFilter::default(), None, 10).await?;
            let failed = left.iter().find(|job| job.last_error.is_some());
            anyhow::ensure!(failed.is_none(), "{failed:?}");
            if store.find_player(PlayerId(1)).await?.is_none() {
                return Ok(());
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await??;
    worker.shutdown().await;
    for player in 2..=8 {
        let found = store.find_player(PlayerId(player)).await?;
        assert!(found.is_some(), "{player}");
    }
    Ok(())
}
