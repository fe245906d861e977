//! What is stored about the providers of live prices: latest answers, calls in the current periods, and
//! until when a provider is not called.

use async_trait::async_trait;
use domain::Timestamp;

use super::StoreResult;

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// The price of an instrument.
    Quote,
    /// What an instrument is.
    Profile,
    /// The price of a currency.
    Rate,
}

impl AnswerKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Quote, Self::Profile, Self::Rate];

    /// Its name in the database and for operators.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Profile => "profile",
            Self::Rate => "rate",
        }
    }
}

/// A provider's answer in our own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderAnswer {
    /// Whose answer.
    pub provider: String,
    /// What it is about.
    pub kind: AnswerKind,
    /// A symbol, or two currencies such as `USDEUR`.
    pub symbol: String,
    /// When it was received.
    pub at: Timestamp,
    /// JSON.
    pub answer: String,
}

/// A period in which a provider accepts a number of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Second,
    Minute,
    Hour,
    /// A day in UTC.
    Day,
}

impl Period {
    /// Every period, the shortest first.
    pub const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    /// Its name in the database and for operators.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// The start of the period that an instant falls into.
    #[must_use]
    pub fn start(self, at: Timestamp) -> Timestamp {
        let seconds = at.seconds();
        Timestamp::from_seconds(seconds - seconds.rem_euclid(self.seconds()))
    }
}

/// The calls allowed in a current period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaWindow {
    /// Its length.
    pub period: Period,
    /// Its first instant.
    pub starts_at: Timestamp,
    /// Calls allowed.
    pub max: u32,
}

/// Calls made in the latest period that had any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUsage {
    pub provider: String,
    pub period: Period,
    pub starts_at: Timestamp,
    pub calls: i64,
}

/// Whether a provider may be called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderState {
    pub provider: String,
    /// Until when its circuit breaker is open; then one call may probe whether it answers again. `None`
    /// while the breaker is closed.
    pub open_until: Option<Timestamp>,
    /// Until when it refuses us: the key is wrong, or our quota by its own count is used up.
    pub refused_until: Option<Timestamp>,
    /// Why, in our words.
    pub cause: Option<String>,
}

/// Stores the state of the providers.
#[async_trait]
pub trait ProviderStore {
    /// Counts a call in every window, and returns the calls of each, including this one. If a window has
    /// none left, counts nothing and returns the index of that window as the error.
    async fn reserve_call(
        &self,
        provider: &str,
        windows: &[QuotaWindow],
    ) -> StoreResult<Result<Vec<i64>, usize>>;
    /// The calls of every provider.
    async fn list_usage(&self) -> StoreResult<Vec<ProviderUsage>>;
    /// The state of every provider that ever had one.
    async fn list_provider_states(&self) -> StoreResult<Vec<ProviderState>>;
    /// Stores or replaces the state of a provider.
    async fn store_provider_state(&self, state: &ProviderState) -> StoreResult<()>;
    /// Moves the end of an open breaker from `seen` to `until`. False if another server was faster.
    async fn claim_probe(
        &self,
        provider: &str,
        seen: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool>;
    /// Stores an answer, replacing the earlier one.
    async fn store_answer(&self, answer: &ProviderAnswer) -> StoreResult<()>;
    /// Answers of a kind by symbol and provider, at most `limit`.
    async fn list_answers(&self, kind: AnswerKind, limit: u32) -> StoreResult<Vec<ProviderAnswer>>;
    /// The answers about a symbol.
    async fn find_answers(
        &self,
        kind: AnswerKind,
        symbol: &str,
    ) -> StoreResult<Vec<ProviderAnswer>>;
    /// Deletes the answers of a provider, of a kind, of both, or all. Returns how many.
    async fn flush_answers(
        &self,
        provider: Option<&str>,
        kind: Option<AnswerKind>,
    ) -> StoreResult<u64>;
}
