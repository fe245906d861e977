//! The log and receipts over HTTP, and the commands that check them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use domain::WordsDigest;
use domain::api::{CheckpointView, LogKeyView, LogProof, PlayerView, ReceiptView};
use domain::proof::{Outcome, check_receipt, verify_consistency, verify_inclusion};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock::{Clock as _, SystemClock};
use server::proof::append;

use crate::app::{Player, TestApp, order};

/// Appends what has changed to the log, as the job does every hour.
async fn grow(app: &TestApp) {
    let store = app.store().await;
    // The job of the server's start may append at the same time.
    for _ in 0..50 {
        let now = SystemClock::start().now();
        if append(&*store, app.folder(), now, || false).await.is_ok() {
            store.close().await;
            return;
        }
    }
    panic!("the log cannot be appended to");
}

async fn checkpoint(player: &Player) -> CheckpointView {
    player
        .get("/api/v1/log/checkpoint")
        .await
        .expect(StatusCode::OK)
}

async fn buy(app: &TestApp, player: &Player) {
    let bought = order(&app.symbol().await, "buy", json!({ "quantity": "1" }));
    player
        .place(&bought)
        .await
        .expect::<Value>(StatusCode::CREATED);
}

async fn handle(player: &Player) -> String {
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    me.handle
}

fn hash(text: &str) -> domain::Hash {
    text.parse::<WordsDigest>().expect("a hash").0
}

fn run(arguments: &[&str], files: &[&Path], folder: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tickerquest"))
        .args(arguments)
        .args(files)
        .current_dir(folder)
        .output()
        .expect("the command runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

async fn verify_log(app: &TestApp, saved: &Path) -> (bool, String) {
    let (server, saved) = (format!("--server={}", app.url("")), saved.to_owned());
    let folder = app.folder().to_owned();
    let ran = move || run(&["verify-log", &server], &[&saved], &folder);
    tokio::task::spawn_blocking(ran)
        .await
        .expect("the command runs")
}

#[tokio::test]
async fn a_receipt_is_a_file_that_anyone_can_check() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let handle = handle(&player).await;
    buy(&app, &player).await;
    grow(&app).await;
    buy(&app, &player).await;
    let address = format!("/api/v1/games/open/receipts/{handle}");
    let file = app.anonymous().get(&address).await.body;
    let keys: Vec<LogKeyView> = player.get("/api/v1/log/keys").await.expect(StatusCode::OK);
    let keys: Vec<_> = keys.into_iter().map(|view| view.key).collect();
    let report = check_receipt(&file, &keys);
    assert!(report.is_sound(), "{:#?}", report.checks);
    let receipt = report.receipt.expect("a receipt");
    assert_eq!(
        (receipt.entries.len(), receipt.player.handle),
        (3, handle.clone())
    );
    let in_log = receipt.in_log.expect("it is in the log");
    // The job of the start may have seen the second purchase too.
    assert!(in_log.version >= 2, "{in_log:#?}");

    let view: ReceiptView = player
        .get(&format!("{address}/checks"))
        .await
        .expect(StatusCode::OK);
    assert!(view.sound);
    assert_eq!(view.count, 3);
    assert!(view.entries[0].words.starts_with("Bought 1 "), "{view:#?}");
    let log = view.checks.iter().find(|check| check.title == "The log");
    assert_eq!(log.map(|check| check.outcome), Some(Outcome::Passed));

    let path = app.folder().join("receipt.json");
    fs::write(&path, &file).expect("it can be written");
    let key = format!("--key={}", keys[0]);
    let (sound, said) = run(&["verify-receipt", &key], &[&path], app.folder());
    assert!(sound && said.contains("ok          The chain:"), "{said}");
    assert!(said.contains("not proved  The prices:"), "{said}");
    fs::write(&path, file.replacen("\"xp\":", "\"xp\": ", 1)).expect("it can be written");
    let (sound, said) = run(&["verify-receipt", &key], &[&path], app.folder());
    assert!(!sound && said.contains("WRONG"), "{said}");
    app.stop().await;
}

#[tokio::test]
async fn a_private_ledger_has_a_receipt_for_its_player_alone() {
    let app = TestApp::start().await;
    let (player, stranger) = (app.guest().await, app.guest().await);
    let handle = handle(&player).await;
    let address = format!("/api/v1/games/open/receipts/{handle}");
    let private = json!({ "visibility": "private", "on_leaderboards": true });
    player.post("/api/v1/me/privacy", &private).await;
    stranger.get(&address).await.error("forbidden");
    app.anonymous().get(&address).await.error("forbidden");
    assert_eq!(player.get(&address).await.status, StatusCode::OK);
    stranger
        .get("/api/v1/games/open/receipts/nobody-at-all")
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn the_log_proves_that_it_only_grows() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    grow(&app).await;
    let before = checkpoint(&player).await;
    buy(&app, &player).await;
    grow(&app).await;
    let after = checkpoint(&player).await;
    assert!(after.size > before.size);
    assert!(after.note.is_signed_by(&after.key));
    let (from, to) = (before.size, after.size);
    let address = format!("/api/v1/log/consistency?from={from}&to={to}");
    let proof: LogProof = player.get(&address).await.expect(StatusCode::OK);
    let hashes: Vec<_> = proof.proof.iter().map(|text| hash(text)).collect();
    let (old, new) = (hash(&before.root), hash(&after.root));
    assert!(verify_consistency((from, &old), (to, &new), &hashes));
    let place = to - 1;
    let address = format!("/api/v1/log/inclusion?place={place}&size={to}");
    let proof: LogProof = player.get(&address).await.expect(StatusCode::OK);
    let hashes: Vec<_> = proof.proof.iter().map(|text| hash(text)).collect();
    let leaf = hash(proof.leaf.as_deref().expect("the leaf"));
    assert!(verify_inclusion(place, leaf, to, &hashes, &new));
    for (question, field) in [
        (format!("consistency?from=0&to={to}"), "from"),
        (format!("consistency?from=1&to={}", to + 1), "to"),
        (format!("inclusion?place={to}&size={to}"), "place"),
        ("inclusion?place=0&size=0".to_owned(), "size"),
    ] {
        let answer = player.get(&format!("/api/v1/log/{question}")).await;
        assert_eq!(answer.wrong_field(), field, "{question}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_changes_the_past_and_signs_anew_is_caught_by_a_saved_checkpoint() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    grow(&app).await;
    let saved: PathBuf = app.folder().join("saved.txt");
    let note = checkpoint(&player).await.note.to_string();
    fs::write(&saved, note).expect("it can be written");
    buy(&app, &player).await;
    grow(&app).await;
    let (sound, said) = verify_log(&app, &saved).await;
    assert!(sound && said.contains("still begins with"), "{said}");

    // An old entry was changed and with it the hash of all that follow; every node and checkpoint is computed
    // and signed anew, with the server's own key.
    for lie in [
        "update accounts set head_hash = zeroblob(32)",
        "delete from log_nodes",
        "delete from log_checkpoints",
        "delete from log_heads",
    ] {
        app.change_database(lie, []).await;
    }
    grow(&app).await;
    let (sound, said) = verify_log(&app, &saved).await;
    assert!(!sound && said.contains("WRONG"), "{said}");
    app.stop().await;
}

#[tokio::test]
async fn a_rotated_key_still_checks_what_it_signed() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    grow(&app).await;
    let saved = app.folder().join("saved.json");
    let before = checkpoint(&player).await;
    fs::write(&saved, serde_json::to_string(&before).expect("JSON")).expect("it can be written");
    let kept = server::signing::rotate(app.folder()).expect("there is a key");
    assert!(kept.exists());
    buy(&app, &player).await;
    grow(&app).await;
    let after = checkpoint(&player).await;
    assert_ne!(before.key, after.key);
    let keys: Vec<LogKeyView> = player.get("/api/v1/log/keys").await.expect(StatusCode::OK);
    assert_eq!(keys.len(), 2);
    let (sound, said) = verify_log(&app, &saved).await;
    assert!(sound, "{said}");
    app.stop().await;
}

#[tokio::test]
async fn the_page_of_proof_says_what_the_server_finds_without_script() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let handle = handle(&player).await;
    buy(&app, &player).await;
    grow(&app).await;
    let page = app
        .anonymous()
        .get(&format!("/players/{handle}/proof?game=open"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "What is proved, and what is not",
        "The chain",
        "Holds",
        "Not proved",
        "Bought 1 ",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(
        page.body
            .contains(&format!("/api/v1/games/open/receipts/{handle}"))
    );
    let chosen = app.anonymous().get("/proof").await.body;
    assert!(chosen.contains("type=\"file\""), "{chosen}");
    app.stop().await;
}
