//! The puzzle of the day: one attempt, nothing of the future, XP once, and a seed that can be checked.

use domain::api::{DailyPuzzleView, PastPuzzleView, PlayerView};
use domain::puzzle::{Puzzle, fingerprint};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp};

const PUZZLE: &str = "/api/v1/puzzle";

async fn today(player: &Player) -> DailyPuzzleView {
    player.get(PUZZLE).await.expect(StatusCode::OK)
}

async fn xp(player: &Player) -> i64 {
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    me.xp
}

/// Makes all five decisions.
async fn play(player: &Player, choices: [&str; 5]) -> DailyPuzzleView {
    let mut daily = today(player).await;
    for (step, choice) in choices.into_iter().enumerate() {
        let decision = json!({"day": daily.day, "step": step, "choice": choice});
        daily = player.post(PUZZLE, &decision).await.expect(StatusCode::OK);
    }
    daily
}

#[tokio::test]
async fn a_puzzle_is_played_once_and_shows_no_price_before_its_decision() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.registered("ada").await, app.guest().await);
    let before = xp(&ada).await;
    let start = today(&ada).await;
    assert_eq!(start, today(&app.anonymous()).await);
    assert_eq!((start.puzzle.prices.len(), start.streak), (40, 0));
    let mut known = start.puzzle.prices.clone();
    for step in 0..5 {
        let decision = json!({"day": start.day, "step": step, "choice": "in"});
        let answer = ada.post(PUZZLE, &decision).await;
        let after: DailyPuzzleView = answer.expect(StatusCode::OK);
        assert_eq!(after.puzzle.prices.len(), known.len() + 10);
        assert!(after.puzzle.prices.starts_with(&known));
        known = after.puzzle.prices;
        // The same decision again changes nothing, another one is refused.
        let again: DailyPuzzleView = ada.post(PUZZLE, &decision).await.expect(StatusCode::OK);
        assert_eq!(again.puzzle.turns.len(), step + 1);
        let other = json!({"day": start.day, "step": step, "choice": "out"});
        ada.post(PUZZLE, &other).await.error("not_possible");
    }
    let done = today(&ada).await;
    let end = done.puzzle.end.expect("all decisions are made");
    assert_eq!(end.result, end.holding);
    assert_eq!(end.squares.chars().count(), 5);
    assert_eq!(done.streak, 1);
    let place = done.place.expect("it is finished");
    assert_eq!((place.players, place.better_than_percent), (1, None));
    assert_eq!(xp(&ada).await, before + done.xp, "XP comes once");
    assert_eq!(
        today(&bob).await.puzzle,
        start.puzzle,
        "others see the start"
    );

    let cash = play(&bob, ["out"; 5]).await;
    let result = cash.puzzle.end.clone().expect("he has finished").result;
    assert_eq!(result, domain::Percent::default());
    let of = |daily: &DailyPuzzleView| {
        let place = daily.place.expect("it is finished");
        place.better_than_percent.expect("there are two")
    };
    let (first, second) = (of(&today(&ada).await), of(&cash));
    assert_eq!(first + second, if end.result == result { 0 } else { 100 });
    app.stop().await;
}

#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let day = today(&ada).await.day;
    for step in 0..5 {
        let post = async |choice: &str| {
            let decision = json!({"day": day, "step": step, "choice": choice});
            ada.post(PUZZLE, &decision).await.status
        };
        let statuses = tokio::join!(post("in"), post("out"));
        let fine = StatusCode::OK;
        assert!((statuses.0 == fine) != (statuses.1 == fine), "{statuses:?}");
    }
    let place = today(&ada).await.place.expect("it is finished");
    assert_eq!(place.players, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_decision_is_of_the_day_and_the_step_that_were_seen() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let day = today(&ada).await.day;
    let decision = |day, step: u32| json!({"day": day, "step": step, "choice": "in"});
    let yesterday = day.plus_days(-1);
    ada.post(PUZZLE, &decision(yesterday, 0))
        .await
        .error("not_possible");
    ada.post(PUZZLE, &decision(day, 1))
        .await
        .error("not_possible");
    ada.post(PUZZLE, &decision(day, 9))
        .await
        .error("not_possible");
    let wrong = json!({"day": day, "step": 0, "choice": "short"});
    assert_eq!(ada.post(PUZZLE, &wrong).await.wrong_field(), "choice");
    let anonymous = app.anonymous().post(PUZZLE, &decision(day, 0)).await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    assert_eq!(today(&ada).await.puzzle.turns, []);
    app.stop().await;
}

#[tokio::test]
async fn a_past_puzzle_can_be_checked_and_todays_cannot_be_known() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let today = today(&anyone).await;
    let past = |day: domain::Day, choices: &str| format!("/api/v1/puzzles/{day}?choices={choices}");
    let yesterday = today.day.plus_days(-1);
    let one: PastPuzzleView = anyone
        .get(&past(yesterday, "io"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(fingerprint(&one.seed), one.puzzle.fingerprint);
    assert_eq!(one.puzzle.prices, Puzzle::of_seed(&one.seed).shown(2));
    assert_ne!(one.puzzle.fingerprint, today.puzzle.fingerprint);
    let all: PastPuzzleView = anyone
        .get(&past(yesterday, "iooio"))
        .await
        .expect(StatusCode::OK);
    assert!(all.puzzle.end.is_some());
    let wrong = anyone.get(&past(yesterday, "x")).await;
    assert_eq!(wrong.wrong_field(), "choices");
    for day in [0, 1, -31].map(|days| today.day.plus_days(days)) {
        anyone.get(&past(day, "")).await.error("not_found");
    }
    let body: Value = anyone.get(PUZZLE).await.expect(StatusCode::OK);
    assert!(body.get("seed").is_none() && body["puzzle"].get("seed").is_none());
    app.stop().await;
}

#[tokio::test]
async fn forms_play_the_puzzle_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let day = today(&browser).await.day.to_string();
    for step in ["0", "1", "2", "3", "4"] {
        let fields = [("day", day.as_str()), ("step", step), ("choice", "out")];
        let answer = browser.form("/forms/puzzle", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/puzzle");
    }
    assert!(today(&browser).await.puzzle.end.is_some());
    app.stop().await;
}
