//! What copying a strategy would change, before it does.

use domain::Percent;
use domain::api::{CopyPreview, TargetChange};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{aim_in_words, id_in_address};
use crate::components::{FormAlert, Load};
use crate::submission::value_in_address;
use crate::{CurrentGame, Submission, api, format, paths};

/// The page.
#[component]
pub fn CopyPage() -> impl IntoView {
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
    let message = Signal::derive(move || submission.error.get().map(|error| error.message));
    view! {
        <Title text="Copy a strategy"/>
        <FormAlert message/>
        <Load resource=loaded let:loaded>
            <Preview preview=loaded id=id.clone()/>
        </Load>
        <p class="advice-links"><a href=back>"Back to the strategy"</a></p>
    }
}

#[component]
fn Preview(preview: CopyPreview, id: String) -> impl IntoView {
    let game = CurrentGame::get();
    let said = if preview.has_targets {
        "Those under “After” will replace the targets you have now."
    } else {
        "You have no targets yet. These become yours."
    };
    let version = preview.version.to_string();
    view! {
        <header class="page-head">
            <h1>{format!("Copy “{}”", preview.name)}</h1>
            <p class="soft">{said}" Nothing is bought or sold: you decide that on your targets page."</p>
        </header>
        <section class="card" aria-labelledby="changes">
            <h2 id="changes">"What would change"</h2>
            <div class="table-scroll">
                <table class="table" data-testid="copy-changes">
                    <caption class="visually-hidden">"Your targets now and after copying"</caption>
                    <thead><tr><th scope="col">"What"</th><th scope="col">"Now"</th><th scope="col">"After"</th><th scope="col">"Change"</th></tr></thead>
                    <tbody>{preview.changes.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            <form class="strategy-copy" action="/forms/copy-strategy" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="strategy" value=id/>
                <input type="hidden" name="version" value=version/>
                <button class="button button-primary" data-testid="copy">"Make these my targets"</button>
            </form>
        </section>
    }
}

fn row(change: TargetChange) -> impl IntoView {
    let shown = |share: Option<Percent>| share.map_or_else(|| "–".to_owned(), format::percent);
    view! {
        <tr>
            <th scope="row">{aim_in_words(change.aim.as_ref())}</th>
            <td class="figure">{shown(change.now)}</td>
            <td class="figure">{shown(change.then)}</td>
            <td>{verdict(&change)}</td>
        </tr>
    }
}

/// A change in words.
fn verdict(change: &TargetChange) -> &'static str {
    match (change.now, change.then) {
        (None, _) => "new",
        (Some(_), None) => "no target any more",
        (Some(now), Some(then)) if then > now => "more",
        (Some(now), Some(then)) if then < now => "less",
        _ => "the same",
    }
}
