//! The log that proves scores: an append-only Merkle tree of the heads of accounts' ledgers, signed every
//! hour, and the receipts of players. `docs/proof.md` says what it proves.

use std::path::Path;

use anyhow::Context as _;
use domain::proof::{Checkpoint, Growth, HeadLeaf, PublicKey, SignedCheckpoint, Span, span_hash};
use domain::{AccountId, Hash, Timestamp};

use crate::signing::Signer;
use crate::store::log::LogGrowth;
use crate::store::{Store, StoreResult};

mod receipt;
mod verify;

pub use receipt::{Unavailable, of_account};
pub use verify::verify;

/// Accounts that are read at once.
const PAGE: u32 = 1_000;
/// Leaves of one checkpoint at most: a portion of work between two looks at the clock.
const LEAVES_MAX: usize = 10_000;

/// Appends the head of every account that has changed since the log last had it, and signs a checkpoint of
/// the whole. How many leaves there are then to the log and how many came. `stop` is asked between portions.
///
/// # Errors
/// When the store or the disk fails, or another server appends meanwhile. Nothing is lost: the next call
/// goes on.
pub async fn append(
    store: &dyn Store,
    folder: &Path,
    now: Timestamp,
    stop: impl Fn() -> bool,
) -> anyhow::Result<Appended> {
    let signer = Signer::load(folder, store).await?;
    let mut appended = Appended::default();
    let mut changed = Vec::new();
    let mut after = None;
    loop {
        let page = store.list_accounts(after, PAGE).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            break;
        };
        after = Some(last.id);
        let logged = store.list_logged_heads(first.id, last.id, PAGE).await?;
        let logged: std::collections::HashMap<AccountId, i64> = logged
            .iter()
            .map(|head| (head.account, head.version))
            .collect();
        let heads = page.iter().filter(|record| {
            let version = logged.get(&record.id).copied().unwrap_or(0);
            version < record.head.version
        });
        changed.extend(heads.map(|record| HeadLeaf {
            account: record.id,
            head: record.head,
        }));
        if changed.len() >= LEAVES_MAX {
            appended.add(append_leaves(store, &signer, &changed, now).await?);
            changed.clear();
        }
        if stop() {
            appended.is_whole = false;
            return Ok(appended);
        }
    }
    if !changed.is_empty() {
        appended.add(append_leaves(store, &signer, &changed, now).await?);
    }
    Ok(appended)
}

/// What was appended to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// New leaves.
    pub leaves: u64,
    /// Whether every account was looked at.
    pub is_whole: bool,
}

impl Default for Appended {
    fn default() -> Self {
        Self {
            leaves: 0,
            is_whole: true,
        }
    }
}

impl Appended {
    fn add(&mut self, leaves: u64) {
        self.leaves = self.leaves.saturating_add(leaves);
    }
}

async fn append_leaves(
    store: &dyn Store,
    signer: &Signer,
    leaves: &[HeadLeaf],
    now: Timestamp,
) -> anyhow::Result<u64> {
    let before = store.find_log_checkpoint(None).await?;
    let size = before.map_or(0, |note| note.checkpoint.size);
    let stored = store.find_log_nodes(&Span::whole(size).nodes()).await?;
    let tree = Growth::from_stored(size, |node| stored.get(&node).copied());
    let mut tree = tree.context("a node of the log is missing")?;
    let place = |leaf: &HeadLeaf| (*leaf, tree.append(leaf.hash()));
    let heads: Vec<_> = leaves.iter().map(place).collect();
    let checkpoint = Checkpoint {
        origin: signer.public().origin().to_owned(),
        size: tree.size(),
        root: tree.root(),
        at: now,
    };
    let signature = signer.sign(checkpoint.text().as_bytes())?;
    let checkpoint = SignedCheckpoint {
        checkpoint,
        key_id: signer.public().id(),
        signature,
    };
    let growth = LogGrowth {
        nodes: tree.new_nodes(),
        heads: &heads,
        checkpoint: &checkpoint,
        key: signer.public(),
    };
    anyhow::ensure!(
        store.append_to_log(&growth).await?,
        "another server has appended to the log"
    );
    Ok(u64::try_from(leaves.len()).unwrap_or(u64::MAX))
}

/// The hashes of spans of the log, out of its stored nodes; none when one is missing.
///
/// # Errors
/// When the store fails.
pub async fn hashes(store: &dyn Store, spans: &[Span]) -> StoreResult<Option<Vec<Hash>>> {
    let nodes: Vec<_> = spans.iter().flat_map(|span| span.nodes()).collect();
    let stored = store.find_log_nodes(&nodes).await?;
    let hash = |span: &Span| span_hash(*span, |node| stored.get(&node).copied());
    Ok(spans.iter().map(hash).collect())
}

/// The key that signed a checkpoint; none when the log has no such key.
///
/// # Errors
/// When the store fails.
pub async fn key_of(
    store: &dyn Store,
    checkpoint: &SignedCheckpoint,
) -> StoreResult<Option<PublicKey>> {
    let keys = store.list_log_keys().await?;
    let mut keys = keys.into_iter().map(|(key, _)| key);
    Ok(keys.find(|key| key.id() == checkpoint.key_id))
}
