//! The proof log, and the server's own check of a receipt.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::proof::{Outcome, PublicKey, SignedCheckpoint};

/// The latest checkpoint of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckpointView {
    /// The log's name.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root of the tree, as 64 hexadecimal digits.
    pub root: String,
    /// When it was signed.
    pub at: Timestamp,
    /// The signed note: save it to check later that the log still extends it.
    pub note: SignedCheckpoint,
    /// The key that signed it.
    pub key: PublicKey,
}

/// A key of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogKeyView {
    /// The key.
    pub key: PublicKey,
    /// The first checkpoint that it signed.
    pub since: Timestamp,
}

/// Hashes that prove that a log extends an earlier one, or contains a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogProof {
    /// For an inclusion proof: the hash of the leaf.
    pub leaf: Option<String>,
    /// The proof as in RFC 9162: hashes of 64 hexadecimal digits each.
    pub proof: Vec<String>,
}

/// The result of checking a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// The player's handle; none when the file is not a receipt.
    pub handle: Option<String>,
    /// The game's name.
    pub game: Option<String>,
    /// When the receipt was made.
    pub at: Option<Timestamp>,
    /// Whether nothing is wrong.
    pub sound: bool,
    /// What was checked.
    pub checks: Vec<CheckView>,
    /// The latest entries of the ledger, newest first.
    pub entries: Vec<EntryWords>,
    /// Entries of the ledger.
    pub count: usize,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckView {
    /// What, in a few words.
    pub title: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found.
    pub words: String,
}

/// An entry of a ledger in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryWords {
    /// Its number, from 1.
    pub seq: usize,
    /// When.
    pub at: Timestamp,
    /// What.
    pub words: String,
}
