//! The account: password, second factor, history, links by mail, and its end.

mod links;

use domain::AccountId;
use domain::api::{AuthAnswer, PlayerView, RecoveryCodes, SecondFactorSetup, SecurityView};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::clock::SystemClock;
use server::operation::operators::{OperatorCommand, run};
use server::verify::verify;

use crate::app::{Answer, PASSWORD, Player, TestApp, now, order};

const NEW: &str = "three purple lanterns";

async fn put(player: &Player, path: &str, body: &Value) -> Answer {
    Answer::of(player.request(Method::PUT, path).json(body)).await
}

async fn log_in(app: &TestApp, handle: &str, password: &str, code: Option<&str>) -> Answer {
    let mut body = json!({"login": handle, "password": password, "session": "token"});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    app.anonymous().post("/api/v1/auth/login", &body).await
}

async fn second(app: &TestApp, handle: &str) -> Player {
    let auth: AuthAnswer = log_in(app, handle, PASSWORD, None)
        .await
        .expect(StatusCode::OK);
    app.program(&auth.token.expect("a token was asked for"))
}

async fn security(player: &Player) -> SecurityView {
    player
        .get("/api/v1/me/security")
        .await
        .expect(StatusCode::OK)
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let elsewhere = second(&app, "ada").await;
    let change = |old: &str, new: &str| json!({"password": old, "new_password": new});
    let path = "/api/v1/me/password";
    assert_eq!(
        put(&ada, path, &change("a wrong password", NEW))
            .await
            .wrong_field(),
        "password"
    );
    assert_eq!(
        put(&ada, path, &change(PASSWORD, "short"))
            .await
            .wrong_field(),
        "new_password"
    );
    assert_eq!(elsewhere.get("/api/v1/me").await.status, StatusCode::OK);
    let changed = put(&ada, path, &change(PASSWORD, NEW)).await;
    let changed: AuthAnswer = changed.expect(StatusCode::OK);
    elsewhere.get("/api/v1/me").await.error("unauthorized");
    // Nor does the token count that the change was asked for with.
    ada.get("/api/v1/me").await.error("unauthorized");
    let ada = app.program(&changed.token.expect("a token was sent"));
    assert_eq!(ada.get("/api/v1/me").await.status, StatusCode::OK);
    log_in(&app, "ada", PASSWORD, None)
        .await
        .error("wrong_credentials");
    assert_eq!(log_in(&app, "ada", NEW, None).await.status, StatusCode::OK);
    let events: Vec<_> = security(&ada)
        .await
        .logins
        .into_iter()
        .map(|one| one.event)
        .collect();
    let expected = [
        "logged_in",
        "login_failed",
        "password_changed",
        "login_failed",
        "logged_in",
        "registered",
    ];
    assert_eq!(events, expected);
    let guest = app.guest().await;
    put(&guest, path, &change(PASSWORD, NEW))
        .await
        .error("not_possible");
    app.stop().await;
}

/// The code that an authenticator shows for a secret, so many steps from now.
fn code(secret: &str, steps: i64) -> String {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for letter in secret.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        bits = (bits << 5 | u32::from(value)) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("eight bits"));
        }
    }
    let step = now().seconds() / 30 + steps;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = ring::hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 15);
    let part: [u8; 4] = tag[offset..offset + 4].try_into().expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(part) & 0x7fff_ffff) % 1_000_000
    )
}

/// The secret, the recovery codes, and the player in the session that it begins.
async fn turn_on(app: &TestApp, player: &Player) -> (String, Vec<String>, Player) {
    let path = "/api/v1/me/second-factor";
    let begun = player.post(path, &json!({"password": PASSWORD})).await;
    let setup: SecondFactorSetup = begun.expect(StatusCode::CREATED);
    assert!(setup.address.contains(&setup.secret) && setup.qr_size > 20);
    // Until a code was typed nothing is asked for.
    assert!(!security(player).await.second_factor);
    assert_eq!(
        put(player, path, &json!({"code": "000 00"}))
            .await
            .wrong_field(),
        "code"
    );
    let confirmed = put(player, path, &json!({"code": code(&setup.secret, -1)})).await;
    let codes: RecoveryCodes = confirmed.expect(StatusCode::OK);
    (
        setup.secret,
        codes.codes.split(' ').map(str::to_owned).collect(),
        app.program(&codes.token.expect("a token was sent")),
    )
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let elsewhere = second(&app, "ada").await;
    let (secret, codes, renewed) = turn_on(&app, &ada).await;
    assert_eq!(codes.len(), 10);
    ada.get("/api/v1/me").await.error("unauthorized");
    let ada = renewed;
    elsewhere.get("/api/v1/me").await.error("unauthorized");
    log_in(&app, "ada", PASSWORD, None)
        .await
        .error("second_factor_required");
    log_in(&app, "ada", "a wrong password", None)
        .await
        .error("wrong_credentials");
    let typed = code(&secret, 0);
    let wrong = log_in(&app, "ada", PASSWORD, Some("123")).await;
    assert_eq!(wrong.wrong_field(), "code");
    assert_eq!(
        log_in(&app, "ada", PASSWORD, Some(&typed)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        log_in(&app, "ada", PASSWORD, Some(&typed))
            .await
            .wrong_field(),
        "code"
    );
    let recovery = codes[3].to_uppercase();
    assert_eq!(
        log_in(&app, "ada", PASSWORD, Some(&recovery)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        log_in(&app, "ada", PASSWORD, Some(&recovery))
            .await
            .wrong_field(),
        "code"
    );
    let shown = security(&ada).await;
    assert!(shown.second_factor && shown.recovery_codes == 9 && shown.pending.is_none());
    ada.post("/api/v1/me/second-factor", &json!({"password": PASSWORD}))
        .await
        .error("not_possible");
    let removal = "/api/v1/me/second-factor/removal";
    ada.post(removal, &json!({"password": PASSWORD}))
        .await
        .error("second_factor_required");
    let off = ada
        .post(removal, &json!({"password": PASSWORD, "code": codes[0]}))
        .await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.body);
    assert_eq!(
        log_in(&app, "ada", PASSWORD, None).await.status,
        StatusCode::OK
    );
    app.stop().await;
}

#[tokio::test]
async fn an_erased_player_leaves_a_sound_ledger_without_name_and_words() -> anyhow::Result<()> {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let mut bought = order(&app.symbol().await, "buy", json!({"quantity": "1"}));
    bought["reason"] = json!("I like puffins and their stories");
    assert_eq!(ada.place(&bought).await.status, StatusCode::CREATED);
    let mut waits = bought.clone();
    waits["idempotency_key"] = json!("waits-0001");
    waits["trigger"] = json!({"limit": "1.00"});
    assert_eq!(ada.place(&waits).await.status, StatusCode::CREATED);
    let me: PlayerView = ada.get("/api/v1/me").await.expect(StatusCode::OK);
    let deletion = "/api/v1/me/deletion";
    let wrong = ada
        .post(deletion, &json!({"password": "a wrong password"}))
        .await;
    assert_eq!(wrong.wrong_field(), "password");
    let gone = ada.post(deletion, &json!({"password": PASSWORD})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    ada.get("/api/v1/me").await.error("unauthorized");
    log_in(&app, "ada", PASSWORD, None)
        .await
        .error("wrong_credentials");
    app.anonymous()
        .get("/api/v1/players/ada")
        .await
        .error("not_found");
    let store = app.store().await;
    let verified = verify(&*store, |finding| panic!("{finding}")).await?;
    assert_eq!((verified.orders, verified.findings), (1, 0));
    let game = store.list_games().await?[0].id;
    let account = AccountId {
        player: me.id,
        game,
    };
    assert_eq!(store.list_open_orders(account, 10).await?, []);
    store.close().await;
    // Name and address are free again.
    app.registered("ada").await;
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_link_of_the_operator_sets_a_new_password_once() -> anyhow::Result<()> {
    // The command and the server have the same clock.
    let app = TestApp::start_with(|config| config.clock.ahead_s = 0).await;
    let ada = app.registered("ada").await;
    let mut links = Vec::new();
    let store = app.store().await;
    for _ in 0..2 {
        let command = OperatorCommand::ResetLink {
            handle: "ada".into(),
        };
        run(&*store, &command, &SystemClock::start(), |line| {
            links.push(line.to_owned())
        })
        .await?;
    }
    store.close().await;
    let token = |link: &String| link.split_once("token=").expect("a token").1.to_owned();
    let tokens: Vec<String> = links.iter().map(token).collect();
    let reset = |token: &str| json!({"token": token, "new_password": NEW});
    let path = "/api/v1/auth/reset";
    let stranger = app.anonymous();
    // Only the newest counts, only as it was signed, and only once.
    stranger
        .post(path, &reset(&tokens[0]))
        .await
        .error("link_ended");
    stranger
        .post(path, &reset(&tokens[1].replace("reset.", "reset.1")))
        .await
        .error("link_ended");
    assert_eq!(
        stranger.post(path, &reset(&tokens[1])).await.status,
        StatusCode::NO_CONTENT
    );
    stranger
        .post(path, &reset(&tokens[1]))
        .await
        .error("link_ended");
    ada.get("/api/v1/me").await.error("unauthorized");
    log_in(&app, "ada", PASSWORD, None)
        .await
        .error("wrong_credentials");
    assert_eq!(log_in(&app, "ada", NEW, None).await.status, StatusCode::OK);
    let forgotten = json!({"email": "ada@example.org"});
    stranger
        .post("/api/v1/auth/forgotten", &forgotten)
        .await
        .error("not_possible");
    app.stop().await;
    Ok(())
}

#[tokio::test]
async fn the_account_s_forms_work_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let fields = [
        ("email", "ada@example.org"),
        ("handle", "ada"),
        ("password", PASSWORD),
    ];
    browser.form("/forms/register", &fields).await;
    let page = browser.get("/account").await;
    assert!(page.body.contains("Second factor"), "{}", page.body);
    let changed = browser
        .form(
            "/forms/password",
            &[("password", PASSWORD), ("new_password", NEW)],
        )
        .await;
    assert_eq!(changed.header("location"), "/account?done=password");
    let page = browser.get("/account?done=password").await;
    assert!(page.body.contains("Your password is changed"));
    let begun = browser
        .form("/forms/second-factor", &[("password", NEW)])
        .await;
    assert_eq!(begun.header("location"), "/account#second-factor");
    let page = browser.get("/account").await;
    assert!(page.body.contains("Six digits"), "{}", page.body);
    let stranger = app.browser().get("/account").await;
    assert!(!stranger.body.contains("Second factor"));
    app.stop().await;
}
