//! Live connections: prices, batched, written once and shared by everyone who listens.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::ws::WebSocket;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::LimitConfig;
use crate::market::Market;

mod connection;
mod feed;
mod slots;
mod update;

use slots::Slots;
use update::Update;

/// Bytes of the largest message in either direction.
pub const MESSAGE_MAX: usize = 100 * 1_024;

/// Everyone who listens, cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    updates: watch::Receiver<Arc<Update>>,
    slots: Arc<Slots>,
    closing: watch::Sender<bool>,
}

impl Live {
    /// Starts to tell what changes in a market, until the last of its clones is gone.
    #[must_use]
    pub fn start(market: &Arc<Market>, clock: Arc<dyn Clock>, limits: &LimitConfig) -> Self {
        let closing = watch::Sender::new(false);
        let updates = feed::start(market, clock, closing.subscribe());
        let slots = Arc::new(Slots::new(limits.live_max, limits.live_per_address));
        Self {
            updates,
            slots,
            closing,
        }
    }

    /// Serves a connection until one of the two sides ends it.
    pub async fn serve(self, socket: WebSocket, address: IpAddr) {
        match self.slots.take(address) {
            Some(slot) => {
                connection::serve(socket, self.updates, self.closing.subscribe()).await;
                drop(slot);
            }
            None => connection::refuse(socket).await,
        }
    }

    /// Whether the connections are being closed.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Says on every connection that the server stops. Connections that come later hear it at
    /// once.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until the last connection is gone.
    pub async fn closed(&self) {
        self.slots.empty().await;
    }
}
