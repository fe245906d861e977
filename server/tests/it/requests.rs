//! What no client should send: every answer is a clear one, and never a mistake of the server's.

use domain::api::{PlayerView, SessionView};
use reqwest::{Method, StatusCode};

use crate::app::{Answer, Player, TestApp, registration};

#[tokio::test]
async fn bad_requests_are_answered_clearly() {
    let app = TestApp::start().await;
    let ada = app.guest().await;
    let posts = [
        "/api/v1/auth/register",
        "/api/v1/auth/login",
        "/api/v1/auth/guest",
        "/api/v1/auth/upgrade",
        "/api/v1/games/open/orders",
    ];
    let send = async |path: &str, kind: &str, body: String| {
        let request = ada.request(Method::POST, path).header("content-type", kind);
        Answer::of(request.body(body)).await
    };
    for path in posts {
        let json = "application/json";
        for body in ["{", "{\"a\":}", "nonsense", "{}{}", "\u{0}", "[1,"] {
            send(path, json, body.to_owned())
                .await
                .error("malformed_request");
        }
        for body in [
            "[1]",
            "[\"a\",\"b\",\"c\"]",
            "{\"login\":\"\\ud800\"}",
            "7",
            "\"text\"",
            "{\"unknown\":1}",
            "{\"session\":1e999}",
            "1e999",
            "{\"session\":[]}",
        ] {
            send(path, json, body.to_owned())
                .await
                .error("invalid_fields");
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let answer = send(path, json, deep).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.body);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "",
        ] {
            send(path, kind, "{}".to_owned())
                .await
                .error("unsupported_media_type");
        }
        let huge = format!("{{\"login\":\"{}\"}}", "x".repeat(100_000));
        send(path, json, huge).await.error("body_too_large");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_compressed_body_is_refused_as_one() {
    let app = TestApp::start().await;
    let request = app.anonymous().request(Method::POST, "/api/v1/auth/login");
    let request = request.header("content-type", "application/json");
    let request = request.header("content-encoding", "gzip").body("\u{1f}");
    let error = Answer::of(request).await.error("unsupported_media_type");
    assert!(error.message.contains("Content-Encoding"), "{error}");
    app.stop().await;
}

#[tokio::test]
async fn a_body_without_a_length_is_limited_too() {
    let app = TestApp::start().await;
    let mut stream = tokio::net::TcpStream::connect(&app.address)
        .await
        .expect("the server listens");
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the head is taken");
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    for _ in 0..20 {
        // The server may close before it has read everything.
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_not_waited_for() {
    let app = TestApp::start().await;
    let mut stream = tokio::net::TcpStream::connect(&app.address)
        .await
        .expect("the server listens");
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 99999999\r\nconnection: close\r\n\r\n";
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the head is taken");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 413");
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_address_or_no_method_of_it_is_said_as_json() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/nope",
        "/api/v2/me",
        "/api/v1/me/nope",
    ] {
        anonymous.get(path).await.error("not_found");
    }
    for (method, path) in [
        (Method::POST, "/api/v1/me"),
        (Method::GET, "/api/v1/auth/login"),
        (Method::PUT, "/api/v1/games/open/orders"),
        (Method::DELETE, "/health/live"),
        (Method::POST, "/market"),
        (Method::GET, "/forms/login"),
    ] {
        let answer = Answer::of(anonymous.request(method, path)).await;
        answer.error("method_not_allowed");
        assert!(!answer.header("allow").is_empty(), "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn only_hosts_of_ours_are_answered() {
    let app = TestApp::start_with(|config| {
        config.session.allowed_hosts = vec!["game.example".into(), "127.0.0.1".into()];
    })
    .await;
    let ask = async |host: &str| {
        let request = app.anonymous().request(Method::GET, "/api/v1/games/open");
        Answer::of(request.header("host", host)).await
    };
    for host in ["game.example", "GAME.example:8080", "127.0.0.1:1"] {
        assert_eq!(ask(host).await.status, StatusCode::OK, "{host}");
    }
    ask("evil.example").await.error("forbidden");
    ask("game.example.evil.example").await.error("forbidden");
    app.stop().await;
}

#[tokio::test]
async fn only_the_window_that_was_launched_is_let_in() {
    let token = "0123456789abcdef";
    let app = TestApp::start_with(|config| config.session.launch_token = Some(token.into())).await;
    let window = app.browser();
    for path in [
        "/",
        "/market",
        "/api/v1/games/open",
        "/health/live",
        "/robots.txt",
    ] {
        window.get(path).await.error("forbidden");
    }
    window.get("/launch?token=wrong").await.error("forbidden");
    let launched = window.get(&format!("/launch?token={token}")).await;
    assert_eq!(
        (launched.status, launched.header("location")),
        (StatusCode::SEE_OTHER, "/launch/player")
    );
    assert!(!launched.header("set-cookie").contains(token));
    assert_eq!(
        window.get("/api/v1/games/open").await.status,
        StatusCode::OK
    );
    app.browser()
        .get("/api/v1/games/open")
        .await
        .error("forbidden");
    app.stop().await;
    let server = TestApp::start().await;
    for path in ["/launch?token=x", "/launch/player"] {
        server.anonymous().get(path).await.error("not_found");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_window_goes_straight_into_the_game_as_the_same_player() {
    let token = "0123456789abcdef";
    let app = TestApp::start_with(|config| config.session.launch_token = Some(token.into())).await;
    let launch = async |window: &Player| {
        let launched = window.get(&format!("/launch?token={token}")).await;
        let led = window.get(launched.header("location")).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.body);
        led.header("location").to_owned()
    };
    app.browser().get("/launch/player").await.error("forbidden");
    let window = app.browser();
    assert_eq!(launch(&window).await, "/market");
    let me: PlayerView = window.get("/api/v1/me").await.expect(StatusCode::OK);
    // Launched again, it is the same session.
    assert_eq!(launch(&window).await, "/market");
    let sessions: Vec<SessionView> = window
        .get("/api/v1/me/sessions")
        .await
        .expect(StatusCode::OK);
    assert_eq!(sessions.len(), 1);
    // A window that has lost its cookies is the same player.
    let other = app.browser();
    assert_eq!(launch(&other).await, "/market");
    let again: PlayerView = other.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(again.id, me.id);
    // A player with a password is asked for it.
    let answer = other
        .post("/api/v1/auth/upgrade", &registration("ada"))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(launch(&app.browser()).await, "/login");
    app.stop().await;
}

#[tokio::test]
async fn it_says_whether_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    assert_eq!(
        app.anonymous().get("/health/live").await.status,
        StatusCode::OK
    );
    let ready: serde_json::Value = app
        .anonymous()
        .get("/health/ready")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        ready,
        serde_json::json!({
            "causes": [], "warnings": [], "ready": true, "store": true, "market": true, "engine": true
        })
    );
    app.stop().await;
}
