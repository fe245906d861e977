//! Leaderboards of a game.

use serde::{Deserialize, Serialize};

use super::Page;
use crate::boards::{Measure, Period};
use crate::{Money, Percent, Timestamp, Xp};

/// One row of a leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandingView {
    /// The rank, from 1. No two players share one: among equal scores the lower player id comes
    /// first, always.
    pub rank: u64,
    /// Ranks gained since the day began; below zero if ranks were lost. None for a player who had no rank
    /// then, and on boards of a subset of the players.
    pub rise: Option<i64>,
    /// The player's handle; empty for a player who has left the game.
    pub handle: String,
    /// Cash and positions.
    pub net_worth: Money,
    /// Gain or loss since the period began, in percent of what the account was worth then.
    pub return_percent: Option<Percent>,
    /// XP that the player has earned since the period began.
    pub xp: Xp,
    /// The level that this XP makes.
    pub level: u32,
    /// The account's worst fall from an earlier high, in percent, based on daily closes.
    pub worst_fall_percent: Percent,
    /// Trades with a written reason.
    pub reasons: u32,
    /// The process score, 0 to 1,000; none before there are trades and five days with shares.
    pub process: Option<u32>,
    /// Whether this is the player who asks.
    pub me: bool,
}

/// The requesting player's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnStandingView {
    /// The row.
    #[serde(flatten)]
    pub standing: StandingView,
    /// The share of the other players who rank behind, in hundredths of a percent, rounded down.
    pub ahead_of_bps: u32,
}

/// A page of a leaderboard, and the requesting player's rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaderboardView {
    /// What it ranks by.
    pub measure: Measure,
    /// The version of the measure's formula.
    pub measure_version: u32,
    /// How far back it looks.
    pub period: Period,
    /// When the period began.
    pub starts_at: Timestamp,
    /// The requesting player's region, whose board can be requested.
    pub region: Option<String>,
    /// The instant of the latest change: all prices are from the same moment.
    pub as_of: Timestamp,
    /// Every player who has traded, best first; without hidden players.
    pub standings: Page<StandingView>,
    /// None when nobody is logged in, or when the player has not traded in this game yet.
    pub me: Option<OwnStandingView>,
    /// The player's row between its neighbours, if requested.
    pub around: Vec<StandingView>,
    /// The player's league this week, if neighbours were requested; none before the first Monday after the
    /// first trade, and after a week without XP.
    pub league: Option<LeagueView>,
}

/// A cohort of about 30 players who compete by the XP of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeagueView {
    /// Which league, from 1; 6 is the highest.
    pub league: u32,
    /// How many of the top players move up a league when the week ends.
    pub rising: u32,
    /// How many of the bottom players move down a league.
    pub falling: u32,
    /// The players of the cohort, best first; without hidden players other than the requesting one.
    pub rows: Vec<StandingView>,
}

/// A place in the final standings of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FinalView {
    /// The rank, from 1.
    pub rank: u64,
    /// The player's handle; none for a player who is hidden or has left the game.
    pub handle: Option<String>,
    /// Gain or loss in the period, in percent; none where XP ranks.
    pub return_percent: Option<Percent>,
    /// XP earned in the period; none where the return ranks.
    pub xp: Option<Xp>,
    /// Whether this is the player who asks.
    pub me: bool,
}

/// The periods that have ended, and the final standings of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClosedPeriodView {
    /// What it ranked by.
    pub measure: Measure,
    /// Which kind of period.
    pub period: Period,
    /// When the period of these standings began; none while none has ended.
    pub starts_at: Option<Timestamp>,
    /// When each of the ended periods began, latest first; at most 60.
    pub ended: Vec<Timestamp>,
    /// A slice of the best 1,000 in order, after the requested rank; at most 100.
    pub finals: Vec<FinalView>,
    /// Whether there are more standings.
    pub more: bool,
}
