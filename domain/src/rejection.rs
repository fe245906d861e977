//! Rejections: why an order is not filled, with the numbers that a player needs to mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Closed, Money, Price, Quantity, Symbol, Timestamp};

mod wire;

/// Why an order is not filled. A rejection changes nothing in the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "code", try_from = "wire::Fields")]
pub enum Rejection {
    /// The order costs more than the account's cash.
    InsufficientCash {
        /// What it costs, fee included.
        needed: Money,
        /// What there is.
        available: Money,
    },
    /// The order sells more than is held.
    InsufficientQuantity {
        /// What it sells.
        needed: Quantity,
        /// What is held.
        available: Quantity,
    },
    /// The order needs more than the cash that is free. Nothing is done in part.
    InsufficientFreeCash {
        /// What it needs, fee included.
        needed: Money,
        /// What is free.
        available: Money,
        /// What open orders have set aside.
        reserved: Money,
    },
    /// The order sells more than the shares that are free. Nothing is done in part.
    InsufficientFreeQuantity {
        /// What it sells.
        needed: Quantity,
        /// What is free.
        available: Quantity,
        /// What open orders have set aside.
        reserved: Quantity,
    },
    /// As many orders rest as may.
    TooManyOpenOrders {
        /// How many may.
        open_orders_max: u32,
    },
    /// The order would have ended before it was placed.
    AlreadyExpired {
        /// When.
        expires_at: Timestamp,
    },
    /// The price has become worse than the guard allows. Nothing was filled.
    PriceMoved {
        /// What the player saw.
        expected: Price,
        /// What it is now.
        actual: Price,
        /// The guard's tolerance in basis points.
        tolerance_bps: u32,
    },
    /// The instrument cannot be traded now.
    NotTradable {
        /// Which.
        symbol: Symbol,
    },
    /// The game does not trade now.
    GameNotOpen {
        /// Why.
        closed: Closed,
    },
    /// The order is worth less than the game allows.
    TooSmall {
        /// The smallest value of an order.
        minimum: Money,
    },
    /// The order is worth more than the game allows.
    TooLarge {
        /// The largest value of an order.
        maximum: Money,
    },
    /// The game trades whole shares only.
    WholeSharesOnly {
        /// What was asked for.
        quantity: Quantity,
    },
}

impl Rejection {
    /// The stable code that programs match.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InsufficientCash { .. } => "insufficient_cash",
            Self::InsufficientQuantity { .. } => "insufficient_quantity",
            Self::InsufficientFreeCash { .. } => "insufficient_free_cash",
            Self::InsufficientFreeQuantity { .. } => "insufficient_free_quantity",
            Self::TooManyOpenOrders { .. } => "too_many_open_orders",
            Self::AlreadyExpired { .. } => "already_expired",
            Self::PriceMoved { .. } => "price_moved",
            Self::NotTradable { .. } => "not_tradable",
            Self::GameNotOpen { .. } => "game_not_open",
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::WholeSharesOnly { .. } => "whole_shares_only",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsufficientCash { needed, available } => {
                write!(f, "You have ${available} and this order costs ${needed}.")
            }
            Self::InsufficientQuantity { needed, available } => {
                write!(
                    f,
                    "You hold {available} shares and this order sells {needed}."
                )
            }
            Self::InsufficientFreeCash {
                needed,
                available,
                reserved,
            } => {
                write!(
                    f,
                    "This order needs ${needed}. You have ${available} free; ${reserved} is set aside for open orders."
                )
            }
            Self::InsufficientFreeQuantity {
                needed,
                available,
                reserved,
            } => {
                write!(
                    f,
                    "This order sells {needed} shares. You have {available} free; {reserved} are set aside for open orders."
                )
            }
            Self::TooManyOpenOrders { open_orders_max } => {
                write!(
                    f,
                    "You have {open_orders_max} open orders, and no more may wait at once."
                )
            }
            Self::AlreadyExpired { expires_at } => {
                write!(
                    f,
                    "This order would have ended at {expires_at}, which is past."
                )
            }
            Self::PriceMoved {
                expected, actual, ..
            } => {
                write!(
                    f,
                    "The price has moved from ${expected} to ${actual}. Nothing was traded."
                )
            }
            Self::NotTradable { symbol } => write!(f, "{symbol} cannot be traded right now."),
            Self::GameNotOpen {
                closed: Closed::NotYetOpen { opens_at },
            } => {
                write!(f, "This game opens at {opens_at}.")
            }
            Self::GameNotOpen {
                closed: Closed::Over { closed_at },
            } => write!(f, "This game ended at {closed_at}."),
            Self::GameNotOpen {
                closed: Closed::Frozen,
            } => f.write_str("The host has paused trading in this game."),
            Self::TooSmall { minimum } => {
                write!(f, "The smallest order in this game is worth ${minimum}.")
            }
            Self::TooLarge { maximum } => {
                write!(f, "The largest order in this game is worth ${maximum}.")
            }
            Self::WholeSharesOnly { quantity } => {
                write!(
                    f,
                    "This game trades whole shares only, and {quantity} is not a whole number."
                )
            }
        }
    }
}

impl std::error::Error for Rejection {}
