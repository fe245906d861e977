//! Findings: where an account differs from its ledger.

use std::fmt;

use domain::api::OrderStatus;
use domain::progress::Counter;
use domain::{
    AccountId, AwardError, IdempotencyKey, InstrumentId, LedgerError, Money, Quantity, Timestamp,
    Xp,
};

use crate::retention::Month;

/// Damage and the account it affects.
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
    /// Something stored cannot even be parsed.
    #[error("{what} cannot be read")]
    Unreadable {
        /// Which thing.
        what: String,
    },
    /// An entry cannot follow those before it; what comes after it says nothing any more.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// Entries are missing at the end, or the account does not reflect the latest ones.
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
    /// Counters of the account.
    #[error("its counter {counter} is {stored}, by its ledger {ledger}")]
    Counter {
        counter: Counter,
        stored: i64,
        ledger: i64,
    },
    /// Counters of the player.
    #[error("its player's counter {counter} is {stored}, by the awards {ledger}")]
    PlayerCounter {
        counter: Counter,
        stored: i64,
        ledger: i64,
    },
    /// The player's streak.
    #[error("its player's streak is {stored} days, by the awards {ledger}")]
    Streak { stored: u32, ledger: u32 },
    /// The day of the player's latest daily bonus.
    #[error("the day of its player's latest daily bonus is not that of the awards")]
    BonusDay,
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
    /// Money that was changed for no trade, or at another cost.
    #[error("entry {seq} changes money otherwise than the trade before it needs")]
    Conversion { seq: i64 },
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
    /// An answer's column contradicts the answer.
    #[error("order {key} is marked as filled and its answer says otherwise, or the reverse")]
    FilledMark { key: IdempotencyKey },
    /// An answer's key or instant is not that of its columns.
    #[error("the answer to order {key} is of another order or another time")]
    AnswerColumns { key: IdempotencyKey },
    /// What an answer says of a fill is not what the ledger has.
    #[error("the answer to order {key} says another {what} than its entry {seq}")]
    AnswerFill {
        key: IdempotencyKey,
        seq: i64,
        what: &'static str,
    },
    /// An answer and its entry that are of different kinds.
    #[error("order {key} is answered as {}, its entry {seq} says otherwise", name(*status))]
    AnswerStatus {
        key: IdempotencyKey,
        seq: i64,
        status: OrderStatus,
    },
    /// An order that ended after waiting, without an entry that says so.
    #[error("order {key} is answered as {}, and no entry says so", name(*status))]
    AnswerWithoutEntry {
        key: IdempotencyKey,
        status: OrderStatus,
    },
    /// An order that is answered as waiting and that does not wait.
    #[error("order {key} is answered as waiting, by its ledger it does not wait")]
    AnswerWaits { key: IdempotencyKey },
    /// An entry that ended an order that is not there.
    #[error("entry {seq} released order {key}, which is missing")]
    ReleaseWithoutOrder { seq: i64, key: IdempotencyKey },
    /// An open order is not what its player was told.
    #[error("its open order {key} is not what its answer says")]
    OpenOrderAnswer { key: IdempotencyKey },
    /// An open order that was never answered, or answered as something else.
    #[error("its open order {key} has no answer that says so")]
    OpenOrderWithoutAnswer { key: IdempotencyKey },
    /// An entry that only a posting can state, and no posting that names it.
    #[error("entry {seq} was posted, and its posting is missing")]
    EntryWithoutPosting { seq: i64 },
    /// A posting whose entry is missing or is not a posting's.
    #[error("posting {key} names entry {seq}, which no posting has stated")]
    PostingWithoutEntry { key: IdempotencyKey, seq: i64 },
    /// The account started with different cash than its game gives.
    #[error("it was opened with {cash}, its game opens accounts with {rules}")]
    OpeningCash { cash: Money, rules: Money },
    /// The game of the account is not there.
    #[error("its game is missing")]
    GameMissing,
    /// The latest entries named by an anchor are gone, and the account does not reflect them.
    #[error("entry {seq} was written and anchored, and the account ends with entry {version}")]
    AnchoredEntryMissing { seq: i64, version: i64 },
    /// An entry is not the one that was written: the hash chain was recomputed.
    #[error("entry {seq} is another one than was written and anchored")]
    AnchoredEntryOther { seq: i64 },
    /// An account that was anchored is gone.
    #[error("entry {seq} was written and anchored, and the account is missing")]
    AnchoredAccountMissing { seq: i64 },
    /// An award that was anchored is gone.
    #[error("award {seq} was written and anchored, and is missing")]
    AnchoredAwardMissing { seq: i64 },
    /// An award is not the one that was written: the hash chain was recomputed.
    #[error("award {seq} is another one than was written and anchored")]
    AnchoredAwardOther { seq: i64 },
    /// The ledger has entries of an account that is not there.
    #[error("its ledger has entries, and the account is missing")]
    EntriesWithoutAccount,
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
    /// An order rests that, according to the ledger, does not.
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
    /// Words that are not those that the entry has a digest of.
    #[error("the words of entry {seq} are not those that it was written with")]
    Words { seq: i64 },
    /// An award that cannot follow those before it.
    #[error("award {seq} of its player does not follow: {error}")]
    Award { seq: i64, error: AwardError },
    /// The player does not know of the latest awards, or awards are missing at the end.
    #[error(
        "its player is at award {stored}, the log of awards ends with {ledger}, or with another one"
    )]
    AwardHead { stored: i64, ledger: i64 },
    /// XP of the account's player, which all ledgers and awards of the player add up to.
    #[error("its player has {stored} XP, by ledgers and awards {ledger}")]
    Xp { stored: Xp, ledger: Xp },
}

fn name(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Filled => "filled",
        OrderStatus::Rejected => "rejected",
        OrderStatus::Resting => "waiting",
        OrderStatus::Cancelled => "cancelled",
        OrderStatus::Expired => "expired",
    }
}
