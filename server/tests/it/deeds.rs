//! What players did that no ledger shows reaches their achievements, each deed once.

use std::time::Duration;

use domain::api::{AchievementsView, CandleView, OrderView, PlayerView};
use domain::progress::Counter;
use domain::{AccountId, Money, Price};
use reqwest::StatusCode;
use serde_json::json;
use server::store::EquityRecord;
use server::verify::verify;

use crate::app::{Player, TestApp, order};
use crate::progress::{first_run, run};

async fn times(player: &Player, id: &str) -> u32 {
    let all: AchievementsView = player
        .get("/api/v1/me/achievements")
        .await
        .expect(StatusCode::OK);
    let found = all.items.iter().find(|item| item.id.as_str() == id);
    found.unwrap_or_else(|| panic!("{id} is not shown")).times
}

/// Waits until an achievement is there: deeds are recorded while the request that tells them goes on.
async fn unlocked(player: &Player, id: &str) {
    let waiting = async { while times(player, id).await == 0 {} };
    let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    assert!(waited.is_ok(), "{id} was not unlocked");
}

#[tokio::test]
async fn reading_asking_and_following_count() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let bob = app.registered("bob").await;
    assert_eq!(times(&ada, "five-pages").await, 0);
    let market = "/api/v1/games/open/instruments";
    for symbol in ["ADVRT", "BOLTW", "MUFFN", "PUFFN", "TEAPT", "MUFFN"] {
        ada.get(&format!("{market}/{symbol}/ticket"))
            .await
            .expect::<serde_json::Value>(StatusCode::OK);
    }
    unlocked(&ada, "five-pages").await;
    let unread = order("BREWT", "buy", json!({"amount": "100"}));
    ada.place(&unread)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    assert_eq!(times(&ada, "read-before-buying").await, 0);
    let read = order("MUFFN", "buy", json!({"amount": "100"}));
    ada.place(&read)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    unlocked(&ada, "read-before-buying").await;
    for term in ["average-cost", "achievement", "benchmark", "bond", "cash"] {
        let path = format!("/api/v1/me/terms/{term}");
        let answer = ada.post(&path, &json!({})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    unlocked(&ada, "five-terms").await;
    let unknown = ada.post("/api/v1/me/terms/nonsense", &json!({})).await;
    unknown.error("not_found");
    ada.post("/api/v1/me/friends", &json!({"handle": "bob"}))
        .await
        .expect::<serde_json::Value>(StatusCode::OK);
    unlocked(&ada, "first-friend").await;
    ada.get("/api/v1/players/bob")
        .await
        .expect::<serde_json::Value>(StatusCode::OK);
    unlocked(&ada, "compared").await;
    ada.get("/api/v1/games/open/week")
        .await
        .expect::<serde_json::Value>(StatusCode::OK);
    unlocked(&ada, "first-letter").await;
    ada.get("/api/v1/games/open/what-if")
        .await
        .expect::<serde_json::Value>(StatusCode::OK);
    unlocked(&ada, "what-if").await;
    assert_eq!(times(&bob, "compared").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_deed_told_twice_counts_once() {
    let app = TestApp::start().await;
    first_run(&app, "week_bonuses").await;
    let ada = app.registered("ada").await;
    let me: PlayerView = ada.get("/api/v1/me").await.expect(StatusCode::OK);
    for symbol in ["ADVRT", "BOLTW", "MUFFN", "PUFFN"] {
        let bought = ada
            .place(&order(symbol, "buy", json!({"amount": "2000"})))
            .await;
        assert_eq!(bought.status, StatusCode::CREATED);
    }
    for _ in 0..2 {
        run(&app, "week_bonuses").await;
    }
    let store = app.store().await;
    let player = store.find_player(me.id).await.expect("the store works");
    let counters = player.expect("she is there").progress.counters;
    assert_eq!(counters.get(Counter::InstrumentsHeld), 4);
    assert_eq!(counters.get(Counter::BalancedDays), 1);
    assert_eq!(counters.get(Counter::GamesJoined), 0);
    let verified = verify(&*store, |finding| panic!("{finding}")).await;
    verified.expect("the database can be read");
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn a_storm_that_was_sat_out_and_a_week_ahead_of_the_index_count() {
    let app = TestApp::start().await;
    // The closes of this test must be the only ones.
    for kind in ["week_bonuses", "closed_days"] {
        first_run(&app, kind).await;
    }
    let ada = app.registered("ada").await;
    let me: PlayerView = ada.get("/api/v1/me").await.expect(StatusCode::OK);
    ada.place(&order("MUFFN", "buy", json!({"amount": "6000"})))
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    let candles = "/api/v1/games/open/instruments/MUFFN/candles";
    let candles: Vec<CandleView> = ada.get(candles).await.expect(StatusCode::OK);
    let today = candles.last().expect("a market has days").at.day();

    let store = app.store().await;
    let game = store.list_games().await.expect("the store works")[0].id;
    let account = AccountId {
        player: me.id,
        game,
    };
    // The index fell by 3 % ten days ago; the account stands as it stood.
    let point = |before: i32| EquityRecord {
        account,
        day: today.plus_days(-before),
        net_worth: Money::from_whole(10_000),
        cash: Money::from_whole(4_000),
        flow: Money::ZERO,
        index: Some(Price::from_whole(if before > 10 { 1_000 } else { 970 })),
        held: None,
        version: 2,
    };
    let points: Vec<_> = (0..32).rev().map(point).collect();
    store.record_equity(&points).await.expect("the store works");
    for _ in 0..2 {
        run(&app, "week_bonuses").await;
    }
    assert_eq!(times(&ada, "sat-out").await, 1);
    assert_eq!(times(&ada, "ahead-of-index").await, 1);
    assert_eq!(times(&ada, "steady-month").await, 1);
    let player = store.find_player(me.id).await.expect("the store works");
    let counters = player.expect("she is there").progress.counters;
    assert_eq!(counters.get(Counter::StormsSatOut), 1);
    store.close().await;
    app.stop().await;
}
