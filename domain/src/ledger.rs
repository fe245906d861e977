//! The ledger: the facts that changed an account, each chained to the one before by its hash.
//!
//! An account's state is a fold over its entries: [`Replay`] is that fold, and `verify` compares
//! its result with what the database says.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Account, AccountId, Execution, IdempotencyKey, InstrumentId, Money, Position, Price, Quantity,
    Side, Timestamp, Xp,
};

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
}

impl EntryKind {
    /// How databases and the hash write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Bought => "bought",
            Self::Sold => "sold",
        }
    }

    /// Reads what [`EntryKind::as_str`] wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Opened, Self::Bought, Self::Sold]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// What a trade was of, in an entry.
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
    /// For a trade: of what.
    pub trade: Option<TradeEntry>,
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
        self.entry(EntryKind::Opened, at, starting_cash, 0, None)
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
        self.entry(kind, fill.at, fill.cash_change, fill.xp, Some(trade))
    }

    fn entry(
        self,
        kind: EntryKind,
        at: Timestamp,
        cash_change: Money,
        xp: Xp,
        trade: Option<TradeEntry>,
    ) -> LedgerEntry {
        let seq = self.version.saturating_add(1);
        LedgerEntry {
            seq,
            at,
            kind,
            cash_change,
            xp,
            trade,
            previous_hash: self.hash,
        }
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

/// An account rebuilt from its ledger, entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The end of the chain so far.
    pub head: LedgerHead,
    /// Cash and realized profit so far.
    pub account: Account,
    /// Positions so far, those sold out included.
    pub positions: BTreeMap<InstrumentId, Position>,
    /// XP that the entries brought.
    pub xp: Xp,
}

impl Replay {
    /// Before the first entry.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self {
            head: LedgerHead::before_first(account),
            account: Account::opened_with(Money::ZERO),
            positions: BTreeMap::new(),
            xp: 0,
        }
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// A [`LedgerError`] that names the entry; the state is then what it was before.
    pub fn apply(&mut self, entry: &LedgerEntry) -> Result<(), LedgerError> {
        let expected = self.head.version.saturating_add(1);
        if entry.seq != expected {
            return Err(LedgerError::Gap {
                expected,
                found: entry.seq,
            });
        }
        if entry.previous_hash != self.head.hash {
            return Err(LedgerError::BrokenChain { seq: entry.seq });
        }
        self.apply_amounts(entry)
            .ok_or(LedgerError::Impossible { seq: entry.seq })?;
        self.head = entry.head();
        Ok(())
    }

    fn apply_amounts(&mut self, entry: &LedgerEntry) -> Option<()> {
        let cash = self
            .account
            .cash
            .checked_add(entry.cash_change)
            .filter(|cash| !cash.is_negative())?;
        let xp = self.xp.checked_add(entry.xp)?;
        if let Some(trade) = &entry.trade {
            let before = self
                .positions
                .get(&trade.instrument)
                .cloned()
                .unwrap_or_default();
            let after = position_after(&before, entry, trade)?;
            self.account.realized_profit = self
                .account
                .realized_profit
                .checked_add(trade.realized_profit)?;
            let (held, holds) = (before.quantity.is_positive(), after.quantity.is_positive());
            let opened = self
                .account
                .positions_held
                .checked_add(u32::from(holds && !held))?;
            self.account.positions_held = opened.checked_sub(u32::from(held && !holds))?;
            self.positions.insert(trade.instrument, after);
        }
        self.account.cash = cash;
        self.xp = xp;
        Some(())
    }
}

fn position_after(before: &Position, entry: &LedgerEntry, trade: &TradeEntry) -> Option<Position> {
    let after = match entry.kind {
        EntryKind::Opened => return None,
        EntryKind::Bought => {
            before.after_purchase(trade.quantity_change, entry.cash_change.negated(), entry.at)?
        }
        EntryKind::Sold => {
            let quantity = Quantity::ZERO.checked_sub(trade.quantity_change)?;
            before.after_sale(quantity, entry.cash_change, entry.at)?.0
        }
    };
    let fits = after.cost_basis.checked_sub(before.cost_basis)? == trade.cost_basis_change
        && after.realized_profit.checked_sub(before.realized_profit)? == trade.realized_profit;
    fits.then_some(after)
}
