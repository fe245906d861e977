//! The ledger: the facts that changed an account, each chained to the one before by its hash.
//!
//! An account's state is a fold over its entries: [`Replay`] is that fold, and `verify` compares
//! its result with the database. XP that does not come from trades has its own log, see [`Award`].

mod apply;
mod award;
mod chain;
mod conversion;
mod fact;
mod posting;
mod replay;
mod words;

pub use award::{Award, AwardCause, AwardError, AwardHead};
pub use chain::{Hash, LedgerEntry, LedgerError, LedgerHead};
pub use fact::{Branch, Fact, FactKind, ReleaseCause, SplitRatio, Trade, TradeMarks, WaitedFor};
pub use posting::{Post, Posted, Posting, PostingError, post};
pub use replay::{OpenReserve, Replay};
pub use words::{Words, WordsDigest};
