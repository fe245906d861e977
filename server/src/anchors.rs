//! Anchors: signed records of where accounts' ledgers were, in a file beside the database. A database that
//! has lost confirmed trades, or whose hash chains were recomputed, looks consistent on its own. Its anchors
//! reveal the difference.
//!
//! A line of `anchors.jsonl` has the accounts that have changed since the line before, each with its
//! version and the hash of its latest entry, and so of all entries before. Each line carries the
//! SHA-256 of the one before it and an Ed25519 signature of `anchor.key`.

mod check;
mod file;
mod keeper;
mod line;

pub use check::{AnchorFinding, find_older, verify_anchors};
pub(crate) use check::{hash_of, tell_if_older};
pub use file::AnchorFile;
pub(crate) use keeper::Keeper;
