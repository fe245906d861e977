//! The list of scenarios, and one scenario before it is played.

use domain::api::{ApiError, GhostKind, GhostOption, ScenarioRow, ScenarioView, ScenariosView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::offline::OfflinePart;
use super::{Stars, length};
use crate::components::{FormAlert, Load};
use crate::submission::{Submission, typed_before};
use crate::{CurrentSession, api, paths};

async fn load() -> Result<ScenariosView, ApiError> {
    api::scenarios().await
}

/// The list of scenarios.
#[component]
pub fn ScenariosPage() -> impl IntoView {
    let scenarios = Resource::new(|| (), |()| load());
    view! {
        <Title text="Scenarios"/>
        <Load resource=scenarios let:scenarios>
            <header class="page-head">
                <h1>"Scenarios"</h1>
                <p class="soft">"Each is a market with a task and a lesson. You play alone, and time passes only when you say so. They bring stars but no XP, because what happens in them can be known in advance."</p>
                <p><a href=paths::PUZZLE>"Puzzle of the day"</a>": five decisions in two minutes, the same for everybody."</p>
                <p><a href=paths::OFFLINE_PLAY>"Offline play"</a>": take a signed start along, play without a network, and hand in the result."</p>
                <p><a href=paths::DUELS>"Duels"</a>": the same market for you and a friend, and the better result wins."</p>
            </header>
            <Lists scenarios/>
        </Load>
    }
}

#[component]
fn Lists(scenarios: ScenariosView) -> impl IntoView {
    let ScenariosView { library, imported } = scenarios;
    let own = (!imported.is_empty()).then(|| {
        view! { <h2>"Imported by you"</h2><Rows rows=imported/> }
    });
    view! {
        <Rows rows=library/>
        {own}
        <Import/>
    }
}

#[component]
fn Rows(rows: Vec<ScenarioRow>) -> impl IntoView {
    let row = |row: ScenarioRow| {
        let address = format!("/scenarios/{}", row.id);
        let running = row.running.map(|slug| {
            let address = format!("/games/{slug}/scenario");
            view! { <a class="button button-small" href=address>"Keep playing"</a> }
        });
        view! {
            <li class="card scenario">
                <h2><a href=address>{row.title}</a></h2>
                <p>{row.learn}</p>
                <p class="soft">{length(row.days)} " " {row.stars.map(|stars| view! { <Stars stars/> })}</p>
                {running}
            </li>
        }
    };
    view! { <ul class="scenarios" role="list" data-testid="scenarios">{rows.into_iter().map(row).collect_view()}</ul> }
}

#[component]
fn Import() -> impl IntoView {
    let submission = Submission::new();
    let error = submission.message_of("file");
    view! {
        <details class="card" open=move || error.get().is_some()>
            <summary>"Import a scenario"</summary>
            <FormAlert message=submission.message()/>
            <form class="form" action="/forms/import-scenario" method="post">
                <div class="field">
                    <label for="file">"Content of the file"</label>
                    <p class="hint" id="file-hint">"Open the file in an editor and paste all of it. A scenario that somebody changed after it was signed is refused; write one of your own by leaving key and signature out."</p>
                    <textarea id="file" name="file" class="scenario-file" rows="8" required maxlength="32768" aria-describedby="file-hint file-error">{typed_before("file")}</textarea>
                    <p class="field-error" id="file-error" aria-live="polite">{move || error.get()}</p>
                </div>
                <button class="button">"Import"</button>
            </form>
        </details>
    }
}

/// The scenario in the URL.
#[component]
pub fn ScenarioPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let scenario = Resource::new(
        move || id.get(),
        |id| async move { api::scenario(&id).await },
    );
    view! {
        <Load resource=scenario let:scenario>
            <Title text=scenario.row.title.clone()/>
            <Scenario scenario/>
        </Load>
    }
}

#[component]
fn Scenario(scenario: ScenarioView) -> impl IntoView {
    let ScenarioView {
        row,
        story,
        rules,
        goals,
        ghosts,
        ..
    } = scenario;
    let file = format!("{}/scenarios/{}/file", api::PREFIX, row.id);
    let scenario_id = row.id.clone();
    let session = CurrentSession::get().resource();
    let id = row.id.clone();
    let start = move || {
        let (id, ghosts) = (id.clone(), ghosts.clone());
        Suspend::new(async move {
            match session.await {
                Ok(Some(_)) => view! {
                    <form action="/forms/start-scenario" method="post" class="form">
                        <input type="hidden" name="id" value=id/>
                        <Ghosts ghosts/>
                        <button class="button button-primary" data-testid="start-scenario">"Start"</button>
                    </form>
                }
                .into_any(),
                _ => view! {
                    <form action="/forms/guest" method="post">
                        <input type="hidden" name="next" value=format!("/scenarios/{id}")/>
                        <button class="button button-primary">"Play as a guest"</button>
                    </form>
                }
                .into_any(),
            }
        })
    };
    let running = row.running.map(|slug| {
        view! { <p><a class="button" href=format!("/games/{slug}/scenario")>"Continue your run"</a></p> }
    });
    let line = |line: String| view! { <li>{line}</li> };
    view! {
        <header class="page-head">
            <div>
                <h1>{row.title}</h1>
                <p>{row.learn}</p>
                <p class="soft">{length(row.days)} " " {row.stars.map(|stars| view! { <Stars stars/> })}</p>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        <section class="card scenario-about" aria-labelledby="story">
            <h2 id="story">"What it is about"</h2>
            <p>{story}</p>
            <h3>"Stars"</h3>
            <ul>{goals.into_iter().map(line).collect_view()}</ul>
            <h3>"Rules"</h3>
            <ul>{rules.into_iter().map(line).collect_view()}</ul>
            {running}
            <Suspense fallback=|| ()>{start}</Suspense>
        </section>
        <OfflinePart id=scenario_id/>
        <p class="soft">
            "Share the address of this page, or "
            <a href=file download="">"save it as a file"</a>
            ". The file gives away what will happen."
        </p>
        <p><a href="/scenarios">"All scenarios"</a></p>
    }
}

/// The choice of a ghost.
#[component]
fn Ghosts(ghosts: Vec<GhostOption>) -> impl IntoView {
    let error = Submission::new().message_of("ghost").get_untracked();
    let choice = |(place, (value, name)): (usize, (String, String))| {
        view! {
            <label class="tick">
                <input type="radio" name="ghost" value=value checked=place == 0/>
                <span>{name}</span>
            </label>
        }
    };
    let named = |ghost: GhostOption| {
        let value = match (ghost.kind, ghost.class) {
            (GhostKind::Index, _) => "index".to_owned(),
            (GhostKind::Own, _) => "own".to_owned(),
            (GhostKind::Class, class) => format!("class:{}", class.unwrap_or_default()),
        };
        (value, ghost.name)
    };
    let nobody = (String::new(), "Nobody".to_owned());
    let choices = std::iter::once(nobody).chain(ghosts.into_iter().map(named));
    view! {
        <fieldset class="ghosts" data-testid="ghosts">
            <legend>"Race a ghost"</legend>
            <p class="hint">"Its curve is drawn beside yours as you play, and never beyond the day that you have reached."</p>
            {choices.enumerate().map(choice).collect_view()}
            <p class="field-error">{error}</p>
        </fieldset>
    }
}
