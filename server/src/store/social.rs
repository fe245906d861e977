//! Ties between players, what each lets others see, and reports to the operator.

use async_trait::async_trait;
use domain::api::{PrivacyView, ReportKind};
use domain::{PlayerId, Timestamp};

use super::{NewNotification, StoreResult};

/// Maximum players that one player follows, or blocks.
pub const TIES_MAX: u32 = 500;
/// Maximum open reports by one player.
pub const OPEN_REPORTS_MAX: u32 = 20;

/// A player whom another one follows or blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    pub other: PlayerId,
    pub since: Timestamp,
}

/// How a player relates to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ties {
    /// The player follows the other one.
    pub follows: bool,
    /// The player blocks the other one.
    pub blocks: bool,
}

/// The result of creating a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tied {
    /// It was created.
    New,
    /// It already existed.
    Already,
    /// The player has reached the maximum; nothing was written.
    Full,
}

/// What a player lets others see, and when that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivacyChange {
    pub player: PlayerId,
    pub privacy: PrivacyView,
    pub changed_at: Timestamp,
}

/// A report to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRecord {
    pub id: i64,
    /// Who reports.
    pub player: PlayerId,
    pub reported: PlayerId,
    pub kind: ReportKind,
    pub words: Option<String>,
    pub at: Timestamp,
}

/// The ties of players. Lists have at most [`TIES_MAX`] rows.
#[async_trait]
pub trait SocialStore {
    /// The defaults for a player who never chose.
    async fn find_privacy(&self, player: PlayerId) -> StoreResult<PrivacyView>;
    async fn store_privacy(&self, change: &PrivacyChange) -> StoreResult<()>;
    /// Changes at or after an instant, ordered by time and player, after a player at that instant.
    async fn list_privacy_changes(
        &self,
        after: (Timestamp, PlayerId),
        limit: u32,
    ) -> StoreResult<Vec<PrivacyChange>>;

    /// Follows a player and, if that is new, writes the notification for the other one.
    async fn follow(
        &self,
        player: PlayerId,
        tie: Tie,
        told: Option<&NewNotification>,
    ) -> StoreResult<Tied>;
    /// Whether there was one to end.
    async fn unfollow(&self, player: PlayerId, followed: PlayerId) -> StoreResult<bool>;
    /// Whom a player follows, by id.
    async fn list_follows(&self, player: PlayerId) -> StoreResult<Vec<Tie>>;
    /// Who follows a player, by id.
    async fn list_followers(&self, player: PlayerId) -> StoreResult<Vec<PlayerId>>;
    async fn find_ties(&self, player: PlayerId, other: PlayerId) -> StoreResult<Ties>;

    /// Blocks a player. Neither follows the other afterwards.
    async fn block(&self, player: PlayerId, tie: Tie) -> StoreResult<Tied>;
    /// Whether there was one to end.
    async fn unblock(&self, player: PlayerId, blocked: PlayerId) -> StoreResult<bool>;
    /// Whom a player blocks, by id.
    async fn list_blocks(&self, player: PlayerId) -> StoreResult<Vec<Tie>>;
}

/// Reports of players, for the operator.
#[async_trait]
pub trait ReportStore {
    /// False, and nothing is written, if the player has [`OPEN_REPORTS_MAX`] open reports.
    async fn create_report(&self, report: &ReportRecord) -> StoreResult<bool>;
    /// Open reports, oldest first, after the given time and id.
    async fn list_reports(
        &self,
        after: (Timestamp, i64),
        limit: u32,
    ) -> StoreResult<Vec<ReportRecord>>;
    /// Closes a report. Returns whether it was open.
    async fn close_report(&self, report: i64, now: Timestamp) -> StoreResult<bool>;
}
