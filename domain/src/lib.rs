//! The rules of Tickerquest, as pure functions and types.
//!
//! No I/O, no clock, no randomness: time, prices and rules are arguments. The only floats are in
//! [`statistics`], whose ratios are for display. The server executes orders with this crate and the
//! page previews them with it, natively and in WebAssembly, bit for bit the same.
//!
//! Start reading at [`execute`]: everything else is what it needs. [`place`] adds orders that wait
//! for their price.

mod action;
pub mod advice;
pub mod api;
pub mod boards;
mod currency;
pub mod duel;
mod game;
pub mod hours;
mod id;
mod instrument;
pub mod interest;
mod ledger;
mod level;
mod logo;
pub mod market;
mod number;
pub mod offering;
mod order;
pub mod plan;
mod position;
pub mod progress;
pub mod proof;
pub mod puzzle;
mod rejection;
mod resting;
pub mod scenario;
pub mod search;
pub mod statistics;
pub mod tax;
pub mod text;
mod time;
mod trade;
mod wire;
mod xp;

pub use action::{ActionKind, CorporateAction, DatedAction, adjusted_price};
pub use currency::{CONVERSION_BPS, Conversion, Currency, CurrencyError, Foreign, costs_in};
pub use game::{Closed, Fees, GameRules, OPEN_LEAGUE};
pub use id::{AccountId, GameId, IdError, InstrumentId, MarketId, PlayerId, SessionId};
pub use instrument::{Symbol, SymbolError};
pub use ledger::{
    Award, AwardCause, AwardError, AwardHead, Branch, Fact, FactKind, Hash, LedgerEntry,
    LedgerError, LedgerHead, OpenReserve, Post, Posted, Posting, PostingError, ReleaseCause,
    Replay, SplitRatio, Trade, TradeMarks, WaitedFor, Words, WordsDigest, post,
};
pub use level::{LevelRules, Progress, Xp, xp_for_level};
pub use logo::logo_svg;
pub use number::{Money, NumberError, Percent, Price, Quantity, Rate, Ratio};
pub use order::{
    ChosenLot, IdempotencyKey, LotChoice, Order, OrderError, PriceGuard, Side, Size, Terms, Trigger,
};
pub use position::{Lot, Position, Sold, holding_value};
pub use rejection::{Rejection, age};
pub use resting::{
    Due, Fate, Placement, Reserve, Rest, RestingOrder, due, fate, is_triggered, place, release,
};
pub use time::{Day, TimeError, Timestamp};
pub use trade::{Account, Execution, Fill, Quote, Situation, execute};
pub use xp::{HostXp, TradeFacts, TradeSize, TradingDay, XpRules};
