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
    /// Paid in on that day, or taken out when below zero.
    pub flow: Money,
    /// The market's index; none when it is not known.
    pub index: Option<Price>,
    /// What the account bought first, and its price; none before that purchase.
    pub held: Option<(InstrumentId, Price)>,
    /// `seq` of the latest ledger entry until then.
    pub version: i64,
}

/// What a dashboard is made of, besides the portfolio. One query.
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
    /// What the player has in games of other programs, by game; at most 50.
    pub titles: Vec<PastTitle>,
}

/// What a player has in a game around which another program tells what players do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastTitle {
    pub game: GameId,
    /// Its achievements that the player has.
    pub unlocked: u32,
    /// Its achievements.
    pub achievements: u32,
    /// Played.
    pub seconds: i64,
}

/// A ledger entry, as far as a curve needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEntry {
    pub seq: i64,
    pub at: Timestamp,
    pub fact: Fact,
}

/// An award, as far as a dashboard shows it.
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
    /// Entries that are looked through, the latest first.
    pub entries_max: u32,
    /// Unlocks.
    pub unlocks_max: u32,
}

/// Points of a month that become one.
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
    /// Stores points; an account that has one of that day already keeps it. How many were new.
    async fn record_equity(&self, points: &[EquityRecord]) -> StoreResult<u64>;
    /// The latest point of each account between two, both included, that has one.
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
    /// Of each account's points between two days, keeps the last one, with all their flows; how many
    /// were deleted.
    async fn roll_up_equity(&self, roll_up: &RollUp) -> StoreResult<u64>;
}
