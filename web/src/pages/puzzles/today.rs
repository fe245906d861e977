//! The puzzle of today.

use domain::Day;
use domain::api::{ApiError, DailyPuzzleView, PuzzleEnd, PuzzlePlace};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Board, Result as PuzzleResult, labels};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::Submission;
use crate::{CurrentSession, api, paths, response};

async fn load() -> Result<DailyPuzzleView, ApiError> {
    api::puzzle_of_today().await
}

/// The page.
#[component]
pub fn PuzzlePage() -> impl IntoView {
    let texts = Texts::get();
    let puzzle = Resource::new(|| (), |()| load());
    view! {
        <Title text=texts.puzzle_title()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=puzzle let:puzzle>
            <header class="page-head">
                <div>
                    <h1>{texts.puzzle_title()}</h1>
                    <p class="soft">{texts.puzzle_lead()}</p>
                </div>
            </header>
            <Puzzle daily=puzzle/>
        </Load>
    }
}

#[component]
fn Puzzle(daily: DailyPuzzleView) -> impl IntoView {
    let texts = Texts::get();
    let DailyPuzzleView {
        day,
        puzzle,
        streak,
        xp,
        place,
        past,
    } = daily;
    let end = puzzle.end.clone();
    let (step, labels) = (puzzle.turns.len(), labels(&puzzle.choices));
    let fingerprint = puzzle.fingerprint.clone();
    let is_over = end.is_some();
    let done = end.map(|end| {
        view! {
            <PuzzleResult end=end.clone()/>
            <Standing place streak/>
            <Share day end place/>
        }
    });
    let begun = (!is_over).then(|| {
        let streak =
            (streak > 0).then(|| format!(" {}", texts.puzzle_played(texts.days(streak.into()))));
        view! { <p class="soft">{texts.puzzle_earns(texts.xp(xp))} {streak}</p> }
    });
    view! {
        {done}
        <Board puzzle>
            <Decide day step labels/>
        </Board>
        {begun}
        <Past past/>
        <details class="card">
            <summary>{texts.puzzle_fair()}</summary>
            <p>{texts.puzzle_fair_words()}</p>
            <p class="puzzle-fingerprint">{fingerprint}</p>
        </details>
    }
}

#[component]
fn Decide(day: Day, step: usize, labels: [&'static str; 2]) -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    let form = move || {
        Suspend::new(async move {
            match session.await {
                Ok(Some(_)) => {
                    let [stay_in, stay_out] = labels;
                    view! {
                        <form action="/forms/puzzle" method="post" class="puzzle-buttons">
                            <input type="hidden" name="day" value=day.to_string()/>
                            <input type="hidden" name="step" value=step/>
                            <button class="button button-primary" name="choice" value="in" data-testid="puzzle-in">{stay_in}</button>
                            <button class="button" name="choice" value="out" data-testid="puzzle-out">{stay_out}</button>
                        </form>
                    }
                    .into_any()
                }
                _ => view! {
                    <form action="/forms/guest" method="post">
                        <input type="hidden" name="next" value=paths::PUZZLE/>
                        <button class="button button-primary">{texts.puzzle_guest()}</button>
                    </form>
                }
                .into_any(),
            }
        })
    };
    view! { <Suspense fallback=|| ()>{form}</Suspense> }
}

/// What a rank among the others means.
fn place_in_words(place: PuzzlePlace) -> String {
    let texts = Texts::get();
    match place.better_than_percent {
        Some(0) if place.players == 2 => texts.puzzle_other_better().to_owned(),
        Some(_) if place.players == 2 => texts.puzzle_other_worse().to_owned(),
        Some(percent) => {
            let others = place.players.saturating_sub(1);
            texts.puzzle_better_than(texts.whole_percent(percent), others)
        }
        None => texts.puzzle_first().to_owned(),
    }
}

#[component]
fn Standing(place: Option<PuzzlePlace>, streak: u32) -> impl IntoView {
    let texts = Texts::get();
    let place = place.map(place_in_words);
    let streak = texts.puzzle_in_a_row(streak);
    view! {
        <p data-testid="puzzle-place">{place}</p>
        <p class="soft">{streak}</p>
    }
}

/// The text to share with friends: it shows the result, and reveals nothing of the chart.
fn shared(day: Day, end: &PuzzleEnd, place: Option<PuzzlePlace>, origin: &str) -> String {
    let texts = Texts::get();
    let beside = if end.result > end.holding {
        texts.puzzle_ahead()
    } else {
        texts.puzzle_not_ahead()
    };
    let percent = place.and_then(|place| place.better_than_percent);
    let percent = percent.map_or_else(String::new, |percent| {
        format!(
            ", {}",
            texts.puzzle_share_percent(texts.whole_percent(percent))
        )
    });
    let head = texts.puzzle_share_head(day);
    let right = texts.puzzle_share_right(end.right);
    let squares = &end.squares;
    let link = paths::PUZZLE;
    format!("{head}\n{squares} {right}, {beside}{percent}\n{origin}{link}")
}

#[component]
fn Share(day: Day, end: PuzzleEnd, place: Option<PuzzlePlace>) -> impl IntoView {
    let texts = Texts::get();
    let text = shared(day, &end, place, &response::origin().unwrap_or_default());
    view! {
        <section class="card puzzle" aria-labelledby="puzzle-share">
            <h2 id="puzzle-share">{texts.puzzle_tell()}</h2>
            <p class="soft" id="puzzle-share-hint">{texts.puzzle_tell_hint()}</p>
            <pre class="puzzle-text" data-testid="puzzle-text">{text}</pre>
        </section>
    }
}

#[component]
fn Past(past: Vec<Day>) -> impl IntoView {
    let texts = Texts::get();
    let link = |day: Day| {
        view! { <li><a href=paths::past_puzzle(day)>{texts.day(day)}</a></li> }
    };
    view! {
        <details class="card">
            <summary>{texts.puzzle_past()}</summary>
            <p class="soft">{texts.puzzle_past_words()}</p>
            <ul class="puzzle-past" role="list">{past.into_iter().map(link).collect_view()}</ul>
        </details>
    }
}
