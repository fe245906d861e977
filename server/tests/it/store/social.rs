//! Ties, privacy and reports.

use domain::PlayerId;
use domain::api::{PrivacyView, ProfileVisibility, ReportKind};
use server::store::social::{
    OPEN_REPORTS_MAX, PrivacyChange, ReportRecord, TIES_MAX, Tie, Tied, Ties,
};

use super::Database;
use super::trading::{at, guest};

fn tie(other: i64, since: i64) -> Tie {
    Tie {
        other: PlayerId(other),
        since: at(since),
    }
}

pub async fn a_player_follows_and_is_followed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=3 {
        assert_eq!(store.create_player(&guest(id)).await?, Ok(()));
    }
    let (ann, bob) = (PlayerId(1), PlayerId(2));
    assert_eq!(store.follow(ann, tie(3, 5), None).await?, Tied::New);
    assert_eq!(store.follow(ann, tie(2, 6), None).await?, Tied::New);
    assert_eq!(store.follow(ann, tie(2, 9), None).await?, Tied::Already);
    assert_eq!(store.list_follows(ann).await?, [tie(2, 6), tie(3, 5)]);
    assert_eq!(store.list_followers(bob).await?, [ann]);
    let follows = Ties {
        follows: true,
        blocks: false,
    };
    assert_eq!(store.find_ties(ann, bob).await?, follows);
    assert_eq!(store.find_ties(bob, ann).await?, Ties::default());
    assert!(store.unfollow(ann, bob).await?);
    assert!(!store.unfollow(ann, bob).await?);
    assert_eq!(store.list_follows(ann).await?, [tie(3, 5)]);
    Ok(())
}

pub async fn a_block_ends_what_both_followed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=2 {
        assert_eq!(store.create_player(&guest(id)).await?, Ok(()));
    }
    let (ann, bob) = (PlayerId(1), PlayerId(2));
    store.follow(ann, tie(2, 1), None).await?;
    store.follow(bob, tie(1, 1), None).await?;
    assert_eq!(store.block(ann, tie(2, 3)).await?, Tied::New);
    assert_eq!(store.block(ann, tie(2, 4)).await?, Tied::Already);
    assert!(store.list_follows(ann).await?.is_empty());
    assert!(store.list_follows(bob).await?.is_empty());
    assert!(store.find_ties(ann, bob).await?.blocks);
    assert!(!store.find_ties(bob, ann).await?.blocks);
    assert_eq!(store.list_blocks(ann).await?, [tie(2, 3)]);
    assert!(store.unblock(ann, bob).await?);
    assert!(!store.unblock(ann, bob).await?);
    Ok(())
}

pub async fn a_player_follows_so_many_and_no_more(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    let ann = PlayerId(1);
    for other in 2..i64::from(TIES_MAX) + 2 {
        assert_eq!(store.follow(ann, tie(other, 0), None).await?, Tied::New);
    }
    assert_eq!(store.follow(ann, tie(9_999, 0), None).await?, Tied::Full);
    assert_eq!(store.follow(ann, tie(2, 0), None).await?, Tied::Already);
    assert_eq!(store.list_follows(ann).await?.len(), TIES_MAX as usize);
    Ok(())
}

pub async fn privacy_has_a_default_and_a_history_of_changes(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=2 {
        assert_eq!(store.create_player(&guest(id)).await?, Ok(()));
    }
    let change = |player: i64, visibility, on_leaderboards, seconds| PrivacyChange {
        player: PlayerId(player),
        privacy: PrivacyView {
            visibility,
            on_leaderboards,
        },
        changed_at: at(seconds),
    };
    assert_eq!(
        store.find_privacy(PlayerId(1)).await?,
        PrivacyView::default()
    );
    let first = change(1, ProfileVisibility::Private, true, 1);
    let second = change(2, ProfileVisibility::Friends, false, 1);
    let third = change(1, ProfileVisibility::Public, false, 4);
    store.store_privacy(&first).await?;
    store.store_privacy(&second).await?;
    let from_start = (at(0), PlayerId(0));
    assert_eq!(
        store.list_privacy_changes(from_start, 9).await?,
        [first, second]
    );
    assert_eq!(
        store.list_privacy_changes((at(1), PlayerId(1)), 9).await?,
        [second]
    );
    store.store_privacy(&third).await?;
    assert_eq!(store.find_privacy(PlayerId(1)).await?, third.privacy);
    assert_eq!(
        store.list_privacy_changes(from_start, 9).await?,
        [second, third]
    );
    assert_eq!(store.list_privacy_changes(from_start, 1).await?, [second]);
    Ok(())
}

pub async fn reports_wait_until_they_are_closed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.create_player(&guest(1)).await?, Ok(()));
    let report = |id: i64| ReportRecord {
        id,
        player: PlayerId(1),
        reported: PlayerId(7),
        kind: ReportKind::Cheating,
        words: (id == 1).then(|| "He moves too fast.".to_owned()),
        at: at(id),
    };
    for id in 1..=i64::from(OPEN_REPORTS_MAX) {
        assert!(store.create_report(&report(id)).await?);
    }
    assert!(!store.create_report(&report(99)).await?, "too many wait");
    let first = store.list_reports((at(0), 0), 2).await?;
    assert_eq!(first, [report(1), report(2)]);
    assert!(store.close_report(1, at(50)).await?);
    assert!(!store.close_report(1, at(50)).await?);
    assert!(store.create_report(&report(99)).await?);
    let after_two = store.list_reports((at(2), 2), 1).await?;
    assert_eq!(after_two, [report(3)]);
    assert_eq!(store.list_reports((at(0), 0), 1).await?, [report(2)]);
    Ok(())
}
