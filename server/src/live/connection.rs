//! One connection: what is newest is said, nothing ever queues.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use domain::api::LiveMessage;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};

use super::update::{self, Update};

/// From ping to ping.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client of which nothing was heard for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(60);
/// A client that does not take a message in this time is gone.
const SEND_MAX: Duration = Duration::from_secs(10);

/// The other side is gone, or as good as.
struct Gone;

/// Serves a connection until one of the two sides ends it.
pub async fn serve(
    socket: WebSocket,
    updates: watch::Receiver<Arc<Update>>,
    closing: watch::Receiver<bool>,
) {
    let mut connection = Connection {
        socket,
        updates,
        seen: 0,
        heard_at: Instant::now(),
    };
    // An error only says that the client went first.
    connection.run(closing).await.ok();
}

/// Tells a client that there is no place for it.
pub async fn refuse(mut socket: WebSocket) {
    let message = close(close_code::POLICY, "too many connections");
    send(&mut socket, message).await.ok();
}

struct Connection {
    socket: WebSocket,
    updates: watch::Receiver<Arc<Update>>,
    /// Number of the latest update that was sent.
    seen: u64,
    heard_at: Instant,
}

impl Connection {
    async fn run(&mut self, mut closing: watch::Receiver<bool>) -> Result<(), Gone> {
        self.hello().await?;
        let mut pings = tokio::time::interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = closed(&mut closing) => return self.say_closing().await,
                changed = self.updates.changed() => {
                    if changed.is_err() {
                        return self.say_closing().await;
                    }
                    self.update().await?;
                }
                message = self.socket.recv() => match message {
                    None | Some(Err(_)) | Some(Ok(Message::Close(_))) => return Err(Gone),
                    Some(Ok(_)) => self.heard_at = Instant::now(),
                },
                _ = pings.tick() => self.ping().await?,
            }
        }
    }

    async fn hello(&mut self) -> Result<(), Gone> {
        let update = Arc::clone(&self.updates.borrow_and_update());
        self.seen = update.number;
        self.say(update.hello()).await
    }

    /// The newest update; all quotes when some before it were skipped.
    async fn update(&mut self) -> Result<(), Gone> {
        let update = Arc::clone(&self.updates.borrow_and_update());
        let next = update.number == self.seen.wrapping_add(1);
        self.seen = update.number;
        self.say(if next {
            update.changes()
        } else {
            update.everything()
        })
        .await
    }

    async fn ping(&mut self) -> Result<(), Gone> {
        if self.heard_at.elapsed() > SILENT_MAX {
            return Err(Gone);
        }
        send(&mut self.socket, Message::Ping(Bytes::new())).await
    }

    async fn say_closing(&mut self) -> Result<(), Gone> {
        let message = update::text(&LiveMessage::Closing);
        self.say(message.as_slice()).await?;
        send(
            &mut self.socket,
            close(close_code::RESTART, "the server stops"),
        )
        .await
    }

    async fn say(&mut self, messages: &[Utf8Bytes]) -> Result<(), Gone> {
        for message in messages {
            send(&mut self.socket, Message::Text(message.clone())).await?;
        }
        Ok(())
    }
}

/// Resolves when the server stops, or is gone.
async fn closed(closing: &mut watch::Receiver<bool>) {
    closing.wait_for(|closing| *closing).await.ok();
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    }))
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    let sent = tokio::time::timeout(SEND_MAX, socket.send(message)).await;
    sent.map_err(|_| Gone)?.map_err(|_| Gone)
}
