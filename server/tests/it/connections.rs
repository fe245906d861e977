//! Connections: what a client can do with one before it has sent a whole request.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{Answer, TestApp};

/// Longer than any answer takes; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends bytes and reads the first that come back.
async fn exchange(app: &TestApp, sent: &[u8]) -> Vec<u8> {
    let stream = TcpStream::connect(&app.address).await;
    let mut stream = stream.expect("the server listens");
    // The server may be quicker to close than we to send.
    stream.write_all(sent).await.ok();
    let mut answer = vec![0; 16 * 1_024];
    let read = tokio::time::timeout(PATIENCE, stream.read(&mut answer));
    let length = read.await.expect("the server answers or closes");
    answer.truncate(length.unwrap_or(0));
    answer
}

#[tokio::test]
async fn http2_is_not_spoken_in_cleartext() {
    let app = TestApp::start().await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let answer = exchange(&app, preface).await;
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 "),
        "{answer:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_refused() {
    let app = TestApp::start().await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "y".repeat(40_000));
    let answer = exchange(&app, head.as_bytes()).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    app.stop().await;
}

#[tokio::test]
async fn silent_connections_give_way_to_players() {
    let app = TestApp::start_with(|config| {
        config.limits.connections_max = 20;
        config.limits.connections_per_address = 20;
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..60 {
        let stream = TcpStream::connect(&app.address).await;
        silent.push(stream.expect("the server listens"));
    }
    for path in ["/health/live", "/api/v1/games/open", "/market"] {
        let answer = app.anonymous().request(Method::GET, path).timeout(PATIENCE);
        assert_eq!(Answer::of(answer).await.status, StatusCode::OK, "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_full_server_says_so_and_answers_health_checks() {
    // One address may have four of five places.
    let app = TestApp::start_with(|config| config.limits.connections_max = 5).await;
    let mut live = Vec::new();
    for _ in 0..4 {
        let url = format!("ws://{}/api/v1/games/open/live", app.address);
        let (mut socket, _) = tokio_tungstenite::connect_async(url)
            .await
            .expect("there is a place");
        socket.next().await.expect("it speaks").expect("it speaks");
        live.push(socket);
    }
    let full = app.anonymous().get("/api/v1/games/open").await;
    full.error("unavailable");
    assert_eq!(full.header("retry-after"), "1");
    let health = app.anonymous().get("/health/ready").await;
    assert_eq!(health.status, StatusCode::OK);
    // A place is free again when its connection is gone.
    drop(live);
    while app.anonymous().get("/api/v1/games/open").await.status != StatusCode::OK {}
    app.stop().await;
}

#[tokio::test]
async fn a_request_names_one_host() {
    let app = TestApp::start().await;
    let check = async |head: &str, status: &str| {
        let head = format!("GET /health/live HTTP/{head}\r\nconnection: close\r\n\r\n");
        let answer = exchange(&app, head.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        let (_, answered) = answer.split_once(' ').expect("there is a status");
        assert!(answered.starts_with(status), "{head}: {answer}");
    };
    check("1.1\r\nhost: x", "200").await;
    check("1.1", "400").await;
    check("1.1\r\nhost: x\r\nhost: y", "400").await;
    check("1.0", "200").await;
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_answered_408() {
    let app = TestApp::start_with(|config| config.limits.request_timeout_s = 1).await;
    for (path, kind) in [
        ("/api/v1/auth/login", "application/json"),
        ("/forms/login", "application/x-www-form-urlencoded"),
    ] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {kind}\r\ncontent-length: 10\r\n\r\n{{"
        );
        let answer = exchange(&app, request.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 408"), "{path}: {answer}");
    }
    app.stop().await;
}
