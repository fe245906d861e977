//! What defines a provider: how to build a request and how to parse the reply. Both are pure, so another
//! provider is one file; calls, limits and failures are handled the same way for all.

use std::fmt::Debug;

use domain::{Day, Price, Symbol, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A provider of prices.
pub trait Provider: Debug + Send + Sync {
    /// Its name in the settings, the database and the log.
    fn name(&self) -> &'static str;
    /// Its display name.
    fn title(&self) -> &'static str;
    /// The request to send, without the key. `None` for what it does not offer.
    fn request(&self, ask: &Ask) -> Option<Request>;
    /// Parses its reply.
    ///
    /// # Errors
    /// A [`Refusal`], which never quotes the reply: it may contain our key.
    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Found, Refusal>;
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ask {
    /// What does it cost?
    Quote(Symbol),
    /// What did it cost each day?
    History(Symbol),
    /// What is it?
    Profile(Symbol),
    /// What has such a name?
    Search(String),
    /// What does one unit of the first currency cost in the second?
    Rate(Currency, Currency),
}

/// An ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Jpy,
    Cny,
}

impl Currency {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Jpy => "JPY",
            Self::Cny => "CNY",
        }
    }
}

/// A path after the base address, and the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub path: &'static str,
    pub query: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    pub status: u16,
    pub body: &'a str,
    /// When.
    pub at: Timestamp,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Quote(FoundQuote),
    /// Oldest first.
    History(Vec<FoundDay>),
    Profile(FoundProfile),
    Search(Vec<FoundSymbol>),
    Rate(FoundRate),
}

/// A price and its trading day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundQuote {
    pub price: Price,
    /// When it was true.
    pub at: Timestamp,
    pub day: Day,
    pub open: Option<Price>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Option<i64>,
    pub previous_close: Option<Price>,
}

/// A trading day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDay {
    pub day: Day,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: i64,
}

/// What an instrument is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundProfile {
    pub name: String,
    pub sector: String,
    pub currency: String,
    pub description: String,
}

/// A symbol that a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSymbol {
    pub symbol: String,
    pub name: String,
    pub currency: String,
}

/// What one unit of a currency costs in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRate {
    #[serde(with = "super::number::as_text")]
    pub rate: Decimal,
    pub at: Timestamp,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such instrument, or no price of it.
    #[error("it does not know the symbol")]
    Unknown,
    /// Our plan does not include it.
    #[error("our plan does not include this")]
    NotInPlan,
    /// It has no such service.
    #[error("it does not offer this")]
    NotOffered,
    /// It takes no more calls today.
    #[error("it takes no more calls today")]
    DayIsSpent,
    /// It takes no more calls for a while.
    #[error("it takes no more calls for a while")]
    TooFast,
    /// It does not accept the key.
    #[error("it does not accept the key")]
    BadKey,
    /// It has replied with something that is no answer.
    #[error("its reply cannot be read")]
    Garbled,
    /// It has replied with more than is read.
    #[error("its reply is too long")]
    TooLong,
    /// It has failed.
    #[error("it has failed with status {0}")]
    Failed(u16),
    /// It has not replied in time.
    #[error("it has not replied in time")]
    TimedOut,
    /// There is no connection to it.
    #[error("it cannot be reached")]
    Unreachable,
    /// It is not asked now.
    #[error("it is not asked before {until}: {cause}")]
    Resting {
        /// Until when.
        until: Timestamp,
        /// Why.
        cause: String,
    },
    /// Our own store failed, without which calls cannot be counted.
    #[error("calls cannot be counted now")]
    Uncounted,
}

impl Refusal {
    /// Whether the provider is out of order, as opposed to unwilling.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Garbled
            | Self::TooLong
            | Self::Failed(_)
            | Self::TimedOut
            | Self::Unreachable => true,
            Self::Unknown
            | Self::NotInPlan
            | Self::NotOffered
            | Self::DayIsSpent
            | Self::TooFast
            | Self::BadKey
            | Self::Resting { .. }
            | Self::Uncounted => false,
        }
    }

    /// Whether an immediate retry may help.
    pub fn is_brief(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Failed(status) => (500..600).contains(status),
            _ => false,
        }
    }

    /// Whether it concerns only this question, so that others may well be answered.
    pub fn is_about_the_question(&self) -> bool {
        matches!(self, Self::Unknown | Self::NotInPlan | Self::NotOffered)
    }
}
