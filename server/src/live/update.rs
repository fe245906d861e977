//! What is said at one instant: the changes, or everything to those who missed some.

use std::sync::{Arc, OnceLock};

use axum::extract::ws::Utf8Bytes;
use domain::api::LiveMessage;
use domain::{Quote, Timestamp};

use crate::assets;
use crate::market::Snapshot;

/// Quotes in one message: about 150 bytes each, well within [`super::MESSAGE_MAX`].
const QUOTES_MAX: usize = 500;

/// Messages of one instant, written once however many listen.
#[derive(Debug)]
pub struct Update {
    /// Counts the updates: who has seen the one before only needs the changes.
    pub number: u64,
    /// What was true when it was made.
    pub market: Arc<Snapshot>,
    now: Timestamp,
    changes: Vec<Utf8Bytes>,
    everything: OnceLock<Vec<Utf8Bytes>>,
    hello: OnceLock<Vec<Utf8Bytes>>,
}

impl Update {
    /// The update that tells of these changes.
    pub fn new(number: u64, market: Arc<Snapshot>, changed: &[Quote], now: Timestamp) -> Self {
        let changes = batches(changed, now, false);
        let (everything, hello) = Default::default();
        Self {
            number,
            market,
            now,
            changes,
            everything,
            hello,
        }
    }

    /// For a client that has seen the update before.
    pub fn changes(&self) -> &[Utf8Bytes] {
        &self.changes
    }

    /// For a client that has missed some.
    pub fn everything(&self) -> &[Utf8Bytes] {
        self.everything
            .get_or_init(|| batches(&quotes(&self.market), self.now, false))
    }

    /// For a client that has just come.
    pub fn hello(&self) -> &[Utf8Bytes] {
        self.hello
            .get_or_init(|| batches(&quotes(&self.market), self.now, true))
    }
}

/// Every quote of a market at which something trades.
pub fn quotes(market: &Snapshot) -> Vec<Quote> {
    market.quotes().collect()
}

/// The messages that carry these quotes; one at least.
fn batches(quotes: &[Quote], now: Timestamp, hello: bool) -> Vec<Utf8Bytes> {
    let first = quotes.get(..QUOTES_MAX).unwrap_or(quotes);
    let rest = quotes.get(QUOTES_MAX..).unwrap_or_default();
    let batch = |quotes: &[Quote]| LiveMessage::Quotes {
        now,
        quotes: quotes.to_vec(),
    };
    let opening = if hello {
        LiveMessage::Hello {
            version: assets::version(),
            now,
            quotes: first.to_vec(),
        }
    } else {
        batch(first)
    };
    let messages = std::iter::once(opening).chain(rest.chunks(QUOTES_MAX).map(batch));
    messages.filter_map(|message| text(&message)).collect()
}

/// A message as it is sent.
pub fn text(message: &LiveMessage) -> Option<Utf8Bytes> {
    // A struct of texts and numbers is always JSON.
    serde_json::to_string(message).ok().map(Utf8Bytes::from)
}
