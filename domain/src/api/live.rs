//! The live connection: what the server says over the WebSocket.

use serde::{Deserialize, Serialize};

use crate::{Quote, Timestamp};

/// One message from the server to a client, as JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type", try_from = "Fields")]
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

/// All that a message may carry, so that reading one needs no second look.
#[derive(Deserialize)]
struct Fields {
    r#type: String,
    version: Option<String>,
    now: Option<Timestamp>,
    quotes: Option<Vec<Quote>>,
}

impl TryFrom<Fields> for LiveMessage {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields {
            r#type,
            version,
            now,
            quotes,
        } = fields;
        match (r#type.as_str(), version, now, quotes) {
            ("hello", Some(version), Some(now), Some(quotes)) => Ok(Self::Hello {
                version,
                now,
                quotes,
            }),
            ("quotes", _, Some(now), Some(quotes)) => Ok(Self::Quotes { now, quotes }),
            ("closing", ..) => Ok(Self::Closing),
            _ => Err("not a message of the live connection"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_as_it_was_written() {
        let now = Timestamp::from_seconds(7);
        let messages = [
            LiveMessage::Hello {
                version: "1".into(),
                now,
                quotes: Vec::new(),
            },
            LiveMessage::Quotes {
                now,
                quotes: Vec::new(),
            },
            LiveMessage::Closing,
        ];
        for message in messages {
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<LiveMessage>(&text).unwrap(), message);
        }
        for text in [r#"{"type":"hello"}"#, r#"{"type":"other"}"#, "{}"] {
            assert!(serde_json::from_str::<LiveMessage>(text).is_err(), "{text}");
        }
    }
}
