//! Navigation: a bar at the top, and on phones the main links at the bottom, within reach of the
//! thumb.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::components::A;

use super::load::Place;
use super::theme::ThemeToggle;
use super::{Icon, IconName, LevelRing, Wordmark};
use crate::language::Texts;
use crate::live::Live;
use crate::session::free_cash;
use crate::{CurrentGame, CurrentSession, Session, format, paths};

/// A link's target, label and icon.
type Link = (&'static str, fn(Texts) -> &'static str, IconName);

const LINKS: [Link; 6] = [
    ("/dashboard", Texts::nav_home, IconName::Home),
    ("/market", Texts::nav_market, IconName::Market),
    ("/portfolio", Texts::nav_portfolio, IconName::Portfolio),
    ("/leaderboard", Texts::nav_ranks, IconName::Podium),
    ("/profile", Texts::nav_profile, IconName::Profile),
    ("/more", Texts::nav_more, IconName::More),
];

/// Lets keyboard users skip the navigation.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! { <a class="skip-link" href="#main">{Texts::get().nav_skip()}</a> }
}

/// The bar on top of every page.
#[component]
pub fn Nav() -> impl IntoView {
    let game = CurrentGame::get();
    // The page writes all amounts in the currency that it was loaded with.
    let rel = (!Texts::get().currency().is_dollar()).then_some("external");
    let link = |(page, label, icon): Link| {
        view! {
            <li>
                <A href=game.link(page)><Icon name=icon/><span>{label(Texts::get())}</span></A>
            </li>
        }
    };
    view! {
        <header class="topbar">
            <a class="home" href="/" rel=rel aria-label=Texts::get().nav_home_link()><Wordmark/></a>
            <nav class="tabs" aria-label=Texts::get().nav_main()>
                <ul>{LINKS.map(link)}</ul>
            </nav>
            <div class="topbar-end">
                <AccountStrip/>
                <ThemeToggle/>
            </div>
        </header>
    }
}

/// Cash and level of the player, or the link to log in.
#[component]
fn AccountStrip() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Transition fallback=|| view! { <span class="strip"></span> }>
            {
                let place = Place::here();
                move || {
                    let place = place.clone();
                    Suspend::new(async move {
                        match session.await {
                            Ok(Some(session)) => Either::Left(place.render(|| view! { <Playing session/> })),
                            // Without a response, logging in is still worth trying.
                            Ok(None) | Err(_) => Either::Right(view! { <LoggedOut/> }),
                        }
                    })
                }
            }
        </Transition>
    }
}

#[component]
fn LoggedOut() -> impl IntoView {
    view! {
        <span class="strip">
            <a class="button button-small button-quiet" href="/login">{Texts::get().nav_log_in()}</a>
            <a class="button button-small strip-wide" href="/register">{Texts::get().nav_register()}</a>
        </span>
    }
}

#[component]
fn Playing(session: Session) -> impl IntoView {
    let texts = Texts::get();
    let progress = session.player.progress;
    let known = session.player.unread_notifications;
    let arrived = Live::get().unread();
    let unread = move || arrived.get().unwrap_or(known);
    let cash = session
        .summary
        .map(|summary| format::money(free_cash(&summary)));
    view! {
        <a class="bell" href=paths::NOTIFICATIONS data-testid="bell">
            <Icon name=IconName::Bell/>
            <span class="visually-hidden">{texts.nav_notifications()}" "</span>
            <span class="bell-count" class:bell-none=move || unread() == 0>{unread}</span>
            <span class="visually-hidden">" "{texts.nav_unread()}</span>
        </a>
        <a class="strip" href=CurrentGame::get().link("/profile")>
            {cash.map(|cash| view! {
                <span class="strip-cash"><span class="strip-label">{texts.nav_cash()}</span><span class="figure" data-testid="strip-cash">{cash}</span></span>
            })}
            <span class="visually-hidden">{texts.nav_level(progress.level)}</span>
            <LevelRing progress/>
            <span class="strip-handle" data-testid="player-handle">{session.player.handle}</span>
        </a>
    }
}
