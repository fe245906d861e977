//! Publishing the player's targets as a strategy, and changing one.

use domain::advice::TargetPlan;
use domain::api::{ApiError, RiskProfile, StrategyView, StrategyVisibility, TargetsView};
use leptos::prelude::*;
use leptos_meta::Title;

use super::id_in_address;
use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::pages::hosting::Ask;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api, format, paths};

/// Who may see a strategy, in words.
fn seen_by() -> [(StrategyVisibility, &'static str); 3] {
    let texts = Texts::get();
    [
        (StrategyVisibility::Public, texts.strategies_seen_public()),
        (StrategyVisibility::Game, texts.strategies_seen_game()),
        (StrategyVisibility::Private, texts.strategies_seen_private()),
    ]
}

/// What each risk profile means.
fn risks() -> [(RiskProfile, &'static str); 3] {
    let texts = Texts::get();
    [
        (RiskProfile::Cautious, texts.strategies_cautious_means()),
        (RiskProfile::Balanced, texts.strategies_balanced_means()),
        (RiskProfile::Bold, texts.strategies_bold_means()),
    ]
}

/// Publishing a new one.
#[component]
pub fn PublishPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let targets = Resource::new(
        || (),
        move |()| async move { api::targets(&game.slug()).await },
    );
    view! {
        <Title text=texts.strategies_publish()/>
        <FormAlert message=message()/>
        <Load resource=targets let:targets>
            <header class="page-head">
                <h1>{texts.strategies_publish_own()}</h1>
                <p class="soft">{texts.strategies_publish_lead()}</p>
            </header>
            <New targets/>
        </Load>
        <p class="advice-links"><a href=paths::strategies(game)>{texts.strategies_all()}</a></p>
    }
}

#[component]
fn New(targets: TargetsView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    match targets.plan {
        Some(plan) => view! {
            <p data-testid="published-targets">{texts.strategies_your_targets(in_words(&plan))}</p>
            <Fields before=None/>
        }
        .into_any(),
        None => view! {
            <EmptyState icon=IconName::Search title=texts.strategies_no_targets() text=texts.strategies_no_targets_words()>
                <a class="button button-primary" href=paths::targets(game)>{texts.strategies_set_targets()}</a>
            </EmptyState>
        }
        .into_any(),
    }
}

/// Changing one.
#[component]
pub fn EditPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let id = id_in_address();
    let back = paths::strategy(game, &id);
    let loaded = Resource::new(|| (), move |()| load(game, id.clone()));
    view! {
        <Title text=texts.strategies_edit()/>
        <FormAlert message=message()/>
        <Load resource=loaded let:loaded>
            <header class="page-head">
                <h1>{texts.strategies_edit_own()}</h1>
                <p class="soft">{texts.strategies_edit_lead()}</p>
            </header>
            <Fields before=Some(loaded)/>
        </Load>
        <p class="advice-links"><a href=back>{texts.strategies_back()}</a></p>
    }
}

/// Only the author can change a strategy: for everyone else this page does not exist.
async fn load(game: CurrentGame, id: String) -> Result<StrategyView, ApiError> {
    let view = api::strategy(&game.slug(), &id, None).await?;
    if view.strategy.mine {
        return Ok(view);
    }
    let said = "There is no such strategy of yours.".to_owned();
    Err(ApiError::new(domain::api::ErrorCode::NotFound, said))
}

/// Errors of the form as a whole, or those that no field shows.
fn message() -> Signal<Option<String>> {
    let texts = Texts::get();
    let submission = Submission::new();
    Signal::derive(move || {
        let of_plan = submission.error.get().filter(|error| {
            let mut fields = error.fields.iter();
            fields.any(|field| !["name", "description", "tags"].contains(&field.field.as_str()))
        });
        submission
            .message()
            .get()
            .or_else(|| of_plan.map(|error| texts.refusal(&error)))
    })
}

/// The targets in one line.
fn in_words(plan: &TargetPlan) -> String {
    let texts = Texts::get();
    let targets = plan.targets.iter();
    let mut parts: Vec<String> = targets
        .map(|target| {
            let name = texts.aim(Some(&target.aim));
            format!("{name} {}", texts.percent(target.share))
        })
        .collect();
    parts.push(texts.strategies_cash_share(texts.percent(plan.cash())));
    parts.join(", ")
}

#[component]
fn Fields(before: Option<StrategyView>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let is_new = before.is_none();
    let (id, name, description, tags, risk, visibility) = match before {
        Some(view) => (
            view.strategy.id,
            view.content.name,
            view.content.description,
            view.content.tags.join(" "),
            view.content.risk,
            view.strategy.visibility,
        ),
        None => (
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            RiskProfile::Balanced,
            StrategyVisibility::Public,
        ),
    };
    let typed = typed_before("description");
    let description = if typed.is_empty() { description } else { typed };
    let wrong = Submission::new().message_of("description").get_untracked();
    let risks = risks().map(|(one, label)| (one.as_str(), label));
    let seen_by = seen_by().map(|(one, label)| (one.as_str(), label));
    view! {
        <form class="form card strategy-form" action="/forms/publish-strategy" method="post">
            <input type="hidden" name="game" value=game.slug().to_string()/>
            <input type="hidden" name="strategy" value=id/>
            <Ask name="name" label=texts.strategies_name() hint=texts.strategies_name_hint() value=name required=true/>
            <div class="field">
                <label for="description">{texts.strategies_description()}</label>
                <textarea class="input" id="description" name="description" rows="5" maxlength="2000"
                    aria-describedby="description-error">{format::in_textarea(&description)}</textarea>
                <p class="field-error" id="description-error">{wrong}</p>
            </div>
            <Ask name="tags" label=texts.strategies_tags() hint=texts.strategies_tags_hint() value=tags/>
            {choice("risk", texts.strategies_risk(), &risks, risk.as_str())}
            {choice("visibility", texts.strategies_seen_by(), &seen_by, visibility.as_str())}
            {(!is_new).then(|| view! {
                <label class="tick">
                    <input type="checkbox" name="own_targets" value="true"/>
                    <span>{texts.strategies_own_targets()}</span>
                </label>
            })}
            <button class="button button-primary" data-testid="publish">{if is_new { texts.strategies_publish_it() } else { texts.strategies_save() }}</button>
        </form>
    }
}

/// A choice between a few values: the submitted one, or else the current one.
fn choice(
    name: &'static str,
    label: &'static str,
    options: &[(&'static str, &'static str)],
    now: &str,
) -> impl IntoView + use<> {
    let typed = typed_before(name);
    let chosen = if typed.is_empty() {
        now.to_owned()
    } else {
        typed
    };
    let options = options.iter().map(|&(value, said)| {
        view! { <option value=value selected={chosen == value}>{said}</option> }
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select class="input" id=name name=name>{options.collect_view()}</select>
        </div>
    }
}
