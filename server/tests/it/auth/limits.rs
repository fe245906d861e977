//! Guesses at passwords, names and recovery words are limited.

use super::*;

#[tokio::test]
async fn tries_to_log_in_are_limited_by_name_and_by_address() {
    let app = TestApp::start_with(|config| {
        config.limits.logins_per_minute_per_identity = 2;
        config.limits.logins_per_minute_per_address = 5;
        config.limits.shared_addresses = Vec::new();
    })
    .await;
    let try_in = async |login: &str| {
        let body = json!({"login": login, "password": "a wrong password"});
        app.anonymous().post("/api/v1/auth/login", &body).await
    };
    try_in("ada").await.error("wrong_credentials");
    try_in("ADA").await.error("wrong_credentials");
    let refused = try_in("ada").await;
    let error = refused.error("rate_limited");
    assert_eq!(
        error.retry_after_seconds.map(|s| s.to_string()).as_deref(),
        Some(refused.header("retry-after"))
    );
    try_in("grace").await.error("wrong_credentials");
    try_in("eve").await.error("wrong_credentials");
    try_in("joan").await.error("rate_limited");
    let guest = app.anonymous().post("/api/v1/auth/guest", &json!({})).await;
    guest.error("rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn every_spelling_of_a_player_counts_together() {
    let app = TestApp::start_with(|config| config.limits.logins_per_minute_per_identity = 4).await;
    app.registered("Ada").await;
    let try_in = async |login: &str| {
        let body = json!({"login": login, "password": "a wrong password"});
        app.anonymous().post("/api/v1/auth/login", &body).await
    };
    for login in [" ada", "ada ", "ADA@example.org", "Ada"] {
        try_in(login).await.error("wrong_credentials");
    }
    try_in("ada@example.org").await.error("rate_limited");
    for login in [" nobody", "nobody ", "NOBODY", "nobody"] {
        try_in(login).await.error("wrong_credentials");
    }
    try_in("Nobody").await.error("rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn wrong_guesses_do_not_lock_a_player_out_of_a_known_device() {
    let app = TestApp::start_with(|config| config.limits.logins_per_minute_per_identity = 2).await;
    let (known, stranger) = (app.browser(), app.browser());
    let ada = registration("ada");
    let registered = known.post("/api/v1/auth/register", &ada).await;
    registered.expect::<AuthAnswer>(StatusCode::CREATED);
    let logged_out = known.post("/api/v1/auth/logout", &json!({})).await;
    assert_eq!(logged_out.status, StatusCode::NO_CONTENT);
    let (wrong, right) = (
        json!({"login": "ada", "password": "a wrong password"}),
        json!({"login": "ada", "password": PASSWORD}),
    );
    for _ in 0..2 {
        let answer = stranger.post("/api/v1/auth/login", &wrong).await;
        answer.error("wrong_credentials");
    }
    let locked_out = stranger.post("/api/v1/auth/login", &right).await;
    locked_out.error("rate_limited");
    let let_in = known.post("/api/v1/auth/login", &right).await;
    let_in.expect::<AuthAnswer>(StatusCode::OK);
    // A known device has a limit too.
    known
        .post("/api/v1/auth/login", &wrong)
        .await
        .error("wrong_credentials");
    known
        .post("/api/v1/auth/login", &right)
        .await
        .error("rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn guesses_at_recovery_words_are_limited() {
    let app = TestApp::start_with(|config| config.limits.logins_per_minute_per_identity = 2).await;
    let guest = app.guest().await;
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let body = json!({"handle": me.handle, "words": "amber amber amber amber"});
    let guess = async || app.anonymous().post("/api/v1/auth/recover", &body).await;
    guess().await.error("wrong_credentials");
    guess().await.error("wrong_credentials");
    guess().await.error("rate_limited");
    app.stop().await;
}

#[tokio::test]
async fn taken_names_are_told_three_times_a_minute() {
    let app = TestApp::start().await;
    app.registered("ada").await;
    let probe = async || {
        let mut body = registration("grace");
        body["email"] = json!("ada@example.org");
        app.anonymous().post("/api/v1/auth/register", &body).await
    };
    for _ in 0..3 {
        probe().await.error("email_taken");
    }
    probe().await.error("rate_limited");
    // Nor does a free name say anything now.
    let free = registration("linus");
    let free = app.anonymous().post("/api/v1/auth/register", &free).await;
    free.error("rate_limited");
    app.stop().await;
}
