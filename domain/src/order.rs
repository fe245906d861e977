//! Orders: what a player asks for. Validated on construction, so that no malformed order can exist.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Money, Price, Quantity, Symbol, Timestamp, wire};

mod lots;

pub use lots::{ChosenLot, LotChoice};

/// Buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Shares for cash.
    Buy,
    /// Cash for shares.
    Sell,
}

impl Side {
    /// `buy` or `sell`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

/// How much: a number of shares, or the shares that an amount of money covers.
///
/// Both are above zero in every order. An amount to buy with includes the fee; an amount to sell
/// is the value of the shares sold, before the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "SizeFields")]
pub enum Size {
    /// A number of shares.
    Quantity(Quantity),
    /// As many shares as an amount of money covers.
    Amount(Money),
}

/// [`Size`] as deserialized: exactly one of the fields is set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizeFields {
    quantity: Option<Quantity>,
    amount: Option<Money>,
}

impl TryFrom<SizeFields> for Size {
    type Error = &'static str;

    fn try_from(fields: SizeFields) -> Result<Self, Self::Error> {
        match (fields.quantity, fields.amount) {
            (Some(quantity), None) => Ok(Self::Quantity(quantity)),
            (None, Some(amount)) => Ok(Self::Amount(amount)),
            _ => Err("must give either quantity or amount"),
        }
    }
}

/// The price that the player saw, and how much worse the real one may be.
///
/// A buy is filled at up to `expected` plus the tolerance, a sale at down to `expected` minus it;
/// a better price is always taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceGuard {
    /// The price on which the player decided.
    pub expected: Price,
    /// How much worse the price may have become, in basis points; 0 to 10,000.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_000))]
    pub tolerance_bps: u32,
}

/// What an order waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", try_from = "TriggerFields")]
pub enum Trigger {
    /// A price as good as this or better: a purchase waits for a fall, a sale for a rise.
    Limit(Price),
    /// A price as bad as this or worse: a sale that limits a loss, a purchase that follows a rise.
    Stop(Price),
}

/// [`Trigger`] as deserialized: exactly one of the fields is set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggerFields {
    limit: Option<Price>,
    stop: Option<Price>,
}

impl TryFrom<TriggerFields> for Trigger {
    type Error = &'static str;

    fn try_from(fields: TriggerFields) -> Result<Self, Self::Error> {
        match (fields.limit, fields.stop) {
            (Some(limit), None) => Ok(Self::Limit(limit)),
            (None, Some(stop)) => Ok(Self::Stop(stop)),
            _ => Err("must give either limit or stop"),
        }
    }
}

impl Trigger {
    /// The price that the order waits for.
    #[must_use]
    pub fn price(self) -> Price {
        match self {
            Self::Limit(price) | Self::Stop(price) => price,
        }
    }
}

/// What an order waits for, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// What it waits for.
    pub trigger: Trigger,
    /// When it ends unfilled; none: it is good till cancelled.
    pub expires_at: Option<Timestamp>,
}

/// A client's name for one order, unique in the account: a repeat gets the first answer. 8 to 64 of
/// `A-Z`, `a-z`, `0-9`, `-` and `_`. Only the keys of postings begin with `posting:`, which a
/// client's key cannot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The prefix of the keys of postings.
    const POSTING: &'static str = "posting:";

    /// The key of the posting with this name; a posting's key stays as it is.
    #[must_use]
    pub fn of_posting(&self) -> Self {
        if self.is_posting() {
            return self.clone();
        }
        Self(format!("{}{}", Self::POSTING, self.0))
    }

    /// Whether it names a posting rather than a player's order.
    #[must_use]
    pub fn is_posting(&self) -> bool {
        self.0.starts_with(Self::POSTING)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a request cannot be turned into an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderError {
    /// The idempotency key is not 8 to 64 of the allowed characters.
    Key,
    /// The quantity or amount is zero or below.
    NotPositive,
    /// The expected price is zero or below, or the tolerance is over 10,000 basis points.
    Guard,
    /// The reason is longer than [`Order::REASON_MAX`] characters, or contains a NUL, which databases cannot
    /// store in text.
    Reason,
    /// The price that the order waits for is zero or below.
    Trigger,
    /// The order has a guard although it waits for a price: that price is its guard.
    GuardedTrigger,
    /// The order expires but does not wait for anything.
    Expiry,
    /// A buy order names lots.
    LotsOfPurchase,
    /// The order names lots and waits for a price: the lots may be gone by then.
    LotsWait,
    /// The list of lots is empty, too long, or has a duplicate or a lot with no shares.
    LotsUnclear,
    /// The lots do not add up to the shares of the order.
    LotsSum,
}

impl OrderError {
    /// The invalid field of the request.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Key => "idempotency_key",
            Self::NotPositive => "size",
            Self::Guard | Self::GuardedTrigger => "guard",
            Self::Trigger => "trigger",
            Self::Expiry => "expires_at",
            Self::Reason => "reason",
            Self::LotsOfPurchase | Self::LotsWait | Self::LotsUnclear | Self::LotsSum => "lots",
        }
    }
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "is not 8 to 64 letters, digits, '-' or '_'",
            Self::NotPositive => "must be above zero",
            Self::Guard => {
                "must have a price above zero and a tolerance of at most 10000 basis points"
            }
            Self::Trigger => "must have a price above zero",
            Self::GuardedTrigger => "must be left out where a trigger has the price",
            Self::Expiry => "must be left out where there is no trigger",
            Self::Reason => "must be at most 500 characters, without NUL",
            Self::LotsOfPurchase => "must be left out where nothing is sold",
            Self::LotsWait => "must be left out where the order waits for a price",
            Self::LotsUnclear => {
                "must name 1 to 50 purchases, each once and with a number of shares above zero"
            }
            Self::LotsSum => "must add up to the number of shares that the order sells",
        })
    }
}

impl std::error::Error for OrderError {}

impl FromStr for IdempotencyKey {
    type Err = OrderError;

    fn from_str(text: &str) -> Result<Self, OrderError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let name = text.strip_prefix(Self::POSTING).unwrap_or(text);
        let fits = (8..=64).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Self(text.to_owned())).ok_or(OrderError::Key)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

wire::as_string!(
    IdempotencyKey,
    "an idempotency key: 8 to 64 letters, digits, '-' or '_'",
    "^[A-Za-z0-9_-]{8,64}$"
);

/// An order at the current quote, or on terms. Its amounts are above zero and its texts within
/// their limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    key: IdempotencyKey,
    symbol: Symbol,
    side: Side,
    size: Size,
    guard: Option<PriceGuard>,
    reason: Option<String>,
    terms: Option<Terms>,
    lots: LotChoice,
}

impl Order {
    /// Maximum length of a reason in characters.
    pub const REASON_MAX: usize = 500;

    /// Makes an order.
    ///
    /// # Errors
    /// An [`OrderError`] that names the invalid field.
    pub fn new(
        key: IdempotencyKey,
        symbol: Symbol,
        side: Side,
        size: Size,
        guard: Option<PriceGuard>,
        reason: Option<&str>,
    ) -> Result<Self, OrderError> {
        if key.is_posting() {
            return Err(OrderError::Key);
        }
        let positive = match size {
            Size::Quantity(quantity) => quantity.is_positive(),
            Size::Amount(amount) => amount.is_positive(),
        };
        if !positive {
            return Err(OrderError::NotPositive);
        }
        if guard.is_some_and(|guard| !guard.expected.is_positive() || guard.tolerance_bps > 10_000)
        {
            return Err(OrderError::Guard);
        }
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let unfit =
            |reason: &str| reason.contains('\0') || reason.chars().count() > Self::REASON_MAX;
        if reason.is_some_and(unfit) {
            return Err(OrderError::Reason);
        }
        Ok(Self {
            key,
            symbol,
            side,
            size,
            guard,
            reason: reason.map(str::to_owned),
            terms: None,
            lots: LotChoice::Oldest,
        })
    }

    /// The same order, waiting for a price.
    ///
    /// # Errors
    /// An [`OrderError`] when the price is not above zero, or the order has a guard or names lots.
    pub fn on_terms(self, terms: Terms) -> Result<Self, OrderError> {
        if !self.lots.is_oldest() {
            return Err(OrderError::LotsWait);
        }
        if !terms.trigger.price().is_positive() {
            return Err(OrderError::Trigger);
        }
        if self.guard.is_some() {
            return Err(OrderError::GuardedTrigger);
        }
        Ok(Self {
            terms: Some(terms),
            ..self
        })
    }

    /// The client's idempotency key for it.
    #[must_use]
    pub fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// What to trade.
    #[must_use]
    pub fn symbol(&self) -> Symbol {
        self.symbol
    }

    /// Buy or sell.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// How much.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The guard on the price.
    #[must_use]
    pub fn guard(&self) -> Option<PriceGuard> {
        self.guard
    }

    /// What it waits for; none: it is filled at the current quote or not at all.
    #[must_use]
    pub fn terms(&self) -> Option<Terms> {
        self.terms
    }

    /// Why the player does it, in the player's words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

#[cfg(test)]
mod tests;
