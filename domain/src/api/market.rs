//! The market as players see it.

use serde::{Deserialize, Serialize};

use crate::{Percent, Price, Quote, Symbol, Timestamp};

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
