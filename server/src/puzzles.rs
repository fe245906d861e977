//! Puzzles: where their seeds come from, and what of them a player may see.

use domain::api::{ErrorCode, PuzzleEnd, PuzzleTurn, PuzzleView};
use domain::puzzle::{Choice, Choices, Puzzle, fingerprint, squares};
use domain::{Day, PlayerId};

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::PuzzleAttempt;

/// What the key of the server signs.
const PURPOSE: &str = "daily puzzle";

/// The seed of a day's puzzle. Only the server can know it before that day is over, when it is published.
#[must_use]
pub fn seed_of(app: &App, day: Day) -> String {
    app.seal.sign(PURPOSE, &day.to_string())
}

/// A puzzle after some decisions, without any price after the day of the next one.
#[must_use]
pub fn view(seed: &str, choices: &Choices) -> PuzzleView {
    let puzzle = Puzzle::of_seed(seed);
    let turns = puzzle.turns(choices);
    let right = turns.iter().filter(|turn| turn.is_right).count();
    let end = choices.are_complete().then(|| PuzzleEnd {
        result: puzzle.result(choices),
        holding: puzzle.holding(choices.count()),
        right: u32::try_from(right).unwrap_or(0),
        squares: squares(&turns),
    });
    let turn = |turn: domain::puzzle::Turn| PuzzleTurn {
        choice: turn.choice,
        change: turn.change,
        is_right: turn.is_right,
    };
    PuzzleView {
        fingerprint: fingerprint(seed),
        prices: puzzle.shown(choices.count()).to_vec(),
        choices: choices.to_string(),
        turns: turns.into_iter().map(turn).collect(),
        worth: puzzle.worth(choices),
        end,
    }
}

/// What a player has decided so far.
///
/// # Errors
/// Those of the store.
pub async fn choices_of(app: &App, player: PlayerId, puzzle: &str) -> Result<Choices> {
    let found = app.store.find_attempt(player, puzzle).await?;
    Ok(found.map(|found| found.choices).unwrap_or_default())
}

/// Makes the decision of a step, counted from 0, once; all decisions after it. The same decision again
/// changes nothing.
///
/// # Errors
/// 409 when another decision was made for this step, or the step before has none.
pub async fn decide(
    app: &App,
    player: PlayerId,
    puzzle: &str,
    (step, choice): (u32, Choice),
) -> Result<Choices> {
    let made = choices_of(app, player, puzzle).await?;
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    if step == made.count()
        && let Some(choices) = made.with(choice)
    {
        let attempt = PuzzleAttempt {
            player,
            puzzle: puzzle.to_owned(),
            choices,
            decided_at: app.clock.now(),
        };
        if app.store.store_choice(&attempt).await? {
            return Ok(attempt.choices);
        }
    }
    // Another request may have been faster.
    let made = choices_of(app, player, puzzle).await?;
    match made.list().get(step) {
        Some(before) if *before == choice => Ok(made),
        Some(_) => {
            let message = "You have made this decision already. It stays as it is.";
            Err(Error::new(ErrorCode::NotPossible, message))
        }
        None => {
            let message = "This decision comes later. Please open the puzzle again.";
            Err(Error::new(ErrorCode::NotPossible, message))
        }
    }
}
