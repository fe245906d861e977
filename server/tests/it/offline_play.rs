//! Offline play: a start of one server is played on another one, and the result comes back.

use std::time::Duration;

use domain::Quantity;
use domain::api::{
    OfflineBoardView, OfflinePlayView, OfflineResult, OfflineStarted, OfflineState, RunStarted,
    RunView,
};
use domain::scenario::{RunAction, RunInput, Submission};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp, order};

mod board;

const SUBMISSIONS: &str = "/api/v1/offline-submissions";
const RUNS: &str = "/api/v1/offline-runs";

/// The server that counts, the one that is played on, and a player on each.
struct Two {
    origin: TestApp,
    desktop: TestApp,
    ada: Player,
    local: Player,
}

impl Two {
    async fn start() -> Self {
        let origin = TestApp::start().await;
        let desktop = TestApp::start_with(|config| config.sends_offline_results = true).await;
        let (ada, local) = (origin.registered("ada").await, desktop.guest().await);
        Self {
            origin,
            desktop,
            ada,
            local,
        }
    }

    /// A start that the origin signs, as a file.
    async fn sign(&self, scenario: &str) -> (String, String) {
        let address = format!("/api/v1/scenarios/{scenario}/offline-starts");
        let started = self.ada.post(&address, &json!({})).await;
        let id = started.expect::<OfflineStarted>(StatusCode::CREATED).id;
        let file = self.ada.get(&format!("/api/v1/offline-starts/{id}")).await;
        assert_eq!(file.status, StatusCode::OK);
        (id, file.body)
    }

    async fn begin(&self, file: &str) -> String {
        let begun = self.local.post(RUNS, &json!({ "file": file })).await;
        begun.expect::<RunStarted>(StatusCode::CREATED).slug
    }

    async fn claim(&self, id: &str) -> Submission {
        self.local
            .get(&format!("{RUNS}/{id}"))
            .await
            .expect(StatusCode::OK)
    }

    async fn stop(self) {
        self.origin.stop().await;
        self.desktop.stop().await;
    }
}

async fn pass(player: &Player, slug: &str, days: u32) -> RunView {
    let address = format!("/api/v1/games/{slug}/scenario");
    player
        .post(&address, &json!({ "days": days }))
        .await
        .expect(StatusCode::OK)
}

async fn buy(player: &Player, slug: &str, body: &Value) {
    let orders = format!("/api/v1/games/{slug}/orders");
    // Right after a step, an instrument may wait for its dividends.
    for _ in 0..500 {
        let answer = player.post(&orders, body).await;
        if answer.status == StatusCode::CREATED {
            return;
        }
        assert!(answer.body.contains("not_tradable"), "{}", answer.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the order was never taken");
}

/// Plays to the end and asks for the result, as soon as the last dividends are paid.
async fn finish(player: &Player, slug: &str) -> RunView {
    pass(player, slug, 8_000).await;
    let address = format!("/api/v1/games/{slug}/scenario");
    for _ in 0..3_000 {
        let answer = player.post(&address, &json!({ "finish": true })).await;
        if answer.status == StatusCode::OK {
            return answer.expect(StatusCode::OK);
        }
        answer.error("not_possible");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the dividends were never paid");
}

/// A run with whatever a run may have: purchases by amount, also abroad, sales, two waiting orders of which one is
/// filled, headlines and dividends.
async fn play(player: &Player, slug: &str) -> RunView {
    buy(
        player,
        slug,
        &order("TQ.ALL", "buy", json!({ "amount": "3000" })),
    )
    .await;
    buy(
        player,
        slug,
        &order("BOLTW", "buy", json!({ "amount": "1234.56" })),
    )
    .await;
    buy(
        player,
        slug,
        &order("TEAPT", "buy", json!({ "amount": "432.10" })),
    )
    .await;
    let fund = format!("/api/v1/games/{slug}/instruments/TQ.ALL");
    let fund: Value = player.get(&fund).await.expect(StatusCode::OK);
    let price = fund["instrument"]["quote"]["price"]
        .as_str()
        .expect("it has a price");
    let price: f64 = price.parse().expect("a number");
    for (trigger, factor) in [("limit", 1.01), ("stop", 0.99)] {
        let mut waits = order("TQ.ALL", "sell", json!({ "quantity": "2" }));
        waits["trigger"] = json!({ trigger: format!("{:.2}", price * factor) });
        buy(player, slug, &waits).await;
    }
    pass(player, slug, 120).await;
    let open = format!("/api/v1/games/{slug}/orders");
    for tried in 0.. {
        assert!(tried < 1_000, "neither order is filled");
        let listed: Value = player.get(&open).await.expect(StatusCode::OK);
        let listed = listed.to_string();
        if listed.matches("\"resting\"").count() <= 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    buy(
        player,
        slug,
        &order("MUFFN", "buy", json!({ "amount": "777.77" })),
    )
    .await;
    pass(player, slug, 1).await;
    buy(
        player,
        slug,
        &order("BOLTW", "sell", json!({ "amount": "300" })),
    )
    .await;
    pass(player, slug, 150).await;
    buy(
        player,
        slug,
        &order("TQ.ALL", "sell", json!({ "quantity": "1.5" })),
    )
    .await;
    finish(player, slug).await
}

#[tokio::test]
async fn a_run_that_was_played_elsewhere_counts_to_the_cent() {
    let two = Two::start().await;
    let (id, file) = two.sign("panic").await;
    let slug = two.begin(&file).await;
    assert_eq!(two.begin(&file).await, slug, "a start begins one run");
    two.local
        .get(&format!("{RUNS}/{id}"))
        .await
        .error("not_possible");
    let run = play(&two.local, &slug).await;
    let claim = two.claim(&id).await;
    assert_eq!(
        claim.net_worth, run.net_worth,
        "the replay is the run: {:#?}",
        claim.inputs
    );
    assert!(claim.inputs.len() >= 10, "{:#?}", claim.inputs);

    // Nobody has to be logged in: the start says whose the result is.
    let body = json!(claim);
    let counted = two.origin.anonymous().post(SUBMISSIONS, &body).await;
    let result: OfflineResult = counted.expect(StatusCode::OK);
    assert_eq!(result.net_worth, run.net_worth);
    assert_eq!(result.return_percent, run.return_percent);
    assert_eq!(Some(result.stars), run.end.map(|end| end.stars));
    two.ada.post(SUBMISSIONS, &body).await.error("start_used");

    let board = "/api/v1/scenarios/panic/offline-results";
    let shown: OfflineBoardView = two.ada.get(board).await.expect(StatusCode::OK);
    assert_eq!(shown.rows.len(), 1);
    let first = &shown.rows[0];
    assert_eq!(
        (first.handle.as_str(), first.is_me, first.result),
        ("ada", true, result)
    );
    let hidden = json!({ "visibility": "private", "on_leaderboards": false });
    two.ada.post("/api/v1/me/privacy", &hidden).await;
    let shown: OfflineBoardView = two
        .origin
        .anonymous()
        .get(board)
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown.rows, []);
    two.stop().await;
}

#[tokio::test]
async fn what_was_changed_is_late_or_cannot_have_happened_does_not_count() {
    let two = Two::start().await;
    let (id, file) = two.sign("whole-market").await;
    let slug = two.begin(&file).await;
    buy(
        &two.local,
        &slug,
        &order("TQ.ALL", "buy", json!({ "amount": "5000" })),
    )
    .await;
    finish(&two.local, &slug).await;
    let claim = two.claim(&id).await;
    let refused = async |claim: &Submission, code: &str| {
        two.ada
            .post(SUBMISSIONS, &json!(claim))
            .await
            .error(code)
            .message
    };

    let mut changed = claim.clone();
    changed.start.start.due_at = changed.start.start.due_at.plus_seconds(86_400);
    refused(&changed, "start_tampered").await;
    let mut easier = claim.clone();
    easier.start.start.scenario.starting_cash = "20000".parse().expect("money");
    refused(&easier, "start_tampered").await;
    let rich = Submission {
        net_worth: "1000000".parse().expect("money"),
        ..claim.clone()
    };
    assert!(refused(&rich, "result_differs").await.contains("1000000"));
    let mut greedy = claim.clone();
    let many: Quantity = "5000000".parse().expect("a quantity");
    if let RunAction::Trade { quantity, .. } = &mut greedy.inputs[0].action {
        *quantity = many;
    }
    let said = refused(&greedy, "input_impossible").await;
    assert!(said.starts_with("Input 1: You have $"), "{said}");
    // A day between two presses takes a day.
    let mut slow = claim.clone();
    let at = slow.inputs[0].at + 86_000;
    slow.inputs[0] = RunInput {
        at,
        ..slow.inputs[0]
    };
    slow.inputs.truncate(1);
    let action = RunAction::Pass { days: 8_000 };
    slow.inputs.push(RunInput { at, action });
    let said = refused(&slow, "input_impossible").await;
    assert!(said.contains("have passed since"), "{said}");

    // One that another server signed.
    let elsewhere = "/api/v1/scenarios/whole-market/offline-starts";
    let foreign = two.local.post(elsewhere, &json!({})).await;
    let foreign = foreign.expect::<OfflineStarted>(StatusCode::CREATED).id;
    let foreign = two
        .local
        .get(&format!("/api/v1/offline-starts/{foreign}"))
        .await;
    let foreign = Submission {
        start: serde_json::from_str(&foreign.body).expect("a start file"),
        ..claim.clone()
    };
    refused(&foreign, "start_unknown").await;

    let mine: OfflinePlayView = two.ada.get(RUNS).await.expect(StatusCode::OK);
    assert_eq!(mine.starts[0].state, OfflineState::Open);
    let why = mine.starts[0].refusal.as_deref();
    assert!(
        why.is_some_and(|why| why.contains("have passed")),
        "{why:?}"
    );

    let due = "update offline_starts set due_at = issued_at";
    two.origin.change_database(due, []).await;
    refused(&claim, "start_late").await;
    two.stop().await;
}

#[tokio::test]
async fn starts_and_files_that_cannot_be_played_are_refused() {
    let two = Two::start().await;
    let starts = |id: &str| format!("/api/v1/scenarios/{id}/offline-starts");
    let company = two.ada.post(&starts("ipo-day"), &json!({})).await;
    assert!(company.error("not_possible").message.contains("company"));
    two.origin
        .anonymous()
        .post(&starts("bubble"), &json!({}))
        .await
        .error("unauthorized");
    let (id, file) = two.sign("bubble").await;
    for _ in 0..4 {
        two.sign("panic").await;
    }
    two.ada
        .post(&starts("bubble"), &json!({}))
        .await
        .error("not_possible");
    let stranger = two.origin.guest().await;
    stranger
        .get(&format!("/api/v1/offline-starts/{id}"))
        .await
        .error("not_found");
    for odd in [file.replace("ada", "eve"), "{}".to_owned(), String::new()] {
        let refused = two.local.post(RUNS, &json!({ "file": odd })).await;
        assert_eq!(refused.wrong_field(), "file");
    }
    // A server that many people use sends nothing to addresses that they choose.
    two.ada
        .post(&format!("{RUNS}/{id}"), &json!({}))
        .await
        .error("forbidden");
    two.stop().await;
}

#[tokio::test]
async fn a_finished_run_is_sent_to_its_server() {
    let two = Two::start().await;
    let browser = two.desktop.browser();
    browser.form("/forms/guest", &[]).await;
    let (id, file) = two.sign("panic").await;
    let begun = browser.form("/forms/offline-run", &[("file", &file)]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let page = browser.get("/scenarios/offline").await;
    assert!(page.body.contains("You are playing."), "{}", page.body);
    let mine: OfflinePlayView = browser.get(RUNS).await.expect(StatusCode::OK);
    finish(&browser, &mine.runs[0].slug).await;
    let page = browser.get("/scenarios/offline").await;
    // Unless the job was faster.
    if !page.body.contains("it counts") {
        assert!(page.body.contains("Send to"), "{}", page.body);
        browser.form("/forms/send-result", &[("id", &id)]).await;
    }
    let mine: OfflinePlayView = browser.get(RUNS).await.expect(StatusCode::OK);
    assert_eq!(
        mine.runs[0].state,
        OfflineState::Counted,
        "{:?}",
        mine.runs[0].answer
    );
    let at_origin: OfflinePlayView = two.ada.get(RUNS).await.expect(StatusCode::OK);
    assert_eq!(at_origin.starts[0].state, OfflineState::Counted);
    let page = two.origin.anonymous().get("/scenarios/panic").await;
    assert!(
        page.body.contains("Results sent in from offline play"),
        "{}",
        page.body
    );
    assert!(page.body.contains("offline-results"), "{}", page.body);
    two.stop().await;
}
