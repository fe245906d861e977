//! The live connection: what the server says over the WebSocket.

use serde::{Deserialize, Serialize};

use crate::api::{AdviceState, OrderStatus, UnlockView};
use crate::{IdempotencyKey, Quote, Symbol, Timestamp, Xp};

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
    /// The quotes that changed since the previous message, batched.
    Quotes {
        /// The server's clock.
        now: Timestamp,
        /// The changed quotes.
        quotes: Vec<Quote>,
    },
    /// The player's own account changed, here or elsewhere; only where somebody is logged in.
    Account {
        /// Its version after that.
        account_version: i64,
        /// The player's XP after that.
        xp: Xp,
        /// The part of it that neither a trade nor an achievement earned.
        awarded: Xp,
        /// Order updates, oldest first.
        orders: Vec<OrderNews>,
        /// More happened than is reported here: reload the account.
        missed: bool,
    },
    /// What the player has just achieved: the first immediately, any within the next two seconds
    /// together; only where somebody is logged in.
    Progress {
        /// Achievements, in the order of their unlocks.
        unlocked: Vec<UnlockView>,
        /// The number of further unlocks beyond those listed.
        more: u32,
        /// The new level; none when it stayed the same.
        level: Option<u32>,
    },
    /// The player's notifications changed, here or elsewhere; only where somebody is logged in.
    Notifications {
        /// Unread notifications, counted up to 100.
        unread: u32,
    },
    /// The player's rank in the game by its measure, when it has changed, at most every two seconds; only
    /// where somebody is logged in.
    Rank {
        /// From 1.
        rank: u32,
    },
    /// A rebalancing that the player requested has ended; only where somebody is logged in.
    Rebalancing {
        /// Its id.
        id: String,
        /// How it ended.
        state: AdviceState,
    },
    /// The server is about to stop: reconnect after a while.
    Closing,
}

/// An order update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderNews {
    /// The order's idempotency key.
    pub idempotency_key: IdempotencyKey,
    /// What it is for.
    pub symbol: Symbol,
    /// Its state now.
    pub status: OrderStatus,
    /// Whether it had waited for its price.
    pub rested: bool,
}

/// All fields that a message may carry, so that parsing needs a single pass.
#[derive(Deserialize)]
struct Fields {
    r#type: String,
    version: Option<String>,
    now: Option<Timestamp>,
    quotes: Option<Vec<Quote>>,
    account_version: Option<i64>,
    xp: Option<Xp>,
    awarded: Option<Xp>,
    orders: Option<Vec<OrderNews>>,
    missed: Option<bool>,
    unlocked: Option<Vec<UnlockView>>,
    more: Option<u32>,
    level: Option<u32>,
    unread: Option<u32>,
    rank: Option<u32>,
    id: Option<String>,
    state: Option<AdviceState>,
}

impl TryFrom<Fields> for LiveMessage {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields {
            r#type,
            version,
            now,
            quotes,
            account_version,
            xp,
            awarded,
            orders,
            missed,
            unlocked,
            more,
            level,
            unread,
            rank,
            id,
            state,
        } = fields;
        match (r#type.as_str(), now, quotes) {
            ("hello", Some(now), Some(quotes)) => Ok(Self::Hello {
                version: version.ok_or(INCOMPLETE)?,
                now,
                quotes,
            }),
            ("quotes", Some(now), Some(quotes)) => Ok(Self::Quotes { now, quotes }),
            ("account", ..) => Ok(Self::Account {
                account_version: account_version.ok_or(INCOMPLETE)?,
                xp: xp.ok_or(INCOMPLETE)?,
                awarded: awarded.unwrap_or_default(),
                orders: orders.unwrap_or_default(),
                missed: missed.unwrap_or_default(),
            }),
            ("progress", ..) => Ok(Self::Progress {
                unlocked: unlocked.unwrap_or_default(),
                more: more.unwrap_or_default(),
                level,
            }),
            ("notifications", ..) => Ok(Self::Notifications {
                unread: unread.ok_or(INCOMPLETE)?,
            }),
            ("rank", ..) => Ok(Self::Rank {
                rank: rank.ok_or(INCOMPLETE)?,
            }),
            ("rebalancing", ..) => Ok(Self::Rebalancing {
                id: id.ok_or(INCOMPLETE)?,
                state: state.ok_or(INCOMPLETE)?,
            }),
            ("closing", ..) => Ok(Self::Closing),
            _ => Err(INCOMPLETE),
        }
    }
}

const INCOMPLETE: &str = "not a message of the live connection";

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
            LiveMessage::Account {
                account_version: 4,
                xp: 25,
                awarded: 10,
                orders: vec![OrderNews {
                    idempotency_key: "order-0001".parse().unwrap(),
                    symbol: "ACME".parse().unwrap(),
                    status: OrderStatus::Filled,
                    rested: true,
                }],
                missed: false,
            },
            LiveMessage::Progress {
                unlocked: vec![UnlockView {
                    achievement: "first-trade".parse().unwrap(),
                    name: "First trade".into(),
                    icon: "first".into(),
                    xp: 100,
                }],
                more: 2,
                level: Some(3),
            },
            LiveMessage::Notifications { unread: 3 },
            LiveMessage::Rank { rank: 12 },
            LiveMessage::Rebalancing {
                id: "7".into(),
                state: AdviceState::Completed,
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
