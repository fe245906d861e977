//! The daily puzzle, as pages show it.

use serde::{Deserialize, Serialize};

use crate::puzzle::Choice;
use crate::{Day, Money, Percent, Price, Xp};

/// The puzzle of today, and what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DailyPuzzleView {
    /// The day in UTC: the puzzle is the same for everybody.
    pub day: Day,
    /// The puzzle, as far as the player has come.
    pub puzzle: PuzzleView,
    /// Days in a row on which the player has finished the puzzle.
    pub streak: u32,
    /// XP for finishing it, whatever the result.
    pub xp: Xp,
    /// How the player did beside the others who have finished; none before the end.
    pub place: Option<PuzzlePlace>,
    /// Days whose puzzles can be played for fun, latest first.
    pub past: Vec<Day>,
}

/// A puzzle of an earlier day, played for fun: nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastPuzzleView {
    /// Its day.
    pub day: Day,
    /// The puzzle after the decisions that were asked about.
    pub puzzle: PuzzleView,
    /// What the whole chart follows from.
    pub seed: String,
}

/// A puzzle after some decisions. It has no price after the day of the next decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzleView {
    /// The SHA-256 of its seed in hexadecimal digits, shown before anybody may know the seed.
    pub fingerprint: String,
    /// A price a day. The first decision is made on the 40th, the others every ten days.
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
    /// In while the price did not fall, or out while it fell.
    pub is_right: bool,
}

/// The result of a puzzle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzleEnd {
    /// What the decisions brought. Cash would have brought nothing.
    pub result: Percent,
    /// What staying in all the time would have brought.
    pub holding: Percent,
    /// Right decisions.
    pub right: u32,
    /// A square for each decision, filled when it was right: it does not say what was decided.
    pub squares: String,
}

/// A result beside those of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PuzzlePlace {
    /// Players who have finished so far.
    pub players: u64,
    /// The part of the others in percent that did less well; none without others.
    pub better_than_percent: Option<u64>,
}

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PuzzleMove {
    /// The day of the puzzle that was seen.
    pub day: Day,
    /// Which decision it is, counted from 0.
    pub step: u32,
    /// What is decided.
    pub choice: Choice,
}
