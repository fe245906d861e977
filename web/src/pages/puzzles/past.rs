//! A puzzle of an earlier day, played for fun: the URL holds the decisions, and nothing is stored.

use domain::api::{ApiError, PastPuzzleView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{Board, Result as PuzzleResult, labels};
use crate::components::Load;
use crate::language::Texts;
use crate::submission::value_in_address;
use crate::{api, paths};

async fn load(day: String, choices: String) -> Result<PastPuzzleView, ApiError> {
    api::past_puzzle(&day, &choices).await
}

/// The puzzle of the day in the URL.
#[component]
pub fn PastPuzzlePage() -> impl IntoView {
    let texts = Texts::get();
    let day = use_params_map().with_untracked(|params| params.get("day"));
    let asked = (day.unwrap_or_default(), value_in_address("choices"));
    let puzzle = Resource::new(
        || (),
        move |()| {
            let (day, choices) = asked.clone();
            load(day, choices)
        },
    );
    view! {
        <Title text=texts.puzzle_past_title()/>
        <Load resource=puzzle let:puzzle>
            <Puzzle puzzle/>
        </Load>
    }
}

#[component]
fn Puzzle(puzzle: PastPuzzleView) -> impl IntoView {
    let texts = Texts::get();
    let PastPuzzleView { day, puzzle, seed } = puzzle;
    let address = paths::past_puzzle(day);
    let [stay_in, stay_out] = labels(&puzzle.choices);
    let [with_in, with_out] = ["i", "o"].map(|choice| format!("{}{choice}", puzzle.choices));
    let fingerprint = puzzle.fingerprint.clone();
    let done = puzzle.end.clone().map(|end| {
        view! {
            <PuzzleResult end/>
            <p><a href=address.clone()>{texts.puzzle_again()}</a></p>
        }
    });
    view! {
        <header class="page-head">
            <div>
                <h1>{texts.puzzle_of_day(texts.day(day))}</h1>
                <p class="soft">{texts.puzzle_for_fun()}</p>
            </div>
        </header>
        {done}
        <Board puzzle>
            <form action=address method="get" class="puzzle-buttons">
                <button class="button button-primary" name="choices" value=with_in>{stay_in}</button>
                <button class="button" name="choices" value=with_out>{stay_out}</button>
            </form>
        </Board>
        <details class="card">
            <summary>{texts.puzzle_check()}</summary>
            <p>{texts.puzzle_check_seed()}</p>
            <p class="puzzle-fingerprint" data-testid="puzzle-seed">{seed}</p>
            <p>{texts.puzzle_check_print()}</p>
            <p class="puzzle-fingerprint">{fingerprint}</p>
        </details>
        <p><a href=paths::PUZZLE>{texts.puzzle_today()}</a></p>
    }
}
