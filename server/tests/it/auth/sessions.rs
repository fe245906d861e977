//! How long a session lasts, and which of several counts.

use super::*;

/// A guest's token, and the session that it is of.
async fn session(app: &TestApp) -> (String, PlayerId, SessionId) {
    let answer = app
        .anonymous()
        .post("/api/v1/auth/guest", &json!({"session": "token"}))
        .await;
    let auth: AuthAnswer = answer.expect(StatusCode::CREATED);
    let token = auth.token.expect("it was asked for");
    let session = token.split('.').nth(1).and_then(|part| part.parse().ok());
    (
        token,
        auth.player.id,
        session.expect("the second part is the session"),
    )
}

#[tokio::test]
async fn a_session_slides_while_it_is_used_and_the_cookie_with_it() {
    let app = TestApp::start().await;
    let store = app.store().await;
    let (token, player, id) = session(&app).await;
    let made = find_session(&*store, player, id)
        .await
        .unwrap()
        .expect("it was made");
    let month = 30 * 86_400;
    assert_eq!(made.expires_at.seconds_since(made.created_at), month);

    let two_hours_ago = made.last_seen_at.plus_seconds(-7_200);
    let expiry = two_hours_ago.plus_seconds(month);
    store
        .touch_session(player, id, two_hours_ago, expiry)
        .await
        .unwrap();
    let request = async || {
        let request = app.anonymous().request(Method::GET, "/api/v1/me");
        Answer::of(request.header("cookie", format!("tickerquest={token}"))).await
    };
    let answer = request().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .header("set-cookie")
            .starts_with(&format!("tickerquest={token}; HttpOnly;"))
    );
    let slid = find_session(&*store, player, id)
        .await
        .unwrap()
        .expect("it is there");
    assert!(slid.last_seen_at >= made.last_seen_at, "{slid:?}");
    assert_eq!(slid.expires_at.seconds_since(slid.last_seen_at), month);
    // Within the hour it is not written again.
    assert!(!request().await.headers.contains_key("set-cookie"));
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn an_expired_session_is_none() {
    let app = TestApp::start().await;
    let store = app.store().await;
    let (token, player, id) = session(&app).await;
    let made = find_session(&*store, player, id)
        .await
        .unwrap()
        .expect("it was made");
    let past = made.created_at.plus_seconds(-1);
    store.touch_session(player, id, past, past).await.unwrap();
    app.program(&token)
        .get("/api/v1/me")
        .await
        .error("unauthorized");
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_token_logs_nobody_in() {
    let app = TestApp::start().await;
    let real = app
        .anonymous()
        .post("/api/v1/auth/guest", &json!({"session": "token"}))
        .await;
    let real = real
        .expect::<AuthAnswer>(StatusCode::CREATED)
        .token
        .expect("it was asked for");
    let forged = format!(
        "{}{}",
        &real[..real.len() - 1],
        if real.ends_with('0') { "1" } else { "0" }
    );
    for token in ["x", "1.2.3", "..", &forged] {
        app.program(token)
            .get("/api/v1/me")
            .await
            .error("unauthorized");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_stale_cookie_before_the_valid_one_is_passed_over() {
    let app = TestApp::start().await;
    let (old, new) = (session(&app).await.0, session(&app).await.0);
    let (other, stale) = (session(&app).await.0, session(&app).await.0);
    let out = json!({"leave_guest": true});
    app.program(&stale).post("/api/v1/auth/logout", &out).await;
    let send = async |method: Method, path: &str, cookies: &[&str]| {
        let cookies = cookies.iter().map(|token| format!("tickerquest={token}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let request = app.anonymous().request(method, path);
        let request = request.header("content-type", "application/json");
        Answer::of(request.header("cookie", cookies).body(out.to_string())).await
    };
    let me = send(
        Method::GET,
        "/api/v1/me",
        &[&stale, "x", "y", "z", &stale, &new],
    )
    .await;
    me.expect::<PlayerView>(StatusCode::OK);
    let logout = send(Method::POST, "/api/v1/auth/logout", &[&stale, &old, &new]).await;
    assert_eq!(logout.status, StatusCode::NO_CONTENT);
    for (token, status) in [
        (&old, StatusCode::UNAUTHORIZED),
        (&new, StatusCode::UNAUTHORIZED),
        (&other, StatusCode::OK),
    ] {
        assert_eq!(app.program(token).get("/api/v1/me").await.status, status);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_session_ends_after_its_longest_life_however_much_it_is_used() {
    let app = TestApp::start_with(|config| {
        config.session.sliding_days = 30;
        config.session.max_days = 40;
    })
    .await;
    let store = app.store().await;
    let (_, player, id) = session(&app).await;
    let mut record = find_session(&*store, player, id)
        .await
        .unwrap()
        .expect("it was made");
    let (now, day) = (record.created_at, 86_400);
    let mut used = async |age_days: i64| {
        record.id = SessionId(age_days);
        record.token_hash = Sha256::digest([7; 32]).into();
        record.created_at = now.plus_seconds(-age_days * day);
        record.last_seen_at = now.plus_seconds(-day);
        store.create_session(&record).await.unwrap();
        let token = format!("{player}.{}.{}", record.id, "07".repeat(32));
        let answer = app.program(&token).get("/api/v1/me").await;
        let kept = find_session(&*store, player, record.id).await.unwrap();
        let left = kept
            .expect("it is there")
            .expires_at
            .seconds_since(record.created_at);
        (answer.status, left / day)
    };
    assert_eq!(used(30).await, (StatusCode::OK, 40));
    assert_eq!(used(41).await.0, StatusCode::UNAUTHORIZED);
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn a_guest_who_registers_starts_a_new_session_and_the_old_ones_end() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let made = browser.post("/api/v1/auth/guest", &json!({})).await;
    let cookie = made.header("set-cookie");
    let noted = cookie["tickerquest=".len()..].split(';').next();
    let noted = app.program(noted.expect("a cookie has a value"));
    noted
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK);
    let words = browser
        .post("/api/v1/auth/recovery-words", &json!({}))
        .await
        .expect::<RecoveryWords>(StatusCode::CREATED);
    let upgraded = browser
        .post("/api/v1/auth/upgrade", &registration("Ada"))
        .await;
    let upgraded: AuthAnswer = upgraded.expect(StatusCode::OK);
    assert_eq!(upgraded.token, None, "a browser has a cookie");
    noted.get("/api/v1/me").await.error("unauthorized");
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!((me.id, me.guest), (upgraded.player.id, false));
    for handle in [words.handle.as_str(), "Ada"] {
        let body = json!({"handle": handle, "words": words.words});
        let recovered = app.anonymous().post("/api/v1/auth/recover", &body).await;
        recovered.error("wrong_credentials");
    }
    app.stop().await;
}
