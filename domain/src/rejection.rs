//! Rejections: why an order is not filled, with the numbers that a player needs to fix it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::with_groups;
use crate::{Closed, Money, Price, Quantity, Symbol, Timestamp};

mod time;
mod wire;

pub use time::age;
use time::minute;

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
    /// The order needs more cash than is free. Orders are never filled in part.
    InsufficientFreeCash {
        /// What it needs, fee included.
        needed: Money,
        /// What is free.
        available: Money,
        /// What open orders have set aside.
        reserved: Money,
    },
    /// The order sells more shares than are free. Orders are never filled in part.
    InsufficientFreeQuantity {
        /// What it sells.
        needed: Quantity,
        /// What is free.
        available: Quantity,
        /// What open orders have set aside.
        reserved: Quantity,
    },
    /// The account has reached its limit of resting orders.
    TooManyOpenOrders {
        /// The limit.
        open_orders_max: u32,
    },
    /// The order's expiry is already past.
    AlreadyExpired {
        /// When.
        expires_at: Timestamp,
    },
    /// The price has become worse than the guard allows. Nothing was filled.
    PriceMoved {
        /// What the player saw.
        expected: Price,
        /// The price now.
        actual: Price,
        /// The guard's tolerance in basis points.
        tolerance_bps: u32,
    },
    /// The instrument cannot be traded at the moment.
    NotTradable {
        /// Which.
        symbol: Symbol,
    },
    /// The game is closed for trading.
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
    /// The amount is too small for one share, or for the smallest fraction of one.
    BelowOneShare {
        /// What was asked for.
        amount: Money,
        /// The smallest amount that is enough; for a purchase, fee included.
        needed: Money,
        /// The smallest quantity that the game trades: one share, or the smallest fraction of one.
        quantity: Quantity,
    },
    /// The fixed part of the fee uses up the whole amount.
    AmountBelowFee {
        /// The amount to spend.
        amount: Money,
        /// The fixed part of the fee.
        fee: Money,
    },
    /// The game does not allow purchases in the instrument's category.
    CategoryNotAllowed {
        /// Which instrument.
        symbol: Symbol,
    },
    /// The price is below the game's lowest price to buy at.
    PriceBelowMinimum {
        /// The price now.
        price: Price,
        /// The lowest price to buy at.
        price_min: Price,
    },
    /// The position would cost more than the game allows for one instrument.
    PositionTooLarge {
        /// The total cost that the position would have reached.
        position: Money,
        /// The most that a position may cost.
        maximum: Money,
    },
    /// The latest purchase is too recent for a sale.
    HeldTooShort {
        /// When it may be sold.
        sellable_at: Timestamp,
    },
    /// The latest price is too old to trade at. A waiting order can wait for the next one.
    StaleQuote {
        /// Which instrument.
        symbol: Symbol,
        /// When the price was true.
        quoted_at: Timestamp,
        /// Seconds that have passed since then.
        age_s: u64,
    },
    /// Trading of the instrument is halted after big news. A waiting order can wait for its end.
    Halted {
        /// Which instrument.
        symbol: Symbol,
        /// When trading goes on, on the market's clock.
        halted_until: Timestamp,
    },
    /// The sale names a lot that the position does not have, or no longer has.
    UnknownLot {
        /// When the lot would have been bought.
        acquired_at: Timestamp,
    },
    /// The sale names more shares of a lot than it has.
    InsufficientLot {
        /// When the lot was bought.
        acquired_at: Timestamp,
        /// Shares that the sale asks for.
        needed: Quantity,
        /// Shares left in the lot.
        available: Quantity,
    },
}

impl Rejection {
    /// The stable code that clients match on.
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
            Self::BelowOneShare { .. } => "below_one_share",
            Self::AmountBelowFee { .. } => "amount_below_fee",
            Self::CategoryNotAllowed { .. } => "category_not_allowed",
            Self::PriceBelowMinimum { .. } => "price_below_minimum",
            Self::PositionTooLarge { .. } => "position_too_large",
            Self::HeldTooShort { .. } => "held_too_short",
            Self::StaleQuote { .. } => "stale_quote",
            Self::Halted { .. } => "halted",
            Self::UnknownLot { .. } => "unknown_lot",
            Self::InsufficientLot { .. } => "insufficient_lot",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_groups(&Words(self).to_string()))
    }
}

/// The message, with amounts formatted as in JSON.
struct Words<'a>(&'a Rejection);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_words(f)
    }
}

impl Rejection {
    fn write_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
                    "This order would have ended on {}, which is past.",
                    minute(*expires_at)
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
                write!(f, "This game opens on {}.", minute(*opens_at))
            }
            Self::GameNotOpen {
                closed: Closed::Over { closed_at },
            } => write!(f, "This game ended on {}.", minute(*closed_at)),
            Self::GameNotOpen {
                closed: Closed::Frozen,
            } => f.write_str("The host has paused trading in this game."),
            Self::GameNotOpen {
                closed: Closed::OutsideHours { opens_at },
            } => write!(
                f,
                "Trading in this game begins again on {}.",
                minute(*opens_at)
            ),
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
            Self::BelowOneShare {
                amount,
                needed,
                quantity,
            } if quantity.is_whole() => {
                write!(
                    f,
                    "This game trades whole shares only. {quantity} share is ${needed}, and ${amount} is not enough for it."
                )
            }
            Self::BelowOneShare {
                amount,
                needed,
                quantity,
            } => {
                write!(
                    f,
                    "The smallest part of a share that can be traded is {quantity}, which is ${needed}. ${amount} is not enough for it."
                )
            }
            Self::AmountBelowFee { amount, fee } => {
                write!(f, "The fee alone is ${fee}, so ${amount} buys nothing.")
            }
            Self::CategoryNotAllowed { symbol } => {
                write!(
                    f,
                    "The rules of this game do not allow buying {symbol}: its category is not among those allowed."
                )
            }
            Self::PriceBelowMinimum { price, price_min } => {
                write!(
                    f,
                    "In this game you can only buy shares from ${price_min} up, and the price is ${price}."
                )
            }
            Self::PositionTooLarge { position, maximum } => {
                write!(
                    f,
                    "This game allows ${maximum} in one company, and this order would make it ${position}."
                )
            }
            Self::HeldTooShort { sellable_at } => {
                write!(
                    f,
                    "This game has you hold shares for a while first: you can sell from {} on.",
                    minute(*sellable_at)
                )
            }
            Self::StaleQuote { symbol, age_s, .. } => {
                let (count, unit) = age(*age_s);
                write!(
                    f,
                    "The latest price of {symbol} is {count} {unit} old, so nothing was traded. A limit order can wait for the next price."
                )
            }
            Self::Halted {
                symbol,
                halted_until,
            } => {
                write!(
                    f,
                    "{symbol} pauses until {} on the market's clock, so that everybody can read its news. Nothing was traded; a limit order can wait.",
                    minute(*halted_until)
                )
            }
            Self::UnknownLot { acquired_at } => {
                write!(
                    f,
                    "You hold no shares that were bought on {}.",
                    minute(*acquired_at)
                )
            }
            Self::InsufficientLot {
                acquired_at,
                needed,
                available,
            } => {
                write!(
                    f,
                    "Of the shares bought on {} you hold {available}, and this order sells {needed} of them.",
                    minute(*acquired_at)
                )
            }
        }
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests;
