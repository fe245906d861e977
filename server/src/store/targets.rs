//! Targets of accounts, and the rebalancings that their players asked for.

use async_trait::async_trait;
use domain::advice::{Proposal, TargetPlan};
use domain::api::AdviceState;
use domain::{AccountId, PlayerId, Timestamp};

use super::StoreResult;
use super::jobs::NewJob;

/// The targets of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRecord {
    pub account: AccountId,
    pub plan: TargetPlan,
    pub changed_at: Timestamp,
    /// Since when the account has drifted beyond what its targets allow, as found by the nightly job.
    /// `None` while it has not.
    pub beyond_since: Option<Timestamp>,
}

/// A rebalancing that a player asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebalancingRecord {
    pub account: AccountId,
    pub id: i64,
    pub state: AdviceState,
    /// Whether it may propose sales.
    pub may_sell: bool,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Present once completed.
    pub proposal: Option<Proposal>,
    /// What went wrong if it failed.
    pub failure: Option<String>,
}

/// The next state of a rebalancing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RebalancingStep {
    /// Its job runs.
    Processing,
    /// Its orders are ready.
    Completed(Box<Proposal>),
    /// There will be none; the reason in words for the player.
    Failed(String),
}

/// Targets and rebalancings.
#[async_trait]
pub trait TargetStore {
    async fn find_target_plan(&self, account: AccountId) -> StoreResult<Option<TargetRecord>>;
    /// Stores the targets of an account, replacing the earlier ones.
    async fn store_target_plan(&self, record: &TargetRecord) -> StoreResult<()>;
    /// Deletes the targets of an account. Returns whether there were any.
    async fn delete_target_plan(&self, account: AccountId) -> StoreResult<bool>;
    /// Targets in order of their account, after one.
    async fn list_target_plans(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<TargetRecord>>;
    /// Records since when accounts have been beyond their targets; `None`: they are not any more.
    async fn mark_beyond(&self, marks: &[(AccountId, Option<Timestamp>)]) -> StoreResult<()>;
    /// Stores a rebalancing and enqueues its job. Deletes the account's rebalancings older than an
    /// instant.
    async fn create_rebalancing(
        &self,
        record: &RebalancingRecord,
        job: &NewJob,
        older_than: Timestamp,
    ) -> StoreResult<()>;
    async fn find_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
    ) -> StoreResult<Option<RebalancingRecord>>;
    async fn latest_rebalancing(
        &self,
        account: AccountId,
    ) -> StoreResult<Option<RebalancingRecord>>;
    /// Advances a rebalancing that has not ended. Returns whether there was one.
    async fn advance_rebalancing(
        &self,
        player: PlayerId,
        id: i64,
        step: &RebalancingStep,
        now: Timestamp,
    ) -> StoreResult<bool>;
}
