//! The log of proof and what the server itself finds in a receipt.

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
    /// The signed note: save it, to check later that the log still begins with it.
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

/// Hashes that prove that a log begins with an earlier one, or has a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogProof {
    /// The hash of the leaf, of a proof of inclusion.
    pub leaf: Option<String>,
    /// The proof of RFC 9162, as 64 hexadecimal digits each.
    pub proof: Vec<String>,
}

/// What was found in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// The player's handle; none when the file is no receipt.
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
