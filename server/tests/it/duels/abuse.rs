//! What must not work: playing oneself, seeing the market twice, a third player, and pestering others.

use domain::api::{DuelView, RunStarted};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{DUELS, act, address, challenge, play, seen, start};
use crate::app::TestApp;

#[tokio::test]
async fn nobody_plays_himself_and_nobody_sees_the_market_twice() {
    let app = TestApp::start().await;
    let (ada, bob, eve) = (
        app.registered("ada").await,
        app.registered("bob").await,
        app.registered("eve").await,
    );
    let id = challenge(&ada, json!({ "days": 30 })).await;
    let run = format!("{}/run", address(&id));
    let own = ada
        .post(&address(&id), &json!({ "action": "accept" }))
        .await;
    own.error("not_possible");
    ada.post(&run, &json!({})).await.error("not_possible");
    eve.post(&run, &json!({})).await.error("forbidden");
    let declined = eve
        .post(&address(&id), &json!({ "action": "decline" }))
        .await;
    declined.error("forbidden");
    act(&bob, &id, "accept").await;
    eve.post(&run, &json!({})).await.error("not_found");
    eve.get(&address(&id)).await.error("not_found");
    let withdrawn = ada
        .post(&address(&id), &json!({ "action": "withdraw" }))
        .await;
    withdrawn.error("not_possible");

    // Two requests at once, and another one after the end: there is one run.
    let nothing = json!({});
    let (one, other) = tokio::join!(ada.post(&run, &nothing), ada.post(&run, &nothing));
    let made = [one, other].into_iter().filter(|answer| {
        let is_made = answer.status == StatusCode::CREATED;
        assert!(
            is_made || answer.status == StatusCode::CONFLICT,
            "{}",
            answer.body
        );
        is_made
    });
    let mut slugs: Vec<String> = made
        .map(|answer| answer.expect::<RunStarted>(StatusCode::CREATED).slug)
        .collect();
    slugs.push(start(&ada, &id).await);
    slugs.dedup();
    assert_eq!(slugs.len(), 1, "{slugs:?}");
    let worth = play(&ada, &slugs[0], None).await.net_worth;
    assert_eq!(start(&ada, &id).await, slugs[0], "it is not played again");
    let step = format!("/api/v1/games/{}/scenario", slugs[0]);
    ada.post(&step, &json!({ "days": 1 }))
        .await
        .error("not_possible");
    ada.post(&step, &json!({ "finish": true })).await;
    let kept = seen(&ada, &id).await.me.and_then(|me| me.result);
    assert_eq!(kept.map(|result| result.worth), Some(worth));

    // Neither its seed nor its market can be had otherwise, and nobody hosts it.
    for player in [&ada, &bob, &eve] {
        let scenario = format!("/api/v1/scenarios/duel-{id}");
        player.get(&scenario).await.error("not_found");
        player
            .get(&format!("{scenario}/file"))
            .await
            .error("not_found");
        player.post(&scenario, &json!({})).await.error("not_found");
    }
    let slug = start(&bob, &id).await;
    let host = format!("/api/v1/games/{slug}/host");
    let cheat = json!({ "action": "step", "days": 1 });
    bob.post(&host, &cheat).await.error("not_possible");
    let body = bob.get(&address(&id)).await.body;
    assert!(!body.contains("seed"), "{body}");
    app.stop().await;
}

#[tokio::test]
async fn challenges_respect_blocks_and_privacy_and_have_limits() {
    let app = TestApp::start().await;
    let (ada, bob, eve) = (
        app.registered("ada").await,
        app.registered("bob").await,
        app.registered("eve").await,
    );
    for (asked, field) in [
        (json!({ "opponent": "ada" }), "opponent"),
        (json!({ "opponent": "nobody-here" }), "opponent"),
        (json!({ "days": 31 }), "days"),
        (json!({ "days": -1 }), "days"),
    ] {
        assert_eq!(
            ada.post(DUELS, &asked).await.wrong_field(),
            field,
            "{asked}"
        );
    }
    app.anonymous()
        .post(DUELS, &json!({}))
        .await
        .error("unauthorized");
    app.anonymous().get(DUELS).await.error("unauthorized");

    // Who keeps the profile private, or blocks somebody, is not challenged by name.
    let to_bob = json!({ "opponent": "bob" });
    let hidden = json!({ "visibility": "private", "on_leaderboards": true });
    let changed = bob.post("/api/v1/me/privacy", &hidden).await;
    changed.expect::<Value>(StatusCode::OK);
    assert_eq!(ada.post(DUELS, &to_bob).await.wrong_field(), "opponent");
    let friends = json!({ "visibility": "friends", "on_leaderboards": true });
    let changed = bob.post("/api/v1/me/privacy", &friends).await;
    changed.expect::<Value>(StatusCode::OK);
    assert_eq!(ada.post(DUELS, &to_bob).await.wrong_field(), "opponent");
    let followed = bob
        .post("/api/v1/me/friends", &json!({ "handle": "ada" }))
        .await;
    followed.expect::<Value>(StatusCode::OK);
    let id = challenge(&ada, to_bob.clone()).await;
    assert_eq!(
        ada.post(DUELS, &to_bob).await.wrong_field(),
        "opponent",
        "one waits"
    );
    let blocked = eve
        .post("/api/v1/me/blocks", &json!({ "handle": "ada" }))
        .await;
    blocked.expect::<Value>(StatusCode::OK);
    let to_eve = json!({ "opponent": "eve" });
    assert_eq!(ada.post(DUELS, &to_eve).await.wrong_field(), "opponent");
    let link = challenge(&ada, json!({})).await;
    let accepted = eve
        .post(&address(&link), &json!({ "action": "accept" }))
        .await;
    accepted.error("forbidden");

    // Five wait at most.
    for _ in 0..3 {
        challenge(&ada, json!({})).await;
    }
    ada.post(DUELS, &json!({})).await.error("not_possible");
    let declined: DuelView = act(&bob, &id, "decline").await;
    assert!(!declined.row.waits_for_me);
    for _ in 0..2 {
        let again = challenge(&ada, to_bob.clone()).await;
        act(&bob, &again, "decline").await;
    }
    let fourth = ada.post(DUELS, &to_bob).await;
    assert_eq!(
        fourth.wrong_field(),
        "opponent",
        "three a day to the same player"
    );
    challenge(&ada, json!({})).await;
    let withdrawn = act(&ada, &link, "withdraw").await;
    assert_eq!(withdrawn.row.state, domain::duel::DuelState::Withdrawn);
    eve.get(&address(&link)).await.error("not_found");
    app.stop().await;
}
