//! Pages of puzzles: today's, and one of an earlier day. All are plain.

mod chart;
mod past;
mod today;

pub use past::PastPuzzlePage;
pub use today::PuzzlePage;

use domain::api::{PuzzleEnd, PuzzleTurn, PuzzleView};
use domain::puzzle::{Choice, DAYS_BEFORE, DECISIONS, STRETCH_DAYS};
use leptos::prelude::*;

use crate::components::Delta;
use crate::format;
use chart::Chart;

/// A puzzle so far: the chart, what comes next, and how the decisions turned out.
#[component]
fn Board(
    puzzle: PuzzleView,
    /// The buttons of the next decision, while there is one.
    children: Children,
) -> impl IntoView {
    let made = puzzle.turns.len();
    let is_in = puzzle.choices.ends_with('i');
    let title = if puzzle.end.is_some() {
        "The whole chart".to_owned()
    } else {
        format!("Decision {} of {DECISIONS}", made.saturating_add(1))
    };
    let next = puzzle.end.is_none().then(|| {
        let stands = match (made, is_in) {
            (0, _) => "You have $100.00 in cash.".to_owned(),
            (_, true) => format!("You own shares worth {}.", format::exact_money(puzzle.worth)),
            (_, false) => format!("You have {} in cash.", format::exact_money(puzzle.worth)),
        };
        view! {
            <p data-testid="puzzle-worth">{stands} " What do you do for the next " {STRETCH_DAYS} " days?"</p>
            {children()}
        }
    });
    view! {
        <section class="card puzzle" aria-labelledby="puzzle-board">
            <h2 id="puzzle-board">{title}</h2>
            <Chart prices=puzzle.prices.clone()/>
            {next}
            <Turns turns=puzzle.turns/>
        </section>
    }
}

#[component]
fn Turns(turns: Vec<PuzzleTurn>) -> impl IntoView {
    let line = |(number, turn): (usize, PuzzleTurn)| {
        let from = number
            .saturating_mul(STRETCH_DAYS)
            .saturating_add(DAYS_BEFORE);
        let days = format!("Days {} to {}: ", from + 1, from + STRETCH_DAYS);
        let did = match turn.choice {
            Choice::In => "you were in, ",
            Choice::Out => "you were out, ",
        };
        let said = if turn.is_right {
            ". Right."
        } else {
            ". Wrong this time."
        };
        view! { <li>{days} {did} "the price moved " <Delta percent=turn.change/> {said}</li> }
    };
    let lines: Vec<_> = turns.into_iter().enumerate().map(line).collect();
    (!lines.is_empty())
        .then(|| view! { <ol class="puzzle-turns" data-testid="puzzle-turns">{lines}</ol> })
}

/// What the two buttons say, for being in and being out.
fn labels(choices: &str) -> [&'static str; 2] {
    if choices.ends_with('i') {
        ["Hold", "Sell"]
    } else {
        ["Buy", "Stay out"]
    }
}

/// The result compared with holding and with cash, in numbers and in words.
#[component]
fn Result(end: PuzzleEnd) -> impl IntoView {
    let words = match (end.result > end.holding, end.result.is_negative()) {
        (true, false) => "You did better than somebody who bought on the first day and held on.",
        (true, true) => "You lost, but less than somebody who bought on the first day and held on.",
        (false, _) if end.result == end.holding => {
            "You did exactly as well as somebody who held on."
        }
        (false, _) => {
            "Somebody who bought on the first day and held on did better. That happens to professionals, too."
        }
    };
    let right = format!("{} of {DECISIONS} right", end.right);
    let said = format!("{right}, in the order of the squares");
    view! {
        <section class="slip puzzle" aria-labelledby="puzzle-result" data-testid="puzzle-result">
            <h2 id="puzzle-result">{right}</h2>
            <p class="puzzle-squares" role="img" aria-label=said>{end.squares}</p>
            <dl class="facts">
                <div><dt>"Your decisions"</dt><dd><Delta percent=end.result/></dd></div>
                <div><dt>"Buying and holding"</dt><dd><Delta percent=end.holding/></dd></div>
                <div><dt>"Keeping the cash"</dt><dd><Delta percent=domain::Percent::default()/></dd></div>
            </dl>
            <p>{words}</p>
        </section>
    }
}
