//! Watch lists: what a player keeps an eye on, and lists shared by others. Plain pages, whose forms the
//! server answers.

use domain::Symbol;
use domain::api::{ApiError, InstrumentRow, WatchListView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use crate::api::{self, InstrumentFilter};
use crate::components::{EmptyState, FormAlert, IconName, InstrumentTable, Load};
use crate::language::Texts;
use crate::submission::Submission;
use crate::{CurrentGame, paths, response};

/// A list with its instruments as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Watched {
    list: WatchListView,
    rows: Vec<InstrumentRow>,
}

async fn watched(game: CurrentGame, list: WatchListView) -> Result<Watched, ApiError> {
    if list.symbols.is_empty() {
        return Ok(Watched {
            list,
            rows: Vec::new(),
        });
    }
    let symbols: Vec<&str> = list.symbols.iter().map(|symbol| symbol.as_str()).collect();
    let filter = InstrumentFilter {
        symbols: Some(symbols.join(",")),
        per_page: Some(100),
        ..InstrumentFilter::default()
    };
    let rows = api::instruments(&game.slug(), &filter).await?.items;
    Ok(Watched { list, rows })
}

async fn load(game: CurrentGame) -> Result<Vec<Watched>, ApiError> {
    let mut all = Vec::new();
    for list in api::watch_lists().await? {
        all.push(watched(game, list).await?);
    }
    Ok(all)
}

/// The company that the reader came from, to be put on a list.
fn from_company() -> Option<Symbol> {
    let query = use_query_map().get_untracked();
    query.get("symbol")?.parse().ok()
}

/// The player's lists.
#[component]
pub fn WatchListsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let lists = Resource::new(|| (), move |()| load(game));
    let message = Submission::new().message_of_any(&["name", "add"]);
    // A new list is made on the way to putting the company on it.
    let next = from_company().map_or_else(
        || paths::watch_lists(game),
        |symbol| paths::watch(game, symbol),
    );
    view! {
        <Title text=texts.watch_title()/>
        <Load resource=lists let:lists>
            <header class="page-head">
                <h1>{texts.watch_title()}</h1>
                <p class="soft">{texts.watch_lead()}</p>
            </header>
            <FormAlert message/>
            {if lists.is_empty() {
                view! {
                    <EmptyState icon=IconName::Search title=texts.watch_none() text=texts.watch_none_words()/>
                }.into_any()
            } else {
                lists.into_iter().map(|watched| view! { <OwnList watched/> }).collect_view().into_any()
            }}
            <form class="card watch-form" action="/forms/new-watch-list" method="post">
                <input type="hidden" name="next" value=next.clone()/>
                <label for="new-list">{texts.watch_new()}</label>
                <input id="new-list" name="name" maxlength="40" required placeholder=texts.watch_name()/>
                <button class="button">{texts.watch_create()}</button>
            </form>
        </Load>
    }
}

#[component]
fn OwnList(watched: Watched) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let Watched { list, rows } = watched;
    let id = list.id.clone();
    let address = format!(
        "{}{}/{}",
        response::origin().unwrap_or_default(),
        paths::watch_lists(game),
        list.id
    );
    let adds = from_company().filter(|symbol| !list.symbols.contains(symbol));
    let adds = adds.map(|symbol| symbol.to_string());
    let field = format!("add-{}", list.id);
    let remove = {
        let id = id.clone();
        move |symbol: Symbol| {
            view! {
                <li>
                    <form action="/forms/watch-list" method="post">
                        <Named id=id.clone()/>
                        <input type="hidden" name="remove" value=symbol.to_string()/>
                        <button class="button button-small button-quiet">{texts.watch_remove(symbol)}</button>
                    </form>
                </li>
            }
        }
    };
    let (sharing, shared) = if list.shared {
        (texts.watch_stop_sharing(), "false")
    } else {
        (texts.watch_share(), "true")
    };
    view! {
        <section class="card watch-list" aria-label=list.name.clone()>
            <h2>{list.name.clone()}</h2>
            {list.shared.then(|| view! { <p>{texts.watch_link()}" "<a class="watch-link" href=address.clone() data-testid="list-link">{address.clone()}</a></p> })}
            {(!rows.is_empty()).then(|| view! { <InstrumentTable rows/> })}
            <form class="watch-form" action="/forms/watch-list" method="post">
                <Named id=id.clone()/>
                <label for=field.clone()>{texts.watch_add_symbol()}</label>
                <input id=field name="add" maxlength="8" required autocomplete="off" spellcheck="false" placeholder="PUFFN" value=adds/>
                <button class="button">{texts.watch_add()}</button>
            </form>
            <ul class="watch-removes" role="list">{list.symbols.iter().copied().map(remove).collect_view()}</ul>
            <div class="actions">
                <form action="/forms/watch-list" method="post">
                    <Named id=id.clone()/>
                    <input type="hidden" name="shared" value=shared/>
                    <button class="button button-small button-quiet">{sharing}</button>
                </form>
                <form action="/forms/delete-watch-list" method="post">
                    <Named id=id/>
                    <button class="button button-small button-quiet">{texts.watch_delete()}</button>
                </form>
            </div>
        </section>
    }
}

/// The list that a form is about, and the game of its page.
#[component]
fn Named(id: String) -> impl IntoView {
    let game = CurrentGame::get();
    view! {
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="next" value=paths::watch_lists(game)/>
    }
}

/// A list shared by someone else.
#[component]
pub fn SharedListPage() -> impl IntoView {
    let texts = Texts::get();
    let params = use_params_map();
    let id = params
        .with_untracked(|params| params.get("id"))
        .unwrap_or_default();
    let game = CurrentGame::get();
    let list = Resource::new(
        || (),
        move |()| {
            let id = id.clone();
            async move { watched(game, api::shared_watch_list(&id).await?).await }
        },
    );
    view! {
        <Load resource=list let:watched>
            <Title text=watched.list.name.clone()/>
            <header class="page-head">
                <h1>{watched.list.name.clone()}</h1>
                <p class="soft">{texts.watch_shared()}</p>
            </header>
            <div class="card card-flush"><InstrumentTable rows=watched.rows/></div>
        </Load>
    }
}
