//! An account over time: the dashboard and the weekly summary.

use serde::{Deserialize, Serialize};

use crate::progress::AchievementId;
use crate::statistics::Habit;
use crate::{Day, Money, Percent, Ratio, Side, Symbol, Timestamp};

/// How far back a curve looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CurveRange {
    /// 24 hours, by the minute, as far as the server remembers.
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

    /// Its name in URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "1d",
            Self::Week => "1w",
            Self::Month => "1m",
            Self::All => "all",
        }
    }

    /// The range with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|range| range.as_str() == name)
    }

    /// How many days it goes back; none: to the beginning.
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
    /// Its change since the previous close; none before there is one.
    pub today: Option<ChangeView>,
    /// Worth over time, oldest first; the last point is now.
    pub curve: Vec<CurvePoint>,
    /// The player's own trades in the range, oldest first, at most the latest 100.
    pub trades: Vec<TradeDot>,
    /// The account's performance in the range; none with fewer than two points.
    pub performance: Option<PerformanceView>,
    /// The largest gains and losses since the previous close, at most three.
    pub movers: Vec<MoverView>,
    /// The latest unlocks, at most ten.
    pub unlocks: Vec<LatestUnlock>,
    /// Achievements unlocked.
    pub unlocked: u32,
    /// Achievements in total.
    pub achievements: u32,
    /// Games in which the player has an account.
    pub games: u32,
    /// The player's progress in games of other programs, at most 50.
    pub titles: Vec<TitleShare>,
    /// The mean of their completions; none when none of these programs has achievements.
    pub completion_percent: Option<u32>,
}

/// A player's progress in a game of another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleShare {
    /// The game's name in addresses.
    pub slug: String,
    /// The game's name for people.
    pub name: String,
    /// Percentage of its achievements; none when it has none.
    pub completion_percent: Option<u32>,
    /// Seconds played.
    pub playtime_seconds: i64,
}

/// A change since a close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// In money, excluding deposits and withdrawals.
    pub amount: Money,
    /// In percent of the previous worth.
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
    /// What the money at the first point would be worth if invested in the index; none where the index is
    /// unknown.
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

/// An account's performance over a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerformanceView {
    /// The day of the first close.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Time-weighted return: independent of when money came in.
    pub time_weighted: Option<Percent>,
    /// Money-weighted return: takes into account when money came in. For the period; annualized
    /// from one year on.
    pub money_weighted: Option<Percent>,
    /// Return of the market's index.
    pub market: Option<Percent>,
    /// The return of buying and holding the account's first purchase.
    pub held: Option<HeldView>,
    /// The deepest fall from a high.
    pub worst_fall: Option<FallView>,
    /// Annualized figures; none for a range under 60 days.
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
    /// The day on which the high was regained; none: not yet.
    pub recovered: Option<Day>,
}

/// Annualized figures, each none where its formula has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnualView {
    /// Annualized time-weighted return.
    pub time_weighted: Option<Percent>,
    /// Standard deviation of returns.
    pub volatility: Option<Percent>,
    /// Sharpe ratio: return per unit of deviation.
    pub sharpe: Option<Ratio>,
    /// Sortino ratio: return per unit of downside deviation.
    pub sortino: Option<Ratio>,
    /// Beta: how much it moves with the market.
    pub beta: Option<Ratio>,
    /// Alpha: the return that the market does not explain.
    pub alpha: Option<Percent>,
}

/// The gain or loss from an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoverView {
    /// The instrument.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Below zero for a loss.
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
    /// Its last day, which is still running.
    pub to: Day,
    /// Cash and shares at its end.
    pub net_worth: Money,
    /// Its change, excluding deposits; none before there is a close to compare with.
    pub change: Option<ChangeView>,
    /// The whole market's return over the same days.
    pub market: Option<Percent>,
    /// Purchases and sales.
    pub trades: u32,
    /// Those with a written reason.
    pub reasons: u32,
    /// The reason with the largest gain; none when none made a gain.
    pub best_reason: Option<BestReason>,
    /// The worst habit; none: no bad habit this week.
    pub habit: Option<Habit>,
}

/// A written reason that has paid off so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BestReason {
    /// What was traded.
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// In the player's words.
    pub reason: String,
    /// What the trade has gained since, or, for a sale, saved.
    pub gain: Money,
    /// When.
    pub at: Timestamp,
}
