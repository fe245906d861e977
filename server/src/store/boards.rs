//! What leaderboards store in the database: openings of periods, and final standings.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::boards::{Measure, Period};
use domain::{AccountId, GameId, Money, PlayerId, Timestamp, Xp};

use super::StoreResult;

/// What an account had when a period began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningRecord {
    pub account: AccountId,
    pub period: Period,
    pub starts_at: Timestamp,
    pub net_worth: Money,
    pub xp: Xp,
    /// The highest close of a day.
    pub peak: Money,
    pub worst_fall_ppm: i64,
    /// Days closed so far.
    pub days: u32,
    pub days_invested: u32,
    pub days_diversified: u32,
    pub days_unhurried: u32,
    /// Trades until then.
    pub trades: u32,
    /// League and cohort, for a week.
    pub league: Option<(u8, u32)>,
}

/// What leaderboards need to know of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardPlayer {
    pub region: Option<String>,
    pub created_at: Timestamp,
    pub on_leaderboards: bool,
}

/// The current period of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardPeriod {
    pub game: GameId,
    pub period: Period,
    pub starts_at: Timestamp,
}

/// The final standings of a period by one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinalsOf {
    pub game: GameId,
    pub period: Period,
    pub measure: Measure,
    pub starts_at: Timestamp,
}

/// One row of final standings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinalRow {
    pub rank: i64,
    pub player: PlayerId,
    pub score: i64,
}

/// The boards' part of the database.
#[async_trait]
pub trait BoardStore {
    async fn find_board_players(
        &self,
        players: &[PlayerId],
    ) -> StoreResult<HashMap<PlayerId, BoardPlayer>>;
    /// All openings of these accounts.
    async fn find_openings(&self, accounts: &[AccountId]) -> StoreResult<Vec<OpeningRecord>>;
    /// Stores openings, but never replaces one of the same or a later period: the first server to write
    /// wins.
    async fn store_openings(&self, openings: &[OpeningRecord]) -> StoreResult<()>;
    /// The current periods of all games.
    async fn list_board_periods(&self) -> StoreResult<Vec<BoardPeriod>>;
    /// Records that a period has begun and that its openings are stored.
    async fn store_board_period(&self, period: &BoardPeriod) -> StoreResult<()>;
    /// Stores rows that do not exist yet.
    async fn store_finals(&self, of: FinalsOf, rows: &[FinalRow]) -> StoreResult<()>;
    /// Rows of final standings in order, after a rank.
    async fn list_finals(&self, of: FinalsOf, after: i64, limit: u32)
    -> StoreResult<Vec<FinalRow>>;
    /// The start of each closed period of a game that had players, latest first, before an instant.
    async fn list_closed_periods(
        &self,
        game: GameId,
        period: Period,
        measure: Measure,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Timestamp>>;
}
