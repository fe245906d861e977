//! The first page: what the game is, in one glance, and the way in.

mod example;
mod reasons;
mod showcase;

use domain::api::InstrumentRow;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, LiveChange, LivePrice, PlayAsGuest, Sparkline, SymbolBadge};
use crate::{CurrentSession, Submission};
use example::Example;
use reasons::Reasons;

/// The landing page.
#[component]
pub fn LandingPage() -> impl IntoView {
    // Without a market to show, the page still says what the game is.
    let market = Resource::new(|| (), |()| showcase::load());
    view! {
        <Title text=""/>
        <section class="hero">
            <div class="hero-words">
                <h1>"Play the market. Keep your shirt."</h1>
                <p class="hero-lead">
                    "A stock market to learn on: play money, prices that never stand still, and an order
                    ticket that shows what every trade will do before you make it."
                </p>
                <FormAlert message=Submission::new().message()/>
                <WayIn/>
            </div>
            <Suspense>
                {move || Suspend::new(async move { market.await.ok().and_then(|shown| shown.example).map(|row| view! { <Example row/> }) })}
            </Suspense>
        </section>
        <Suspense>
            {move || Suspend::new(async move { market.await.ok().map(|shown| view! { <Board rows=shown.board/> }) })}
        </Suspense>
        <Reasons/>
    }
}

/// The buttons: into the game, or back into it.
#[component]
fn WayIn() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match session.await {
                    Ok(Some(session)) => Either::Left(view! {
                        <div class="actions">
                            <a class="button button-primary button-large" href="/market">"Go on playing"</a>
                            <a class="button button-quiet button-large" href="/portfolio">"Your portfolio"</a>
                        </div>
                        <p class="soft">{format!("You are playing as {}.", session.player.handle)}</p>
                    }),
                    Ok(None) | Err(_) => Either::Right(view! {
                        <div class="actions">
                            <PlayAsGuest next="/market"/>
                            <a class="button button-quiet button-large" href="/register">"Create an account"</a>
                        </div>
                        <p class="soft">
                            "Guests start at once: no e-mail, nothing to install, and everything is kept when you register. "
                            <a href="/login">"Log in"</a>" if you have been here before."
                        </p>
                    }),
                }
            })}
        </Transition>
    }
}

/// The market as it is now.
#[component]
fn Board(rows: Vec<InstrumentRow>) -> impl IntoView {
    view! {
        <section class="board" aria-labelledby="board-title">
            <div class="board-head">
                <h2 id="board-title">"On the market right now"</h2>
                <a href="/market">"See all of it"</a>
            </div>
            <ul class="board-rows">
                {rows.into_iter().map(|row| view! { <Tile row/> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Tile(row: InstrumentRow) -> impl IntoView {
    let href = format!("/instruments/{}", row.symbol);
    view! {
        <li>
            <a class="tile" href=href>
                <SymbolBadge symbol=row.symbol category=row.category/>
                <span class="tile-name">
                    <strong>{row.symbol.to_string()}</strong>
                    <span class="soft">{row.name}</span>
                </span>
                <Sparkline values=row.sparkline/>
                <span class="tile-price">
                    <LivePrice symbol=row.symbol loaded=row.quote/>
                    <LiveChange symbol=row.symbol loaded=row.quote/>
                </span>
            </a>
        </li>
    }
}
