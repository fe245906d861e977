//! The ledger: the facts that changed an account, each chained to the one before by its hash.
//!
//! An account's state is a fold over its entries: [`Replay`] is that fold, and `verify` compares
//! its result with what the database says.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    AccountId, Execution, IdempotencyKey, InstrumentId, Money, Price, Quantity, RestingOrder, Side,
    Timestamp, Xp,
};

mod replay;

pub use replay::{OpenReserve, Replay};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// What kind of fact an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// The account was opened with its starting cash.
    Opened,
    /// Shares were bought.
    Bought,
    /// Shares were sold.
    Sold,
    /// An order was put to rest, and what it may need set aside.
    Placed,
    /// A resting order was cancelled by its player.
    Cancelled,
    /// A resting order's time was over.
    Expired,
    /// A resting order's price came, and it could not be filled.
    Rejected,
}

impl EntryKind {
    /// How databases and the hash write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Bought => "bought",
            Self::Sold => "sold",
            Self::Placed => "placed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
        }
    }

    /// Reads what [`EntryKind::as_str`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let all = [
            Self::Opened,
            Self::Bought,
            Self::Sold,
            Self::Placed,
            Self::Cancelled,
            Self::Expired,
            Self::Rejected,
        ];
        all.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether shares change hands.
    #[must_use]
    pub fn is_trade(self) -> bool {
        matches!(self, Self::Bought | Self::Sold)
    }
}

/// What a trade was of, in an entry. In one of an order that was only placed or ended, nothing is
/// traded: the price is that of its trigger, and every change is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeEntry {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Change of the shares held: below zero for a sale.
    pub quantity_change: Quantity,
    /// Price of one share.
    pub price: Price,
    /// The fee, already inside `cash_change`.
    pub fee: Money,
    /// Change of the position's cost basis.
    pub cost_basis_change: Money,
    /// Profit of a sale; zero for a buy.
    pub realized_profit: Money,
    /// The order that caused it.
    pub order_key: IdempotencyKey,
    /// The player's reason.
    pub reason: Option<String>,
}

/// What an entry changes of that which is set aside: more when an order is put to rest, as much less
/// when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReserveChange {
    /// Change of the cash set aside.
    pub cash: Money,
    /// Change of the shares set aside.
    pub quantity: Quantity,
}

impl ReserveChange {
    fn setting_aside(resting: &RestingOrder) -> Self {
        Self {
            cash: resting.reserve.cash,
            quantity: resting.reserve.quantity,
        }
    }

    fn releasing(resting: &RestingOrder) -> Self {
        let quantity = resting.reserve.quantity.units().saturating_neg();
        Self {
            cash: resting.reserve.cash.negated(),
            quantity: Quantity::from_units(quantity),
        }
    }
}

/// One immutable fact that changed an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its place in the account's ledger, from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of fact.
    pub kind: EntryKind,
    /// Change of the account's cash.
    pub cash_change: Money,
    /// XP that the player earned by it.
    pub xp: Xp,
    /// Of every entry but the opening one: of what.
    pub trade: Option<TradeEntry>,
    /// For an order that rests, or has rested: what it sets aside, or no longer does.
    pub reserve: Option<ReserveChange>,
    /// Hash of the entry before, or the account's first link.
    pub previous_hash: Hash,
}

/// The end of an account's chain: what the next entry builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerHead {
    /// `seq` of the latest entry. It changes with every change of the account, so it is also the
    /// account's version.
    pub version: i64,
    /// Hash of the latest entry.
    pub hash: Hash,
}

impl LedgerHead {
    /// The head of an account without entries. Its link depends on the account, so that a chain
    /// cannot be moved to another account.
    #[must_use]
    pub fn before_first(account: AccountId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest ledger 1\0");
        hasher.update(account.player.0.to_be_bytes());
        hasher.update(account.game.0.to_be_bytes());
        Self {
            version: 0,
            hash: hasher.finalize().into(),
        }
    }

    /// The entry that opens an account.
    #[must_use]
    pub fn opened(self, starting_cash: Money, at: Timestamp) -> LedgerEntry {
        LedgerEntry {
            cash_change: starting_cash,
            ..self.entry(EntryKind::Opened, at)
        }
    }

    /// The entry of an execution.
    #[must_use]
    pub fn executed(
        self,
        execution: &Execution,
        instrument: InstrumentId,
        order_key: &IdempotencyKey,
        reason: Option<&str>,
    ) -> LedgerEntry {
        let fill = &execution.fill;
        let (kind, quantity_change) = match fill.side {
            Side::Buy => (EntryKind::Bought, fill.quantity),
            Side::Sell => (
                EntryKind::Sold,
                Quantity::from_units(fill.quantity.units().saturating_neg()),
            ),
        };
        let trade = TradeEntry {
            instrument,
            quantity_change,
            price: fill.price,
            fee: fill.fee,
            cost_basis_change: fill.cost_basis_change,
            realized_profit: fill.realized_profit,
            order_key: order_key.clone(),
            reason: reason.map(str::to_owned),
        };
        LedgerEntry {
            cash_change: fill.cash_change,
            xp: fill.xp,
            trade: Some(trade),
            ..self.entry(kind, fill.at)
        }
    }

    /// The entry of the execution of an order that has rested.
    #[must_use]
    pub fn executed_resting(
        self,
        execution: &Execution,
        instrument: InstrumentId,
        resting: &RestingOrder,
    ) -> LedgerEntry {
        let (key, reason) = (resting.order.key(), resting.order.reason());
        LedgerEntry {
            reserve: Some(ReserveChange::releasing(resting)),
            ..self.executed(execution, instrument, key, reason)
        }
    }

    /// The entry of an order that is put to rest.
    #[must_use]
    pub fn placed(self, instrument: InstrumentId, resting: &RestingOrder) -> LedgerEntry {
        LedgerEntry {
            trade: Some(nothing_traded(instrument, resting)),
            reserve: Some(ReserveChange::setting_aside(resting)),
            ..self.entry(EntryKind::Placed, resting.placed_at)
        }
    }

    /// The entry of a resting order that ends unfilled: cancelled, expired or rejected.
    #[must_use]
    pub fn ended(
        self,
        kind: EntryKind,
        at: Timestamp,
        instrument: InstrumentId,
        resting: &RestingOrder,
    ) -> LedgerEntry {
        LedgerEntry {
            trade: Some(nothing_traded(instrument, resting)),
            reserve: Some(ReserveChange::releasing(resting)),
            ..self.entry(kind, at)
        }
    }

    /// An entry that changes nothing yet.
    fn entry(self, kind: EntryKind, at: Timestamp) -> LedgerEntry {
        LedgerEntry {
            seq: self.version.saturating_add(1),
            at,
            kind,
            cash_change: Money::ZERO,
            xp: 0,
            trade: None,
            reserve: None,
            previous_hash: self.hash,
        }
    }
}

fn nothing_traded(instrument: InstrumentId, resting: &RestingOrder) -> TradeEntry {
    TradeEntry {
        instrument,
        quantity_change: Quantity::ZERO,
        price: resting.terms.trigger.price(),
        fee: Money::ZERO,
        cost_basis_change: Money::ZERO,
        realized_profit: Money::ZERO,
        order_key: resting.order.key().clone(),
        reason: resting.order.reason().map(str::to_owned),
    }
}

impl LedgerEntry {
    /// SHA-256 over every field in a fixed order: numbers as 8 bytes big-endian, texts with their
    /// length before them, so that no two different entries are written the same.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(self.previous_hash);
        let mut number = |value: i64| hasher.update(value.to_be_bytes());
        number(self.seq);
        number(self.at.micros());
        number(self.cash_change.units());
        number(self.xp);
        hash_text(&mut hasher, self.kind.as_str());
        if let Some(trade) = &self.trade {
            let mut number = |value: i64| hasher.update(value.to_be_bytes());
            number(trade.instrument.0);
            number(trade.quantity_change.units());
            number(trade.price.units());
            number(trade.fee.units());
            number(trade.cost_basis_change.units());
            number(trade.realized_profit.units());
            hash_text(&mut hasher, trade.order_key.as_str());
            hasher.update([u8::from(trade.reason.is_some())]);
            hash_text(&mut hasher, trade.reason.as_deref().unwrap_or_default());
        }
        // Nothing is written where there is none, so that entries from before keep their hash.
        if let Some(reserve) = &self.reserve {
            hasher.update(b"reserve\0");
            hasher.update(reserve.cash.units().to_be_bytes());
            hasher.update(reserve.quantity.units().to_be_bytes());
        }
        hasher.finalize().into()
    }

    /// The head of the chain with this entry as its latest.
    #[must_use]
    pub fn head(&self) -> LedgerHead {
        LedgerHead {
            version: self.seq,
            hash: self.hash(),
        }
    }
}

fn hash_text(hasher: &mut Sha256, text: &str) {
    hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(text.as_bytes());
}

/// Why an entry cannot follow those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerError {
    /// Its `seq` is not one more than the one before.
    Gap {
        /// What it should be.
        expected: i64,
        /// What it is.
        found: i64,
    },
    /// Its `previous_hash` is not the hash of the entry before: one of the two was changed.
    BrokenChain {
        /// The entry whose link does not hold.
        seq: i64,
    },
    /// It would bring cash or a quantity below zero, or its amounts do not fit together.
    Impossible {
        /// The entry.
        seq: i64,
    },
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { expected, found } => {
                write!(f, "entry {expected} is missing (found {found})")
            }
            Self::BrokenChain { seq } => write!(
                f,
                "entry {seq} does not carry the hash of the entry before it"
            ),
            Self::Impossible { seq } => write!(f, "entry {seq} does not fit the entries before it"),
        }
    }
}

impl std::error::Error for LedgerError {}
