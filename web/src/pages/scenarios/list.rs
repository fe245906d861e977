//! The list of scenarios, and one scenario before it is played.

use domain::api::{ApiError, GhostKind, GhostOption, ScenarioRow, ScenarioView, ScenariosView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::offline::OfflinePart;
use super::{Stars, length};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::{Submission, typed_before};
use crate::{CurrentSession, api, paths};

async fn load() -> Result<ScenariosView, ApiError> {
    api::scenarios().await
}

/// The list of scenarios.
#[component]
pub fn ScenariosPage() -> impl IntoView {
    let texts = Texts::get();
    let scenarios = Resource::new(|| (), |()| load());
    view! {
        <Title text=texts.scenarios_title()/>
        <Load resource=scenarios let:scenarios>
            <header class="page-head">
                <h1>{texts.scenarios_title()}</h1>
                <p class="soft">{texts.scenarios_lead()}</p>
                <p><a href=paths::PUZZLE>{texts.scenarios_puzzle()}</a>": "{texts.scenarios_puzzle_words()}</p>
                <p><a href=paths::OFFLINE_PLAY>{texts.scenarios_offline()}</a>": "{texts.scenarios_offline_words()}</p>
                <p><a href=paths::DUELS>{texts.scenarios_duels()}</a>": "{texts.scenarios_duels_words()}</p>
            </header>
            <Lists scenarios/>
        </Load>
    }
}

#[component]
fn Lists(scenarios: ScenariosView) -> impl IntoView {
    let texts = Texts::get();
    let ScenariosView { library, imported } = scenarios;
    let own = (!imported.is_empty()).then(|| {
        view! { <h2>{texts.scenarios_imported()}</h2><Rows rows=imported/> }
    });
    view! {
        <Rows rows=library/>
        {own}
        <Import/>
    }
}

#[component]
fn Rows(rows: Vec<ScenarioRow>) -> impl IntoView {
    let texts = Texts::get();
    let row = |row: ScenarioRow| {
        let address = format!("/scenarios/{}", row.id);
        let running = row.running.map(|slug| {
            let address = format!("/games/{slug}/scenario");
            view! { <a class="button button-small" href=address>{texts.scenarios_keep_playing()}</a> }
        });
        let kind = row.on_history.then(|| texts.scenarios_on_history());
        view! {
            <li class="card scenario">
                <h2><a href=address>{texts.said(&row.title)}</a></h2>
                <p>{texts.said(&row.learn)}</p>
                <p class="soft">{length(row.days)} " " {kind} " " {row.stars.map(|stars| view! { <Stars stars/> })}</p>
                {row.missing.map(|why| view! { <Missing why/> })}
                {running}
            </li>
        }
    };
    view! { <ul class="scenarios" role="list" data-testid="scenarios">{rows.into_iter().map(row).collect_view()}</ul> }
}

/// Why a scenario cannot be played here.
#[component]
fn Missing(why: String) -> impl IntoView {
    view! { <p class="soft" data-testid="missing-history">{Texts::get().said(&why)}</p> }
}

#[component]
fn Import() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let error = submission.message_of("file");
    view! {
        <details class="card" open=move || error.get().is_some()>
            <summary>{texts.scenarios_import_title()}</summary>
            <FormAlert message=submission.message()/>
            <form class="form" action="/forms/import-scenario" method="post">
                <div class="field">
                    <label for="file">{texts.scenarios_file()}</label>
                    <p class="hint" id="file-hint">{texts.scenarios_file_hint()}</p>
                    <textarea id="file" name="file" class="scenario-file" rows="8" required maxlength="32768" aria-describedby="file-hint file-error">{typed_before("file")}</textarea>
                    <p class="field-error" id="file-error" aria-live="polite">{move || error.get()}</p>
                </div>
                <button class="button">{texts.scenarios_import()}</button>
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
            <Title text=Texts::get().said(&scenario.row.title)/>
            <Scenario scenario/>
        </Load>
    }
}

#[component]
fn Scenario(scenario: ScenarioView) -> impl IntoView {
    let texts = Texts::get();
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
    let is_missing = row.missing.is_some();
    let start = move || {
        let (id, ghosts) = (id.clone(), ghosts.clone());
        Suspend::new(async move {
            match session.await {
                _ if is_missing => ().into_any(),
                Ok(Some(_)) => view! {
                    <form action="/forms/start-scenario" method="post" class="form">
                        <input type="hidden" name="id" value=id/>
                        <Ghosts ghosts/>
                        <button class="button button-primary" data-testid="start-scenario">{texts.scenarios_start()}</button>
                    </form>
                }
                .into_any(),
                _ => view! {
                    <form action="/forms/guest" method="post">
                        <input type="hidden" name="next" value=format!("/scenarios/{id}")/>
                        <button class="button button-primary">{texts.scenarios_guest()}</button>
                    </form>
                }
                .into_any(),
            }
        })
    };
    let running = row.running.map(|slug| {
        view! { <p><a class="button" href=format!("/games/{slug}/scenario")>{texts.scenarios_go_on()}</a></p> }
    });
    let kind = row.on_history.then(|| texts.scenarios_on_history());
    let line = |line: String| view! { <li>{texts.said(&line)}</li> };
    view! {
        <header class="page-head">
            <div>
                <h1>{texts.said(&row.title)}</h1>
                <p>{texts.said(&row.learn)}</p>
                <p class="soft">{length(row.days)} " " {kind} " " {row.stars.map(|stars| view! { <Stars stars/> })}</p>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        <section class="card scenario-about" aria-labelledby="story">
            <h2 id="story">{texts.scenarios_about()}</h2>
            <p>{texts.said(&story)}</p>
            <h3>{texts.scenarios_stars()}</h3>
            <ul>{goals.into_iter().map(line).collect_view()}</ul>
            <h3>{texts.scenarios_rules()}</h3>
            <ul>{rules.into_iter().map(line).collect_view()}</ul>
            {row.missing.map(|why| view! { <Missing why/> })}
            {running}
            <Suspense fallback=|| ()>{start}</Suspense>
        </section>
        <OfflinePart id=scenario_id/>
        <p class="soft">
            {texts.scenarios_share()}" "
            <a href=file download="">{texts.scenarios_save()}</a>
            ". "{texts.scenarios_gives_away()}
        </p>
        <p><a href="/scenarios">{texts.scenarios_all()}</a></p>
    }
}

/// The choice of a ghost.
#[component]
fn Ghosts(ghosts: Vec<GhostOption>) -> impl IntoView {
    let texts = Texts::get();
    let error = Submission::new().message_of("ghost").get_untracked();
    let choice = |(place, (value, name)): (usize, (String, String))| {
        view! {
            <label class="tick">
                <input type="radio" name="ghost" value=value checked=place == 0/>
                <span>{texts.said(&name)}</span>
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
    let nobody = (String::new(), texts.scenarios_nobody().to_owned());
    let choices = std::iter::once(nobody).chain(ghosts.into_iter().map(named));
    view! {
        <fieldset class="ghosts" data-testid="ghosts">
            <legend>{texts.scenarios_ghost()}</legend>
            <p class="hint">{texts.scenarios_ghost_hint()}</p>
            {choices.enumerate().map(choice).collect_view()}
            <p class="field-error">{error}</p>
        </fieldset>
    }
}
