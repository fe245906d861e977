//! Sessions.

use domain::{PlayerId, SessionId};

use super::Database;
use super::trading::{at, find_session, guest, session};

pub async fn a_session_is_found_by_its_player_and_id(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let new = guest(1);
    assert_eq!(store.create_player(&new).await?, Ok(()));
    let second = session(1, 7, at(-10));
    store.create_session(&second).await?;
    // Expired or not: who asks says what that means.
    assert_eq!(
        find_session(&*store, PlayerId(1), SessionId(7)).await?,
        Some(second)
    );
    assert_eq!(
        find_session(&*store, PlayerId(2), SessionId(7)).await?,
        None
    );
    assert_eq!(
        find_session(&*store, PlayerId(1), SessionId(8)).await?,
        None
    );
    assert!(
        store.create_session(&session(2, 7, at(10))).await.is_err(),
        "there is no such player"
    );
    Ok(())
}

pub async fn a_session_slides(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    store
        .touch_session(PlayerId(1), SessionId(100), at(50), at(5_000))
        .await?;
    let session = find_session(&*store, PlayerId(1), SessionId(100))
        .await?
        .expect("it was made");
    assert_eq!(
        (session.created_at, session.last_seen_at, session.expires_at),
        (at(0), at(50), at(5_000))
    );
    store
        .touch_session(PlayerId(1), SessionId(101), at(50), at(5_000))
        .await?;
    assert_eq!(
        find_session(&*store, PlayerId(1), SessionId(101)).await?,
        None
    );
    Ok(())
}

pub async fn sessions_are_listed_until_they_expire(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    assert_eq!(store.create_player(&guest(2)).await?, Ok(()));
    for id in 1..=120 {
        // The player came with session 100.
        if id != 100 {
            store
                .create_session(&session(1, id, at(1_000 + id)))
                .await?;
        }
        store
            .touch_session(PlayerId(1), SessionId(id), at(id), at(1_000 + id))
            .await?;
    }
    let listed = async |now| -> anyhow::Result<Vec<i64>> {
        let sessions = store.list_sessions(PlayerId(1), now).await?;
        Ok(sessions.into_iter().map(|session| session.id.0).collect())
    };
    assert_eq!(listed(at(500)).await?, (21..=120).rev().collect::<Vec<_>>());
    assert_eq!(listed(at(1_117)).await?, [120, 119, 118]);
    assert_eq!(listed(at(1_120)).await?, [0; 0]);
    assert_eq!(store.list_sessions(PlayerId(2), at(0)).await?.len(), 1);
    Ok(())
}

pub async fn only_its_player_ends_a_session(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    assert_eq!(store.create_player(&guest(2)).await?, Ok(()));
    assert!(!store.delete_session(PlayerId(2), SessionId(100)).await?);
    assert!(store.delete_session(PlayerId(1), SessionId(100)).await?);
    assert!(!store.delete_session(PlayerId(1), SessionId(100)).await?);
    assert_eq!(
        find_session(&*store, PlayerId(1), SessionId(100)).await?,
        None
    );
    assert!(
        find_session(&*store, PlayerId(2), SessionId(200))
            .await?
            .is_some()
    );
    Ok(())
}

pub async fn all_sessions_of_a_player_but_one_are_ended(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    assert_eq!(store.create_player(&guest(2)).await?, Ok(()));
    for id in [1, 2] {
        store.create_session(&session(1, id, at(1_000))).await?;
    }
    let mut ended = store
        .delete_sessions(PlayerId(1), Some(SessionId(2)))
        .await?;
    ended.sort_unstable();
    assert_eq!(ended, [SessionId(1), SessionId(100)]);
    assert_eq!(
        store.delete_sessions(PlayerId(1), None).await?,
        [SessionId(2)]
    );
    assert_eq!(store.list_sessions(PlayerId(2), at(0)).await?.len(), 1);
    Ok(())
}

pub async fn expired_sessions_are_deleted_in_portions(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    for id in 1..=5 {
        store.create_session(&session(1, id, at(id))).await?;
    }
    assert_eq!(store.delete_expired_sessions(at(3), 2).await?, 2);
    assert!(
        find_session(&*store, PlayerId(1), SessionId(2))
            .await?
            .is_none(),
        "the oldest go first"
    );
    assert!(
        find_session(&*store, PlayerId(1), SessionId(3))
            .await?
            .is_some()
    );
    assert_eq!(
        store.delete_expired_sessions(at(3), 2).await?,
        1,
        "at its end it has expired"
    );
    assert_eq!(store.delete_expired_sessions(at(3), 2).await?, 0);
    assert_eq!(store.list_sessions(PlayerId(1), at(3)).await?.len(), 3);
    Ok(())
}
