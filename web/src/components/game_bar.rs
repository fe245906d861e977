//! Shows which game a page belongs to when it is not the open league, and how to enter and leave
//! it.

use leptos::prelude::*;

use crate::language::Texts;
use crate::{CurrentGame, CurrentSession, api, paths};

/// The bar under the navigation; nothing in the open league.
#[component]
pub fn GameBar() -> impl IntoView {
    let game = CurrentGame::get();
    (!game.is_open_league()).then(|| view! { <OfGame game/> })
}

#[component]
fn OfGame(game: CurrentGame) -> impl IntoView {
    let texts = Texts::get();
    let named = Resource::new(
        || (),
        move |()| async move { api::game(&game.slug()).await },
    );
    let session = CurrentSession::get().resource();
    view! {
        <aside class="game-bar" aria-label=texts.parts_game()>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    let named = named.await.ok()?;
                    let outside = match session.await {
                        Ok(Some(session)) => named.can_join && session.summary.is_none(),
                        Ok(None) | Err(_) => false,
                    };
                    let links = named.links.into_iter().map(|link| {
                        view! { <a href=game.link(&link.path) rel="external">{texts.as_said(link.label)}</a> }
                    });
                    Some(view! {
                        <p>{texts.parts_this_is()}" "<strong data-testid="game-name">{named.name}</strong></p>
                        {outside.then(|| view! { <JoinForm slug=named.slug/> })}
                        {links.collect_view()}
                    })
                })}
            </Suspense>
            <a href=game.link("/rules") rel="external">{texts.parts_rules()}</a>
            <a href=paths::GAMES rel="external">{texts.parts_all_games()}</a>
        </aside>
    }
}

/// A button that opens an account in a game.
#[component]
pub fn JoinForm(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <form action="/forms/join-game" method="post">
            <input type="hidden" name="game" value=slug/>
            <button class="button button-small" data-testid="join-game">{texts.parts_join()}</button>
        </form>
    }
}
