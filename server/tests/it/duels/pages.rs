//! The pages of duels, without script: from a link to the run.

use domain::api::RunView;
use domain::duel::DuelState;
use reqwest::StatusCode;
use serde_json::json;

use super::{challenge, play, seen};
use crate::app::TestApp;

#[tokio::test]
async fn a_visitor_comes_from_the_link_to_the_run() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let id = challenge(&ada, json!({ "days": 30 })).await;
    let page = format!("/duels/{id}");
    let browser = app.browser();
    let invitation = browser.get(&page).await;
    assert_eq!(invitation.status, StatusCode::OK);
    let body = &invitation.body;
    assert!(body.contains("ada challenges you to a duel"), "{body}");
    assert!(
        body.contains("It counts only between the two of you"),
        "{body}"
    );
    assert!(body.contains("/forms/guest") && !body.contains("duel-accept"));
    let german = browser
        .request(reqwest::Method::GET, &page)
        .header("accept-language", "de");
    let german = crate::app::Answer::of(german).await.body;
    assert!(german.contains("fordert dich zum Duell"), "{german}");

    let came = browser.form("/forms/guest", &[("next", &page)]).await;
    assert_eq!(came.header("location"), page);
    assert!(browser.get(&page).await.body.contains("duel-accept"));
    let fields = [("id", id.as_str()), ("action", "accept")];
    let accepted = browser.form("/forms/duel", &fields).await;
    assert_eq!(accepted.header("location"), page);
    let started = browser.form("/forms/start-duel", &[("id", &id)]).await;
    let run = started.header("location").to_owned();
    assert!(run.ends_with("/scenario"), "{run}");
    let slug = run
        .trim_start_matches("/games/")
        .trim_end_matches("/scenario");
    let shown = browser.get(&run).await.body;
    assert!(shown.contains(&page), "it leads back: {shown}");
    let end: RunView = play(&browser, slug, None).await;
    assert!(end.duel.is_some());
    let waits = browser.get(&page).await.body;
    assert!(waits.contains("stays hidden until both"), "{waits}");

    let hers = super::start(&ada, &id).await;
    play(&ada, &hers, Some("TQ.ALL")).await;
    let over = browser.get(&page).await.body;
    assert!(
        over.contains("duel-result") && over.contains("race-other"),
        "{over}"
    );
    assert!(over.contains("As a table"));
    assert_eq!(seen(&ada, &id).await.row.state, DuelState::Over);
    app.stop().await;
}

#[tokio::test]
async fn forms_make_a_challenge_and_say_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let outside = browser.get("/duels").await;
    assert!(outside.body.contains("Play as a guest"), "{}", outside.body);
    browser.form("/forms/guest", &[]).await;
    let wrong = [("opponent", "nobody-here"), ("days", "30")];
    let refused = browser.form("/forms/new-duel", &wrong).await;
    assert_eq!(refused.header("location"), "/duels");
    let page = browser.get("/duels").await.body;
    assert!(page.contains("There is no player of this name"), "{page}");
    let made = browser.form("/forms/new-duel", &[("days", "180")]).await;
    let duel = made.header("location").to_owned();
    let page = browser.get(&duel).await.body;
    assert!(
        page.contains("180 market days") && page.contains("duel-link"),
        "{page}"
    );
    let list = browser.get("/duels").await.body;
    assert!(list.contains(&duel), "{list}");
    let id = duel.trim_start_matches("/duels/");
    let taken_back = [("id", id), ("action", "withdraw")];
    let withdrawn = browser.form("/forms/duel", &taken_back).await;
    assert_eq!(withdrawn.header("location"), duel);
    let page = browser.get(&duel).await.body;
    assert!(page.contains("The challenge was taken back"), "{page}");
    app.stop().await;
}
