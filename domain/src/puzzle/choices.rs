//! The decisions of a puzzle, and how they are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::DECISIONS;

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// To buy, or to hold what one has.
    In,
    /// To sell, or to stay out.
    Out,
}

/// At most five decisions, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Choices(Vec<Choice>);

/// A text is no list of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoicesError;

impl fmt::Display for ChoicesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be at most five letters: i for in, o for out")
    }
}

impl std::error::Error for ChoicesError {}

impl Choices {
    /// Staying in for a number of decisions, at most all five.
    #[must_use]
    pub fn all_in(decisions: usize) -> Self {
        Self(vec![Choice::In; decisions.min(DECISIONS)])
    }

    /// The decisions.
    #[must_use]
    pub fn list(&self) -> &[Choice] {
        &self.0
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether all are made.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.0.len() >= DECISIONS
    }

    /// Whether the money is in after them.
    #[must_use]
    pub fn are_in(&self) -> bool {
        self.0.last() == Some(&Choice::In)
    }

    /// These and one more; none when all are made.
    #[must_use]
    pub fn with(&self, choice: Choice) -> Option<Self> {
        let next = self.0.iter().copied().chain([choice]);
        (!self.are_complete()).then(|| Self(next.collect()))
    }
}

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|choice| {
            f.write_str(match choice {
                Choice::In => "i",
                Choice::Out => "o",
            })
        })
    }
}

impl FromStr for Choices {
    type Err = ChoicesError;

    fn from_str(text: &str) -> Result<Self, ChoicesError> {
        if text.len() > DECISIONS {
            return Err(ChoicesError);
        }
        let choice = |letter| match letter {
            'i' => Ok(Choice::In),
            'o' => Ok(Choice::Out),
            _ => Err(ChoicesError),
        };
        text.chars().map(choice).collect::<Result<_, _>>().map(Self)
    }
}
