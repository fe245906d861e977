//! The rules of Tickerquest, as pure functions and types.
//!
//! No input or output, no clock, no randomness, no floats: time, prices and rules are
//! arguments. The server executes orders with this crate and the page previews them with it,
//! natively and in WebAssembly, bit for bit the same.
//!
//! Start reading at [`execute`]: everything else is what it needs. [`place`] adds the orders that
//! wait for their price.

pub mod api;
mod game;
mod id;
mod instrument;
mod ledger;
mod level;
pub mod market;
mod number;
mod order;
mod position;
mod rejection;
mod resting;
mod time;
mod trade;
mod wire;
mod xp;

pub use game::{Closed, Fees, GameRules};
pub use id::{AccountId, GameId, IdError, InstrumentId, PlayerId, SessionId};
pub use instrument::{Symbol, SymbolError};
pub use ledger::{
    EntryKind, Hash, LedgerEntry, LedgerError, LedgerHead, OpenReserve, Replay, ReserveChange,
    TradeEntry,
};
pub use level::{Progress, Xp, xp_for_level};
pub use number::{Money, NumberError, Percent, Price, Quantity};
pub use order::{IdempotencyKey, Order, OrderError, PriceGuard, Side, Size, Terms, Trigger};
pub use position::{Lot, Position, Sold};
pub use rejection::Rejection;
pub use resting::{
    Due, Fate, Placement, Reserve, Rest, RestingOrder, due, fate, is_triggered, place, release,
};
pub use time::{Day, TimeError, Timestamp};
pub use trade::{Account, Execution, Fill, Quote, Situation, execute};
pub use xp::{TradeFacts, XpRules};
