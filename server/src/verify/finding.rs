//! Findings: what of an account is not as its ledger says.

use std::fmt;

use domain::{
    AccountId, IdempotencyKey, InstrumentId, LedgerError, Money, Quantity, Timestamp, Xp,
};

use crate::retention::Month;

/// Damage, and the account that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The account.
    pub account: AccountId,
    /// What is wrong with it.
    pub damage: Damage,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}: {}", self.account, self.damage)
    }
}

/// What is wrong. `stored` is what the database says, `ledger` what follows from the entries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Something that is stored is not even readable.
    #[error("{what} cannot be read")]
    Unreadable {
        /// Which thing.
        what: String,
    },
    /// An entry cannot follow those before it; what comes after it says nothing any more.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// Entries are missing at the end, or the account does not know of the latest ones.
    #[error("it is at version {stored}, its ledger ends with entry {ledger}")]
    Version { stored: i64, ledger: i64 },
    /// The latest entry was changed, or the account's link to it.
    #[error("it does not carry the hash of its latest entry {seq}")]
    HeadHash { seq: i64 },
    /// Cash.
    #[error("its cash is {stored}, by its ledger {ledger}")]
    Cash { stored: Money, ledger: Money },
    /// Realized profit.
    #[error("its realized profit is {stored}, by its ledger {ledger}")]
    RealizedProfit { stored: Money, ledger: Money },
    /// Instruments of which shares are held.
    #[error("it holds {stored} instruments, by its ledger {ledger}")]
    PositionsHeld { stored: u32, ledger: u32 },
    /// The ledger made a position that is not there.
    #[error("its position in instrument {instrument} is missing")]
    PositionMissing { instrument: InstrumentId },
    /// There is a position that the ledger did not make.
    #[error("its position in instrument {instrument} is in no entry")]
    PositionUnexplained { instrument: InstrumentId },
    /// Shares of a position.
    #[error("it holds {stored} shares of instrument {instrument}, by its ledger {ledger}")]
    Quantity {
        instrument: InstrumentId,
        stored: Quantity,
        ledger: Quantity,
    },
    /// Cost basis of a position.
    #[error("the cost basis of instrument {instrument} is {stored}, by its ledger {ledger}")]
    CostBasis {
        instrument: InstrumentId,
        stored: Money,
        ledger: Money,
    },
    /// Realized profit of a position.
    #[error("the realized profit of instrument {instrument} is {stored}, by its ledger {ledger}")]
    PositionProfit {
        instrument: InstrumentId,
        stored: Money,
        ledger: Money,
    },
    /// Lots of a position.
    #[error("the lots of instrument {instrument} are not those of its ledger")]
    Lots { instrument: InstrumentId },
    /// When a position was last traded, and how often on that day.
    #[error("the trades counted of instrument {instrument} are not those of its ledger")]
    TradesCounted { instrument: InstrumentId },
    /// An entry whose order is not there, or was not filled.
    #[error("entry {seq} is of order {key}, which was not filled")]
    EntryWithoutOrder { seq: i64, key: IdempotencyKey },
    /// An order that was executed twice.
    #[error("entry {seq} is of order {key}, of which an earlier entry is")]
    EntryRepeated { seq: i64, key: IdempotencyKey },
    /// An order that was answered as filled and is in no entry.
    #[error("order {key} was filled but is in no entry")]
    OrderWithoutEntry { key: IdempotencyKey },
    /// An order and its entry that are of different instants.
    #[error("order {key} is of {order}, its entry {seq} of {entry}")]
    OrderTime {
        key: IdempotencyKey,
        order: Timestamp,
        seq: i64,
        entry: Timestamp,
    },
    /// Cash set aside for open orders.
    #[error("{stored} of its cash is set aside, by its ledger {ledger}")]
    ReservedCash { stored: Money, ledger: Money },
    /// Open orders, counted.
    #[error("it has {stored} open orders, by its ledger {ledger}")]
    OpenOrders { stored: u32, ledger: u32 },
    /// Shares set aside for open orders.
    #[error("{stored} shares of instrument {instrument} are set aside, by its ledger {ledger}")]
    ReservedQuantity {
        instrument: InstrumentId,
        stored: Quantity,
        ledger: Quantity,
    },
    /// The ledger has put an order to rest that is not there.
    #[error("its open order {key} is missing")]
    OpenOrderMissing { key: IdempotencyKey },
    /// An order rests that by the ledger does not.
    #[error("its order {key} rests, by its ledger it does not")]
    OpenOrderUnexplained { key: IdempotencyKey },
    /// An open order is not what the ledger has set something aside for.
    #[error("its open order {key} has not set aside what its ledger says")]
    OpenOrderReserve { key: IdempotencyKey },
    /// Filled orders of before the checkpoint are not those of the entries in the archive.
    #[error("up to entry {seq}, {stored} orders were filled, by the archive {archived}, or others")]
    OrdersBefore {
        seq: i64,
        stored: i64,
        archived: i64,
    },
    /// The checkpoint is not what the archive leads to.
    #[error("its checkpoint is at entry {stored}, its archive leads to another one, at {archived}")]
    Checkpoint { stored: i64, archived: i64 },
    /// A file of the archive does not go on where the one before ended.
    #[error("its archive of {month} does not go on where the one before ended")]
    ArchiveGap { month: Month },
    /// The archive has an account that is not there.
    #[error("it is in the archive, and not in the database")]
    AccountMissing,
    /// The player of the account is not there.
    #[error("its player is missing")]
    PlayerMissing,
    /// XP of the account's player, which all accounts and daily bonuses of the player add up to.
    #[error("its player has {stored} XP, by ledgers and daily bonuses {ledger}")]
    Xp { stored: Xp, ledger: Xp },
}
