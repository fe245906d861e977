//! Whatever is said over the WebSocket, the server goes on.

use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::against_a_server;

/// A frame as a client sends it, right or wrong: its first byte says what it is, its second how
/// long it claims to be.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let frame = prop_oneof![
        3 => (any::<u8>(), any::<u8>(), vec(any::<u8>(), 0..200)).prop_map(|(kind, length, rest)| {
            [vec![kind, length], rest].concat()
        }),
        // Whole text frames, masked with zeros: right to the last byte.
        2 => vec(any::<u8>(), 0..126).prop_map(|text| {
            let length = u8::try_from(text.len()).unwrap_or_default();
            [vec![0x81, 0x80 | length, 0, 0, 0, 0], text].concat()
        }),
        // One that claims to be larger than any that is taken.
        1 => Just([vec![0x82, 0xff], vec![0x7f; 8], vec![0; 4]].concat()),
        1 => vec(any::<u8>(), 0..400),
    ];
    vec(frame, 0..6).prop_map(|frames| frames.concat())
}

#[test]
fn whatever_is_said_over_a_connection_ends_that_connection_at_most() {
    against_a_server(&frames(), async |app, player, said| {
        let mut stream = TcpStream::connect(&app.address)
            .await
            .expect("the server takes connections");
        let upgrade = format!(
            "GET /api/v1/games/open/live HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
            app.address
        );
        stream
            .write_all(upgrade.as_bytes())
            .await
            .expect("it reads");
        let mut heard = [0; 12];
        stream.read_exact(&mut heard).await.expect("it answers");
        assert_eq!(&heard, b"HTTP/1.1 101");
        // It may have ended the connection before it has heard everything.
        let _ = stream.write_all(&said).await;
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert_eq!(player.get("/health/ready").await.status, StatusCode::OK);
    });
}
