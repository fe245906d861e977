//! Guests who log out, and the words that bring them back.

use super::*;

#[tokio::test]
async fn a_guest_logs_out_only_knowingly_and_comes_back_with_the_words() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let before: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let words = async || {
        let given = guest.post("/api/v1/auth/recovery-words", &json!({})).await;
        given.expect::<RecoveryWords>(StatusCode::CREATED).words
    };
    let (replaced, given) = (words().await, words().await);
    for body in [json!({}), json!({"leave_guest": false})] {
        let refused = guest.post("/api/v1/auth/logout", &body).await;
        refused.error("guest_would_be_lost");
    }
    let sessions: Vec<Value> = guest
        .get("/api/v1/me/sessions")
        .await
        .expect(StatusCode::OK);
    assert_eq!(sessions.len(), 1, "words are not shown as a session");
    let out = json!({"leave_guest": true});
    let out = guest.post("/api/v1/auth/logout", &out).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    guest.get("/api/v1/me").await.error("unauthorized");

    let recover = async |handle: &str, words: &str| {
        let body = json!({"handle": handle, "words": words, "session": "token"});
        app.anonymous().post("/api/v1/auth/recover", &body).await
    };
    for (handle, words) in [
        (before.handle.as_str(), replaced.as_str()),
        (before.handle.as_str(), ""),
        ("somebody-else", given.as_str()),
    ] {
        recover(handle, words).await.error("wrong_credentials");
    }
    let typed = given.to_uppercase().replace(' ', ", ");
    let found = recover(&before.handle.to_uppercase(), &typed).await;
    let found: AuthAnswer = found.expect(StatusCode::OK);
    assert_eq!(found.player.id, before.id);
    let again = app.program(&found.token.expect("it was asked for"));
    again
        .get("/api/v1/me")
        .await
        .expect::<PlayerView>(StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn recovery_words_end_after_30_days_and_are_for_guests() {
    let app = TestApp::start().await;
    let guest = app.guest().await;
    let given = guest.post("/api/v1/auth/recovery-words", &json!({})).await;
    let given: RecoveryWords = given.expect(StatusCode::CREATED);
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let store = app.store().await;
    let past = given.expires_at.plus_seconds(-31 * 86_400);
    store
        .touch_session(me.id, SessionId(0), past, past)
        .await
        .unwrap();
    let body = json!({"handle": given.handle, "words": given.words});
    let late = app.anonymous().post("/api/v1/auth/recover", &body).await;
    late.error("wrong_credentials");
    let ada = app.registered("ada").await;
    let refused = ada.post("/api/v1/auth/recovery-words", &json!({})).await;
    refused.error("already_registered");
    store.close().await;
    app.stop().await;
}
