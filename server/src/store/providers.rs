//! What is remembered of the providers of live prices: latest answers, calls of the running periods,
//! and until when a provider is left alone.

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

    /// How the database and operators write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Profile => "profile",
            Self::Rate => "rate",
        }
    }
}

/// An answer of a provider in our own form.
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

/// A period in which a provider takes a number of calls.
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

    /// How the database and operators write it.
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

/// Calls that may be made in a running period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaWindow {
    /// Its length.
    pub period: Period,
    /// Its first instant.
    pub starts_at: Timestamp,
    /// Calls that it allows.
    pub max: u32,
}

/// Calls that were made in the latest period in which there were any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUsage {
    pub provider: String,
    pub period: Period,
    pub starts_at: Timestamp,
    pub calls: i64,
}

/// Whether a provider is asked at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderState {
    pub provider: String,
    /// Until when its circuit breaker is open; one call may then try whether it answers again. None
    /// while the breaker is closed.
    pub open_until: Option<Timestamp>,
    /// Until when it has refused us: the key is wrong, or its own count of our calls is used up.
    pub refused_until: Option<Timestamp>,
    /// Why, in our words.
    pub cause: Option<String>,
}

/// Remembers what concerns the providers.
#[async_trait]
pub trait ProviderStore {
    /// Counts a call in every window, unless one has none left: nothing is counted then, and the
    /// index of that window is the error. Otherwise the calls of each, this one included.
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
    /// Moves the end of an open breaker from `seen` to `until`; false when another server was faster.
    async fn claim_probe(
        &self,
        provider: &str,
        seen: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool>;
    /// Stores an answer in place of the earlier one.
    async fn store_answer(&self, answer: &ProviderAnswer) -> StoreResult<()>;
    /// Answers of a kind by symbol and provider, at most `limit`.
    async fn list_answers(&self, kind: AnswerKind, limit: u32) -> StoreResult<Vec<ProviderAnswer>>;
    /// The answers about a symbol.
    async fn find_answers(
        &self,
        kind: AnswerKind,
        symbol: &str,
    ) -> StoreResult<Vec<ProviderAnswer>>;
    /// Forgets the answers of a provider, of a kind, of both, or all; how many there were.
    async fn flush_answers(
        &self,
        provider: Option<&str>,
        kind: Option<AnswerKind>,
    ) -> StoreResult<u64>;
}
