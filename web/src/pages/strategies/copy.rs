//! What copying a strategy would change, before it does.

use domain::Percent;
use domain::api::{CopyPreview, TargetChange};
use leptos::prelude::*;
use leptos_meta::Title;

use super::id_in_address;
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::value_in_address;
use crate::{CurrentGame, Submission, api, paths};

/// The page.
#[component]
pub fn CopyPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let (id, version) = (id_in_address(), value_in_address("version"));
    let back = paths::strategy(game, &id);
    let asked = id.clone();
    let loaded = Resource::new(
        || (),
        move |()| {
            let (id, version) = (asked.clone(), version.clone());
            async move {
                let version = Some(version.as_str()).filter(|version| !version.is_empty());
                api::strategy_copy(&game.slug(), &id, version).await
            }
        },
    );
    let submission = Submission::new();
    // For a field, too: the sentence names its subject.
    let message = Signal::derive(move || {
        let error = submission.error.get();
        error.map(|error| texts.refusal(&error))
    });
    view! {
        <Title text=texts.strategies_copy()/>
        <FormAlert message/>
        <Load resource=loaded let:loaded>
            <Preview preview=loaded id=id.clone()/>
        </Load>
        <p class="advice-links"><a href=back>{texts.strategies_back()}</a></p>
    }
}

#[component]
fn Preview(preview: CopyPreview, id: String) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let said = if preview.has_targets {
        texts.strategies_copy_replaces()
    } else {
        texts.strategies_copy_first()
    };
    let version = preview.version.to_string();
    view! {
        <header class="page-head">
            <h1>{texts.strategies_copy_of(preview.name)}</h1>
            <p class="soft">{said}" "{texts.strategies_copy_nothing()}</p>
        </header>
        <section class="card" aria-labelledby="changes">
            <h2 id="changes">{texts.strategies_would_change()}</h2>
            <div class="table-scroll">
                <table class="table" data-testid="copy-changes">
                    <caption class="visually-hidden">{texts.strategies_copy_caption()}</caption>
                    <thead><tr><th scope="col">{texts.strategies_what()}</th><th scope="col">{texts.strategies_now()}</th><th scope="col">{texts.strategies_after()}</th><th scope="col">{texts.strategies_difference()}</th></tr></thead>
                    <tbody>{preview.changes.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            <form class="strategy-copy" action="/forms/copy-strategy" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="strategy" value=id/>
                <input type="hidden" name="version" value=version/>
                <button class="button button-primary" data-testid="copy">{texts.strategies_take_own()}</button>
            </form>
        </section>
    }
}

fn row(change: TargetChange) -> impl IntoView {
    let texts = Texts::get();
    let shown =
        |share: Option<Percent>| share.map_or_else(|| "–".to_owned(), |share| texts.percent(share));
    view! {
        <tr>
            <th scope="row">{texts.aim(change.aim.as_ref())}</th>
            <td class="figure">{shown(change.now)}</td>
            <td class="figure">{shown(change.then)}</td>
            <td>{verdict(&change)}</td>
        </tr>
    }
}

/// A change in words.
fn verdict(change: &TargetChange) -> &'static str {
    let texts = Texts::get();
    match (change.now, change.then) {
        (None, _) => texts.strategies_change_new(),
        (Some(_), None) => texts.strategies_change_gone(),
        (Some(now), Some(then)) if then > now => texts.strategies_change_more(),
        (Some(now), Some(then)) if then < now => texts.strategies_change_less(),
        _ => texts.strategies_change_none(),
    }
}
