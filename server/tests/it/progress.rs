//! `/api/v1/me/time-zone`, streaks, the history of XP, and the jobs that give what was earned.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::api::{
    AchievementsView, CursorPage, DashboardView, OrderView, PlayerView, ProgressView, UnlockedView,
    XpCause, XpHistoryView,
};
use domain::{AccountId, AwardCause};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::config::EngineConfig;
use server::engine::{AwardRequest, Engine};
use server::market::{Market, Snapshot};
use server::store::jobs::{Enqueued, JobFilter, JobId, NewJob, Priority};

use crate::app::{Answer, Player, TestApp, now, order};
use crate::engine::{game_on, only};
use crate::fixture::ManualClock;

async fn choose(player: &Player, zone: &str) -> Answer {
    let request = player.request(Method::PUT, "/api/v1/me/time-zone");
    Answer::of(request.json(&json!({ "time_zone": zone }))).await
}

#[tokio::test]
async fn a_time_zone_is_chosen_once_a_day() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let names: Vec<String> = guest.get("/api/v1/time-zones").await.expect(StatusCode::OK);
    assert!(names.iter().any(|name| name == "Asia/Tokyo"));
    let wrong = choose(&guest, "Mars/Olympus").await;
    assert_eq!(wrong.wrong_field(), "time_zone");
    let chosen: PlayerView = choose(&guest, "asia/tokyo").await.expect(StatusCode::OK);
    assert_eq!(chosen.time_zone, "Asia/Tokyo");
    choose(&guest, "Europe/Rome")
        .await
        .error("zone_chosen_today");
    // The same again changes nothing.
    let again: PlayerView = choose(&guest, "Asia/Tokyo").await.expect(StatusCode::OK);
    assert_eq!((again.time_zone.as_str(), again.xp), ("Asia/Tokyo", 0));
    app.stop().await;
}

#[tokio::test]
async fn the_forms_of_the_page_work_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.post("/api/v1/auth/guest", &json!({})).await;
    let fields = [("time_zone", "America/Lima")];
    let sent = browser.form("/forms/time-zone", &fields).await;
    assert_eq!(sent.header("location"), "/progress");
    let page = browser.get("/progress").await.body;
    assert!(
        page.contains("<option value=\"America/Lima\" selected"),
        "{page}"
    );
    let fields = [("time_zone", "America/Bogota")];
    browser.form("/forms/time-zone", &fields).await;
    let page = browser.get("/progress").await.body;
    assert!(
        page.contains("You can choose another one tomorrow"),
        "{page}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_broken_streak_is_put_back_within_two_days() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let refused = guest.post("/api/v1/me/streak/repair", &json!({})).await;
    refused.error("streak_not_repairable");
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let store = app.store().await;
    let game = store.list_games().await.unwrap().remove(0);
    let account = AccountId {
        player: me.id,
        game: game.id,
    };
    let market = Arc::new(Market::new(Snapshot::default()));
    let clock = ManualClock::at(me.created_at);
    let config = EngineConfig::default();
    let started = Engine::start(store.clone(), only(&market), clock, &config).await;
    let (engine, task) = started.expect("the engine starts");
    for days in [-4, -3] {
        let day = me.created_at.day().plus_days(days);
        let bonus = AwardRequest {
            xp: 50,
            cause: AwardCause::DailyBonus { day, streak: 1 },
        };
        let given = engine.award(account, bonus, game_on(&market)).await;
        assert!(given.unwrap().is_some());
    }
    task.shutdown().await;
    store.close().await;
    // Two days ago was the first day missed.
    guest.post("/api/v1/me/daily-bonus", &json!({})).await;
    let progress = async || -> ProgressView {
        let answer = guest.get("/api/v1/me/progress").await;
        answer.expect(StatusCode::OK)
    };
    let broken = progress().await.streak;
    assert_eq!((broken.days, broken.repairable), (1, Some(2)));
    let answer = guest.post("/api/v1/me/streak/repair", &json!({})).await;
    let repaired: ProgressView = answer.expect(StatusCode::OK);
    assert_eq!(
        (repaired.streak.days, repaired.streak.repairable),
        (3, None)
    );
    let again = guest.post("/api/v1/me/streak/repair", &json!({})).await;
    again.error("streak_not_repairable");
    app.stop().await;
}

#[tokio::test]
async fn the_history_says_what_earned_xp_and_why() {
    let app = TestApp::start().await;
    let guest = app.browser();
    guest.post("/api/v1/auth/guest", &json!({})).await;
    let mut body = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    body["reason"] = json!("Their new factory opens next month.");
    let bought: OrderView = guest.place(&body).await.expect(StatusCode::CREATED);
    let trade_xp = bought.fill.expect("it is filled").xp;
    guest.post("/api/v1/me/daily-bonus", &json!({})).await;
    let answer = guest.get("/api/v1/me/xp-history").await;
    let history: XpHistoryView = answer.expect(StatusCode::OK);
    let today = history.days.last().expect("there are days");
    assert_eq!((history.days.len(), today.visited), (28, true));
    assert_eq!((today.trades, today.bonus), (trade_xp, 50));
    let player: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(today.sum(), player.xp);
    let mut events = history.events.iter();
    let trade = events.find(|event| event.cause == XpCause::Trade);
    let why = &trade.expect("there was a trade").why;
    assert!(why.contains("5 XP more for its written reason"), "{why}");
    let page = guest.get("/progress").await.body;
    assert!(
        page.contains("You visited on 1 of the last 28 days."),
        "{page}"
    );
    assert!(page.contains("5 XP more for its written reason"));
    let page = guest.get("/activity").await.body;
    assert!(page.contains("Why 15 XP?"), "{page}");
    app.stop().await;
}

/// A job of a kind that nothing else is like.
pub fn new_job(kind: &str, key: Option<&str>) -> NewJob {
    static JOBS: AtomicI64 = AtomicI64::new(77);
    NewJob {
        id: JobId(JOBS.fetch_add(1, Ordering::Relaxed)),
        kind: kind.to_owned(),
        key: key.map(str::to_owned),
        payload: "null".to_owned(),
        version: 1,
        priority: Priority::Critical,
        run_at: domain::Timestamp::default(),
        max_attempts: 1,
        created_at: domain::Timestamp::default(),
    }
}

/// Runs a job of a kind, and waits until it has ended.
pub async fn run(app: &TestApp, kind: &str) {
    run_job(app, &new_job(kind, None)).await;
}

/// Runs a job, and waits until it has ended.
pub async fn run_job(app: &TestApp, new: &NewJob) {
    let store = app.store().await;
    let enqueued = store.enqueue_job(new).await.expect("the store works");
    assert_eq!(enqueued, Enqueued::New(new.id));
    let ended = async {
        while let Some(job) = store.find_job(new.id).await.expect("the store works") {
            assert_eq!(job.last_error, None);
            if job.ended_at.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    ended.expect("the job ends");
    store.close().await;
}

/// Has the run of a kind's schedule behind it that begins when a server starts for the first time: what
/// a test does afterwards, only the test's own runs see.
pub async fn first_run(app: &TestApp, kind: &str) {
    let store = app.store().await;
    // The server has enqueued it by now, or never will.
    let new = new_job(kind, Some(kind));
    let enqueued = store.enqueue_scheduled(kind, now(), &new).await;
    enqueued.expect("the store works");
    let filter = JobFilter {
        kind: Some(kind.to_owned()),
        ..JobFilter::default()
    };
    let ended = async {
        // One that has finished is deleted.
        while !store
            .list_jobs(&filter, None, 1)
            .await
            .expect("the store works")
            .is_empty()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(60), ended).await;
    ended.expect("the job ends");
    store.close().await;
}

#[tokio::test]
async fn the_rarity_of_achievements_is_measured() {
    let app = TestApp::start().await;
    let (first, second) = (app.guest().await, app.guest().await);
    let symbol = app.symbol().await;
    for guest in [&first, &second] {
        let body = order(&symbol, "buy", json!({"amount": "500"}));
        guest
            .place(&body)
            .await
            .expect::<OrderView>(StatusCode::CREATED);
    }
    run(&app, "measured_rarities").await;
    let answer = first.get("/api/v1/me/achievements").await;
    let all: AchievementsView = answer.expect(StatusCode::OK);
    let share = |id: &str| {
        let found = all.items.iter().find(|item| item.id.as_str() == id);
        found.and_then(|item| item.held_by_bps)
    };
    assert_eq!(share("first-purchase"), Some(10_000));
    assert_eq!(share("first-dozen"), Some(0));
    let answer = first.get("/api/v1/me/unlocks?limit=1").await;
    let latest: CursorPage<UnlockedView> = answer.expect(StatusCode::OK);
    assert_eq!(latest.items[0].name, "First purchase");
    assert_eq!((latest.items.len(), latest.next), (1, None));
    app.stop().await;
}

#[tokio::test]
async fn stamps_and_quests_have_their_names_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let body = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    let _: OrderView = player.place(&body).await.expect(StatusCode::CREATED);
    let dashboard = "/api/v1/games/open/dashboard?range=1w&language=de";
    let view: DashboardView = player.get(dashboard).await.expect(StatusCode::OK);
    let names: Vec<_> = view.unlocks.iter().map(|one| one.name.as_str()).collect();
    assert!(names.contains(&"Erster Kauf"), "{names:?}");
    let [english, german] = ["en", "de"].map(|tag| format!("/api/v1/me/progress?language={tag}"));
    let english: ProgressView = player.get(&english).await.expect(StatusCode::OK);
    let german: ProgressView = player.get(&german).await.expect(StatusCode::OK);
    let name = |view: ProgressView| view.quest.map(|quest| quest.name);
    let (english, german) = (name(english), name(german));
    assert!(english.is_none() || english != german, "{english:?}");
    let wrong = player.get("/api/v1/me/progress?language=xx").await;
    assert_eq!(wrong.wrong_field(), "language");
    app.stop().await;
}

#[tokio::test]
async fn who_had_earned_an_achievement_before_it_was_defined_gets_it() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    // As if the account had traded a dozen times when nothing was given for that.
    let counters = domain::progress::Counters::default();
    let counters = counters.with(domain::progress::Counter::Trades, 12);
    app.change_database(
        "update accounts set counters = ?1 where player_id = ?2",
        (counters.to_bytes(), me.id.0),
    )
    .await;
    app.change_database(
        "delete from variables where name = ?1",
        ("achievements_granted",),
    )
    .await;
    run(&app, "earned_achievements").await;
    let answer = guest.get("/api/v1/me/achievements").await;
    let all: AchievementsView = answer.expect(StatusCode::OK);
    let dozen = all
        .items
        .iter()
        .find(|item| item.id.as_str() == "first-dozen");
    assert_eq!(dozen.map(|item| item.times), Some(1));
    let after: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    run(&app, "earned_achievements").await;
    let again: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert!(after.xp > 0 && again.xp == after.xp, "{after:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_week_s_habits_are_awarded_once() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let mut body = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    body["reason"] = json!("Their new factory opens next month.");
    guest
        .place(&body)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    let xp = async || {
        let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
        me.xp
    };
    let before = xp().await;
    run(&app, "week_bonuses").await;
    assert_eq!(xp().await, before + 20, "for the reason");
    run(&app, "week_bonuses").await;
    assert_eq!(xp().await, before + 20);
    app.stop().await;
}
