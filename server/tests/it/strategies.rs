//! `/api/v1/games/{game}/strategies`: publishing, finding, following and copying.

use std::time::Duration;

use domain::api::{
    CopyPreview, NotificationKind, NotificationsView, StrategiesView, StrategyView, TargetsView,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::store::jobs::NewJob;

use crate::app::{Answer, Player, TestApp};
use crate::progress::{new_job, run, run_job};

mod hiding;
mod pages;

const STRATEGIES: &str = "/api/v1/games/open/strategies";
const TARGETS: &str = "/api/v1/games/open/targets";
const NOTIFICATIONS: &str = "/api/v1/me/notifications";
/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

async fn put(player: &Player, path: &str, body: &Value) -> Answer {
    Answer::of(player.request(Method::PUT, path).json(body)).await
}

fn plan(shares: &[(&str, &str)]) -> Value {
    let target =
        |(symbol, share): &(&str, &str)| json!({"aim": {"instrument": symbol}, "share": share});
    let targets: Vec<_> = shares.iter().map(target).collect();
    json!({"targets": targets, "absolute": "5", "relative": "25", "trade_min": "10"})
}

fn request(name: &str, visibility: &str) -> Value {
    json!({"name": name, "description": "Two puffs a day.", "tags": ["Breakfast", "calm"], "risk": "bold",
        "visibility": visibility, "plan": plan(&[("PUFFN", "40"), ("WOBBL", "35")])})
}

async fn publish(author: &Player, body: &Value) -> StrategyView {
    author
        .post(STRATEGIES, body)
        .await
        .expect(StatusCode::CREATED)
}

fn address(view: &StrategyView) -> String {
    format!("{STRATEGIES}/{}", view.strategy.id)
}

async fn names(player: &Player, query: &str) -> Vec<String> {
    let found: StrategiesView = player
        .get(&format!("{STRATEGIES}{query}"))
        .await
        .expect(StatusCode::OK);
    found.items.into_iter().map(|row| row.name).collect()
}

/// Notifications of new versions, when there are as many as expected.
async fn news(player: &Player, expected: usize) -> Vec<(String, String)> {
    let read = async {
        loop {
            let view: NotificationsView = player.get(NOTIFICATIONS).await.expect(StatusCode::OK);
            let news: Vec<_> = view
                .items
                .into_iter()
                .filter(|one| one.kind == NotificationKind::StrategyChanged)
                .map(|one| (one.text, one.link))
                .collect();
            if news.len() >= expected {
                return news;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let read = tokio::time::timeout(PATIENCE, read).await;
    read.expect("followers are told")
}

#[tokio::test]
async fn what_is_published_is_found_at_once_and_described_in_full() {
    let app = TestApp::start().await;
    let (author, stranger) = (app.registered("ada").await, app.anonymous());
    let view = publish(&author, &request("Puffs & co", "public")).await;
    let found = stranger
        .get(&format!("{STRATEGIES}?text=puffs"))
        .await
        .expect::<Value>(StatusCode::OK);
    let row = &found["items"][0];
    assert_eq!(
        found,
        json!({"items": [{
            "id": view.strategy.id, "name": "Puffs & co", "description": "Two puffs a day.",
            "tags": ["breakfast", "calm"], "risk": "bold", "visibility": "public", "author": "ada",
            "mine": false, "version": 1, "published_at": row["published_at"], "changed_at": row["published_at"],
            "followers": 0, "measured": null,
        }], "page": 1, "next_page": null})
    );
    let detail = stranger
        .get(&address(&view))
        .await
        .expect::<Value>(StatusCode::OK);
    assert_eq!(
        detail,
        json!({
            "strategy": row,
            "shown_version": 1,
            "content": {"name": "Puffs & co", "description": "Two puffs a day.",
                "tags": ["breakfast", "calm"], "risk": "bold",
                "plan": {"targets": [{"aim": {"instrument": "PUFFN"}, "share": "40.00"},
                    {"aim": {"instrument": "WOBBL"}, "share": "35.00"}],
                    "absolute": "5.00", "relative": "25.00", "trade_min": "10.00"}},
            "versions": [{"version": 1, "published_at": row["published_at"]}],
            "follows": false, "hidden": false, "operates": false,
        })
    );
    for (query, expected) in [
        ("?risk=bold&tag=BREAKFAST", 1),
        ("?risk=cautious", 0),
        ("?text=wobbl", 1),
        ("?text=puffs+nothing", 0),
        ("?min_return=0", 0),
        ("?order=recency", 1),
        ("?text=%21%3F", 1),
    ] {
        assert_eq!(names(&stranger, query).await.len(), expected, "{query}");
    }
    for (query, field) in [
        ("?page=26", "page"),
        ("?page=0", "page"),
        ("?risk=wild", "risk"),
        ("?min_return=much", "min_return"),
        (&format!("?text={}", "x".repeat(101)), "text"),
    ] {
        let answer = stranger.get(&format!("{STRATEGIES}{query}")).await;
        assert_eq!(answer.wrong_field(), field, "{query}");
    }
    stranger
        .get(&format!("{STRATEGIES}?of=mine"))
        .await
        .error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn a_private_strategy_is_its_authors_alone_and_one_of_a_game_its_players() {
    let app = TestApp::start().await;
    let (author, player) = (app.registered("ada").await, app.guest().await);
    let (private, of_game) = (
        publish(&author, &request("Secret", "private")).await,
        publish(&author, &request("Ours", "game")).await,
    );
    for (asker, seen) in [(&player, 200), (&app.anonymous(), 404), (&author, 200)] {
        let status = asker.get(&address(&of_game)).await.status;
        assert_eq!(status.as_u16(), seen);
    }
    author
        .get(&address(&private))
        .await
        .expect::<Value>(StatusCode::OK);
    let own = address(&private);
    for path in [own.clone(), format!("{own}/copy")] {
        player.get(&path).await.error("not_found");
    }
    put(&player, &own, &request("Mine now", "public"))
        .await
        .error("not_found");
    put(&player, &format!("{own}/follow"), &json!({}))
        .await
        .error("not_found");
    player
        .post(&format!("{own}/copy"), &json!({}))
        .await
        .error("not_found");
    player
        .post(&format!("{own}/reports"), &json!({"words": "?"}))
        .await
        .error("not_found");
    assert_eq!(names(&player, "").await, ["Ours"]);
    assert!(names(&app.anonymous(), "").await.is_empty());
    assert_eq!(names(&author, "?of=mine").await, ["Ours", "Secret"]);
    // A game with a market of its own has other instruments.
    let rules = json!({"name": "Class 7b", "starting_cash": "5000", "late_entry": true,
        "speed": 60, "fractional": true});
    let made = author.post("/api/v1/games", &rules).await;
    let game: Value = made.expect(StatusCode::CREATED);
    let slug = game["game"]["slug"].as_str().or(game["slug"].as_str());
    let slug = slug.expect("a game has a slug");
    let elsewhere = format!("/api/v1/games/{slug}/strategies/{}", of_game.strategy.id);
    author.get(&elsewhere).await.error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn followers_are_told_once_of_a_new_version_and_the_old_one_stays_readable() {
    let app = TestApp::start_with(|config| config.jobs.poll_ms = 1_000).await;
    let (author, follower) = (app.registered("ada").await, app.guest().await);
    let view = publish(&author, &request("Puffs", "public")).await;
    let own = address(&view);
    let follow = format!("{own}/follow");
    for _ in 0..2 {
        let followed = put(&follower, &follow, &json!({})).await;
        assert_eq!(followed.status, StatusCode::NO_CONTENT);
    }
    put(&author, &follow, &json!({}))
        .await
        .error("not_possible");
    assert_eq!(names(&follower, "?of=followed").await, ["Puffs"]);
    // The same words again are no new version, and neither is another visibility.
    let mut same = request("Puffs", "game");
    same.as_object_mut().expect("an object").remove("plan");
    let unchanged: StrategyView = put(&author, &own, &same).await.expect(StatusCode::OK);
    assert_eq!(unchanged.strategy.version, 1);
    let mut other = request("Only puffs", "public");
    other["plan"] = plan(&[("PUFFN", "90")]);
    let changed: StrategyView = put(&author, &own, &other).await.expect(StatusCode::OK);
    assert_eq!((changed.shown_version, changed.strategy.followers), (2, 1));
    let told = news(&follower, 1).await;
    let text = "“Only puffs”, a strategy that you follow, has a new version: number 2.";
    let link = format!("/strategies/{}", view.strategy.id);
    assert_eq!(told, [(text.to_owned(), link)]);
    // The job again, as after a crash, and a third version: the second is told no second time.
    let id: i64 = view.strategy.id.parse().expect("a number");
    let again = NewJob {
        payload: json!({"strategy": id, "version": 2}).to_string(),
        ..new_job("strategy_news", None)
    };
    run_job(&app, &again).await;
    assert_eq!(news(&follower, 1).await.len(), 1);
    let first: StrategyView = author
        .get(&format!("{own}?version=1"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(first.content.name, "Puffs");
    assert_eq!(first.versions.len(), 2);
    author
        .get(&format!("{own}?version=3"))
        .await
        .error("not_found");
    assert_eq!(
        follower.delete(&follow).await.status,
        StatusCode::NO_CONTENT
    );
    follower.delete(&follow).await.error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn a_copy_is_previewed_and_then_replaces_the_targets() {
    let app = TestApp::start().await;
    let (author, player) = (app.registered("ada").await, app.guest().await);
    let view = publish(&author, &request("Puffs", "public")).await;
    let copy = format!("{}/copy", address(&view));
    let before = plan(&[("PUFFN", "10"), ("BOLTW", "20")]);
    let _: TargetsView = put(&player, TARGETS, &before).await.expect(StatusCode::OK);
    let preview = player.get(&copy).await.expect::<Value>(StatusCode::OK);
    let row = |aim: Value, now: Value, then: Value| json!({"aim": aim, "now": now, "then": then});
    let of = |symbol: &str| json!({ "instrument": symbol });
    assert_eq!(
        preview,
        json!({"name": "Puffs", "version": 1, "has_targets": true, "changes": [
            row(of("PUFFN"), json!("10.00"), json!("40.00")),
            row(of("WOBBL"), Value::Null, json!("35.00")),
            row(of("BOLTW"), json!("20.00"), Value::Null),
            row(Value::Null, json!("70.00"), json!("25.00")),
        ]})
    );
    let now: TargetsView = player.get(TARGETS).await.expect(StatusCode::OK);
    assert_eq!(now.plan.expect("it is there").targets.len(), 2);
    let mut other = request("Puffs", "public");
    other["plan"] = plan(&[("PUFFN", "90")]);
    let _: StrategyView = put(&author, &address(&view), &other)
        .await
        .expect(StatusCode::OK);
    let copied: TargetsView = player
        .post(&copy, &json!({"version": 1}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(copied.plan, Some(view.content.plan), "what was previewed");
    let latest: CopyPreview = player.get(&copy).await.expect(StatusCode::OK);
    assert_eq!(latest.version, 2);
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_published_names_its_field() {
    let app = TestApp::start().await;
    let author = app.registered("ada").await;
    let with = |name: &str, value: Value| {
        let mut body = request("Puffs", "public");
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("name", json!("ab")), "name"),
        (with("name", json!("x".repeat(61))), "name"),
        (with("description", json!("x".repeat(2_001))), "description"),
        (with("tags", json!(["two words"])), "tags"),
        (with("tags", json!(["a", "b", "c", "d", "e", "f"])), "tags"),
        (with("risk", json!("wild")), "risk"),
        (with("plan", plan(&[("ZZZZZ", "10")])), "targets"),
        (with("plan", plan(&[("PUFFN", "101")])), "targets"),
        (with("plan", Value::Null), "plan"),
    ] {
        let answer = author.post(STRATEGIES, &body).await;
        assert_eq!(answer.wrong_field(), field, "{body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_job_measures_what_was_held_from_one_close_to_another() {
    // Five market days a second.
    let app = TestApp::start_with(|config| config.market.speed = 5 * 86_400).await;
    let author = app.registered("ada").await;
    let symbol = app.symbol().await;
    let mut body = request("Puffs", "public");
    body["plan"] = plan(&[(&symbol, "80")]);
    let view = publish(&author, &body).await;
    let measured = async {
        loop {
            run(&app, "measured_strategies").await;
            let view: StrategyView = author.get(&address(&view)).await.expect(StatusCode::OK);
            if view.strategy.measured.is_some() {
                return view;
            }
        }
    };
    let measured = tokio::time::timeout(PATIENCE, measured).await;
    let figures = measured.expect("market days pass").strategy.measured;
    let figures = figures.expect("it is measured");
    assert!(figures.days >= 1, "{figures:?}");
    assert_eq!((figures.volatility, figures.sharpe), (None, None));
    let found = names(&author, "?order=return&min_return=-99").await;
    assert_eq!(found, ["Puffs"]);
    app.stop().await;
}
