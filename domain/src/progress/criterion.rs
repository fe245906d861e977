//! Criteria: conditions over counters, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::counter::Counter;
use super::counters::Counters;

/// A condition over counters. As JSON: `{"counter": "trades", "at_least": 12}`, `{"all": [...]}` or
/// `{"any": [...]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub enum Criterion {
    /// A counter has reached a value.
    AtLeast {
        /// Which counter.
        counter: Counter,
        /// The value, above zero.
        value: i64,
    },
    /// Every one of these.
    All(Vec<Criterion>),
    /// At least one of these.
    Any(Vec<Criterion>),
}

/// A player's progress towards a goal: "2 of 5".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Toward {
    /// The value reached; from zero to the goal.
    pub now: i64,
    /// The goal; above zero.
    pub goal: i64,
}

impl Toward {
    /// Whether this one is further along than another; equal shares do not count.
    fn is_beyond(self, other: Self) -> bool {
        let left = i128::from(self.now).saturating_mul(i128::from(other.goal));
        left > i128::from(other.now).saturating_mul(i128::from(self.goal))
    }
}

/// Why a criterion is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CriterionError {
    /// It is not exactly one of `counter` with `at_least`, `all`, or `any`.
    Shape,
    /// `at_least` is not above zero.
    Value,
    /// `all` or `any` has no parts, more than [`Criterion::PARTS_MAX`], or parts within parts within
    /// parts.
    Parts,
    /// A counter that is kept for bookkeeping only.
    Counter,
}

impl fmt::Display for CriterionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "a criterion is a counter with at_least, or all, or any",
            Self::Value => "at_least is above zero",
            Self::Parts => "all and any have 1 to 10 parts, at most two deep",
            Self::Counter => "sector_bits is not for criteria",
        })
    }
}

impl std::error::Error for CriterionError {}

impl Criterion {
    /// The most parts in `all` and `any`.
    pub const PARTS_MAX: usize = 10;
    const DEPTH_MAX: usize = 3;

    /// Whether the counters fulfil it.
    #[must_use]
    pub fn is_met(&self, counters: &Counters) -> bool {
        match self {
            Self::AtLeast { counter, value } => counters.get(*counter) >= *value,
            Self::All(parts) => parts.iter().all(|part| part.is_met(counters)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(counters)),
        }
    }

    /// The counters' progress towards it: the value of a counter, the number of parts met for
    /// `all`, or the part of `any` that is furthest along.
    #[must_use]
    pub fn toward(&self, counters: &Counters) -> Toward {
        match self {
            Self::AtLeast { counter, value } => Toward {
                now: counters.get(*counter).clamp(0, (*value).max(0)),
                goal: *value,
            },
            Self::All(parts) => {
                let met = parts.iter().filter(|part| part.is_met(counters)).count();
                Toward {
                    now: i64::try_from(met).unwrap_or(i64::MAX),
                    goal: i64::try_from(parts.len()).unwrap_or(i64::MAX),
                }
            }
            Self::Any(parts) => {
                let each = parts.iter().map(|part| part.toward(counters));
                let furthest =
                    each.reduce(|best, next| if next.is_beyond(best) { next } else { best });
                furthest.unwrap_or(Toward { now: 0, goal: 1 })
            }
        }
    }

    /// Every counter that it reads, with the value at which the criterion may become met.
    #[must_use]
    pub fn thresholds(&self) -> Vec<(Counter, i64)> {
        match self {
            Self::AtLeast { counter, value } => vec![(*counter, *value)],
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().flat_map(Self::thresholds).collect()
            }
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::AtLeast { .. } => 1,
            Self::All(parts) | Self::Any(parts) => {
                let deepest = parts.iter().map(Self::depth).max().unwrap_or(0);
                deepest.saturating_add(1)
            }
        }
    }

    fn checked(self) -> Result<Self, CriterionError> {
        match &self {
            Self::AtLeast { value, .. } if *value <= 0 => Err(CriterionError::Value),
            Self::AtLeast { counter, .. } if *counter == Counter::SectorBits => {
                Err(CriterionError::Counter)
            }
            Self::All(parts) | Self::Any(parts)
                if parts.is_empty()
                    || parts.len() > Self::PARTS_MAX
                    || self.depth() > Self::DEPTH_MAX =>
            {
                Err(CriterionError::Parts)
            }
            _ => Ok(self),
        }
    }
}

/// The fields of all forms. An untagged enum would buffer all input first.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<Counter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Criterion>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Criterion>>,
}

impl TryFrom<Fields> for Criterion {
    type Error = CriterionError;

    fn try_from(fields: Fields) -> Result<Self, CriterionError> {
        match (fields.counter, fields.at_least, fields.all, fields.any) {
            (Some(counter), Some(value), None, None) => Self::AtLeast { counter, value },
            (None, None, Some(parts), None) => Self::All(parts),
            (None, None, None, Some(parts)) => Self::Any(parts),
            _ => return Err(CriterionError::Shape),
        }
        .checked()
    }
}

impl From<Criterion> for Fields {
    fn from(criterion: Criterion) -> Self {
        let none = Self::default();
        match criterion {
            Criterion::AtLeast { counter, value } => Self {
                counter: Some(counter),
                at_least: Some(value),
                ..none
            },
            Criterion::All(parts) => Self {
                all: Some(parts),
                ..none
            },
            Criterion::Any(parts) => Self {
                any: Some(parts),
                ..none
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Criterion {
        serde_json::from_str(text).unwrap()
    }

    const BOTH: &str =
        r#"{"all":[{"counter":"trades","at_least":2},{"counter":"reasons","at_least":5}]}"#;

    #[test]
    fn a_criterion_reads_back_as_written() {
        for text in [r#"{"counter":"trades","at_least":12}"#, BOTH] {
            assert_eq!(serde_json::to_string(&read(text)).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_criterion_is_refused() {
        for (text, why) in [
            ("{}", CriterionError::Shape),
            (r#"{"counter":"trades"}"#, CriterionError::Shape),
            (
                r#"{"counter":"trades","at_least":0}"#,
                CriterionError::Value,
            ),
            (
                r#"{"counter":"sector_bits","at_least":1}"#,
                CriterionError::Counter,
            ),
            (r#"{"all":[]}"#, CriterionError::Parts),
            (
                r#"{"all":[{"any":[{"all":[{"counter":"trades","at_least":1}]}]}]}"#,
                CriterionError::Parts,
            ),
        ] {
            let error = serde_json::from_str::<Criterion>(text).unwrap_err();
            assert!(
                error.to_string().contains(&why.to_string()),
                "{text}: {error}"
            );
        }
        let unknown = r#"{"counter":"trades","at_least":1,"at_most":2}"#;
        assert!(serde_json::from_str::<Criterion>(unknown).is_err());
    }

    #[test]
    fn progress_counts_values_parts_or_the_best_part() {
        let counters = Counters::default()
            .with(Counter::Trades, 3)
            .with(Counter::Reasons, 1);
        let toward = |text: &str| {
            let Toward { now, goal } = read(text).toward(&counters);
            (now, goal)
        };
        assert_eq!(toward(r#"{"counter":"trades","at_least":12}"#), (3, 12));
        assert_eq!(toward(r#"{"counter":"trades","at_least":2}"#), (2, 2));
        assert_eq!(toward(BOTH), (1, 2));
        assert_eq!(toward(&BOTH.replace("all", "any")), (2, 2));
        assert!(!read(BOTH).is_met(&counters));
        assert!(read(&BOTH.replace("all", "any")).is_met(&counters));
    }
}
