//! The log that proves scores: the stored nodes of its Merkle tree, its checkpoints, and the place of each
//! account in it.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::proof::{HeadLeaf, NodeId, PublicKey, SignedCheckpoint};
use domain::{AccountId, Hash, Timestamp};

use super::StoreResult;

/// The latest leaf of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedHead {
    pub account: AccountId,
    /// The entry whose hash is in the leaf.
    pub version: i64,
    /// The leaf's place.
    pub place: u64,
}

/// An append to the log.
#[derive(Debug, Clone)]
pub struct LogGrowth<'a> {
    /// The nodes that the new leaves complete, including the leaves themselves.
    pub nodes: &'a [(NodeId, Hash)],
    /// The new leaves and their places.
    pub heads: &'a [(HeadLeaf, u64)],
    /// Signs the log as it is after the append.
    pub checkpoint: &'a SignedCheckpoint,
    /// The key that signed.
    pub key: &'a PublicKey,
}

/// The log.
#[async_trait]
pub trait LogStore {
    /// The checkpoint of a size, or the latest one without a size.
    async fn find_log_checkpoint(&self, size: Option<u64>)
    -> StoreResult<Option<SignedCheckpoint>>;
    /// Those of the requested nodes that are stored.
    async fn find_log_nodes(&self, nodes: &[NodeId]) -> StoreResult<HashMap<NodeId, Hash>>;
    async fn find_logged_head(&self, account: AccountId) -> StoreResult<Option<LoggedHead>>;
    /// The latest leaves of the accounts from one to another, both included, by account.
    async fn list_logged_heads(
        &self,
        first: AccountId,
        last: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<LoggedHead>>;
    /// Every key that ever signed and since when, oldest first. There are few.
    async fn list_log_keys(&self) -> StoreResult<Vec<(PublicKey, Timestamp)>>;
    /// Appends leaves, all or nothing. False if another server has appended meanwhile.
    async fn append_to_log(&self, growth: &LogGrowth<'_>) -> StoreResult<bool>;
}
