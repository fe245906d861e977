//! The daily puzzle, as pages show it.

use serde::{Deserialize, Serialize};

use crate::puzzle::Choice;
use crate::{Day, Money, Percent, Price, Xp};

/// The puzzle of today, and what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DailyPuzzleView {
    /// The day in UTC: the puzzle is the same for everyone.
    pub day: Day,
    /// The puzzle, as far as the player has come.
    pub puzzle: PuzzleView,
    /// Days in a row on which the player has finished the puzzle.
    pub streak: u32,
    /// XP for finishing it, whatever the result.
    pub xp: Xp,
    /// How the player did compared with the others who have finished; none before the end.
    pub place: Option<PuzzlePlace>,
    /// Days whose puzzles can be played for fun, latest first.
    pub past: Vec<Day>,
}

/// A puzzle of an earlier day, played for fun: nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastPuzzleView {
    /// Its day.
    pub day: Day,
    /// The puzzle after the decisions in the request.
    pub puzzle: PuzzleView,
    /// The seed of the whole chart.
    pub seed: String,
}

/// A puzzle after some decisions. It has no price after the day of the next decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzleView {
    /// The SHA-256 of its seed in hexadecimal, published before the seed is.
    pub fingerprint: String,
    /// One price per day. The first decision is made on day 40, the others every ten days.
    pub prices: Vec<Price>,
    /// The decisions so far: `i` for in, `o` for out.
    #[cfg_attr(feature = "openapi", schema(example = "iio"))]
    pub choices: String,
    /// How each of them turned out.
    pub turns: Vec<PuzzleTurn>,
    /// What 100.00 have become.
    pub worth: Money,
    /// The result; none before the fifth decision.
    pub end: Option<PuzzleEnd>,
}

/// How a decision turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzleTurn {
    /// What was decided.
    pub choice: Choice,
    /// What the price did in the ten days after it.
    pub change: Percent,
    /// Whether it was right: in while the price did not fall, or out while it fell.
    pub is_right: bool,
}

/// The result of a puzzle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzleEnd {
    /// The return of the decisions. Cash would have returned nothing.
    pub result: Percent,
    /// The return of staying in all the time.
    pub holding: Percent,
    /// Number of right decisions.
    pub right: u32,
    /// A square for each decision, filled if it was right. It does not reveal the decision.
    pub squares: String,
}

/// A result compared with those of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzlePlace {
    /// Players who have finished so far.
    pub players: u64,
    /// The percentage of the others who did worse; none without others.
    pub better_than_percent: Option<u64>,
}

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PuzzleMove {
    /// The day of the puzzle that the player saw.
    pub day: Day,
    /// Which decision it is, counted from 0.
    pub step: u32,
    /// What is decided.
    pub choice: Choice,
}
