//! An account over time: the dashboard and the weekly summary.

use serde::{Deserialize, Serialize};

use crate::progress::AchievementId;
use crate::statistics::Habit;
use crate::{Day, Money, Percent, Ratio, Side, Symbol, Timestamp};

/// How far back a curve looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CurveRange {
    /// 24 hours, in minutes that the server remembers.
    #[serde(rename = "1d")]
    Day,
    /// 7 days.
    #[default]
    #[serde(rename = "1w")]
    Week,
    /// 30 days.
    #[serde(rename = "1m")]
    Month,
    /// Everything; days older than a year are one point a month.
    #[serde(rename = "all")]
    All,
}

impl CurveRange {
    /// All ranges, shortest first.
    pub const EACH: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::All];

    /// Its name in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "1d",
            Self::Week => "1w",
            Self::Month => "1m",
            Self::All => "all",
        }
    }

    /// The range of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|range| range.as_str() == name)
    }

    /// Days that it goes back; none: to the first one.
    #[must_use]
    pub fn days(self) -> Option<i32> {
        match self {
            Self::Day => Some(1),
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::All => None,
        }
    }
}

/// A player's account at a glance and over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DashboardView {
    /// What the curve and the performance cover.
    pub range: CurveRange,
    /// The account's version.
    pub version: i64,
    /// Cash and shares now.
    pub net_worth: Money,
    /// What it changed since the close before; none before there is one.
    pub today: Option<ChangeView>,
    /// Worth over time, oldest first; the last point is now.
    pub curve: Vec<CurvePoint>,
    /// The player's own trades in the range, oldest first, at most the latest 100.
    pub trades: Vec<TradeDot>,
    /// How the account did in the range; none before there are two points.
    pub performance: Option<PerformanceView>,
    /// What brought or cost most since the close before, at most three.
    pub movers: Vec<MoverView>,
    /// The latest unlocks, at most ten.
    pub unlocks: Vec<LatestUnlock>,
    /// Achievements unlocked.
    pub unlocked: u32,
    /// Achievements that there are.
    pub achievements: u32,
    /// Games in which the player has an account.
    pub games: u32,
    /// What the player has in games of other programs, at most 50.
    pub titles: Vec<TitleShare>,
    /// The mean of their completions; none where no program of others has achievements.
    pub completion_percent: Option<u32>,
}

/// What a player has in a game of another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleShare {
    /// The game's name in addresses.
    pub slug: String,
    /// The game's name for people.
    pub name: String,
    /// Of its achievements, in percent; none where it has none.
    pub completion_percent: Option<u32>,
    /// Seconds played.
    pub playtime_seconds: i64,
}

/// A change since a close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// In money; what was paid in or taken out is left out.
    pub amount: Money,
    /// In percent of the worth before.
    pub percent: Option<Percent>,
    /// The day of the close; none: since the account was opened.
    pub since: Option<Day>,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvePoint {
    /// Market time.
    pub at: Timestamp,
    /// Cash and shares.
    pub net_worth: Money,
    /// What the money of the first point would be worth in the whole market; none where the index is
    /// not known.
    pub market: Option<Money>,
}

/// A trade of the player's own, on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TradeDot {
    /// Market time.
    pub at: Timestamp,
    /// What was traded.
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// Paid or received.
    pub amount: Money,
}

/// How an account did over a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerformanceView {
    /// The day of the first close.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Time-weighted return: of the money that was there, whenever it came.
    pub time_weighted: Option<Percent>,
    /// Money-weighted return: of the money that was paid in, when it came. For the period; for a
    /// year from a year on.
    pub money_weighted: Option<Percent>,
    /// Return of the market's index.
    pub market: Option<Percent>,
    /// Buying and holding what the account bought first.
    pub held: Option<HeldView>,
    /// The deepest fall from a high.
    pub worst_fall: Option<FallView>,
    /// Figures for a year; none for a range under 60 days.
    pub annual: Option<AnnualView>,
}

/// The first purchase, had it been held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldView {
    /// What was bought first.
    pub symbol: Symbol,
    /// Its return in the range, from the first close after the purchase.
    #[serde(rename = "return")]
    pub percent: Percent,
}

/// A fall from a high to a low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FallView {
    /// Below zero.
    pub change: Percent,
    /// The day of the high.
    pub high: Day,
    /// The day of the low.
    pub low: Day,
    /// The day on which the high was reached again; none: not yet.
    pub recovered: Option<Day>,
}

/// Figures for a year, each none where its formula has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnualView {
    /// Time-weighted return of a year.
    pub time_weighted: Option<Percent>,
    /// Standard deviation of returns.
    pub volatility: Option<Percent>,
    /// Return per deviation.
    pub sharpe: Option<Ratio>,
    /// Return per downside deviation.
    pub sortino: Option<Ratio>,
    /// How much it moves with the market.
    pub beta: Option<Ratio>,
    /// Return that the market does not explain.
    pub alpha: Option<Percent>,
}

/// What an instrument brought or cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoverView {
    /// The instrument.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Below zero: it cost.
    pub amount: Money,
}

/// An unlocked achievement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatestUnlock {
    /// Its stable name.
    pub achievement: AchievementId,
    /// Its name for players.
    pub name: String,
    /// The name of its picture.
    pub icon: String,
    /// When it was unlocked.
    pub at: Timestamp,
}

/// A week of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekView {
    /// Its first day.
    pub from: Day,
    /// Its last day, which still runs.
    pub to: Day,
    /// Cash and shares at its end.
    pub net_worth: Money,
    /// What it changed, without what was paid in; none before there is a close to compare with.
    pub change: Option<ChangeView>,
    /// What the whole market did in the same days.
    pub market: Option<Percent>,
    /// Purchases and sales.
    pub trades: u32,
    /// Those with a written reason.
    pub reasons: u32,
    /// The reason that brought most; none when none brought anything.
    pub best_reason: Option<BestReason>,
    /// The worst habit; none: the week shows none.
    pub habit: Option<Habit>,
}

/// A written reason that has paid so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BestReason {
    /// What was traded.
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// In the player's words.
    pub reason: String,
    /// What the trade has brought since, or spared when it was a sale.
    pub gain: Money,
    /// When.
    pub at: Timestamp,
}
