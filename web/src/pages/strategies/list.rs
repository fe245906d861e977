//! The search results, the player's own strategies, and those that the player follows.

use domain::api::{ApiError, StrategiesView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::Card;
use super::filters::{Filters, address_of, filter_of};
use crate::api::StrategyFilter;
use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::{CurrentGame, Submission, api, paths};

/// All that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Loaded {
    found: StrategiesView,
    categories: Vec<String>,
}

async fn load(game: CurrentGame, filter: StrategyFilter) -> Result<Loaded, ApiError> {
    let slug = game.slug();
    Ok(Loaded {
        found: api::strategies(&slug, &filter).await?,
        categories: api::categories(&slug).await?,
    })
}

/// The page.
#[component]
pub fn StrategiesPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let filter = use_query_map().with_untracked(filter_of);
    let asked = filter.clone();
    let loaded = Resource::new(|| (), move |()| load(game, asked.clone()));
    let shown = filter.of.clone();
    view! {
        <Title text=texts.strategies_title()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=loaded let:loaded>
            <header class="page-head">
                <h1>{texts.strategies_title()}</h1>
                <p class="soft">{texts.strategies_lead()}</p>
            </header>
            <nav class="strategy-tabs" aria-label=texts.strategies_which()>
                {tab(game, None, texts.strategies_tab_all(), shown.as_deref())}
                {tab(game, Some("followed"), texts.strategies_tab_followed(), shown.as_deref())}
                {tab(game, Some("mine"), texts.strategies_tab_mine(), shown.as_deref())}
                <a class="button button-quiet button-small" href=paths::publish(game)>{texts.strategies_publish_targets()}</a>
            </nav>
            {filter.of.is_none().then(|| view! { <Filters filter=filter.clone() categories=loaded.categories/> })}
            <Found found=loaded.found filter=filter.clone()/>
        </Load>
        <p class="advice-links"><a href=paths::targets(game)>{texts.strategies_my_targets()}</a></p>
    }
}

fn tab(
    game: CurrentGame,
    of: Option<&'static str>,
    label: &'static str,
    shown: Option<&str>,
) -> impl IntoView + use<> {
    let filter = StrategyFilter {
        of: of.map(str::to_owned),
        ..StrategyFilter::default()
    };
    let current = (of == shown).then_some("page");
    view! { <a href=address_of(game, &filter, 1) aria-current=current>{label}</a> }
}

#[component]
fn Found(found: StrategiesView, filter: StrategyFilter) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    if found.items.is_empty() {
        let (title, text) = match filter.of.as_deref() {
            Some("mine") => (
                texts.strategies_none_mine(),
                texts.strategies_none_mine_words(),
            ),
            Some("followed") => (
                texts.strategies_none_followed(),
                texts.strategies_none_followed_words(),
            ),
            _ if found.page > 1 => (
                texts.strategies_none_here(),
                texts.strategies_none_here_words(),
            ),
            _ => (
                texts.strategies_none_found(),
                texts.strategies_none_found_words(),
            ),
        };
        return view! { <EmptyState icon=IconName::Search title text/> }.into_any();
    }
    let page = found.page;
    let before = (page > 1).then(|| address_of(game, &filter, page.saturating_sub(1)));
    let after = found.next_page.map(|next| address_of(game, &filter, next));
    let cards = found.items.into_iter().map(|row| view! { <Card row/> });
    view! {
        <h2 class="visually-hidden">{texts.strategies_found()}</h2>
        <ul class="strategies" role="list" data-testid="strategies">{cards.collect_view()}</ul>
        {(before.is_some() || after.is_some()).then(|| view! {
            <nav class="pagination" aria-label=texts.parts_pages()>
                {before.map(|address| view! { <a class="button button-quiet button-small" href=address rel="prev">{texts.parts_back()}</a> })}
                <span class="pagination-here">{texts.strategies_page(page)}</span>
                {after.map(|address| view! { <a class="button button-quiet button-small" href=address rel="next">{texts.parts_next()}</a> })}
            </nav>
        })}
    }
    .into_any()
}
