//! The chain: each entry carries the hash of the previous one, so that no entry can be changed,
//! inserted or removed unnoticed.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ledger::{Fact, FactKind, ReleaseCause, Trade, TradeMarks, WaitedFor, WordsDigest};
use crate::{
    AccountId, Execution, InstrumentId, LotChoice, Money, Order, RestingOrder, Side, Timestamp,
    Trigger, Xp,
};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The version of the hashed bytes.
const VERSION: u8 = 1;

/// One immutable fact that changed an account, with its place in the account's ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Counts the account's entries, from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The fact.
    pub fact: Fact,
    /// Hash of the previous entry, or the account's first link.
    pub previous_hash: Hash,
}

impl LedgerEntry {
    /// What kind of fact it states.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        self.fact.kind()
    }

    /// Change of the account's cash.
    #[must_use]
    pub fn cash_change(&self) -> Money {
        self.fact.cash_change()
    }

    /// XP that the player earned by it.
    #[must_use]
    pub fn xp(&self) -> Xp {
        self.fact.xp()
    }

    /// SHA-256 over a tag, the version of the encoding, the previous hash, `seq` and instant as 8 bytes
    /// big-endian each, and the fact in the encoding of [`Fact::to_bytes`].
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest entry\0");
        hasher.update([VERSION]);
        hasher.update(self.previous_hash);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.micros().to_be_bytes());
        hasher.update(self.fact.to_bytes());
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

impl Fact {
    /// The fact as it is hashed and stored: [postcard](https://postcard.jamesmunns.com/wire-format),
    /// with amounts as whole numbers of their smallest unit, instants in microseconds and days in
    /// days since 1970.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Facts are plain data with sequences of known length: encoding cannot fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`Fact::to_bytes`] wrote; none when it is anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (fact, rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        // One canonical form per fact: bytes that encode it differently are rejected.
        (rest.is_empty() && fact.to_bytes() == bytes).then_some(fact)
    }
}

/// The head of an account's chain, which the next entry builds on.
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
        hasher.update(b"tickerquest ledger\0");
        hasher.update([VERSION]);
        hasher.update(account.player.0.to_be_bytes());
        hasher.update(account.game.0.to_be_bytes());
        Self {
            version: 0,
            hash: hasher.finalize().into(),
        }
    }

    /// Creates the entry that states a fact after this head.
    #[must_use]
    pub fn entry(self, at: Timestamp, fact: Fact) -> LedgerEntry {
        LedgerEntry {
            seq: self.version.saturating_add(1),
            at,
            fact,
            previous_hash: self.hash,
        }
    }

    /// The entry that opens an account.
    #[must_use]
    pub fn opened(self, cash: Money, at: Timestamp) -> LedgerEntry {
        self.entry(at, Fact::Opened { cash })
    }

    /// The entry of an execution.
    #[must_use]
    pub fn executed(
        self,
        execution: &Execution,
        instrument: InstrumentId,
        order: &Order,
        reason: Option<WordsDigest>,
    ) -> LedgerEntry {
        let trade = trade(execution, instrument, order, reason);
        self.traded(execution, trade, order)
    }

    /// The entry of the execution of an order that rested.
    #[must_use]
    pub fn executed_resting(
        self,
        execution: &Execution,
        instrument: InstrumentId,
        resting: &RestingOrder,
        reason: Option<WordsDigest>,
    ) -> LedgerEntry {
        let waited_for = match resting.terms.trigger {
            Trigger::Limit(_) => WaitedFor::Limit,
            Trigger::Stop(_) => WaitedFor::Stop,
        };
        let trade = Trade {
            released: Some(resting.reserve),
            marks: TradeMarks {
                waited_for: Some(waited_for),
                ..execution.marks
            },
            ..trade(execution, instrument, &resting.order, reason)
        };
        self.traded(execution, trade, &resting.order)
    }

    fn traded(self, execution: &Execution, trade: Trade, order: &Order) -> LedgerEntry {
        let fact = match (execution.fill.side, order.lots()) {
            (Side::Buy, _) => Fact::Bought(trade),
            (Side::Sell, LotChoice::Oldest) => Fact::Sold(trade),
            (Side::Sell, lots) => Fact::SoldLots(trade, lots.clone()),
        };
        self.entry(execution.fill.at, fact)
    }

    /// The entry of the money that a trade abroad changed, after the trade's own; none for a trade in the game's
    /// currency.
    #[must_use]
    pub fn converted(self, execution: &Execution) -> Option<LedgerEntry> {
        let conversion = execution.fill.conversion?;
        Some(self.entry(execution.fill.at, Fact::Converted(conversion)))
    }

    /// The entry of the tax that a sale pays immediately, after the sale's own and its
    /// conversion; none when there is none to pay.
    #[must_use]
    pub fn taxed(self, execution: &Execution, year: i32) -> Option<LedgerEntry> {
        let amount = execution.fill.tax;
        let fact = Fact::Taxed { year, amount };
        (!amount.is_zero()).then(|| self.entry(execution.fill.at, fact))
    }

    /// The entry of an order that begins to rest.
    #[must_use]
    pub fn reserved(
        self,
        instrument: InstrumentId,
        resting: &RestingOrder,
        reason: Option<WordsDigest>,
    ) -> LedgerEntry {
        let fact = Fact::Reserved {
            key: resting.order.key().clone(),
            instrument,
            reserve: resting.reserve,
            price: resting.terms.trigger.price(),
            reason,
        };
        self.entry(resting.placed_at, fact)
    }

    /// The entry of a resting order that ends unfilled.
    #[must_use]
    pub fn released(
        self,
        cause: ReleaseCause,
        at: Timestamp,
        instrument: InstrumentId,
        resting: &RestingOrder,
    ) -> LedgerEntry {
        let fact = Fact::Released {
            key: resting.order.key().clone(),
            instrument,
            reserve: resting.reserve,
            cause,
        };
        self.entry(at, fact)
    }
}

fn trade(
    execution: &Execution,
    instrument: InstrumentId,
    order: &Order,
    reason: Option<WordsDigest>,
) -> Trade {
    let fill = &execution.fill;
    Trade {
        instrument,
        quantity: fill.quantity,
        price: fill.price,
        fee: fill.fee,
        cash_change: fill.cash_change,
        cost_basis_change: fill.cost_basis_change,
        realized_profit: fill.realized_profit,
        xp: fill.xp,
        key: order.key().clone(),
        reason,
        released: None,
        marks: execution.marks,
    }
}

/// Why an entry cannot follow the previous ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerError {
    /// Its `seq` is not one more than the previous one.
    Gap {
        /// What it should be.
        expected: i64,
        /// What it is.
        found: i64,
    },
    /// Its `previous_hash` is not the hash of the previous entry: one of the two was changed.
    BrokenChain {
        /// The entry whose link is broken.
        seq: i64,
    },
    /// It would take cash or a quantity below zero, or its amounts are inconsistent.
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
