//! A run of a scenario: the task, the current state, and time that passes on request.

use domain::api::{ApiError, RunEnd, RunView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::Stars;
use crate::components::{Delta, FormAlert, Load};
use crate::pages::race::{Race, RaceLine};
use crate::submission::Submission;
use crate::{CurrentGame, api, format, paths};

/// The step sizes: days, and the button's label.
const STEPS: [(u32, &str); 4] = [
    (1, "1 day"),
    (7, "1 week"),
    (30, "1 month"),
    (365, "1 year"),
];

async fn load(slug: String) -> Result<RunView, ApiError> {
    api::scenario_run(&slug).await
}

/// The page of the game that the address names.
#[component]
pub fn RunPage() -> impl IntoView {
    let game = CurrentGame::get();
    let run = Resource::new(|| (), move |()| load(game.slug().to_string()));
    view! {
        <Load resource=run let:run>
            <Title text=run.scenario.row.title.clone()/>
            <Run run game/>
        </Load>
    }
}

#[component]
fn Run(run: RunView, game: CurrentGame) -> impl IntoView {
    let RunView {
        scenario,
        day,
        day_number,
        net_worth,
        return_percent,
        trades,
        points,
        ghost,
        duel,
        has_offering,
        at_end,
        end,
    } = run;
    let days = scenario.row.days;
    let when = format!("Day {day_number} of {days}, {}", format::day(day));
    let is_over = end.is_some();
    let links = (!at_end).then(|| {
        view! {
            <p class="actions">
                <a class="button button-primary" href=game.link("/market") rel="external">"Trade"</a>
                <a class="button button-quiet" href=game.link("/portfolio") rel="external">"What you hold"</a>
                {has_offering.then(|| view! { <a class="button button-quiet" href=game.link("/offerings") rel="external">"The new company"</a> })}
            </p>
        }
    });
    let time = match (at_end, is_over) {
        (_, true) => ().into_any(),
        (true, false) => view! { <Finish slug=game.slug().to_string()/> }.into_any(),
        (false, false) => {
            view! { <Steps slug=game.slug().to_string() left=days.saturating_sub(day_number)/> }
                .into_any()
        }
    };
    let in_duel = duel.is_some();
    let result = end.map(|end| view! { <End end in_duel/> });
    let duel = duel.map(|id| {
        let words = if is_over {
            "See how the duel stands"
        } else {
            "About this duel"
        };
        view! { <p><a class="button" href=paths::duel(&id) data-testid="run-duel">{words}</a></p> }
    });
    let offline = super::offline::hand_in(&scenario.row.id, is_over);
    let yours = RaceLine {
        name: "You".to_owned(),
        points,
    };
    let ghost = ghost.map(|ghost| RaceLine {
        name: ghost.name,
        points: ghost.points,
    });
    let lines: Vec<RaceLine> = std::iter::once(yours).chain(ghost).collect();
    // A single day does not make a curve.
    let race = (day_number > 1 || is_over).then(|| view! { <Race lines days/> });
    let line = |line: String| view! { <li>{line}</li> };
    let traded = if trades == 1 {
        "1 trade".to_owned()
    } else {
        format!("{trades} trades")
    };
    view! {
        <header class="page-head">
            <div class="run-head">
                <h1>{scenario.row.title}</h1>
                <p>{when}</p>
                <progress class="run-progress" max=days value=day_number aria-label="Days that have passed"></progress>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        {result}
        {duel}
        {offline}
        <section class="card scenario-about" aria-labelledby="standing">
            <h2 id="standing">"Where you stand"</h2>
            <p class="figure" data-testid="run-worth">{format::money(net_worth)} " " <Delta percent=return_percent/></p>
            <p class="soft">{traded}</p>
            {links}
            {time}
            {race}
        </section>
        <section class="card scenario-about" aria-labelledby="task">
            <h2 id="task">"Your task"</h2>
            <p>{scenario.story}</p>
            {if in_duel {
                Either::Left(view! { <p>"Whoever ends up with more wins."</p> })
            } else {
                Either::Right(view! { <ul>{scenario.goals.into_iter().map(line).collect_view()}</ul> })
            }}
        </section>
        <p><a href="/scenarios">"All scenarios"</a></p>
    }
}

#[component]
fn Steps(slug: String, left: u32) -> impl IntoView {
    let step = |(days, label): (u32, &'static str)| {
        (days <= left)
            .then(|| view! { <button class="button" name="days" value=days>{label}</button> })
    };
    view! {
        <form action="/forms/scenario" method="post">
            <input type="hidden" name="game" value=slug/>
            <h3>"Let time pass"</h3>
            <div class="run-time">{STEPS.into_iter().map(step).collect_view()}</div>
            <details>
                <summary>"To the end"</summary>
                <p>"All the remaining days pass at once. You cannot trade in between."</p>
                <button class="button" name="days" value="8000">"Yes, to the end"</button>
            </details>
        </form>
    }
}

#[component]
fn Finish(slug: String) -> impl IntoView {
    view! {
        <form action="/forms/scenario" method="post">
            <input type="hidden" name="game" value=slug/>
            <p>"The last day is over."</p>
            <button class="button button-primary" data-testid="finish-scenario">"See the result"</button>
        </form>
    }
}

/// The result of the run. A duel has no stars: the other player is the benchmark.
#[component]
fn End(end: RunEnd, in_duel: bool) -> impl IntoView {
    let RunEnd {
        stars,
        lesson,
        index_percent,
        plan,
        plan_percent,
    } = end;
    let row = |name: String, percent: domain::Percent| {
        view! { <div><dt>{name}</dt><dd><Delta percent/></dd></div> }
    };
    let index = index_percent.map(|percent| row("The whole market (TQ.ALL)".to_owned(), percent));
    if in_duel {
        return Either::Left(view! {
            <section class="slip scenario-about" aria-labelledby="result">
                <h2 id="result">"Your run is over"</h2>
                <dl class="facts">{index}</dl>
            </section>
        });
    }
    let plan = plan_percent.map(|percent| row(format!("A calm plan: {plan}"), percent));
    Either::Right(view! {
        <section class="slip scenario-about" aria-labelledby="result">
            <h2 id="result">"Your result: " <Stars stars/></h2>
            <p data-testid="lesson">{lesson}</p>
            <dl class="facts">{index} {plan}</dl>
            <p class="soft">"The plan was bought on the first day and left alone."</p>
        </section>
    })
}
