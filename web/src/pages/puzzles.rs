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
use crate::language::Texts;
use chart::Chart;

/// A puzzle so far: the chart, what comes next, and how the decisions turned out.
#[component]
fn Board(
    puzzle: PuzzleView,
    /// The buttons of the next decision, while there is one.
    children: Children,
) -> impl IntoView {
    let texts = Texts::get();
    let made = puzzle.turns.len();
    let is_in = puzzle.choices.ends_with('i');
    let title = if puzzle.end.is_some() {
        texts.puzzle_whole_chart().to_owned()
    } else {
        texts.puzzle_decision(made.saturating_add(1), DECISIONS)
    };
    let next = puzzle.end.is_none().then(|| {
        let stands = match (made, is_in) {
            (0, _) => texts.puzzle_in_cash(texts.money(domain::Money::from_whole(100))),
            (_, true) => texts.puzzle_in_shares(texts.exact_money(puzzle.worth)),
            (_, false) => texts.puzzle_in_cash(texts.exact_money(puzzle.worth)),
        };
        view! {
            <p data-testid="puzzle-worth">{stands} " " {texts.puzzle_what_next(STRETCH_DAYS)}</p>
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
    let texts = Texts::get();
    let line = |(number, turn): (usize, PuzzleTurn)| {
        let from = number
            .saturating_mul(STRETCH_DAYS)
            .saturating_add(DAYS_BEFORE);
        let (from, to) = (from + 1, from + STRETCH_DAYS);
        let days = match turn.choice {
            Choice::In => texts.puzzle_was_in(from, to),
            Choice::Out => texts.puzzle_was_out(from, to),
        };
        let said = if turn.is_right {
            texts.puzzle_right()
        } else {
            texts.puzzle_wrong()
        };
        view! { <li>{days} " " <Delta percent=turn.change/> ". " {said}</li> }
    };
    let lines: Vec<_> = turns.into_iter().enumerate().map(line).collect();
    (!lines.is_empty())
        .then(|| view! { <ol class="puzzle-turns" data-testid="puzzle-turns">{lines}</ol> })
}

/// What the two buttons say, for being in and being out.
fn labels(choices: &str) -> [&'static str; 2] {
    let texts = Texts::get();
    if choices.ends_with('i') {
        [texts.puzzle_hold(), texts.puzzle_sell()]
    } else {
        [texts.puzzle_buy(), texts.puzzle_stay_out()]
    }
}

/// The result compared with holding and with cash, in numbers and in words.
#[component]
fn Result(end: PuzzleEnd) -> impl IntoView {
    let texts = Texts::get();
    let words = match (end.result > end.holding, end.result.is_negative()) {
        (true, false) => texts.puzzle_better(),
        (true, true) => texts.puzzle_lost_less(),
        (false, _) if end.result == end.holding => texts.puzzle_same(),
        (false, _) => texts.puzzle_worse(),
    };
    let right = texts.puzzle_right_of(end.right, DECISIONS);
    let said = texts.puzzle_squares(&right);
    view! {
        <section class="slip puzzle" aria-labelledby="puzzle-result" data-testid="puzzle-result">
            <h2 id="puzzle-result">{right}</h2>
            <p class="puzzle-squares" role="img" aria-label=said>{end.squares}</p>
            <dl class="facts">
                <div><dt>{texts.puzzle_yours()}</dt><dd><Delta percent=end.result/></dd></div>
                <div><dt>{texts.puzzle_holding()}</dt><dd><Delta percent=end.holding/></dd></div>
                <div><dt>{texts.puzzle_keeping_cash()}</dt><dd><Delta percent=domain::Percent::default()/></dd></div>
            </dl>
            <p>{words}</p>
        </section>
    }
}
