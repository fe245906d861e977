//! Proof: what anyone can check without trusting the server.
//!
//! The server keeps one append-only log, a Merkle tree as in [RFC 6962][rfc]. Its leaves are the heads of
//! accounts' ledgers ([`HeadLeaf`]); an hourly [`Checkpoint`] signs its size and root. A [`Receipt`] is one
//! player's ledger in one game, with the proof of where its head is in the log. [`check_receipt`] replays it:
//! natively and in a browser, with the same rules as the game.
//!
//! [rfc]: https://www.rfc-editor.org/rfc/rfc6962#section-2.1

mod check;
mod entries;
mod merkle;
mod note;
mod receipt;
mod words;

pub use check::{Check, Outcome, Report, check_receipt};
pub use merkle::{
    Growth, HeadLeaf, NodeId, Span, consistency_spans, inclusion_spans, leaf_hash, node_hash,
    span_hash, verify_consistency, verify_inclusion,
};
pub use note::{Checkpoint, KeyError, NoteError, PublicKey, SignedCheckpoint};
pub use receipt::{
    Claim, InLog, Priced, Receipt, ReceiptEntry, ReceiptError, ReceiptGame, ReceiptPlayer, Shares,
    SignedReceipt,
};
