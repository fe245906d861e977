//! Runs that are played away from the server that counts them.

use domain::scenario::Curve;
use domain::{AccountId, GameId, Money, PlayerId};
use server::store::{
    CountedRun, OfflineResultRecord, OfflineRunRecord, OfflineRunState, OfflineStartRecord,
    RunCurves, RunResult, ScenarioRun,
};

use super::Database;
use super::trading::at;

fn id(number: u32) -> String {
    format!("{number:032x}")
}

fn start(number: u32, player: i64, second: i64) -> OfflineStartRecord {
    OfflineStartRecord {
        id: id(number),
        player: PlayerId(player),
        scenario: "bubble".into(),
        file: "{}".into(),
        issued_at: at(second),
        due_at: at(second + 100),
        counted: None,
        refusal: None,
    }
}

fn result(number: u32, player: i64, worth: i32, second: i64) -> OfflineResultRecord {
    OfflineResultRecord {
        scenario: "bubble".into(),
        player: PlayerId(player),
        start: id(number),
        starting_cash: Money::from_whole(10_000),
        run: CountedRun {
            at: at(second),
            net_worth: Money::from_whole(worth),
            stars: 2,
        },
        trades: 3,
    }
}

pub async fn a_start_counts_once_and_a_player_keeps_the_best_result(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    for (number, player, second) in [(1, 1, 1), (2, 1, 2), (3, 2, 3)] {
        store
            .create_offline_start(&start(number, player, second))
            .await?;
    }
    let listed = store.list_offline_starts(PlayerId(1), 10).await?;
    assert_eq!(listed, [start(2, 1, 2), start(1, 1, 1)]);
    store.note_offline_refusal(&id(1), "Too late.").await?;
    let noted = store
        .find_offline_start(&id(1))
        .await?
        .expect("it is there");
    assert_eq!(noted.refusal.as_deref(), Some("Too late."));

    let (best, worse, other) = (
        result(1, 1, 12_000, 10),
        result(2, 1, 11_000, 11),
        result(3, 2, 12_000, 12),
    );
    assert!(store.count_offline_run(&best).await?);
    assert!(!store.count_offline_run(&best).await?, "it counts once");
    assert!(store.count_offline_run(&worse).await?);
    assert!(store.count_offline_run(&other).await?);
    let counted = store
        .find_offline_start(&id(1))
        .await?
        .expect("it is there");
    assert_eq!((counted.counted, counted.refusal), (Some(best.run), None));
    let board = store.list_offline_results("bubble", None, 10).await?;
    // Of two equal ones, the earlier.
    assert_eq!(board, [best, other.clone()]);
    assert_eq!(store.list_offline_results("panic", None, 10).await?, []);

    assert_eq!(store.prune_offline_starts(at(103), 10).await?, 2);
    assert_eq!(store.find_offline_start(&id(1)).await?, None);
    assert_eq!(
        store.list_offline_results("bubble", None, 1).await?.len(),
        1
    );
    store.close().await;
    Ok(())
}

pub async fn a_run_for_another_server_waits_until_it_is_counted(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let account = |game| AccountId {
        player: PlayerId(1),
        game: GameId(game),
    };
    let run = |game| OfflineRunRecord {
        account: account(game),
        start: id(1),
        file: "{}".into(),
        state: OfflineRunState::Waiting,
        answer: None,
        tried_at: None,
    };
    assert!(store.create_offline_run(&run(8)).await?);
    assert!(!store.create_offline_run(&run(9)).await?, "one run a start");
    assert_eq!(store.find_offline_run(PlayerId(2), &id(1)).await?, None);
    assert_eq!(store.list_unsent_runs(10).await?, [], "it is not finished");
    let played = ScenarioRun {
        account: account(8),
        scenario: "offline-1".into(),
        content: "{}".into(),
        started_at: at(1),
        result: None,
    };
    let curves = RunCurves {
        own: Curve::begun(),
        ghost: None,
    };
    store.create_run(&played, &curves).await?;
    let ended = RunResult {
        finished_at: at(2),
        net_worth: Money::from_whole(1),
        stars: 0,
    };
    store.finish_run(account(8), &ended).await?;
    assert_eq!(store.list_unsent_runs(10).await?, [run(8)]);
    let counted = OfflineRunState::Counted;
    store
        .note_offline_run(account(8), counted, "It counts.", at(3))
        .await?;
    // Nothing changes what is settled.
    let refused = OfflineRunState::Refused;
    store
        .note_offline_run(account(8), refused, "No.", at(4))
        .await?;
    assert_eq!(store.list_unsent_runs(10).await?, []);
    let settled = OfflineRunRecord {
        state: counted,
        answer: Some("It counts.".into()),
        tried_at: Some(at(3)),
        ..run(8)
    };
    assert_eq!(store.list_offline_runs(PlayerId(1), 10).await?, [settled]);
    store.close().await;
    Ok(())
}
