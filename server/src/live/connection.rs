//! One connection: what is newest is said, nothing ever queues.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use domain::api::LiveMessage;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{self, error::ProtocolError};
use tokio_util::sync::CancellationToken;
use web::language::Texts;

use super::accounts::Mailbox;
use super::update::{self, Update};

/// From ping to ping.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that stays silent this long is considered gone.
const SILENT_MAX: Duration = Duration::from_secs(60);
/// A client that does not take a message in this time is gone.
const SEND_MAX: Duration = Duration::from_secs(10);

/// The other side is gone, or as good as.
struct Gone;

/// Serves a connection until one of the two sides ends it.
pub async fn serve(
    socket: WebSocket,
    updates: watch::Receiver<Arc<Update>>,
    (mailbox, texts): (Option<Mailbox>, Texts),
    closing: CancellationToken,
) {
    let mut connection = Connection {
        socket,
        updates,
        mailbox,
        texts,
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
    /// News of the player's account.
    mailbox: Option<Mailbox>,
    texts: Texts,
    /// Number of the latest update that was sent.
    seen: u64,
    heard_at: Instant,
}

impl Connection {
    async fn run(&mut self, closing: CancellationToken) -> Result<(), Gone> {
        self.hello().await?;
        let mut pings = tokio::time::interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = closing.cancelled() => return self.say_closing().await,
                changed = self.updates.changed() => {
                    if changed.is_err() {
                        return self.say_closing().await;
                    }
                    self.update().await?;
                }
                news = next(&mut self.mailbox) => match news {
                    Some(news) => {
                        let news = told_in(self.texts, news);
                        self.say(update::text(&news).as_slice()).await?;
                    }
                    None => return self.say_ended().await,
                },
                message = self.socket.recv() => match message {
                    None => return Err(Gone),
                    Some(Ok(Message::Close(_))) => return self.finish_closing().await,
                    Some(Ok(_)) => self.heard_at = Instant::now(),
                    Some(Err(error)) => return self.say_fault(error).await,
                },
                _ = pings.tick() => {
                    if !self.is_valid().await {
                        return self.say_ended().await;
                    }
                    self.ping().await?;
                },
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

    /// The answer to a close frame is ready: reading on sends it.
    async fn finish_closing(&mut self) -> Result<(), Gone> {
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        tokio::time::timeout(SEND_MAX, rest).await.map_err(|_| Gone)
    }

    /// Closes a connection on which the client broke a rule, with the code of RFC 6455 for it.
    async fn say_fault(&mut self, error: axum::Error) -> Result<(), Gone> {
        let (code, reason) = fault(error).ok_or(Gone)?;
        send(&mut self.socket, close(code, reason)).await
    }

    /// Also a session that another server has ended, or time.
    async fn is_valid(&mut self) -> bool {
        match self.mailbox.as_ref().map(Mailbox::is_valid) {
            Some(is_valid) => is_valid.await,
            None => true,
        }
    }

    async fn say_ended(&mut self) -> Result<(), Gone> {
        let message = close(close_code::POLICY, "the session has ended");
        send(&mut self.socket, message).await
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

/// The next news, none when the session has ended; never without a mailbox.
async fn next(mailbox: &mut Option<Mailbox>) -> Option<LiveMessage> {
    match mailbox {
        Some(mailbox) => mailbox.next().await,
        None => std::future::pending().await,
    }
}

/// News with the names of achievements in a language.
fn told_in(texts: Texts, mut news: LiveMessage) -> LiveMessage {
    if let LiveMessage::Progress { unlocked, .. } = &mut news {
        for unlock in unlocked {
            unlock.name = texts.said(&unlock.name);
        }
    }
    news
}

/// What a client did wrong, by its code; none when it is only gone.
fn fault(error: axum::Error) -> Option<(u16, &'static str)> {
    let error = error.into_inner().downcast::<tungstenite::Error>().ok()?;
    match *error {
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        tungstenite::Error::Protocol(_) => Some((close_code::PROTOCOL, "not a frame of RFC 6455")),
        tungstenite::Error::Utf8(_) => Some((close_code::INVALID, "text that is not UTF-8")),
        tungstenite::Error::Capacity(_) => Some((close_code::SIZE, "too large a message")),
        _ => None,
    }
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
