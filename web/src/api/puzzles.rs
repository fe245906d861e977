//! Scenarios, puzzles and receipts.

use domain::api::{
    ApiError, DailyPuzzleView, PastPuzzleView, ReceiptView, RunView, ScenarioView, ScenariosView,
};

use super::address::Address;
use super::get;

/// `GET puzzle`
pub async fn puzzle_of_today() -> Result<DailyPuzzleView, ApiError> {
    get(Address::new(["puzzle"])).await
}

/// `GET puzzles/{day}`
pub async fn past_puzzle(day: &str, choices: &str) -> Result<PastPuzzleView, ApiError> {
    let choices = Some(choices).filter(|choices| !choices.is_empty());
    get(Address::new(["puzzles", day]).with("choices", choices)).await
}

/// `GET scenarios`
pub async fn scenarios() -> Result<ScenariosView, ApiError> {
    get(Address::new(["scenarios"])).await
}

/// `GET scenarios/{id}`
pub async fn scenario(id: &str) -> Result<ScenarioView, ApiError> {
    get(Address::new(["scenarios", id])).await
}

/// `GET games/{game}/scenario`
pub async fn scenario_run(game: &str) -> Result<RunView, ApiError> {
    get(Address::new(["games", game, "scenario"])).await
}

/// `GET games/{game}/receipts/{handle}/checks`
pub async fn receipt_checks(game: &str, handle: &str) -> Result<ReceiptView, ApiError> {
    get(Address::new(["games", game, "receipts", handle, "checks"])).await
}
