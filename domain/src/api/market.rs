//! The market as players see it.

use serde::{Deserialize, Serialize};

use crate::market::ReportOutcome;
use crate::{
    ActionKind, CorporateAction, DatedAction, Day, Percent, Price, Quote, SplitRatio, Symbol,
    Timestamp,
};

/// An instrument in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstrumentRow {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// ISO 4217 code of the currency it trades in.
    pub currency: String,
    /// The current quote; none when it is not tradable now.
    pub quote: Option<Quote>,
    /// Change since the previous day's close.
    pub change_percent: Option<Percent>,
    /// The latest 30 daily closes, oldest first.
    pub sparkline: Vec<Price>,
}

/// An instrument with all its details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstrumentDetail {
    /// The list item.
    pub instrument: InstrumentRow,
    /// What it does, in a sentence or two.
    pub description: String,
    /// The same in plain words.
    pub plain_words: String,
    /// A fun fact.
    pub fun_fact: String,
    /// Its recent news, newest first.
    pub news: Vec<MarketNews>,
    /// Its dividends and splits up to the current market day, latest first, at most 40.
    #[serde(default)]
    pub actions: Vec<ActionView>,
    /// Its departure from the market, once announced.
    #[serde(default)]
    pub leaving: Option<LeavingView>,
    /// Its earnings calendar and past reports; none unless it is a company in a simulated market.
    #[serde(default)]
    pub earnings: Option<EarningsView>,
    /// Its key figures; none for an instrument with imported prices.
    #[serde(default)]
    pub figures: Option<KeyFigures>,
    /// Of a live market: where its prices come from.
    #[serde(default)]
    pub live: Option<LiveView>,
}

/// A dividend, a split, or the end of trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionView {
    /// The first day that trades without the dividend, or with the new shares.
    pub day: Day,
    /// What it is.
    pub kind: ActionKind,
    /// For a split: new shares for old ones.
    pub split: Option<SplitRatio>,
    /// The dividend per share.
    pub amount: Option<Price>,
}

impl From<DatedAction> for ActionView {
    fn from(dated: DatedAction) -> Self {
        let amount = match dated.action {
            CorporateAction::Split(_) => None,
            CorporateAction::Dividend { per_share: amount }
            | CorporateAction::Delisting { price: amount } => Some(amount),
        };
        Self {
            day: dated.day,
            kind: dated.action.kind(),
            split: dated.action.ratio(),
            amount,
        }
    }
}

/// The departure of a company from a market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeavingView {
    /// The first day without it.
    pub day: Day,
    /// Whether that day has come.
    pub left: bool,
    /// The final payout per share, as far as it is known.
    pub price: Option<Price>,
    /// The same in words, with the reason.
    pub notice: String,
}

/// A company's earnings reports, four times a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarningsView {
    /// When the next one is due, in market time. Its content is not known in advance.
    pub next: Option<Timestamp>,
    /// Past reports, latest first, at most twelve.
    pub past: Vec<ReportView>,
}

/// A quarterly report of a company, and the price's reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// When, in the market's time.
    pub at: Timestamp,
    /// How its earnings compare with expectations.
    pub outcome: ReportOutcome,
    /// How far the report moved the price at that instant.
    pub change_percent: Percent,
    /// The same in words.
    pub headline: String,
}

/// An upcoming report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComingReport {
    /// When, in the market's time.
    pub at: Timestamp,
    /// Which company.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
}

/// A company's key figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyFigures {
    /// Its home country.
    pub country: String,
    /// Its annual dividend, in percent of its price.
    pub dividend_percent: Percent,
}

/// The whole market at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketOverview {
    /// The market's time.
    pub at: Timestamp,
    /// Seconds of market time that pass in one second.
    pub speed: u32,
    /// The mean move of all companies' prices today; none without any prices.
    pub change_percent: Option<Percent>,
    /// The index of all companies; none in a replayed market.
    pub index: Option<IndexView>,
    /// The categories by name, each with how far it moved today.
    pub sectors: Vec<SectorView>,
    /// Today's largest gainers, at most five.
    pub risers: Vec<InstrumentRow>,
    /// Today's largest losers, at most five.
    pub fallers: Vec<InstrumentRow>,
    /// Companies that report earnings within the next seven market days, soonest first, at most ten.
    #[serde(default)]
    pub coming_reports: Vec<ComingReport>,
    /// Of a live market: where its prices come from. None in a simulated or replayed one.
    #[serde(default)]
    pub live: Option<LiveView>,
}

/// The index of all companies, dividends counted as reinvested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IndexView {
    /// Its level: 1,000 at the market's origin.
    pub level: Price,
    /// Change since the previous day's close.
    pub change_percent: Option<Percent>,
    /// The latest 30 daily closes, oldest first.
    pub sparkline: Vec<Price>,
}

/// A category, and how far it moved today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SectorView {
    /// Its name.
    pub category: String,
    /// Instruments that have a price.
    pub count: u32,
    /// The mean of their changes since the previous day's close.
    pub change_percent: Option<Percent>,
}

/// Where the prices of a live market come from, and whether the exchange is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveView {
    /// The instant of this status.
    pub at: Timestamp,
    /// Whether the exchange is open.
    pub open: bool,
    /// When it closes, or opens again.
    pub changes_at: Timestamp,
    /// The names of the providers whose prices are shown.
    pub providers: Vec<String>,
    /// Age in seconds at which a price no longer fills orders.
    pub fill_age_max_s: u32,
}

/// An event that moved prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketNews {
    /// When.
    pub at: Timestamp,
    /// What.
    pub headline: String,
    /// The instrument it is about; none for a sector or the whole market.
    pub symbol: Option<Symbol>,
}

/// Open, high, low, close and volume of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CandleView {
    /// The period's first instant.
    pub at: Timestamp,
    /// The first price.
    pub open: Price,
    /// The highest.
    pub high: Price,
    /// The lowest.
    pub low: Price,
    /// The last.
    pub close: Price,
    /// Shares traded.
    pub volume: i64,
    /// Of a week or a month that was asked for as such: the average of its daily closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<AverageClose>,
}

/// The average of daily closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AverageClose {
    /// The average.
    pub price: Price,
    /// Of how many days.
    pub days: i64,
}

/// A mark on the chart of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartMark {
    /// When, in the market's time.
    pub at: Timestamp,
    /// The kind of mark.
    pub kind: ChartMarkKind,
    /// The same in words.
    pub text: String,
}

/// What a mark on a chart stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChartMarkKind {
    /// The player bought, or got shares in an offering.
    Bought,
    /// The player sold.
    Sold,
    /// The company paid its shareholders.
    Dividend,
    /// Its shares were split or merged.
    Split,
    /// It left the market.
    Delisting,
    /// News about it.
    Headline,
}

/// An exchange rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RateView {
    /// ISO 4217 code of the first currency.
    pub from: String,
    /// ISO 4217 code of the second one.
    pub to: String,
    /// Units of the second currency, as a decimal.
    pub rate: String,
    /// When the rate was true, according to the source.
    pub at: Timestamp,
    /// The source.
    pub provider: String,
    /// Whether it has not been refreshed in time.
    pub stale: bool,
}
