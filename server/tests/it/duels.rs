//! Duels: one market for two, each plays once, and nobody sees the other's result too early.

use std::time::Duration;

use domain::api::{
    DuelCreated, DuelOutcome, DuelPlayed, DuelRole, DuelView, DuelsView, NotificationKind,
    NotificationsView, PlayerView, RunStarted, RunView,
};
use domain::duel::DuelState;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Player, TestApp, order};

mod abuse;
mod pages;

const DUELS: &str = "/api/v1/duels";

fn address(id: &str) -> String {
    format!("{DUELS}/{id}")
}

async fn challenge(player: &Player, asked: Value) -> String {
    let made = player.post(DUELS, &asked).await;
    made.expect::<DuelCreated>(StatusCode::CREATED).id
}

async fn seen(player: &Player, id: &str) -> DuelView {
    player.get(&address(id)).await.expect(StatusCode::OK)
}

async fn act(player: &Player, id: &str, action: &str) -> DuelView {
    let answer = player
        .post(&address(id), &json!({ "action": action }))
        .await;
    answer.expect(StatusCode::OK)
}

/// Starts the run; the game's slug.
async fn start(player: &Player, id: &str) -> String {
    let started = player
        .post(&format!("{}/run", address(id)), &json!({}))
        .await;
    started.expect::<RunStarted>(StatusCode::CREATED).slug
}

/// Puts nearly all cash into one thing, or none, and plays to the end.
async fn play(player: &Player, slug: &str, buys: Option<&str>) -> RunView {
    let run = format!("/api/v1/games/{slug}/scenario");
    if let Some(symbol) = buys {
        let bought = order(symbol, "buy", json!({ "amount": "9900" }));
        let placed = player
            .post(&format!("/api/v1/games/{slug}/orders"), &bought)
            .await;
        placed.expect::<Value>(StatusCode::CREATED);
    }
    let jumped = player.post(&run, &json!({ "days": 8000 })).await;
    jumped.expect::<RunView>(StatusCode::OK);
    for _ in 0..3_000 {
        let answer = player.post(&run, &json!({ "finish": true })).await;
        if answer.status == StatusCode::OK {
            return answer.expect(StatusCode::OK);
        }
        answer.error("not_possible");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the dividends were never paid");
}

async fn told(player: &Player) -> Vec<String> {
    let list = player.get("/api/v1/me/notifications").await;
    let list: NotificationsView = list.expect(StatusCode::OK);
    let duels = list
        .items
        .into_iter()
        .filter(|one| one.kind == NotificationKind::Duel);
    duels.map(|one| one.text).collect()
}

async fn xp(player: &Player) -> i64 {
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    me.xp
}

#[tokio::test]
async fn two_play_one_market_and_see_both_results_only_at_the_end() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.registered("ada").await, app.registered("bob").await);
    let id = challenge(&ada, json!({ "opponent": "Bob", "days": 30 })).await;
    assert_eq!(told(&bob).await, ["ada challenges you to a duel."]);
    let asked = seen(&bob, &id).await;
    assert_eq!(asked.row.state, DuelState::Open);
    assert_eq!(asked.row.role, DuelRole::Opponent);
    assert!(asked.row.waits_for_me && asked.other.is_none());
    let running = act(&bob, &id, "accept").await;
    assert_eq!(running.row.state, DuelState::Running);
    let accepted = "bob accepted your duel. You can both play now.";
    assert_eq!(told(&ada).await, [accepted]);

    let before = (xp(&ada).await, xp(&bob).await);
    let (of_ada, of_bob) = (start(&ada, &id).await, start(&bob, &id).await);
    assert_ne!(of_ada, of_bob);
    let worth = play(&ada, &of_ada, Some("TQ.ALL")).await.net_worth;
    let mine = seen(&ada, &id).await;
    let own = mine.me.expect("she is in it");
    assert_eq!(own.result.expect("her own result").worth, worth);
    assert_eq!(own.points.last().expect("her curve").day, 30);
    assert!(!mine.row.waits_for_me);

    // Bob has not finished: all that he is told of her is that she has.
    let answer = bob.get(&address(&id)).await;
    assert!(!answer.body.contains(&worth.to_string()), "{}", answer.body);
    let theirs = answer.expect::<DuelView>(StatusCode::OK);
    let other = theirs.other.expect("ada is in it");
    assert_eq!(other.played, DuelPlayed::Done);
    assert_eq!((other.result, other.points.len()), (None, 0));
    assert_eq!((other.slug, theirs.market.len()), (None, 0));
    let run = format!("/api/v1/games/{of_ada}/scenario");
    bob.get(&run).await.error("not_found");

    // All but 100 dollars of both accounts follow the same fund.
    let also = play(&bob, &of_bob, Some("TQ.ALL")).await.net_worth;
    let apart = (worth.units() - also.units()).abs();
    assert!(apart < 10 * 10_000, "{worth} and {also} on one market");
    let (hers, his) = (seen(&ada, &id).await, seen(&bob, &id).await);
    assert_eq!(hers.row.state, DuelState::Over);
    let expected = match worth.cmp(&also) {
        std::cmp::Ordering::Greater => (DuelOutcome::Won, DuelOutcome::Lost),
        std::cmp::Ordering::Less => (DuelOutcome::Lost, DuelOutcome::Won),
        std::cmp::Ordering::Equal => (DuelOutcome::Draw, DuelOutcome::Draw),
    };
    let outcomes = (hers.row.outcome, his.row.outcome);
    assert_eq!(outcomes, (Some(expected.0), Some(expected.1)));
    let other = his.other.expect("ada is in it");
    assert_eq!(other.result.map(|result| result.worth), Some(worth));
    assert_eq!(other.points.len(), 31);
    assert_eq!(his.market.len(), 31);
    let over = "Your duel with bob is over: see both results.";
    assert_eq!(told(&ada).await, [over, accepted]);
    assert_eq!((xp(&ada).await, xp(&bob).await), before, "no XP");
    let list: DuelsView = bob.get(DUELS).await.expect(StatusCode::OK);
    assert_eq!(list.duels.len(), 1);
    assert_eq!(list.duels[0].outcome, Some(expected.1));
    app.stop().await;
}

#[tokio::test]
async fn a_link_is_for_whoever_accepts_first_also_a_guest() {
    let app = TestApp::start().await;
    let (ada, guest, late) = (
        app.registered("ada").await,
        app.guest().await,
        app.guest().await,
    );
    let id = challenge(&ada, json!({})).await;
    let open = seen(&app.anonymous(), &id).await;
    assert_eq!(open.row.challenger.as_deref(), Some("ada"));
    assert_eq!((open.row.role, open.row.days), (DuelRole::Visitor, 90));
    assert!(open.me.is_none() && open.other.is_none());
    assert_eq!(
        act(&guest, &id, "accept").await.row.role,
        DuelRole::Opponent
    );
    let second = late
        .post(&address(&id), &json!({ "action": "accept" }))
        .await;
    second.error("not_found");
    late.get(&address(&id)).await.error("not_found");
    app.anonymous().get(&address(&id)).await.error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn the_page_tells_times_by_the_clock_of_the_reader() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let id = challenge(&ada, json!({})).await;
    let ends_at = seen(&ada, &id).await.row.ends_at;
    let page = format!("/duels/{id}");
    let in_zone = async |zone: &str| {
        let request = ada.request(Method::GET, &page);
        let cookie = format!("zone={zone}");
        Answer::of(request.header("cookie", cookie)).await.body
    };
    let utc = web::format::date_time(ends_at);
    let there = web::format::local_date_time(ends_at, 345);
    let known = in_zone("Asia/Kathmandu").await;
    assert!(known.contains(&there) && !known.contains(&utc), "{known}");
    for unknown in ["UTC", "Nowhere/At_All"] {
        let page = in_zone(unknown).await;
        assert!(page.contains(&utc), "{page}");
    }
    // Another device has not named a zone yet, but the player has chosen one.
    let zone = ada.request(Method::PUT, "/api/v1/me/time-zone");
    let zone = zone.json(&json!({ "time_zone": "Asia/Kathmandu" }));
    Answer::of(zone).await.expect::<PlayerView>(StatusCode::OK);
    assert!(ada.get(&page).await.body.contains(&there));
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_accepted_or_not_finished_in_time_lapses_or_is_forfeited() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.registered("ada").await, app.registered("bob").await);
    let lapsed = challenge(&ada, json!({ "opponent": "bob" })).await;
    let week = "update duels set created_at = created_at - 604860000000,
        accepted_at = accepted_at - 604860000000";
    app.change_database(week, []).await;
    assert_eq!(seen(&ada, &lapsed).await.row.state, DuelState::Lapsed);
    let late = bob
        .post(&address(&lapsed), &json!({ "action": "accept" }))
        .await;
    late.error("not_possible");

    let id = challenge(&ada, json!({ "opponent": "bob", "days": 30 })).await;
    act(&bob, &id, "accept").await;
    let (of_ada, of_bob) = (start(&ada, &id).await, start(&bob, &id).await);
    play(&ada, &of_ada, None).await;
    let shift = "update duels set created_at = created_at - 604860000000,
        accepted_at = accepted_at - 604860000000,
        challenger_finished_at = challenger_finished_at - 604860000000";
    app.change_database(shift, []).await;
    let (hers, his) = (seen(&ada, &id).await, seen(&bob, &id).await);
    assert_eq!(hers.row.outcome, Some(DuelOutcome::WonByForfeit));
    assert_eq!(his.row.outcome, Some(DuelOutcome::LostByForfeit));
    // What comes late is played, and changes nothing.
    play(&bob, &of_bob, Some("TQ.ALL")).await;
    let hers = seen(&ada, &id).await;
    assert_eq!(hers.row.outcome, Some(DuelOutcome::WonByForfeit));
    assert!(hers.other.expect("bob is in it").result.is_none());
    app.stop().await;
}
