//! The decision journal: reasons to review, and notes.

use serde::{Deserialize, Serialize};

use crate::{Money, Percent, Price, Quantity, Side, Symbol, Timestamp, Xp};

/// How players judge one of their old decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// It was well considered, whatever the result.
    Good,
    /// It is too early, or hard to say.
    Unsure,
    /// They would not do it again.
    Mistake,
}

impl Grade {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Good, Self::Unsure, Self::Mistake];

    /// Its name in databases and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unsure => "unsure",
            Self::Mistake => "mistake",
        }
    }

    /// The grade with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.as_str() == name)
    }

    /// What players read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Good => "Good decision",
            Self::Unsure => "Not sure",
            Self::Mistake => "Mistake",
        }
    }
}

/// The result of a decision by a certain day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SinceView {
    /// Market days after the trade; none: until now.
    pub days: Option<u32>,
    /// The instrument's price then, split-adjusted to the trade.
    pub price: Price,
    /// By how much the price had changed, in percent.
    pub percent: Percent,
    /// By how much the whole market had changed, in percent.
    pub market_percent: Option<Percent>,
    /// What the decision gained over doing nothing, after its fee: the change of the shares for a purchase,
    /// its opposite for a sale.
    pub over_nothing: Money,
}

/// A trade with its reason, in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalEntryView {
    /// Its number in the account's ledger.
    pub seq: i64,
    /// When, in the market's time.
    pub at: Timestamp,
    /// Market days since then.
    pub days: u32,
    /// What was traded.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub quantity: Quantity,
    /// At which price.
    pub price: Price,
    /// What the player wrote.
    pub reason: String,
    /// The result after 30 and after 90 market days, and until now.
    pub since: Vec<SinceView>,
    /// Whether 30 market days have passed, so that it can be graded.
    pub due: bool,
    /// What the player thinks of it.
    pub grade: Option<Grade>,
}

/// The journal of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalView {
    /// The latest trades with a reason, latest first.
    pub entries: Vec<JournalEntryView>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
    /// What the grades say taken together, one sentence each.
    pub patterns: Vec<String>,
}

/// A grade to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeRequest {
    /// The grade.
    pub grade: Grade,
}

/// The result of grading a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GradeAnswer {
    /// The grade.
    pub grade: Grade,
    /// XP for reviewing it; 0 when it was already graded.
    pub xp: Xp,
}

/// A note of a player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteView {
    /// Its id, unique per player.
    pub id: String,
    /// The instrument that it is about, if any.
    pub symbol: Option<Symbol>,
    /// The text as it was written: Markdown.
    pub text: String,
    /// The text as HTML that is safe to insert: no HTML from the player, no images, only links to web pages.
    pub html: String,
    /// Single words in lower case.
    pub tags: Vec<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A note to create or replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    /// The instrument that it is about.
    #[serde(default)]
    pub symbol: Option<Symbol>,
    /// 1 to 4,000 characters.
    pub text: String,
    /// Up to 10 words, separated by commas or spaces.
    #[serde(default)]
    pub tags: String,
}
