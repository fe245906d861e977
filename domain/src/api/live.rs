//! The live connection: what the server says over the WebSocket.

use serde::{Deserialize, Serialize};

use crate::{Quote, Timestamp};

/// One message from the server to a client, as JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum LiveMessage {
    /// The first message of a connection: every current quote.
    Hello {
        /// The server's version; a page of another version reloads itself when it can.
        version: String,
        /// The server's clock.
        now: Timestamp,
        /// Every quote.
        quotes: Vec<Quote>,
    },
    /// The quotes that changed since the message before, batched.
    Quotes {
        /// The server's clock.
        now: Timestamp,
        /// The changed quotes.
        quotes: Vec<Quote>,
    },
    /// The server is about to stop: reconnect after a while.
    Closing,
}
