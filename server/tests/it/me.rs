//! `/api/v1/me`: the player, the sessions, the daily bonus.

use domain::api::{AuthAnswer, BonusAnswer, PlayerView, SessionView};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::{PASSWORD, TestApp};

#[tokio::test]
async fn nobody_is_nobody() {
    let app = TestApp::start().await;
    for path in [
        "/api/v1/me",
        "/api/v1/me/sessions",
        "/api/v1/games/open/summary",
    ] {
        app.anonymous().get(path).await.error("unauthorized");
    }
    app.anonymous()
        .post("/api/v1/me/daily-bonus", &json!({}))
        .await
        .error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let body = json!({"login": "ada", "password": PASSWORD, "session": "token"});
    let login = app.anonymous().post("/api/v1/auth/login", &body).await;
    let token = login
        .expect::<AuthAnswer>(StatusCode::OK)
        .token
        .expect("it was asked for");
    let other = app.program(&token);
    // The session is known to the server's memory by now.
    other
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK);

    let sessions: Vec<SessionView> = ada.get("/api/v1/me/sessions").await.expect(StatusCode::OK);
    assert_eq!(
        sessions
            .iter()
            .map(|session| session.current)
            .filter(|current| *current)
            .count(),
        1
    );
    let second = sessions
        .iter()
        .find(|session| !session.current)
        .expect("there are two");
    let path = format!("/api/v1/me/sessions/{}", second.id);

    let eve = app.registered("eve").await;
    eve.delete(&path).await.error("not_found");
    other
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK);
    assert_eq!(ada.delete(&path).await.status, StatusCode::NO_CONTENT);
    other.get("/api/v1/me").await.error("unauthorized");
    ada.delete(&path).await.error("not_found");
    for id in ["x", "0", "-1", "99999999999999999999999"] {
        ada.delete(&format!("/api/v1/me/sessions/{id}"))
            .await
            .error("not_found");
    }
    let left: Vec<SessionView> = ada.get("/api/v1/me/sessions").await.expect(StatusCode::OK);
    assert_eq!(left.len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn the_bonus_of_a_day_is_collected_once() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let before: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!((before.xp, before.daily_bonus), (0, Some(50)));
    let answer = guest.post("/api/v1/me/daily-bonus", &json!({})).await;
    let bonus: BonusAnswer = answer.expect(StatusCode::OK);
    assert_eq!(
        (bonus.collected, bonus.player.xp, bonus.player.daily_bonus),
        (50, 50, None)
    );
    guest
        .post("/api/v1/me/daily-bonus", &json!({}))
        .await
        .error("bonus_collected");
    app.stop().await;
}
