//! Boards: in-memory rankings, and the measures they rank by.

mod board;
mod fenwick;
mod measure;
mod period;
mod process;
mod ranking;

pub use board::Board;
pub use measure::{
    Measure, STEADY_DAYS_MIN, STEADY_FALL_FLOOR_PPM, net_worth_score, return_score,
    steady_hands_score,
};
pub use period::Period;
pub use process::{Habits, PROCESS_DAYS_MIN, process_score};
pub use ranking::{Ranking, Standing};
