//! Programs of others: keys, achievements, events, and what a player sees of them.

use domain::api::TitleOutcome::{Invalid, Known, NoSuchAchievement, NoSuchPlayer, Recorded};
use domain::api::{ApiKeyView, DashboardView, MadeApiKey, TitleAnswer, TitleView};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, PASSWORD, Player, TestApp};

struct Title {
    app: TestApp,
    host: Player,
    slug: String,
}

impl Title {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let host = app.registered("teacher").await;
        let asked = json!({"name": "Racing club", "starting_cash": "10000"});
        let made = host.post("/api/v1/games", &asked).await;
        let made: Value = made.expect(StatusCode::CREATED);
        let slug = made["slug"].as_str().expect("a slug").to_owned();
        let path = format!("/api/v1/games/{slug}/join");
        let joined = host.post(&path, &json!({})).await;
        assert_eq!(joined.status, StatusCode::CREATED);
        Self { app, host, slug }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/games/{}/{rest}", self.slug)
    }

    async fn key(&self, body: Value) -> MadeApiKey {
        let made = self.host.post(&self.path("keys"), &body).await;
        made.expect(StatusCode::CREATED)
    }

    async fn send(&self, token: &str, rest: &str, body: &Value) -> Answer {
        let program = self.app.anonymous();
        let request = program.request(Method::POST, &self.path(rest));
        Answer::of(request.header("Api-Key", token).json(body)).await
    }
}

fn lap() -> Value {
    json!({"achievements": [
        {"id": "first-lap", "name": "First lap", "description": "Finish a lap.", "points": 10},
        {"id": "clean-lap", "name": "Clean lap", "description": "Touch nobody.", "icon": "no-such-picture"}]})
}

#[tokio::test]
async fn a_program_gives_stamps_scores_and_playtime_each_once() {
    let title = Title::open().await;
    let key = title.key(json!({"name": "Racer"})).await;
    let defined = title.send(&key.token, "title/achievements", &lap()).await;
    assert_eq!(defined.status, StatusCode::NO_CONTENT);
    let events = json!({"events": [
        {"player": "teacher", "unlock": "first-lap"},
        {"player": "teacher", "score": {"board": "best-lap", "value": 900}},
        {"player": "teacher", "score": {"board": "best-lap", "value": 800}},
        {"player": "teacher", "session": {"id": "s-1", "seconds": 4000}},
        {"player": "nobody", "unlock": "first-lap"},
        {"player": "teacher", "unlock": "no-such"},
        {"player": "teacher"},
    ]});
    for first in [Recorded, Known] {
        let answer = title.send(&key.token, "title/events", &events).await;
        let answer: TitleAnswer = answer.expect(StatusCode::OK);
        let expected = [
            first,
            first,
            Known,
            first,
            NoSuchPlayer,
            NoSuchAchievement,
            Invalid,
        ];
        assert_eq!(answer.outcomes, expected);
    }
    let view = title.host.get(&title.path("title")).await;
    let view: TitleView = view.expect(StatusCode::OK);
    assert_eq!(
        (view.unlocked, view.points, view.completion_percent),
        (1, 10, 50)
    );
    assert_eq!((view.playtime_seconds, view.boards[0].mine), (4_000, 900));
    assert_eq!(view.boards[0].best[0].handle, "teacher");
    let dashboard = title.host.get("/api/v1/games/open/dashboard").await;
    let dashboard: DashboardView = dashboard.expect(StatusCode::OK);
    let share = &dashboard.titles[0];
    assert_eq!(
        (share.slug.as_str(), share.playtime_seconds),
        (title.slug.as_str(), 4_000)
    );
    assert_eq!(share.completion_percent, Some(50));
    assert_eq!(dashboard.completion_percent, Some(50));
    title.app.stop().await;
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let title = Title::open().await;
    let pupil = title.app.registered("pupil").await;
    let mine = json!({"name": "Mine"});
    let refused = pupil.post(&title.path("keys"), &mine).await;
    refused.error("forbidden");
    pupil.get(&title.path("keys")).await.error("forbidden");
    let key = title
        .key(json!({"name": "Racer", "scopes": ["events"]}))
        .await;
    let none = json!({"name": "Nothing", "scopes": []});
    let none = title.host.post(&title.path("keys"), &none).await;
    assert_eq!(none.wrong_field(), "scopes");
    let defined = title.send(&key.token, "title/achievements", &lap()).await;
    defined.error("forbidden");
    let event = json!({"events": [{"player": "teacher", "session": {"id": "a", "seconds": 1}}]});
    for wrong in ["tqk_1_0".to_owned(), format!("{}x", key.token)] {
        let refused = title.send(&wrong, "title/events", &event).await;
        refused.error("unauthorized");
    }
    let answer = title.send(&key.token, "title/events", &event).await;
    let _: TitleAnswer = answer.expect(StatusCode::OK);
    let listed = title.host.get(&title.path("keys")).await;
    assert!(!listed.body.contains(&key.token), "a token is shown once");
    let listed: Vec<ApiKeyView> = listed.expect(StatusCode::OK);
    assert_eq!(listed[0].id, key.key.id);
    let path = title.path(&format!("keys/{}", key.key.id));
    let revoked = title.host.delete(&path).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    title.host.delete(&path).await.error("not_found");
    let refused = title.send(&key.token, "title/events", &event).await;
    refused.error("unauthorized");
    title.app.stop().await;
}

#[tokio::test]
async fn a_thousand_events_fit_into_one_request_and_one_more_does_not() {
    let title = Title::open().await;
    let key = title.key(json!({"name": "Racer"})).await;
    let of = |count: usize| {
        let one = |number: usize| {
            let id = format!("s-{number:062}");
            json!({"player": "teacher", "session": {"id": id, "seconds": 1}})
        };
        json!({"events": (0..count).map(one).collect::<Vec<_>>()})
    };
    let answer = title.send(&key.token, "title/events", &of(1_000)).await;
    let answer: TitleAnswer = answer.expect(StatusCode::OK);
    assert!(answer.outcomes.iter().all(|outcome| *outcome == Recorded));
    let answer = title.send(&key.token, "title/events", &of(1_001)).await;
    assert_eq!(answer.wrong_field(), "events");
    title.app.stop().await;
}

#[tokio::test]
async fn a_host_connects_a_program_without_script() {
    let title = Title::open().await;
    let browser = title.app.browser();
    let login = json!({"login": "teacher", "password": PASSWORD});
    browser.post("/api/v1/auth/login", &login).await;
    let page = format!("/games/{}/title", title.slug);
    let fields = [("game", title.slug.as_str()), ("name", "Racer")];
    let sent = browser.form("/forms/new-api-key", &fields).await;
    assert_eq!(sent.header("location"), page);
    let shown = browser.get(&page).await.body;
    assert!(
        shown.contains("tqk_") && shown.contains("Revoke Racer"),
        "{shown}"
    );
    let again = browser.get(&page).await.body;
    assert!(!again.contains("tqk_"), "the token is shown once");
    let keys = title.host.get(&title.path("keys")).await;
    let keys: Vec<ApiKeyView> = keys.expect(StatusCode::OK);
    let fields = [("game", title.slug.as_str()), ("id", keys[0].id.as_str())];
    browser.form("/forms/revoke-api-key", &fields).await;
    let left = browser.get(&page).await.body;
    assert!(!left.contains("Revoke Racer"), "{left}");
    title.app.stop().await;
}

#[tokio::test]
async fn boards_are_for_members_and_leave_out_who_stays_off_leaderboards() {
    let title = Title::open().await;
    let key = title.key(json!({"name": "Racer"})).await;
    let shy = title.app.registered("shy").await;
    let code = title.host.get(&title.path("host")).await;
    let code: Value = code.expect(StatusCode::OK);
    let code = code["ticket"]["code"].as_str().expect("a code").to_owned();
    shy.get(&title.path("title")).await.error("forbidden");
    let joined = shy.post(&format!("/api/v1/codes/{code}"), &json!({})).await;
    assert!(joined.status.is_success(), "{}", joined.body);
    let scores = json!({"events": [
        {"player": "shy", "score": {"board": "lap", "value": 9}},
        {"player": "teacher", "score": {"board": "lap", "value": 5}},
    ]});
    let answer = title.send(&key.token, "title/events", &scores).await;
    let answer: TitleAnswer = answer.expect(StatusCode::OK);
    assert_eq!(answer.outcomes, [Recorded, Recorded]);
    let best = async |player: &Player| {
        let view = player.get(&title.path("title")).await;
        let view: TitleView = view.expect(StatusCode::OK);
        let best = view.boards[0].best.iter();
        best.map(|place| place.handle.clone()).collect::<Vec<_>>()
    };
    assert_eq!(best(&title.host).await, ["shy", "teacher"]);
    let off = json!({"visibility": "public", "on_leaderboards": false});
    let changed = shy.post("/api/v1/me/privacy", &off).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(best(&title.host).await, ["teacher"]);
    assert_eq!(best(&shy).await, ["shy", "teacher"]);
    title.app.stop().await;
}
