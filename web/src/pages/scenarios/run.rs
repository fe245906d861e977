//! A run of a scenario: the task, the current state, and time that passes on request.

use domain::api::{ApiError, RunEnd, RunView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::Stars;
use crate::components::{Delta, FormAlert, Load};
use crate::language::Texts;
use crate::pages::hosting::Revealed;
use crate::pages::race::{Race, RaceLine};
use crate::submission::Submission;
use crate::{CurrentGame, api, paths};

/// The step sizes: days, and the button's label.
fn steps() -> [(u32, &'static str); 4] {
    let texts = Texts::get();
    [
        (1, texts.scenarios_step_day()),
        (7, texts.scenarios_step_week()),
        (30, texts.scenarios_step_month()),
        (365, texts.scenarios_step_year()),
    ]
}

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
            <Title text=Texts::get().said(&run.scenario.row.title)/>
            <Run run game/>
        </Load>
    }
}

#[component]
fn Run(run: RunView, game: CurrentGame) -> impl IntoView {
    let texts = Texts::get();
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
    let when = texts.scenarios_when(day_number, days, texts.day(day));
    let is_over = end.is_some();
    let links = (!at_end).then(|| {
        view! {
            <p class="actions">
                <a class="button button-primary" href=game.link("/market") rel="external">{texts.scenarios_trade()}</a>
                <a class="button button-quiet" href=game.link("/portfolio") rel="external">{texts.scenarios_hold()}</a>
                {has_offering.then(|| view! { <a class="button button-quiet" href=game.link("/offerings") rel="external">{texts.scenarios_new_company()}</a> })}
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
    let on_history = scenario.row.on_history;
    let result = end.map(|end| view! { <End end in_duel on_history/> });
    let duel = duel.map(|id| {
        let words = if is_over {
            texts.scenarios_duel_stands()
        } else {
            texts.scenarios_duel_about()
        };
        view! { <p><a class="button" href=paths::duel(&id) data-testid="run-duel">{words}</a></p> }
    });
    let offline = super::offline::hand_in(&scenario.row.id, is_over);
    let yours = RaceLine {
        name: texts.duel_you().to_owned(),
        points,
    };
    let ghost = ghost.map(|ghost| RaceLine {
        name: texts.said(&ghost.name),
        points: ghost.points,
    });
    let lines: Vec<RaceLine> = std::iter::once(yours).chain(ghost).collect();
    // A single day does not make a curve.
    let race = (day_number > 1 || is_over).then(|| view! { <Race lines days/> });
    let line = |line: String| view! { <li>{texts.said(&line)}</li> };
    let traded = if trades == 1 {
        texts.scenarios_one_trade().to_owned()
    } else {
        texts.scenarios_trades(trades)
    };
    view! {
        <header class="page-head">
            <div class="run-head">
                <h1>{texts.said(&scenario.row.title)}</h1>
                <p>{when}</p>
                <progress class="run-progress" max=days value=day_number aria-label=texts.scenarios_passed()></progress>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        {result}
        {duel}
        {offline}
        <section class="card scenario-about" aria-labelledby="standing">
            <h2 id="standing">{texts.scenarios_standing()}</h2>
            <p class="figure" data-testid="run-worth">{texts.money(net_worth)} " " <Delta percent=return_percent/></p>
            <p class="soft">{traded}</p>
            {links}
            {time}
            {race}
        </section>
        <section class="card scenario-about" aria-labelledby="task">
            <h2 id="task">{texts.scenarios_task()}</h2>
            <p>{texts.said(&scenario.story)}</p>
            {if in_duel {
                Either::Left(view! { <p>{texts.scenarios_duel_task()}</p> })
            } else {
                Either::Right(view! { <ul>{scenario.goals.into_iter().map(line).collect_view()}</ul> })
            }}
        </section>
        <p><a href="/scenarios">{texts.scenarios_all()}</a></p>
    }
}

#[component]
fn Steps(slug: String, left: u32) -> impl IntoView {
    let texts = Texts::get();
    let step = |(days, label): (u32, &'static str)| {
        (days <= left)
            .then(|| view! { <button class="button" name="days" value=days>{label}</button> })
    };
    view! {
        <form action="/forms/scenario" method="post">
            <input type="hidden" name="game" value=slug/>
            <h3>{texts.scenarios_pass()}</h3>
            <div class="run-time">{steps().into_iter().map(step).collect_view()}</div>
            <details>
                <summary>{texts.scenarios_to_end()}</summary>
                <p>{texts.scenarios_to_end_words()}</p>
                <button class="button" name="days" value="8000">{texts.scenarios_to_end_yes()}</button>
            </details>
        </form>
    }
}

#[component]
fn Finish(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <form action="/forms/scenario" method="post">
            <input type="hidden" name="game" value=slug/>
            <p>{texts.scenarios_last_day()}</p>
            <button class="button button-primary" data-testid="finish-scenario">{texts.scenarios_see_result()}</button>
        </form>
    }
}

/// The result of the run. A duel has no stars: the other player is the benchmark.
#[component]
fn End(end: RunEnd, in_duel: bool, on_history: bool) -> impl IntoView {
    let texts = Texts::get();
    let RunEnd {
        stars,
        lesson,
        index_percent,
        plan,
        plan_percent,
        revealed,
    } = end;
    let row = |name: String, percent: domain::Percent| {
        view! { <div><dt>{name}</dt><dd><Delta percent/></dd></div> }
    };
    let index = if on_history {
        texts.scenarios_equal_parts()
    } else {
        texts.scenarios_whole_market()
    };
    let index = index_percent.map(|percent| row(index.to_owned(), percent));
    if in_duel {
        return Either::Left(view! {
            <section class="slip scenario-about" aria-labelledby="result">
                <h2 id="result">{texts.scenarios_run_over()}</h2>
                <dl class="facts">{index}</dl>
            </section>
        });
    }
    let plan = plan_percent.map(|percent| row(texts.scenarios_plan(texts.said(&plan)), percent));
    Either::Right(view! {
        <section class="slip scenario-about" aria-labelledby="result">
            <h2 id="result">{texts.scenarios_result()}" "<Stars stars/></h2>
            <p data-testid="lesson">{texts.said(&lesson)}</p>
            <dl class="facts">{index} {plan}</dl>
            <p class="soft">{texts.scenarios_plan_words()}</p>
        </section>
        {revealed.map(|revealed| view! { <Revealed revealed/> })}
    })
}
