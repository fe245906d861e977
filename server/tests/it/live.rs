//! `/api/v1/games/{game}/live`: prices over the WebSocket.

use std::time::Duration;

use domain::Quote;
use domain::api::{AuthAnswer, LiveMessage};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::app::{Answer, TestApp};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Longer than any message takes; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

async fn connect(app: &TestApp, origin: Option<&str>) -> Result<Socket, Error> {
    let url = format!("ws://{}/api/v1/games/open/live", app.address);
    let mut request = url.into_client_request()?;
    if let Some(origin) = origin {
        request
            .headers_mut()
            .insert("origin", origin.parse().expect("an origin is plain"));
    }
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// The connection of a player with a token.
pub async fn connect_as(app: &TestApp, token: &str) -> Socket {
    let url = format!("ws://{}/api/v1/games/open/live", app.address);
    let mut request = url.into_client_request().expect("it is an address");
    let bearer = format!("Bearer {token}").parse();
    let bearer = bearer.expect("a token fits a header");
    request.headers_mut().insert("authorization", bearer);
    let connected = tokio_tungstenite::connect_async(request).await;
    connected.expect("it opens").0
}

/// The next message.
pub async fn said(socket: &mut Socket) -> LiveMessage {
    match hear(socket).await {
        Heard::Said(message) => message,
        Heard::Closed(frame) => panic!("closed: {frame:?}"),
    }
}

enum Heard {
    Said(LiveMessage),
    Closed(Option<CloseFrame>),
}

async fn hear(socket: &mut Socket) -> Heard {
    loop {
        let message = tokio::time::timeout(PATIENCE, socket.next())
            .await
            .expect("the server speaks");
        match message {
            Some(Ok(Message::Text(text))) => {
                return Heard::Said(serde_json::from_str(&text).expect("it says live messages"));
            }
            Some(Ok(Message::Close(frame))) => return Heard::Closed(frame),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Heard::Closed(None),
        }
    }
}

async fn hello(socket: &mut Socket) -> Vec<Quote> {
    match hear(socket).await {
        Heard::Said(LiveMessage::Hello {
            quotes, version, ..
        }) => {
            assert!(!version.is_empty());
            quotes
        }
        Heard::Said(other) => panic!("no hello but {other:?}"),
        Heard::Closed(frame) => panic!("closed: {frame:?}"),
    }
}

#[tokio::test]
async fn a_connection_hears_all_quotes_and_then_those_that_change() {
    let app = TestApp::start().await;
    let mut socket = connect(&app, None).await.expect("it opens");
    let quotes = hello(&mut socket).await;
    let all: Vec<Quote> = app
        .anonymous()
        .get("/api/v1/games/open/quotes")
        .await
        .expect(reqwest::StatusCode::OK);
    assert_eq!(quotes.len(), all.len());
    for _ in 0..3 {
        let Heard::Said(LiveMessage::Quotes {
            quotes: changed, ..
        }) = hear(&mut socket).await
        else {
            panic!("no quotes");
        };
        assert!(
            changed
                .iter()
                .all(|quote| quotes.iter().any(|known| known.symbol == quote.symbol))
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn one_connection_too_many_is_closed_for_its_policy() {
    let app = TestApp::start_with(|config| {
        config.limits.live_per_address = 2;
        config.limits.shared_addresses = Vec::new();
    })
    .await;
    let mut sockets = [
        connect(&app, None).await.expect("it opens"),
        connect(&app, None).await.expect("it opens"),
    ];
    for socket in &mut sockets {
        hello(socket).await;
    }
    let mut third = connect(&app, None).await.expect("it opens, to be told");
    let Heard::Closed(Some(frame)) = hear(&mut third).await else {
        panic!("not closed")
    };
    assert_eq!(u16::from(frame.code), 1008);
    // A place is free again when its connection is gone.
    let [mut first, _second] = sockets;
    first.close(None).await.expect("it closes");
    while !matches!(hear(&mut first).await, Heard::Closed(_)) {}
    loop {
        let mut next = connect(&app, None).await.expect("it opens");
        if let Heard::Said(_) = hear(&mut next).await {
            break;
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn whoever_listens_hears_that_the_server_stops() {
    let app = TestApp::start().await;
    let mut socket = connect(&app, None).await.expect("it opens");
    hello(&mut socket).await;
    let listening = tokio::spawn(async move {
        let mut closing = false;
        loop {
            match hear(&mut socket).await {
                Heard::Said(message) => closing |= message == LiveMessage::Closing,
                Heard::Closed(frame) => return (closing, frame.map(|frame| u16::from(frame.code))),
            }
        }
    });
    app.stop().await;
    assert_eq!(listening.await.expect("it listens"), (true, Some(1012)));
}

#[tokio::test]
async fn a_page_of_another_site_hears_nothing() {
    let app = TestApp::start().await;
    let refused = connect(&app, Some("https://evil.example")).await;
    assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 403));
    let own = app.url("");
    assert!(connect(&app, Some(&own)).await.is_ok());
    app.stop().await;
}

#[tokio::test]
async fn a_message_that_is_too_large_ends_the_connection() {
    let app = TestApp::start().await;
    let mut socket = connect(&app, None).await.expect("it opens");
    hello(&mut socket).await;
    socket
        .send(Message::text("x".repeat(1_000)))
        .await
        .expect("small talk is let pass");
    // The server may be quicker to close than we to send.
    socket.send(Message::text("x".repeat(200_000))).await.ok();
    while !matches!(hear(&mut socket).await, Heard::Closed(_)) {}
    app.stop().await;
}

async fn close_code(socket: &mut Socket) -> Option<u16> {
    loop {
        if let Heard::Closed(frame) = hear(socket).await {
            return frame.map(|frame| frame.code.into());
        }
    }
}

#[tokio::test]
async fn a_close_frame_is_answered() {
    let app = TestApp::start().await;
    let mut socket = connect(&app, None).await.expect("it opens");
    hello(&mut socket).await;
    let frame = CloseFrame {
        code: 1000.into(),
        reason: "done".into(),
    };
    socket.close(Some(frame)).await.expect("it is sent");
    assert_eq!(close_code(&mut socket).await, Some(1000));
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_a_frame_or_not_text_is_named_by_its_code() {
    let app = TestApp::start().await;
    // The mask is zero: the bytes are sent as they are.
    for (frame, code) in [
        // A reserved bit.
        (&b"\xc1\x80\0\0\0\0"[..], 1002),
        (&b"\x81\x82\0\0\0\0\xc3\x28"[..], 1007),
        // Of a length far beyond the limit, which is said in the head.
        (&b"\x82\xff\0\0\0\0\x7f\0\0\0\0\0\0\0"[..], 1009),
    ] {
        let mut socket = connect(&app, None).await.expect("it opens");
        hello(&mut socket).await;
        let MaybeTlsStream::Plain(stream) = socket.get_mut() else {
            panic!("it is not encrypted");
        };
        stream.write_all(frame).await.expect("it is sent");
        assert_eq!(close_code(&mut socket).await, Some(code));
    }
    app.stop().await;
}

#[tokio::test]
async fn a_plain_request_is_told_what_this_is() {
    let app = TestApp::start().await;
    let request = app
        .anonymous()
        .request(Method::GET, "/api/v1/games/open/live");
    Answer::of(request).await.error("malformed_request");
    app.stop().await;
}

#[tokio::test]
async fn a_connection_ends_with_its_session() {
    let app = TestApp::start().await;
    let asked = json!({"session": "token"});
    let answer = app.anonymous().post("/api/v1/auth/guest", &asked).await;
    let token = answer.expect::<AuthAnswer>(StatusCode::CREATED).token;
    let token = token.expect("a token was asked for");
    let mut socket = connect_as(&app, &token).await;
    said(&mut socket).await;
    let left = json!({"leave_guest": true});
    let ended = app.program(&token).post("/api/v1/auth/logout", &left).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let frame = loop {
        if let Heard::Closed(frame) = hear(&mut socket).await {
            break frame.expect("it says why");
        }
    };
    assert_eq!(u16::from(frame.code), 1008);
    app.stop().await;
}
