//! The puzzle of today.

use domain::Day;
use domain::api::{ApiError, DailyPuzzleView, PuzzleEnd, PuzzlePlace};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Board, Result as PuzzleResult, labels};
use crate::components::{FormAlert, Load};
use crate::submission::Submission;
use crate::{CurrentSession, api, format, paths, response};

async fn load() -> Result<DailyPuzzleView, ApiError> {
    api::puzzle_of_today().await
}

/// The page.
#[component]
pub fn PuzzlePage() -> impl IntoView {
    let puzzle = Resource::new(|| (), |()| load());
    view! {
        <Title text="Puzzle of the day"/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=puzzle let:puzzle>
            <header class="page-head">
                <div>
                    <h1>"Puzzle of the day"</h1>
                    <p class="soft">"One hidden chart, five decisions, two minutes. Today it is the same for everybody."</p>
                </div>
            </header>
            <Puzzle daily=puzzle/>
        </Load>
    }
}

#[component]
fn Puzzle(daily: DailyPuzzleView) -> impl IntoView {
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
        let streak = (streak > 0).then(|| format!(" You have played {} in a row.", days(streak)));
        view! { <p class="soft">"Playing to the end earns " {format::xp(xp)} ", whatever the result." {streak}</p> }
    });
    view! {
        {done}
        <Board puzzle>
            <Decide day step labels/>
        </Board>
        {begun}
        <Past past/>
        <details class="card">
            <summary>"Is it fair?"</summary>
            <p>"The whole chart follows from a secret number. Its fingerprint is shown today, and the number itself tomorrow, on the page of the past puzzle. The SHA-256 of the number must give this fingerprint, so nobody can have changed the chart in between."</p>
            <p class="puzzle-fingerprint">{fingerprint}</p>
        </details>
    }
}

fn days(count: u32) -> String {
    if count == 1 {
        "1 day".to_owned()
    } else {
        format!("{count} days")
    }
}

#[component]
fn Decide(day: Day, step: usize, labels: [&'static str; 2]) -> impl IntoView {
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
                        <button class="button button-primary">"Play as a guest"</button>
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
    match place.better_than_percent {
        Some(0) if place.players == 2 => {
            "The one other player so far today did as well or better.".to_owned()
        }
        Some(_) if place.players == 2 => {
            "You did better than the one other player so far today.".to_owned()
        }
        Some(percent) => {
            let others = place.players.saturating_sub(1);
            format!("You did better than {percent} % of the {others} other players so far today.")
        }
        None => "You are the first to finish today.".to_owned(),
    }
}

#[component]
fn Standing(place: Option<PuzzlePlace>, streak: u32) -> impl IntoView {
    let place = place.map(place_in_words);
    let streak = format!("Days in a row: {streak}. There is a new puzzle at midnight UTC.");
    view! {
        <p data-testid="puzzle-place">{place}</p>
        <p class="soft">{streak}</p>
    }
}

/// The text to share with friends: it shows the result, and reveals nothing of the chart.
fn shared(day: Day, end: &PuzzleEnd, place: Option<PuzzlePlace>, origin: &str) -> String {
    let beside = if end.result > end.holding {
        "ahead of holding"
    } else {
        "not ahead of holding"
    };
    let percent = place.and_then(|place| place.better_than_percent);
    let percent = percent.map_or_else(String::new, |percent| {
        format!(", better than {percent} % of players")
    });
    format!(
        "Tickerquest puzzle {day}\n{} {} of 5 right, {beside}{percent}\n{origin}{}",
        end.squares,
        end.right,
        paths::PUZZLE,
    )
}

#[component]
fn Share(day: Day, end: PuzzleEnd, place: Option<PuzzlePlace>) -> impl IntoView {
    let text = shared(day, &end, place, &response::origin().unwrap_or_default());
    view! {
        <section class="card puzzle" aria-labelledby="puzzle-share">
            <h2 id="puzzle-share">"Tell your friends"</h2>
            <p class="soft" id="puzzle-share-hint">"Select the text and copy it. It gives nothing about the chart away."</p>
            <pre class="puzzle-text" data-testid="puzzle-text">{text}</pre>
        </section>
    }
}

#[component]
fn Past(past: Vec<Day>) -> impl IntoView {
    let link = |day: Day| {
        view! { <li><a href=paths::past_puzzle(day)>{format::day(day)}</a></li> }
    };
    view! {
        <details class="card">
            <summary>"Past puzzles, for fun"</summary>
            <p class="soft">"As often as you like. They bring no XP and count for nothing."</p>
            <ul class="puzzle-past" role="list">{past.into_iter().map(link).collect_view()}</ul>
        </details>
    }
}
