//! The Merkle tree of RFC 6962: hashes, and proofs of inclusion and consistency.
//!
//! Only nodes over whole powers of two of leaves are stored, since they never change. The hash of any other
//! span of leaves is folded from those.

use sha2::{Digest, Sha256};

use crate::{AccountId, Hash, LedgerHead};

/// The hash of a leaf: SHA-256 over 0x00 and its content.
#[must_use]
pub fn leaf_hash(content: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(content);
    hasher.finalize().into()
}

/// The hash of an inner node: SHA-256 over 0x01 and the hashes of its halves.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// A leaf of the log: the head of an account's ledger at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadLeaf {
    /// The account.
    pub account: AccountId,
    /// Its latest entry at that moment.
    pub head: LedgerHead,
}

impl HeadLeaf {
    /// Its hash: [`leaf_hash`] over a tag, player, game and version as 8 bytes big-endian each, and the
    /// hash of the latest entry.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut content = b"tickerquest head 1\0".to_vec();
        content.extend(self.account.player.0.to_be_bytes());
        content.extend(self.account.game.0.to_be_bytes());
        content.extend(self.head.version.to_be_bytes());
        content.extend(self.head.hash);
        leaf_hash(&content)
    }
}

/// A stored node: the root over `2^level` leaves, starting at leaf `index * 2^level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// 0 for a leaf.
    pub level: u32,
    /// Its position among the nodes of its level, from 0.
    pub index: u64,
}

/// The leaves from `start` up to but excluding `end`: a subtree of some tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first leaf.
    pub start: u64,
    /// The first leaf after it.
    pub end: u64,
}

impl Span {
    /// All leaves of a tree.
    #[must_use]
    pub fn whole(size: u64) -> Self {
        Self {
            start: 0,
            end: size,
        }
    }

    fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Its halves: the size of the left one is the largest power of two smaller than the whole. None for
    /// fewer than two leaves.
    fn halves(self) -> Option<(Self, Self)> {
        let last = self.len().checked_sub(1).filter(|last| *last > 0)?;
        let middle = self.start.saturating_add(1 << last.ilog2());
        let left = Self {
            end: middle,
            ..self
        };
        let right = Self {
            start: middle,
            ..self
        };
        Some((left, right))
    }

    /// The stored nodes that its hash is folded from, left to right.
    #[must_use]
    pub fn nodes(self) -> Vec<NodeId> {
        let (mut nodes, mut rest) = (Vec::new(), self);
        while let Some(level) = rest.len().checked_ilog2() {
            let index = rest.start >> level;
            nodes.push(NodeId { level, index });
            rest.start = rest.start.saturating_add(1 << level);
        }
        nodes
    }
}

/// The hash of a span, computed from stored nodes; none when one is missing or the span is empty.
#[must_use]
pub fn span_hash(span: Span, mut node: impl FnMut(NodeId) -> Option<Hash>) -> Option<Hash> {
    let mut hashes = Vec::new();
    for id in span.nodes() {
        hashes.push(node(id)?);
    }
    let last = hashes.pop()?;
    let fold = |right, left: &Hash| node_hash(left, &right);
    Some(hashes.iter().rev().fold(last, fold))
}

/// The spans whose hashes prove that a leaf is in a tree of a size, nearest the leaf first; none when the
/// tree has no such leaf.
#[must_use]
pub fn inclusion_spans(leaf: u64, size: u64) -> Option<Vec<Span>> {
    (leaf < size).then_some(())?;
    let (mut spans, mut rest) = (Vec::new(), Span::whole(size));
    while let Some((left, right)) = rest.halves() {
        let (into, other) = match leaf < right.start {
            true => (left, right),
            false => (right, left),
        };
        spans.push(other);
        rest = into;
    }
    spans.reverse();
    Some(spans)
}

/// The spans whose hashes prove that a tree of `from` leaves is a prefix of one with `to`, in proof order;
/// none when there is nothing to prove, or it is impossible.
#[must_use]
pub fn consistency_spans(from: u64, to: u64) -> Option<Vec<Span>> {
    (0 < from && from <= to).then_some(())?;
    let (mut spans, mut rest) = (Vec::new(), Span::whole(to));
    // The verifier already knows the earlier root.
    let mut is_root = true;
    while rest.end != from {
        let (left, right) = rest.halves()?;
        if from <= right.start {
            spans.push(right);
            rest = left;
        } else {
            spans.push(left);
            rest = right;
            is_root = false;
        }
    }
    if !is_root {
        spans.push(rest);
    }
    spans.reverse();
    Some(spans)
}

/// Whether a proof shows that a leaf is in the tree with this size and root (RFC 9162, 2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: u64, hash: Hash, size: u64, proof: &[Hash], root: &Hash) -> bool {
    let Some(mut last) = size.checked_sub(1).filter(|last| leaf <= *last) else {
        return false;
    };
    let (mut place, mut found) = (leaf, hash);
    for other in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            found = node_hash(other, &found);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            found = node_hash(&found, other);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && found == *root
}

/// Whether a proof shows that tree `from`, given by size and root, is a prefix of tree `to` (RFC
/// 9162, 2.1.4.2).
#[must_use]
pub fn verify_consistency(from: (u64, &Hash), to: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((from, from_root), (to, to_root)) = (from, to);
    if from == to {
        return proof.is_empty() && from_root == to_root;
    }
    let (Some(mut place), Some(mut last)) = (from.checked_sub(1), to.checked_sub(1)) else {
        return false;
    };
    if place >= last {
        return false;
    }
    // A whole power of two is a node of the later tree, and needs no hash of its own.
    let mut rest = proof.iter();
    let first = match from.is_power_of_two() {
        true => Some(from_root),
        false => rest.next(),
    };
    let Some(first) = first else { return false };
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (*first, *first);
    for other in rest {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old = node_hash(other, &old);
            new = node_hash(other, &new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, other);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old == *from_root && new == *to_root
}

/// A growing log: its minimal state, and the nodes that new leaves complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Growth {
    size: u64,
    /// The roots of the whole powers of two of leaves, largest first.
    peaks: Vec<(NodeId, Hash)>,
    nodes: Vec<(NodeId, Hash)>,
}

impl Growth {
    /// The log of a given size, built from its stored nodes; none when one is missing.
    #[must_use]
    pub fn from_stored(size: u64, mut node: impl FnMut(NodeId) -> Option<Hash>) -> Option<Self> {
        let nodes = Span::whole(size).nodes().into_iter();
        let peaks = nodes.map(|id| Some((id, node(id)?)));
        Some(Self {
            size,
            peaks: peaks.collect::<Option<Vec<_>>>()?,
            nodes: Vec::new(),
        })
    }

    /// Appends a leaf and returns its position.
    pub fn append(&mut self, hash: Hash) -> u64 {
        let place = self.size;
        let mut id = NodeId {
            level: 0,
            index: place,
        };
        let mut hash = hash;
        self.nodes.push((id, hash));
        while let Some((_, left)) = self.peaks.pop_if(|(peak, _)| peak.level == id.level) {
            hash = node_hash(&left, &hash);
            id = NodeId {
                level: id.level.saturating_add(1),
                index: id.index >> 1,
            };
            self.nodes.push((id, hash));
        }
        self.peaks.push((id, hash));
        self.size = self.size.saturating_add(1);
        place
    }

    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root; for an empty log, the hash of the empty string.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = peaks.next() else {
            return Sha256::digest([]).into();
        };
        peaks.fold(last, |right, left| node_hash(&left, &right))
    }

    /// The nodes completed since it was loaded.
    #[must_use]
    pub fn new_nodes(&self) -> &[(NodeId, Hash)] {
        &self.nodes
    }
}
