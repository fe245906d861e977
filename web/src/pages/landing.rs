//! The landing page: what the game is, at a glance, and the way in. A plain page, there at once in the
//! visitor's language; its script (`assets/plain.js`) brings newer prices.

mod example;
mod reasons;
mod showcase;

use domain::api::InstrumentRow;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Icon, IconName, PlayAsGuest, Sparkline, SymbolBadge};
use crate::language::Texts;
use crate::{CurrentGame, CurrentSession, Submission, paths, valuation};
use example::Example;
use reasons::Reasons;

/// The landing page.
#[component]
pub fn LandingPage() -> impl IntoView {
    // Without a market to show, the page still says what the game is.
    let (game, texts) = (CurrentGame::get(), Texts::get());
    let market = Resource::new(|| (), move |()| showcase::load(game));
    view! {
        <Title text=""/>
        <section class="hero">
            <div class="hero-words">
                <h1>{texts.landing_head()}</h1>
                <p class="hero-lead">{texts.landing_lead()}</p>
                <FormAlert message=Submission::new().message()/>
                <WayIn texts/>
            </div>
            <Suspense>
                {move || Suspend::new(async move { market.await.ok().and_then(|shown| shown.example).map(|row| view! { <Example row texts/> }) })}
            </Suspense>
        </section>
        <Suspense>
            {move || Suspend::new(async move { market.await.ok().map(|shown| view! { <Board rows=shown.board texts/> }) })}
        </Suspense>
        <Reasons texts/>
    }
}

/// The buttons: into the game, or back into it.
#[component]
fn WayIn(texts: Texts) -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match session.await {
                    Ok(Some(session)) => Either::Left(view! {
                        <div class="actions">
                            <a class="button button-primary button-large" href="/dashboard">{texts.landing_go_on()}</a>
                            <a class="button button-quiet button-large" href="/portfolio">{texts.landing_portfolio()}</a>
                        </div>
                        <p class="soft">{texts.landing_as(session.player.handle)}</p>
                    }),
                    Ok(None) | Err(_) => Either::Right(view! {
                        <div class="actions">
                            <PlayAsGuest next=paths::START label=texts.start_play()/>
                            <a class="button button-quiet button-large" href="/join">{texts.landing_code()}</a>
                            <a class="button button-quiet button-large" href="/register">{texts.landing_create()}</a>
                        </div>
                        <p class="soft">
                            {texts.landing_guests()}" "<a href="/login">{texts.landing_been_here()}</a>
                        </p>
                    }),
                }
            })}
        </Transition>
    }
}

/// The market as it is now.
#[component]
fn Board(rows: Vec<InstrumentRow>, texts: Texts) -> impl IntoView {
    view! {
        <section class="board" aria-labelledby="board-title">
            <div class="board-head">
                <h2 id="board-title">{texts.landing_board()}</h2>
                <a href="/market">{texts.landing_board_all()}</a>
            </div>
            <p class="board-key soft">{texts.landing_board_key()}</p>
            <ul class="board-rows">
                {rows.into_iter().map(|row| view! { <Tile row texts/> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Tile(row: InstrumentRow, texts: Texts) -> impl IntoView {
    let href = paths::instrument(CurrentGame::get(), row.symbol);
    view! {
        <li>
            <a class="tile" href=href>
                <SymbolBadge symbol=row.symbol category=row.category.clone()/>
                <span class="tile-name">
                    <strong>{row.symbol.to_string()}</strong>
                    <span class="soft">{row.name.clone()}</span>
                </span>
                <Sparkline values=row.sparkline.clone()/>
                <span class="tile-price">
                    <Price row=row texts/>
                </span>
            </a>
        </li>
    }
}

/// Price and change of today, by an arrow, a number and words.
#[component]
fn Price(row: InstrumentRow, texts: Texts) -> impl IntoView {
    let price = row.quote.as_ref().map(|quote| texts.price(quote.price));
    let change = row.quote.as_ref().and_then(valuation::day_change);
    let change = change.map(|(_, percent)| {
        let shown = texts.percent(percent.magnitude());
        let (class, icon, words) = if percent.is_negative() {
            ("delta delta-down", IconName::Down, texts.landing_fell(&shown))
        } else {
            ("delta delta-up", IconName::Up, texts.landing_rose(&shown))
        };
        view! {
            <span class=class data-fresh=format!("change-{}", row.symbol)>
                <Icon name=icon/><span class="visually-hidden">{words}</span><span class="figure" aria-hidden="true">{shown}</span>
            </span>
        }
    });
    view! {
        <span class="live-price figure" data-fresh=format!("price-{}", row.symbol)>{price}</span>
        {change}
    }
}
