//! Scenarios: played alone, in a game made for it, without XP.

use std::time::Duration;

use domain::api::{
    CandleView, GhostKind, ImportedView, OfferingView, PlayerView, RunStarted, RunView,
    ScenarioView, ScenariosView,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp, order};

mod cheats;
mod history;

const SCENARIOS: &str = "/api/v1/scenarios";

async fn start(player: &Player, id: &str) -> String {
    let started = player.post(&format!("{SCENARIOS}/{id}"), &json!({})).await;
    started.expect::<RunStarted>(StatusCode::CREATED).slug
}

async fn xp(player: &Player) -> i64 {
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    me.xp
}

/// The result, as soon as the last dividends are paid.
async fn finish(player: &Player, address: &str) -> RunView {
    for _ in 0..3_000 {
        let answer = player.post(address, &json!({ "finish": true })).await;
        if answer.status == StatusCode::OK {
            return answer.expect(StatusCode::OK);
        }
        answer.error("not_possible");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the dividends were never paid");
}

#[tokio::test]
async fn a_scenario_is_played_to_its_end_and_brings_stars_but_no_xp() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let list: ScenariosView = app.anonymous().get(SCENARIOS).await.expect(StatusCode::OK);
    assert!(list.library.len() >= 12);
    let slug = start(&player, "whole-market").await;
    let address = format!("/api/v1/games/{slug}/scenario");
    let run: RunView = player.get(&address).await.expect(StatusCode::OK);
    assert_eq!((run.day_number, run.trades, run.at_end), (1, 0, false));
    assert_eq!(run.day.to_string(), "2031-01-06");

    let before = xp(&player).await;
    let orders = format!("/api/v1/games/{slug}/orders");
    let bought = player
        .post(
            &orders,
            &order("TQ.ALL", "buy", json!({ "amount": "9900" })),
        )
        .await;
    bought.expect::<Value>(StatusCode::CREATED);
    assert_eq!(xp(&player).await, before, "what can be known brings no XP");
    player
        .post(&address, &json!({ "finish": true }))
        .await
        .error("not_possible");
    let run: RunView = player
        .post(&address, &json!({ "days": 30 }))
        .await
        .expect(StatusCode::OK);
    assert_eq!((run.day_number, run.trades), (31, 1));
    let odd = json!({ "days": 0 });
    assert_eq!(player.post(&address, &odd).await.wrong_field(), "days");
    let run: RunView = player
        .post(&address, &json!({ "days": 8000 }))
        .await
        .expect(StatusCode::OK);
    assert!(run.at_end && run.end.is_none());
    player
        .post(&address, &json!({ "days": 1 }))
        .await
        .error("not_possible");
    let late = player
        .post(&orders, &order("TQ.ALL", "buy", json!({ "amount": "50" })))
        .await;
    let late = late.error("game_not_open");
    assert_eq!(late.message, "This scenario is over.");

    let run = finish(&player, &address).await;
    let end = run.end.clone().expect("it is over");
    let said = format!("{} {} {end:?}", run.net_worth, run.trades);
    // With its dividends, the fund keeps up with itself.
    assert!(end.stars >= 2, "{said}");
    assert!(end.lesson.contains("fund"), "{end:#?}");
    let list: ScenariosView = player.get(SCENARIOS).await.expect(StatusCode::OK);
    let row = list
        .library
        .iter()
        .find(|row| row.id == "whole-market")
        .expect("it is there");
    assert_eq!((row.stars, row.running.clone()), (Some(end.stars), None));
    app.stop().await;
}

#[tokio::test]
async fn a_company_comes_to_the_market_of_a_run_on_its_day() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let slug = start(&player, "ipo-day").await;
    let (address, game) = (
        format!("/api/v1/games/{slug}/scenario"),
        format!("/api/v1/games/{slug}"),
    );
    let run: RunView = player.get(&address).await.expect(StatusCode::OK);
    assert!(run.has_offering);
    let listed = player.get(&format!("{game}/offerings")).await;
    let listed: Vec<OfferingView> = listed.expect(StatusCode::OK);
    assert!(listed[0].is_new);
    let invest = format!("{game}/offerings/{}/investments", listed[0].id);
    let body = json!({"idempotency_key": "investment-one", "shares": 50});
    player
        .post(&invest, &body)
        .await
        .expect::<Value>(StatusCode::CREATED);
    // Its player is no host of it: nobody sells shares to oneself.
    let cheat =
        json!({"title": "Cheap", "symbol": "MUFFN", "price": "1", "shares": 5, "minutes": 5});
    let cheat = player.post(&format!("{game}/offerings"), &cheat).await;
    cheat.error("not_possible");
    let gift = json!({"name": "Gift", "amount": "500", "new_money": true});
    let gift = player.post(&format!("{game}/plans"), &gift).await;
    gift.error("not_possible");
    // However far one wants to go, time stops at the day of the company.
    let month = json!({ "days": 30 });
    let run: RunView = player.post(&address, &month).await.expect(StatusCode::OK);
    assert_eq!(run.day_number, 6);
    let mut tries = 0;
    let run = loop {
        let answer = player.post(&address, &month).await;
        if answer.status == StatusCode::OK {
            break answer.expect::<RunView>(StatusCode::OK);
        }
        answer.error("not_possible");
        tries += 1;
        assert!(tries < 1_000, "the shares are never shared out");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(run.day_number, 36);
    // A running market takes a company up within about a second.
    let path = format!("{game}/instruments/ORBIT/candles");
    let mut candles = player.get(&path).await;
    for _ in 0..1_000 {
        if candles.status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        candles = player.get(&path).await;
    }
    let candles: Vec<CandleView> = candles.expect(StatusCode::OK);
    assert_eq!(candles[0].at.day().to_string(), "2033-05-07");
    let sale = order("ORBIT", "sell", json!({ "quantity": "50" }));
    let sold = player.post(&format!("{game}/orders"), &sale).await;
    sold.expect::<Value>(StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn a_run_is_its_players_alone_and_nobody_hosts_it() {
    let app = TestApp::start().await;
    let (player, stranger) = (app.guest().await, app.guest().await);
    let slug = start(&player, "panic").await;
    let address = format!("/api/v1/games/{slug}/scenario");
    stranger.get(&address).await.error("not_found");
    let host = format!("/api/v1/games/{slug}/host");
    let cheat = json!({ "action": "step", "days": 1 });
    player.post(&host, &cheat).await.error("not_possible");
    stranger.post(&host, &cheat).await.error("forbidden");
    for id in ["bubble", "fees"] {
        start(&player, id).await;
    }
    let fourth = player.post(&format!("{SCENARIOS}/noise"), &json!({})).await;
    fourth.error("not_possible");
    player
        .post(&format!("{SCENARIOS}/none"), &json!({}))
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn a_scenario_is_saved_shared_and_imported() {
    let app = TestApp::start().await;
    let (player, friend) = (app.guest().await, app.guest().await);
    let file = app
        .anonymous()
        .get(&format!("{SCENARIOS}/bubble/file"))
        .await
        .body;
    let changed = file.replace("The bubble", "My bubble");
    let refused = player.post(SCENARIOS, &json!({ "file": changed })).await;
    assert_eq!(refused.wrong_field(), "file");
    // One of one's own has no signature.
    let mut own: Value = serde_json::from_str(&changed).expect("JSON");
    let own = own["scenario"].take();
    let made = player
        .post(SCENARIOS, &json!({ "file": own.to_string() }))
        .await;
    let id = made.expect::<ImportedView>(StatusCode::CREATED).id;
    let list: ScenariosView = player.get(SCENARIOS).await.expect(StatusCode::OK);
    assert_eq!(list.imported[0].title, "My bubble");
    let shared = format!("{SCENARIOS}/{id}");
    let view: ScenarioView = friend.get(&shared).await.expect(StatusCode::OK);
    assert_eq!(view.row.title, "My bubble");
    assert!(view.goals.len() >= 3);
    let slug = start(&friend, &id).await;
    let run = friend.get(&format!("/api/v1/games/{slug}/scenario")).await;
    let run: RunView = run.expect(StatusCode::OK);
    assert_eq!(run.scenario.row.title, "My bubble");
    app.stop().await;
}

#[tokio::test]
async fn scenarios_are_played_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let page = browser.get("/scenarios").await;
    assert!(page.body.contains("A decade of patience"), "{}", page.body);
    let started = browser
        .form("/forms/start-scenario", &[("id", "panic")])
        .await;
    assert_eq!(started.status, StatusCode::SEE_OTHER);
    let run = started.header("location").to_owned();
    let slug = run
        .trim_start_matches("/games/")
        .trim_end_matches("/scenario")
        .to_owned();
    let stepped = browser
        .form("/forms/scenario", &[("game", &slug), ("days", "7")])
        .await;
    assert_eq!(stepped.header("location"), run);
    assert!(browser.get(&run).await.body.contains("Day 8 of 365"));
    let wrong = browser
        .form("/forms/import-scenario", &[("file", "{}")])
        .await;
    assert_eq!(wrong.header("location"), "/scenarios");
    assert!(
        browser
            .get("/scenarios")
            .await
            .body
            .contains("is not a scenario")
    );
    app.stop().await;
}

async fn start_beside(player: &Player, id: &str, ghost: Value) -> String {
    let started = player.post(&format!("{SCENARIOS}/{id}"), &ghost).await;
    started.expect::<RunStarted>(StatusCode::CREATED).slug
}

/// Jumps to the end, and its result.
async fn to_the_end(player: &Player, slug: &str) -> RunView {
    let address = format!("/api/v1/games/{slug}/scenario");
    let jumped = player.post(&address, &json!({ "days": 8000 })).await;
    jumped.expect::<RunView>(StatusCode::OK);
    finish(player, &address).await
}

#[tokio::test]
async fn a_ghost_is_drawn_as_far_as_the_player_has_come_and_no_further() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let view = async || {
        let found = player.get(&format!("{SCENARIOS}/panic")).await;
        found.expect::<ScenarioView>(StatusCode::OK).ghosts
    };
    let kinds = |ghosts: &[domain::api::GhostOption]| {
        let kinds = ghosts.iter().map(|ghost| ghost.kind);
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(&view().await), [GhostKind::Index]);
    let own = json!({ "ghost": "own" });
    let refused = player.post(&format!("{SCENARIOS}/panic"), &own).await;
    assert_eq!(refused.wrong_field(), "ghost");

    let slug = start_beside(&player, "panic", json!({ "ghost": "index" })).await;
    let address = format!("/api/v1/games/{slug}/scenario");
    let orders = format!("/api/v1/games/{slug}/orders");
    let bought = order("TQ.ALL", "buy", json!({ "amount": "9900" }));
    let placed = player.post(&orders, &bought).await;
    placed.expect::<Value>(StatusCode::CREATED);
    let run: RunView = player
        .post(&address, &json!({ "days": 60 }))
        .await
        .expect(StatusCode::OK);
    let ghost = run.ghost.expect("the index");
    let last = ghost.points.last().expect("it has a curve");
    assert!((50..=60).contains(&last.day), "{last:?}");
    assert!(ghost.points.iter().all(|point| point.day <= 60));
    assert_eq!(run.points.first().map(|point| point.day), Some(0));
    assert_eq!(run.points.last().map(|point| point.day), Some(60));
    // Nearly all of the account is the fund: the curves stay together through the fall.
    let day = last.day;
    let own = run.points.iter().find(|point| point.day == day);
    let apart = own.expect("the same days").percent.basis_points() - last.percent.basis_points();
    assert!(apart.abs() < 200, "{:?} and {last:?}", own);
    assert!(last.percent.is_negative());
    let end = to_the_end(&player, &slug).await;
    assert_eq!(
        end.ghost
            .and_then(|ghost| ghost.points.last().map(|point| point.day)),
        Some(365)
    );

    // The run that was played is the ghost of the next one.
    assert_eq!(kinds(&view().await), [GhostKind::Index, GhostKind::Own]);
    let slug = start_beside(&player, "panic", json!({ "ghost": "own" })).await;
    let address = format!("/api/v1/games/{slug}/scenario");
    let run: RunView = player.get(&address).await.expect(StatusCode::OK);
    let ghost = run.ghost.expect("the earlier run");
    assert_eq!(ghost.points.len(), 1, "only the start");
    let run: RunView = player
        .post(&address, &json!({ "days": 365 }))
        .await
        .expect(StatusCode::OK);
    let ghost = run.ghost.expect("the earlier run");
    let last = ghost.points.last().map(|point| (point.day, point.percent));
    assert_eq!(last, Some((365, end.return_percent)));
    app.stop().await;
}

#[tokio::test]
async fn the_list_of_games_leads_back_into_a_run() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let slug = start(&player, "panic").await;
    let games: Value = player.get("/api/v1/games").await.expect(StatusCode::OK);
    let games = games["items"].as_array().expect("it is a page");
    let run = games
        .iter()
        .find(|row| row["game"]["slug"] == slug.as_str());
    let links = &run.expect("the run is a game")["game"]["links"];
    assert_eq!(links.as_array().map(Vec::len), Some(1), "{links}");
    assert_eq!(links[0]["path"], "/scenario");
    let label = links[0]["label"].as_str().unwrap_or_default();
    assert!(label.starts_with("Back to your run, begun on "), "{label}");
    app.stop().await;
}

#[tokio::test]
async fn the_middle_of_a_class_is_a_ghost_once_three_others_have_finished() {
    let app = TestApp::start().await;
    let host = app.registered("teacher").await;
    let made = host
        .post(
            "/api/v1/games",
            &json!({ "name": "Class 7b", "late_entry": true }),
        )
        .await;
    let ticket: Value = made.expect(StatusCode::CREATED);
    let code = ticket["code"].as_str().expect("it has a code").to_owned();
    let mut pupils = Vec::new();
    for _ in 0..4 {
        let pupil = app.guest().await;
        let joined = pupil
            .post(&format!("/api/v1/codes/{code}"), &json!({}))
            .await;
        assert!(joined.status.is_success(), "{}", joined.body);
        pupils.push(pupil);
    }
    let (last, others) = pupils.split_last().expect("there are four");
    let ghosts = async |player: &Player| {
        let found = player.get(&format!("{SCENARIOS}/bubble")).await;
        let ghosts = found.expect::<ScenarioView>(StatusCode::OK).ghosts;
        ghosts
            .into_iter()
            .find(|ghost| ghost.kind == GhostKind::Class)
    };
    for pupil in others {
        assert_eq!(ghosts(last).await, None);
        let slug = start(pupil, "bubble").await;
        to_the_end(pupil, &slug).await;
    }
    let class = ghosts(last).await.expect("three have finished");
    assert_eq!(class.name, "The middle of Class 7b");
    assert_eq!(ghosts(&others[0]).await, None, "two others are too few");
    let asked = json!({ "ghost": "class", "class": class.class });
    let slug = start_beside(last, "bubble", asked.clone()).await;
    let run = last.get(&format!("/api/v1/games/{slug}/scenario")).await;
    let run: RunView = run.expect(StatusCode::OK);
    assert_eq!(run.ghost.expect("the class").name, class.name);
    let stranger = app.guest().await;
    let refused = stranger.post(&format!("{SCENARIOS}/bubble"), &asked).await;
    assert_eq!(refused.wrong_field(), "ghost", "it is for its members");
    app.stop().await;
}
