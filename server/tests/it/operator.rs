//! The operator's page: for operators only, and what is done there is logged.

use anyhow::Context as _;
use domain::api::{AuthAnswer, HostedState, OperatorView, PlayerView};
use reqwest::StatusCode;
use serde_json::json;
use server::clock::SystemClock;
use server::operation::operators::{OperatorCommand, run};
use server::operation::status::Status;

use crate::app::{PASSWORD, Player, TestApp, now, registration};

async fn command(app: &TestApp, command: OperatorCommand) -> anyhow::Result<()> {
    let store = app.store().await;
    let done = run(&*store, &command, &SystemClock::start(), |_| {}).await;
    store.close().await;
    done
}

fn grant(handle: &str) -> OperatorCommand {
    OperatorCommand::Grant {
        handle: handle.into(),
    }
}

/// Makes a player an operator, who has to log in again.
async fn operator(app: &TestApp, handle: &str) -> anyhow::Result<Player> {
    command(app, grant(handle)).await?;
    let body = json!({"login": handle, "password": PASSWORD, "session": "token"});
    let answer = app.anonymous().post("/api/v1/auth/login", &body).await;
    let auth: AuthAnswer = answer.expect(StatusCode::OK);
    Ok(app.program(&auth.token.context("a token was asked for")?))
}

#[tokio::test]
async fn only_an_operator_sees_the_page_and_loses_it_at_once() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    let (ada, bob) = (app.registered("ada").await, app.registered("bob").await);
    let path = "/api/v1/operator";
    app.anonymous().get(path).await.error("unauthorized");
    ada.get(path).await.error("forbidden");
    let ada = operator(&app, "ada").await?;
    let store = app.store().await;
    let me: PlayerView = ada.get("/api/v1/me").await.expect(StatusCode::OK);
    let sessions = store.list_sessions(me.id, now()).await?;
    assert_eq!(sessions.len(), 1, "the session of before has ended");
    store.close().await;
    let page: OperatorView = ada.get(path).await.expect(StatusCode::OK);
    assert!(page.status.iter().any(|line| line.starts_with("Jobs:")));
    assert_eq!(page.actions[0].action, "operator grant");
    assert_eq!(
        (
            page.actions[0].actor.as_str(),
            page.actions[0].subject.as_str()
        ),
        ("command", "ada")
    );
    let open = page.games.iter().find(|game| game.slug == "open");
    assert_eq!(open.map(|game| game.state), Some(None), "nobody hosts it");
    bob.post("/api/v1/games", &json!({"name": "Later", "draft": true}))
        .await;
    let page: OperatorView = ada.get(path).await.expect(StatusCode::OK);
    let draft = page.games.iter().find(|game| game.name == "Later");
    assert_eq!(draft.and_then(|game| game.state), Some(HostedState::Draft));
    let slug = &draft.context("the new game is listed")?.slug;
    let made = &page.actions[0];
    let words = (made.actor.as_str(), made.action.as_str());
    assert_eq!((words, &made.subject), (("bob", "host create"), slug));
    let address = format!("/api/v1/games/{slug}/host");
    let add = json!({"action": "add_host", "handle": "ada"});
    bob.post(&address, &add).await;
    let page: OperatorView = ada.get(path).await.expect(StatusCode::OK);
    assert_eq!(page.actions[0].action, "host add_host");
    assert_eq!(page.actions[0].subject, format!("{slug}: ada"));
    bob.get(path).await.error("forbidden");
    bob.post(path, &json!({"action": "drop_job", "id": "1"}))
        .await
        .error("forbidden");
    let revoke = OperatorCommand::Revoke {
        handle: "ada".into(),
    };
    command(&app, revoke).await?;
    ada.get(path).await.error("forbidden");
    assert!(command(&app, grant("nobody")).await.is_err());
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_dead_job_is_tried_again_or_dropped_and_both_are_logged() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    app.registered("ada").await;
    let ada = operator(&app, "ada").await?;
    for id in [71_i64, 72] {
        app.change_database(
            "insert into jobs (job_id, kind, payload, version, priority, state, run_at, attempts, max_attempts,
             token, created_at, ended_at, done, last_error)
             values (?1, 'unknown_kind', 'null', 1, 2, 'dead', 0, 10, 10, 10, ?2, ?2, 0, 'the disk was full')",
            // Dead jobs of long ago are deleted.
            [id, now().micros()],
        )
        .await;
    }
    let path = "/api/v1/operator";
    let page: OperatorView = ada.get(path).await.expect(StatusCode::OK);
    assert_eq!(page.dead_jobs.len(), 2);
    assert_eq!(page.dead_jobs[0].error, "the disk was full");
    assert!(
        page.status
            .iter()
            .any(|line| line.contains("2 are dead: 2 unknown_kind")),
        "{page:?}"
    );
    let act = |action: &str, id: &str| json!({"action": action, "id": id});
    let page: OperatorView = ada
        .post(path, &act("retry_job", "71"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(page.dead_jobs.len(), 1);
    ada.post(path, &act("retry_job", "71"))
        .await
        .error("not_possible");
    let page: OperatorView = ada
        .post(path, &act("drop_job", "72"))
        .await
        .expect(StatusCode::OK);
    assert!(page.dead_jobs.is_empty());
    ada.post(path, &act("drop_job", "72"))
        .await
        .error("not_found");
    assert_eq!(
        ada.post(path, &act("drop_job", "x")).await.wrong_field(),
        "id"
    );
    let done: Vec<_> = page
        .actions
        .iter()
        .map(|one| (one.actor.as_str(), one.action.as_str()))
        .collect();
    assert_eq!(
        done,
        [
            ("ada", "jobs drop"),
            ("ada", "jobs retry"),
            ("command", "operator grant")
        ]
    );
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_queue_of_an_offering_is_seen_and_its_dead_job_is_tried_again() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    app.registered("ada").await;
    let ada = operator(&app, "ada").await?;
    app.change_database(
        "insert into offerings (offering_id, game_id, instrument_id, created_by, created_at, opens_at, closes_at,
         price, shares, minimum, maximum, rule, title, story, seed, granted, version)
         select 7, 1, min(instrument_id), 0, ?1, ?1, ?1 + 3600000000, 10000, 100, 1, 100, 'pro_rata', 'A second oven',
         '', 1, 0, 0 from instruments",
        [now().micros()],
    )
    .await;
    app.change_database(
        "insert into jobs (job_id, kind, payload, version, priority, state, unique_key, run_at, attempts, max_attempts,
         token, created_at, ended_at, done, last_error)
         values (71, 'allocation', '{\"offering\":7}', 1, 1, 'dead', '7', 0, 4, 4, 10, ?1, ?1, 0, 'the disk was full')",
        [now().micros()],
    )
    .await;
    let invest = json!({"idempotency_key": "investment-one", "shares": 4});
    let bob = app.guest().await;
    let asked = bob
        .post("/api/v1/games/open/offerings/7/investments", &invest)
        .await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let path = "/api/v1/operator";
    let page: OperatorView = ada.get(path).await.expect(StatusCode::OK);
    let queue = &page.offerings[0];
    assert_eq!(
        (queue.title.as_str(), queue.waiting, queue.settled),
        ("A second oven", 1, false)
    );
    let job = queue.dead_job.as_ref().expect("its job is dead");
    assert_eq!(
        (job.id.as_str(), job.error.as_str()),
        ("71", "the disk was full")
    );
    let mut lines = Vec::new();
    let store = app.store().await;
    server::operation::offerings::list(&*store, |line| lines.push(line.to_owned())).await?;
    store.close().await;
    assert!(
        lines[0].contains("waiting 1") && lines[1].contains("jobs retry 71"),
        "{lines:?}"
    );
    let retry = json!({"action": "retry_job", "id": "71"});
    let page: OperatorView = ada.post(path, &retry).await.expect(StatusCode::OK);
    assert_eq!(page.offerings[0].dead_job, None);
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_page_is_rendered_for_an_operator_and_for_nobody_else() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    let browser = app.browser();
    let fields = registration("ada");
    let text = |name: &str| fields[name].as_str().expect("a text").to_owned();
    let (email, handle) = (text("email"), text("handle"));
    let fields = [
        ("email", email.as_str()),
        ("handle", handle.as_str()),
        ("password", PASSWORD),
    ];
    browser.form("/forms/register", &fields).await;
    let refused = browser.get("/operator").await;
    assert!(!refused.body.contains("Reports that wait"));
    command(&app, grant("ada")).await?;
    let login = [("login", "ada"), ("password", PASSWORD)];
    browser.form("/forms/login", &login).await;
    let page = browser.get("/operator").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Reports that wait") && page.body.contains("operator grant ada"));
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_status_says_in_words_what_an_operator_should_look_at() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    let store = app.store().await;
    let config = server::Config::default();
    let status = Status::read(&*store, &config).await?;
    let now = domain::Timestamp::from_seconds(1_800_000_000);
    let words = status.in_words(now).join("\n");
    for part in [
        "Games: the open league.",
        "none is dead",
        "Reports: none waits.",
        "Backups: the server has made none",
        "Operators: none",
    ] {
        assert!(words.contains(part), "{words}");
    }
    store.close().await;
    app.stop().await;
    Ok(())
}
