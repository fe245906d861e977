//! `/api/v1/me`: the player, the sessions, the daily bonus.

use std::sync::Arc;

use domain::api::{
    AchievementsView, AuthAnswer, BonusAnswer, OrderView, PlayerView, ProgressView, SessionView,
};
use domain::progress::Toward;
use domain::{AccountId, AwardCause, SessionId};
use reqwest::StatusCode;
use serde_json::json;
use server::clock::Clock;
use server::config::EngineConfig;
use server::engine::{AwardRequest, Engine};
use server::market::{Market, Snapshot};

use crate::app::{PASSWORD, TestApp, order};
use crate::engine::{game_on, only};
use crate::fixture::ManualClock;

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

#[tokio::test]
async fn the_current_session_is_listed_first_and_can_end_all_others() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let own: Vec<SessionView> = ada.get("/api/v1/me/sessions").await.expect(StatusCode::OK);
    let (player, own) = (ada.get("/api/v1/me").await, own[0].id);
    let player = player.expect::<PlayerView>(StatusCode::OK).id;
    let store = app.store().await;
    let mut newer = store
        .find_sessions(&[(player, own)])
        .await
        .unwrap()
        .remove(0);
    for id in 1..=105 {
        newer.id = SessionId(id);
        newer.last_seen_at = newer.last_seen_at.plus_seconds(1);
        store.create_session(&newer).await.unwrap();
    }
    let listed: Vec<SessionView> = ada.get("/api/v1/me/sessions").await.expect(StatusCode::OK);
    assert_eq!(
        (listed.len(), listed[0].id, listed[0].current),
        (100, own, true)
    );
    assert!(!listed[1..].iter().any(|session| session.current));
    let ended = ada.delete("/api/v1/me/sessions").await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let left: Vec<SessionView> = ada.get("/api/v1/me/sessions").await.expect(StatusCode::OK);
    assert_eq!((left.len(), left[0].id), (1, own));
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn a_trade_unlocks_what_the_list_and_the_page_then_show() {
    let app = TestApp::start().await;
    let guest = app.browser();
    guest.post("/api/v1/auth/guest", &json!({})).await;
    let achievements = async || -> AchievementsView {
        let answer = guest.get("/api/v1/me/achievements").await;
        answer.expect(StatusCode::OK)
    };
    let before = achievements().await;
    assert_eq!((before.unlocked, before.points), (0, 0));
    let find = |all: &AchievementsView, id: &str| {
        let found = all.items.iter().find(|item| item.id.as_str() == id);
        found.cloned().expect("it is in the list")
    };
    let dozen = find(&before, "first-dozen");
    assert_eq!(dozen.toward, Some(Toward { now: 0, goal: 12 }));
    let hidden = before.items.iter().filter(|item| item.name.is_none());
    assert!(hidden.count() > 0, "hidden ones show no name");

    let body = order(&app.symbol().await, "buy", json!({"quantity": "10"}));
    let bought: OrderView = guest.place(&body).await.expect(StatusCode::CREATED);
    let unlocked: Vec<_> = bought.unlocked.iter().map(|one| &one.name[..]).collect();
    assert_eq!(unlocked, ["First purchase"]);
    let after = achievements().await;
    assert_eq!((after.unlocked, after.points), (1, 10));
    let first = find(&after, "first-purchase");
    assert_eq!(first.unlocked_at, Some(bought.at));
    assert_eq!(
        find(&after, "first-dozen").toward,
        Some(Toward { now: 1, goal: 12 })
    );

    let progress: ProgressView = guest
        .get("/api/v1/me/progress")
        .await
        .expect(StatusCode::OK);
    assert_eq!((Some(progress.xp), progress.unlocked), (bought.xp_after, 1));
    assert_eq!((progress.streak.days, progress.streak.today), (0, false));
    let quest = progress.quest.expect("there is one after a trade");
    assert!(!quest.done && quest.toward.now == 0, "{quest:?}");
    guest.post("/api/v1/me/daily-bonus", &json!({})).await;
    let progress: ProgressView = guest
        .get("/api/v1/me/progress")
        .await
        .expect(StatusCode::OK);
    assert_eq!((progress.streak.days, progress.streak.today), (1, true));

    let page = guest.get("/achievements").await.body;
    assert!(page.contains("1 of "), "{page}");
    assert!(page.contains("First purchase") && page.contains("stamp-seedling"));
    assert!(page.contains("1 of 12"), "progress in words");
    let page = guest.get("/portfolio").await.body;
    assert!(page.contains("Day 1 of a streak"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_bonus_of_a_day_before_the_latest_one_is_refused() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let store = app.store().await;
    let game = store.list_games().await.unwrap().remove(0);
    let account = AccountId {
        player: me.id,
        game: game.id,
    };
    // Another server, whose clock is three days ahead, gives the bonus of its day.
    let ahead = ManualClock::at(me.created_at.plus_seconds(3 * 86_400));
    let day = ahead.now().day();
    let market = Arc::new(Market::new(Snapshot::default()));
    let config = EngineConfig::default();
    let started = Engine::start(store.clone(), only(&market), ahead, &config).await;
    let (engine, task) = started.expect("the engine starts");
    let bonus = AwardRequest {
        xp: 50,
        cause: AwardCause::DailyBonus { day, streak: 1 },
    };
    let given = engine.award(account, bonus, game_on(&market)).await;
    assert!(given.unwrap().is_some());
    task.shutdown().await;
    store.close().await;

    let refused = guest.post("/api/v1/me/daily-bonus", &json!({})).await;
    let error = refused.error("bonus_collected");
    assert!(error.message.contains(&day.to_string()), "{error:?}");
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!((me.xp, me.daily_bonus), (50, None));
    app.stop().await;
}
