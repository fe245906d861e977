//! Notifications, price alerts and the journal.

use std::sync::Arc;

use domain::api::{AlertSide, Channels, Grade, NotificationKind};
use domain::{InstrumentId, PlayerId};
use server::store::jobs::{Claim, ClaimRequest, Ending, JobFilter, JobId, NewJob, Priority};
use server::store::social::Tie;
use server::store::{
    AlertRecord, AlertState, GradeRecord, LanePosition, NewNotification, NoteRecord,
    NotificationChoices, Store,
};

use super::Database;
use super::trading::{Ask, LEAGUE, account, at, decide_with_reason, open_game, trade};

const ANN: PlayerId = PlayerId(1);
const MAIL: &str = "notification_mail";

fn notification(player: PlayerId, cause: &str, seconds: i64) -> NewNotification {
    NewNotification {
        player,
        cause: cause.into(),
        kind: NotificationKind::Level,
        data: "{\"what\":\"level\",\"level\":2}".into(),
        at: at(seconds),
        in_app: true,
        mail: None,
    }
}

fn mailed(player: PlayerId, cause: &str, seconds: i64, job: i64) -> NewNotification {
    let mail = NewJob {
        id: JobId(job),
        kind: MAIL.into(),
        key: None,
        payload: "{}".into(),
        version: 1,
        priority: Priority::Medium,
        run_at: at(seconds),
        max_attempts: 4,
        created_at: at(seconds),
    };
    NewNotification {
        mail: Some(mail),
        ..notification(player, cause, seconds)
    }
}

/// The causes of a player's list, latest first.
async fn causes(store: &dyn Store, player: PlayerId) -> anyhow::Result<Vec<String>> {
    let all = store.list_notifications(player, None, 100).await?;
    Ok(all.into_iter().map(|one| one.cause).collect())
}

async fn mails(store: &dyn Store) -> anyhow::Result<usize> {
    let filter = JobFilter {
        kind: Some(MAIL.into()),
        state: None,
    };
    Ok(store.list_jobs(&filter, None, 100).await?.len())
}

pub async fn a_cause_tells_once_with_one_mail(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let two = [mailed(ANN, "level:2", 1, 11), mailed(ANN, "level:3", 2, 12)];
    assert_eq!(store.add_notifications(&two).await?, 2);
    // Whoever does not know whether it was written writes it again.
    let again = [mailed(ANN, "level:3", 9, 13), mailed(ANN, "level:4", 9, 14)];
    assert_eq!(store.add_notifications(&again).await?, 1);
    let other = [notification(PlayerId(2), "level:2", 3)];
    assert_eq!(store.add_notifications(&other).await?, 1);
    assert_eq!(
        causes(&*store, ANN).await?,
        ["level:4", "level:3", "level:2"]
    );
    assert_eq!(mails(&*store).await?, 3);
    Ok(())
}

pub async fn a_server_that_is_killed_between_any_two_steps_tells_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let lane = 7;
    let read = |seq| LanePosition { lane, seq };
    let told = [mailed(ANN, "level:2", 1, 11)];
    // Killed after it has read the batches and before it has written: the next start reads them again.
    assert_eq!(store.list_notification_positions().await?, []);
    store.close().await;
    let store = database.open().await?;
    assert!(store.advance_notifications(read(0), 5, &told).await?);
    // Killed after it has written and before it knows: the same write is refused as a whole.
    store.close().await;
    let store = database.open().await?;
    let more = [mailed(ANN, "level:2", 1, 12), mailed(ANN, "level:3", 2, 13)];
    assert!(!store.advance_notifications(read(0), 6, &more).await?);
    assert_eq!(store.list_notification_positions().await?, [read(5)]);
    assert!(store.advance_notifications(read(5), 6, &more).await?);
    assert_eq!(causes(&*store, ANN).await?, ["level:3", "level:2"]);
    // Killed while it mails: the lease ends, and the job is due again, with the same payload.
    let claim = |now| ClaimRequest {
        kinds: &[MAIL],
        first: Priority::Medium,
        now: at(now),
        lease_until: at(now + 60),
        holder: None,
    };
    let first = store.claim_job(&claim(10)).await?.expect("it is due");
    store.close().await;
    let store = database.open().await?;
    let second = store.claim_job(&claim(11)).await?.expect("the other one");
    assert_ne!(second.id, first.id);
    assert_eq!(store.claim_job(&claim(12)).await?, None);
    let again = store
        .claim_job(&claim(71))
        .await?
        .expect("the lease is over");
    assert_eq!((again.id, again.payload), (first.id, first.payload));
    // The server that was thought dead ends nothing any more.
    let late = Claim {
        job: first.id,
        token: first.token,
    };
    let done = Ending::Finished { result: None };
    assert!(!store.end_job(late, &done, at(72)).await?);
    let current = Claim {
        job: again.id,
        token: again.token,
    };
    assert!(store.end_job(current, &done, at(72)).await?);
    assert_eq!(mails(&*store).await?, 1);
    Ok(())
}

pub async fn notifications_are_paged_counted_read_and_pruned(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let hidden = NewNotification {
        in_app: false,
        ..notification(ANN, "hidden", 2)
    };
    let all = [
        notification(ANN, "a", 1),
        notification(ANN, "c", 2),
        hidden,
        notification(ANN, "b", 2),
        notification(ANN, "d", 3),
    ];
    assert_eq!(store.add_notifications(&all).await?, 5);
    assert_eq!(causes(&*store, ANN).await?, ["d", "c", "b", "a"]);
    let after = (at(2), "c".to_owned());
    let page = store.list_notifications(ANN, Some(&after), 1).await?;
    assert_eq!(page[0].cause, "b");
    assert_eq!(store.count_unread(ANN).await?, 4);
    assert_eq!(store.read_notifications(ANN, at(2), at(5)).await?, 3);
    assert_eq!(store.read_notifications(ANN, at(2), at(6)).await?, 0);
    assert_eq!(store.count_unread(ANN).await?, 1);
    let read = store.find_notification(ANN, "a").await?;
    assert_eq!(read.and_then(|one| one.read_at), Some(at(5)));
    assert!(store.find_notification(ANN, "hidden").await?.is_some());
    assert_eq!(store.prune_notifications(at(2), 10).await?, 1);
    assert_eq!(store.prune_notifications(at(3), 2).await?, 2);
    assert_eq!(store.prune_notifications(at(3), 2).await?, 1);
    assert_eq!(causes(&*store, ANN).await?, ["d"]);
    Ok(())
}

pub async fn choices_stay_until_they_are_changed(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let unchanged = store.find_notification_choices(ANN).await?;
    assert_eq!(unchanged, NotificationChoices::default_of(ANN));
    let both = Channels {
        app: true,
        mail: true,
    };
    let choices = NotificationChoices {
        player: ANN,
        channels: vec![(NotificationKind::Week, both)],
        quiet: Some((1_320, 420)),
    };
    store.store_notification_choices(&choices).await?;
    assert_eq!(store.find_notification_choices(ANN).await?, choices);
    assert_eq!(choices.channels_of(NotificationKind::Week), both);
    assert!(!choices.channels_of(NotificationKind::Level).mail);
    let changed = NotificationChoices {
        quiet: None,
        ..choices
    };
    store.store_notification_choices(&changed).await?;
    assert_eq!(store.list_notification_choices(None, 10).await?, [changed]);
    assert_eq!(store.list_notification_choices(Some(ANN), 10).await?, []);
    Ok(())
}

pub async fn a_follower_is_told_with_the_first_step_and_no_other(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let tie = Tie {
        other: ANN,
        since: at(1),
    };
    let bob = PlayerId(2);
    let told = notification(ANN, "follower:2", 1);
    store.follow(bob, tie, Some(&told)).await?;
    store.follow(bob, tie, Some(&told)).await?;
    store.unfollow(bob, ANN).await?;
    store.follow(bob, tie, Some(&told)).await?;
    assert_eq!(causes(&*store, ANN).await?, ["follower:2"]);
    Ok(())
}

fn alert(id: i64, state: AlertState, times: u32) -> AlertRecord {
    AlertRecord {
        player: ANN,
        id,
        game: LEAGUE,
        instrument: InstrumentId(1),
        side: AlertSide::Below,
        price: "12.5".parse().expect("a price"),
        repeats: true,
        state,
        times,
        created_at: at(1),
        told_at: (times > 0).then(|| at(5)),
    }
}

pub async fn a_price_alert_tells_once_however_many_servers_see_the_price(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let waiting = alert(9, AlertState::Waiting, 0);
    store.create_alert(&waiting).await?;
    store.create_alert(&alert(3, AlertState::Ended, 1)).await?;
    let open = store.list_open_alerts(None, 10).await?;
    assert_eq!(open, std::slice::from_ref(&waiting));
    assert_eq!(store.list_open_alerts(Some((ANN, 9)), 10).await?, []);
    let now = alert(9, AlertState::Told, 1);
    let told = notification(ANN, "alert:9:1", 5);
    assert!(store.move_alert(&waiting, &now, Some(&told)).await?);
    let other = notification(ANN, "alert:9:other", 5);
    assert!(!store.move_alert(&waiting, &now, Some(&other)).await?);
    assert_eq!(causes(&*store, ANN).await?, ["alert:9:1"]);
    assert_eq!(store.list_alerts(ANN, 10).await?[1], now);
    assert!(!store.delete_alert(PlayerId(2), 9).await?);
    assert!(store.delete_alert(ANN, 9).await?);
    assert!(!store.move_alert(&now, &waiting, None).await?);
    Ok(())
}

pub async fn reasons_are_listed_with_their_grades(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    for key in ["order-0001", "order-0002"] {
        let ask = Ask::buy(1, key, 1, 1);
        let batch = decide_with_reason(&*store, ask, Some("Shops sell more in winter.")).await?;
        let left_out = store.commit_batch(&Arc::new(batch)).await?;
        anyhow::ensure!(left_out.is_empty(), "{left_out:?} left out");
    }
    trade(&*store, Ask::buy(1, "order-0003", 1, 1)).await?;
    let reasons = store.list_reasons(account(1), None, 10).await?;
    let seqs: Vec<i64> = reasons.iter().map(|row| row.entry.seq).collect();
    assert_eq!(seqs, [3, 2]);
    assert!(reasons.iter().all(|row| row.words.is_some()));
    let before = store.list_reasons(account(1), Some(3), 10).await?;
    assert_eq!(before.len(), 1);
    let grade = |seq, grade, seconds| GradeRecord {
        seq,
        grade,
        at: at(seconds),
    };
    store
        .store_grade(account(1), &grade(2, Grade::Mistake, 7))
        .await?;
    store
        .store_grade(account(1), &grade(3, Grade::Unsure, 8))
        .await?;
    store
        .store_grade(account(1), &grade(2, Grade::Good, 9))
        .await?;
    let grades = store.list_grades(account(1), 10).await?;
    assert_eq!(
        grades,
        [grade(3, Grade::Unsure, 8), grade(2, Grade::Good, 9)]
    );
    Ok(())
}

pub async fn a_note_is_its_players_own(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let note = |id, text: &str, changed: i64| NoteRecord {
        player: ANN,
        id,
        symbol: Some("ACME".parse().expect("a symbol")),
        text: text.into(),
        tags: vec!["idée".into(), "wheels".into()],
        created_at: at(1),
        changed_at: at(changed),
    };
    store.store_note(&note(5, "First", 1)).await?;
    store.store_note(&note(4, "Second", 2)).await?;
    store.store_note(&note(5, "First, changed", 3)).await?;
    let notes = store.list_notes(ANN, 10).await?;
    assert_eq!(notes, [note(5, "First, changed", 3), note(4, "Second", 2)]);
    assert_eq!(store.list_notes(PlayerId(2), 10).await?, []);
    assert!(!store.delete_note(PlayerId(2), 5).await?);
    assert!(store.delete_note(ANN, 5).await?);
    assert_eq!(store.list_notes(ANN, 10).await?.len(), 1);
    Ok(())
}
