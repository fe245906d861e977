//! What nobody gains in a run: to wait for what comes after its end, and to go back in time.

use domain::Timestamp;
use domain::api::{GameView, RunView};
use reqwest::StatusCode;
use serde_json::json;

use super::{finish, start};
use crate::app::{Player, TestApp, now};

const DAY_S: i64 = 86_400;

async fn closes_at(player: &Player, slug: &str) -> Timestamp {
    let game = player.get(&format!("/api/v1/games/{slug}")).await;
    let rules = game.expect::<GameView>(StatusCode::OK).rules;
    rules.closes_at.expect("trading ends")
}

#[tokio::test]
async fn trading_ends_with_the_last_day_for_whoever_waits_it_out() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let slug = start(&player, "panic").await;
    let left = closes_at(&player, &slug).await.seconds_since(now());
    assert!((364 * DAY_S..=365 * DAY_S).contains(&left), "{left}");
    let address = format!("/api/v1/games/{slug}/scenario");
    let stepped = player.post(&address, &json!({ "days": 364 })).await;
    stepped.expect::<RunView>(StatusCode::OK);
    let left = closes_at(&player, &slug).await.seconds_since(now());
    assert!((0..=DAY_S).contains(&left), "{left}");
    let stepped = player.post(&address, &json!({ "days": 1 })).await;
    assert!(stepped.expect::<RunView>(StatusCode::OK).at_end);
    let run = finish(&player, &address).await;
    assert!(run.end.is_some(), "{run:?}");
    app.stop().await;
}

#[tokio::test]
async fn two_requests_at_once_do_not_turn_time_back() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let slug = start(&player, "panic").await;
    let address = format!("/api/v1/games/{slug}/scenario");
    let mut reached = 1;
    for _ in 0..5 {
        let (far, near) = (json!({ "days": 30 }), json!({ "days": 1 }));
        let both = tokio::join!(player.post(&address, &far), player.post(&address, &near));
        for (answer, days) in [(both.0, 30), (both.1, 1)] {
            if answer.status == StatusCode::OK {
                reached += days;
            } else {
                let said = answer.error("not_possible").message;
                assert!(said.starts_with("Days are passing already"), "{said}");
            }
        }
        let run: RunView = player.get(&address).await.expect(StatusCode::OK);
        assert_eq!(run.day_number, reached);
    }
    app.stop().await;
}
