//! A page's live connection: kept open, and made anew whenever it breaks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::ensure;
use e2e::wait::PATIENCE;
use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::phone::COOKIE;

/// Before a broken connection is made anew.
const PAUSE: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What has come over it.
#[derive(Debug, Default)]
pub struct Heard {
    connections: AtomicUsize,
    messages: AtomicUsize,
}

impl Heard {
    /// How often it was opened and then said something.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Messages of all its connections.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages.load(Ordering::Relaxed)
    }

    /// Waits until it was opened so often.
    ///
    /// # Errors
    /// When it never is.
    pub async fn wait_for(&self, connections: usize) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.connections() < connections {
            ensure!(
                begin.elapsed() < PATIENCE,
                "the live connection said something {} times, not {connections}",
                self.connections()
            );
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

/// Where a live connection leads, and whose it is.
#[derive(Debug)]
pub struct Line {
    address: String,
    cookie: String,
}

impl Line {
    /// That of a player with a session in a game.
    #[must_use]
    pub fn new(server: SocketAddr, game: &str, session: &str) -> Self {
        Self {
            address: format!("ws://{server}/api/v1/games/{game}/live"),
            cookie: format!("{COOKIE}={session}"),
        }
    }

    /// Listens until it is aborted.
    pub async fn keep(self, heard: Arc<Heard>) {
        loop {
            // However a connection ends, the next one follows.
            let _ = self.listen(&heard).await;
            sleep(PAUSE).await;
        }
    }

    async fn listen(&self, heard: &Heard) -> anyhow::Result<()> {
        let mut request = self.address.as_str().into_client_request()?;
        request.headers_mut().insert("cookie", self.cookie.parse()?);
        let (mut socket, _) = connect_async(request).await?;
        let mut is_silent = true;
        while let Some(message) = socket.next().await {
            if message?.is_text() {
                let opened = usize::from(std::mem::take(&mut is_silent));
                heard.connections.fetch_add(opened, Ordering::Relaxed);
                heard.messages.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}
