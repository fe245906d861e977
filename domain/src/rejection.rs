//! Rejections: why an order is not filled, with the numbers that a player needs to fix it.

use serde::{Deserialize, Serialize};

use crate::{Closed, Money, Price, Quantity, Symbol, Timestamp};

mod time;
mod wire;
mod words;

pub use time::age;

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

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests;
