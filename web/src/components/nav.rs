//! The way around: a bar on top, and on phones the main links at the bottom, under the thumb.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::components::A;

use super::theme::ThemeToggle;
use super::{Icon, IconName, LevelRing, Wordmark};
use crate::{CurrentSession, Session, format};

const LINKS: [(&str, &str, IconName); 4] = [
    ("/market", "Market", IconName::Market),
    ("/portfolio", "Portfolio", IconName::Portfolio),
    ("/activity", "Activity", IconName::Ledger),
    ("/profile", "Profile", IconName::Profile),
];

/// Lets keyboards pass over the navigation.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! { <a class="skip-link" href="#main">"Skip to the content"</a> }
}

/// The bar on top of every page.
#[component]
pub fn Nav() -> impl IntoView {
    let link = |(href, label, icon)| {
        view! {
            <li>
                <A href=href><Icon name=icon/><span>{label}</span></A>
            </li>
        }
    };
    view! {
        <header class="topbar">
            <a class="home" href="/" aria-label="Tickerquest, home"><Wordmark/></a>
            <nav class="tabs" aria-label="Main">
                <ul>{LINKS.map(link)}</ul>
            </nav>
            <div class="topbar-end">
                <AccountStrip/>
                <ThemeToggle/>
            </div>
        </header>
    }
}

/// Cash and level of whoever plays; else the way to log in.
#[component]
fn AccountStrip() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Transition fallback=|| view! { <span class="strip"></span> }>
            {move || Suspend::new(async move {
                match session.await {
                    Ok(Some(session)) => Either::Left(view! { <Playing session/> }),
                    // Without an answer, logging in is still what can be tried.
                    Ok(None) | Err(_) => Either::Right(view! {
                        <span class="strip">
                            <a class="button button-small button-quiet" href="/login">"Log in"</a>
                            <a class="button button-small strip-wide" href="/register">"Register"</a>
                        </span>
                    }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Playing(session: Session) -> impl IntoView {
    let progress = session.player.progress;
    let cash = session.summary.map(|summary| format::money(summary.cash));
    view! {
        <a class="strip" href="/profile">
            {cash.map(|cash| view! {
                <span class="strip-cash"><span class="strip-label">"Cash"</span><span class="figure" data-testid="strip-cash">{cash}</span></span>
            })}
            <span class="visually-hidden">{format!("Level {}", progress.level)}</span>
            <LevelRing progress/>
            <span class="strip-handle" data-testid="player-handle">{session.player.handle}</span>
        </a>
    }
}
