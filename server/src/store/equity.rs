//! Equity points: what accounts were worth at the close of each day, and what a dashboard reads.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    AccountId, AwardCause, Day, Fact, GameId, InstrumentId, Money, PlayerId, Price, Timestamp,
};

use super::StoreResult;

/// An account at the close of a market day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EquityRecord {
    pub account: AccountId,
    pub day: Day,
    /// Cash and shares.
    pub net_worth: Money,
    pub cash: Money,
    /// Paid in on that day; negative if withdrawn.
    pub flow: Money,
    /// The market's index. `None` if unknown.
    pub index: Option<Price>,
    /// The first instrument the account bought, and its price. `None` before that purchase.
    pub held: Option<(InstrumentId, Price)>,
    /// `seq` of the latest ledger entry up to then.
    pub version: i64,
}

/// What a dashboard shows besides the portfolio, read in one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DashboardRows {
    /// From a day on, oldest first.
    pub points: Vec<EquityRecord>,
    /// Since an instant, latest first.
    pub entries: Vec<PastEntry>,
    /// The latest unlocks in all games, latest first.
    pub unlocks: Vec<PastAward>,
    /// Games in which the player has an account.
    pub games: u32,
    /// What the player has in other programs' games, by game; at most 50.
    pub titles: Vec<PastTitle>,
}

/// What a player has in a game for which another program reports what players do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastTitle {
    pub game: GameId,
    /// Achievements that the player has unlocked.
    pub unlocked: u32,
    /// Achievements in all.
    pub achievements: u32,
    /// Time played.
    pub seconds: i64,
}

/// The parts of a ledger entry that a curve needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    pub seq: i64,
    pub at: Timestamp,
    pub fact: Fact,
}

/// The parts of an award that a dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAward {
    pub seq: i64,
    pub at: Timestamp,
    pub cause: AwardCause,
}

/// What a dashboard asks for.
#[derive(Debug, Clone, Copy)]
pub struct DashboardQuery {
    pub account: AccountId,
    /// Points from this day on.
    pub from: Day,
    /// Entries since this instant.
    pub since: Timestamp,
    /// Maximum number of entries examined, latest first.
    pub entries_max: u32,
    /// Unlocks.
    pub unlocks_max: u32,
}

/// A month of points to be merged into one per account.
#[derive(Debug, Clone, Copy)]
pub struct RollUp {
    pub game: GameId,
    /// Players from the first to the last one, both included.
    pub players: (PlayerId, PlayerId),
    /// The first and the last day of the month.
    pub days: (Day, Day),
}

/// Equity points.
#[async_trait]
pub trait EquityStore {
    /// Stores points. An account that already has one for that day keeps it. Returns how many were new.
    async fn record_equity(&self, points: &[EquityRecord]) -> StoreResult<u64>;
    /// The latest point of each account in a range, both ends included, that has one.
    async fn latest_equity(
        &self,
        first: AccountId,
        last: AccountId,
    ) -> StoreResult<HashMap<AccountId, EquityRecord>>;
    /// Points of an account from a day on, oldest first; the latest `limit`.
    async fn list_equity(
        &self,
        account: AccountId,
        from: Day,
        limit: u32,
    ) -> StoreResult<Vec<EquityRecord>>;
    /// What a dashboard shows.
    async fn find_dashboard(&self, query: &DashboardQuery) -> StoreResult<DashboardRows>;
    /// Of each account's points between two days, keeps the last one, with the sum of their flows.
    /// Returns how many were deleted.
    async fn roll_up_equity(&self, roll_up: &RollUp) -> StoreResult<u64>;
}
