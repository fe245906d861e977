//! Runs that are played away from the server that counts them: at both of the two servers.

use async_trait::async_trait;
use domain::{AccountId, Money, PlayerId, Timestamp};

use super::StoreResult;

/// A start that this server signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineStartRecord {
    pub id: String,
    pub player: PlayerId,
    /// The scenario's name in addresses.
    pub scenario: String,
    /// The signed file as JSON.
    pub file: String,
    pub issued_at: Timestamp,
    pub due_at: Timestamp,
    /// The run that counts.
    pub counted: Option<CountedRun>,
    /// Why what was handed in last does not count.
    pub refusal: Option<String>,
}

/// A run that was replayed and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedRun {
    pub at: Timestamp,
    pub net_worth: Money,
    /// 0 to 3.
    pub stars: u32,
}

/// A player's result in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineResultRecord {
    pub scenario: String,
    pub player: PlayerId,
    pub start: String,
    pub starting_cash: Money,
    pub run: CountedRun,
    pub trades: u32,
}

/// Whether the other server has counted a run that was played here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfflineRunState {
    /// It was not handed in yet.
    Waiting,
    Counted,
    Refused,
}

impl OfflineRunState {
    /// As the database has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Counted => "counted",
            Self::Refused => "refused",
        }
    }
}

/// A run that is played here for another server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineRunRecord {
    pub account: AccountId,
    pub start: String,
    /// The signed file as JSON.
    pub file: String,
    pub state: OfflineRunState,
    /// What the other server said last, or why it could not be asked.
    pub answer: Option<String>,
    pub tried_at: Option<Timestamp>,
}

/// Runs that are played elsewhere.
#[async_trait]
pub trait OfflineStore {
    async fn create_offline_start(&self, start: &OfflineStartRecord) -> StoreResult<()>;
    async fn find_offline_start(&self, id: &str) -> StoreResult<Option<OfflineStartRecord>>;
    /// A player's starts, latest first.
    async fn list_offline_starts(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineStartRecord>>;
    /// Remembers why a run does not count.
    async fn note_offline_refusal(&self, id: &str, why: &str) -> StoreResult<()>;
    /// Counts a run, once. Keeps it as the player's result if it is the best. Returns whether its start had not
    /// been counted.
    async fn count_offline_run(&self, result: &OfflineResultRecord) -> StoreResult<bool>;
    /// The best results of a scenario, without players who are on no leaderboard, except `me`, and without
    /// those who block `me`.
    async fn list_offline_results(
        &self,
        scenario: &str,
        me: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<OfflineResultRecord>>;
    /// Deletes starts that were due before an instant. Returns how many.
    async fn prune_offline_starts(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
    /// Remembers where a run comes from. Returns false if the player already has one from this start.
    async fn create_offline_run(&self, run: &OfflineRunRecord) -> StoreResult<bool>;
    async fn find_offline_run(
        &self,
        player: PlayerId,
        start: &str,
    ) -> StoreResult<Option<OfflineRunRecord>>;
    /// A player's runs.
    async fn list_offline_runs(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<OfflineRunRecord>>;
    /// Finished runs that were not handed in yet.
    async fn list_unsent_runs(&self, limit: u32) -> StoreResult<Vec<OfflineRunRecord>>;
    /// Remembers what became of a run that was waiting.
    async fn note_offline_run(
        &self,
        account: AccountId,
        state: OfflineRunState,
        answer: &str,
        at: Timestamp,
    ) -> StoreResult<()>;
}
