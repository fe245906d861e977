//! The leaderboard of results that were played elsewhere, and how long there is for one.

use domain::api::{OfflineBoardView, OfflinePlayView, OfflineStarted, PlayerView};
use domain::{Money, PlayerId};
use reqwest::StatusCode;
use serde_json::json;
use server::store::{CountedRun, OfflineResultRecord, OfflineStartRecord};

use super::RUNS;
use crate::app::{Player, TestApp, now};

const BOARD: &str = "/api/v1/scenarios/panic/offline-results";

/// Gives a player a result, as if a run had been handed in.
async fn count(app: &TestApp, player: PlayerId) {
    let store = app.store().await;
    let (id, at) = (format!("{:032x}", player.0), now());
    let start = OfflineStartRecord {
        id: id.clone(),
        player,
        scenario: "panic".into(),
        file: "{}".into(),
        issued_at: at,
        due_at: at.plus_seconds(60),
        counted: None,
        refusal: None,
    };
    store
        .create_offline_start(&start)
        .await
        .expect("it is stored");
    let result = OfflineResultRecord {
        scenario: "panic".into(),
        player,
        start: id,
        starting_cash: Money::from_whole(10_000),
        run: CountedRun {
            at,
            net_worth: Money::from_whole(11_000),
            stars: 2,
        },
        trades: 1,
    };
    let counted = store.count_offline_run(&result).await;
    assert!(counted.expect("it is stored"));
    store.close().await;
}

async fn seen_by(player: &Player) -> Vec<String> {
    let board: OfflineBoardView = player.get(BOARD).await.expect(StatusCode::OK);
    let mut handles: Vec<String> = board.rows.into_iter().map(|row| row.handle).collect();
    handles.sort();
    handles
}

#[tokio::test]
async fn of_two_players_of_whom_one_blocks_the_other_neither_sees_the_others_result() {
    let app = TestApp::start().await;
    let mut players = Vec::new();
    for handle in ["ada", "bob", "cleo"] {
        let player = app.registered(handle).await;
        let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
        count(&app, me.id).await;
        players.push(player);
    }
    let [ada, bob, cleo] = players.as_slice() else {
        panic!("there are three");
    };
    assert_eq!(seen_by(ada).await, ["ada", "bob", "cleo"]);
    let blocked = ada
        .post("/api/v1/me/blocks", &json!({ "handle": "bob" }))
        .await;
    assert_eq!(blocked.status, StatusCode::OK);
    assert_eq!(seen_by(ada).await, ["ada", "cleo"]);
    assert_eq!(seen_by(bob).await, ["bob", "cleo"]);
    assert_eq!(seen_by(cleo).await, ["ada", "bob", "cleo"]);
    assert_eq!(seen_by(&app.anonymous()).await, ["ada", "bob", "cleo"]);
    app.stop().await;
}

#[tokio::test]
async fn a_result_is_due_after_as_many_days_as_the_settings_say() {
    let app = TestApp::start_with(|config| config.offline_results_due_days = 3).await;
    let player = app.guest().await;
    let starts = "/api/v1/scenarios/panic/offline-starts";
    let signed = player.post(starts, &json!({})).await;
    signed.expect::<OfflineStarted>(StatusCode::CREATED);
    let mine: OfflinePlayView = player.get(RUNS).await.expect(StatusCode::OK);
    let [start] = mine.starts.as_slice() else {
        panic!("{mine:?}");
    };
    assert_eq!(start.due_at.seconds_since(start.issued_at), 3 * 86_400);
    app.stop().await;
}
