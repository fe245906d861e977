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

/// An instrument with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstrumentDetail {
    /// What the list shows.
    pub instrument: InstrumentRow,
    /// What it does, in a sentence or two.
    pub description: String,
    /// The same in plain words.
    pub plain_words: String,
    /// Something to remember it by.
    pub fun_fact: String,
    /// What happened to it of late, newest first.
    pub news: Vec<MarketNews>,
    /// Its dividends and splits up to the market's running day, latest first, at most 40.
    #[serde(default)]
    pub actions: Vec<ActionView>,
    /// That it leaves the market, or has left it, once that is announced.
    #[serde(default)]
    pub leaving: Option<LeavingView>,
    /// When it reports what it earned, and what it reported; none of what is no company of a simulated
    /// market.
    #[serde(default)]
    pub earnings: Option<EarningsView>,
    /// What is known of it in numbers; none of an instrument with imported prices.
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
    /// New shares for old ones, of a split.
    pub split: Option<SplitRatio>,
    /// What a share was paid.
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

/// A company that leaves a market, or has left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeavingView {
    /// The first day without it.
    pub day: Day,
    /// Whether that day has come.
    pub left: bool,
    /// What a share brings in the end, as far as that is known.
    pub price: Option<Price>,
    /// The same in words, with the reason.
    pub notice: String,
}

/// The reports of a company on what it earned, four times a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EarningsView {
    /// When the next one comes, in the market's time. Nobody knows beforehand what it says.
    pub next: Option<Timestamp>,
    /// Those that have come, latest first, at most twelve.
    pub past: Vec<ReportView>,
}

/// What a company said of three months, and what its price did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportView {
    /// When, in the market's time.
    pub at: Timestamp,
    /// How what it earned compares with what was expected.
    pub outcome: ReportOutcome,
    /// How far the report moved the price at that instant.
    pub change_percent: Percent,
    /// The same in words.
    pub headline: String,
}

/// A report that is still to come.
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

/// A company in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyFigures {
    /// Where it is at home.
    pub country: String,
    /// What it pays its shareholders in a year, in percent of its price.
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
    /// How far the prices of all companies moved today in the mean; none without any price.
    pub change_percent: Option<Percent>,
    /// The index of all companies; none in a replay.
    pub index: Option<IndexView>,
    /// The categories by name, each with how far it moved today.
    pub sectors: Vec<SectorView>,
    /// What rose most today, at most five.
    pub risers: Vec<InstrumentRow>,
    /// What fell most today, at most five.
    pub fallers: Vec<InstrumentRow>,
    /// Companies that report what they earned within the next seven days of the market, the next first,
    /// at most ten.
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

/// A category and how far it moved today.
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

/// Where the prices of a live market come from, and whether they move now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveView {
    /// When this was so.
    pub at: Timestamp,
    /// Whether the exchange trades.
    pub open: bool,
    /// When it closes, or opens again.
    pub changes_at: Timestamp,
    /// The names of the providers whose prices are shown.
    pub providers: Vec<String>,
    /// Seconds after which a price fills no order.
    pub fill_age_max_s: u32,
}

/// Something that happened and moved prices.
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
}

/// Something that is marked on the chart of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChartMark {
    /// When, in the market's time.
    pub at: Timestamp,
    /// What kind of thing.
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
    /// Its shares were split or joined.
    Split,
    /// It left the market.
    Delisting,
    /// News about it.
    Headline,
}

/// What one unit of a currency costs in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RateView {
    /// ISO 4217 code of the first currency.
    pub from: String,
    /// ISO 4217 code of the second one.
    pub to: String,
    /// Units of the second currency, as a decimal.
    pub rate: String,
    /// When the source says that it was true.
    pub at: Timestamp,
    /// Who says so.
    pub provider: String,
    /// It has not been renewed in time.
    pub stale: bool,
}
