//! The games that players can join.

use domain::api::{ApiError, GameRow, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{FormAlert, JoinForm, Load, Pagination};
use crate::game::link_into;
use crate::language::Texts;
use crate::submission::Submission;
use crate::{CurrentSession, api, paths};

async fn load(page: u32) -> Result<Page<GameRow>, ApiError> {
    api::games(Some(page)).await
}

/// The page.
#[component]
pub fn GamesPage() -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let page = Memo::new(move |_| {
        query
            .with(|query| query.get("page")?.parse().ok())
            .filter(|page| *page > 0)
            .unwrap_or(1)
    });
    let games = Resource::new(move || page.get(), load);
    let session = CurrentSession::get();
    session.on_player_change(move || games.refetch());
    view! {
        <Title text=texts.games_title()/>
        <header class="page-head">
            <h1>{texts.games_title()}</h1>
            <p class="soft">{texts.games_lead()}</p>
            <div class="actions">
                <a class="button" href="/games/new">{texts.games_host()}</a>
                <a class="button button-quiet" href="/join">{texts.games_code()}</a>
                <a class="button button-quiet" href="/scenarios">{texts.games_scenarios()}</a>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        <Load resource=games let:games>
            <ul class="games" role="list" data-testid="games">
                {games.items.into_iter().map(|row| view! { <Row row/> }).collect_view()}
            </ul>
            <Pagination meta=games.meta address=Callback::new(|page: u32| format!("{}?page={page}", paths::GAMES))/>
        </Load>
    }
}

#[component]
fn Row(row: GameRow) -> impl IntoView {
    let texts = Texts::get();
    let GameRow { game, joined } = row;
    let session = CurrentSession::get().resource();
    let market = link_into(&game.slug, "/market");
    let slug = game.slug.clone();
    let can_join = game.can_join;
    let links = game.links.into_iter().map(|link| {
        let address = link_into(&game.slug, &link.path);
        view! { " · "<a href=address rel="external">{texts.said(&link.label)}</a> }
    });
    let links = links.collect_view();
    let join = move || {
        let slug = slug.clone();
        Suspend::new(async move {
            let plays = matches!(session.await, Ok(Some(_)));
            (plays && can_join).then(|| view! { <JoinForm slug/> })
        })
    };
    let rules = &game.rules;
    let cash = texts.in_currency(rules.currency).money(rules.starting_cash);
    view! {
        <li class="card game">
            <div class="game-words">
                // Another game is another page, with its own prices and account.
                <h2><a href=market rel="external">{texts.said(&game.name)}</a></h2>
                <p class="soft">
                    {texts.games_cash(cash)}
                    {joined.then(|| format!(" · {}", texts.games_inside()))}
                    {links}
                </p>
            </div>
            <Suspense fallback=|| ()>{join}</Suspense>
        </li>
    }
}
