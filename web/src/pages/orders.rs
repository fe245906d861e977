//! Waiting orders: each with the distance to its price, and a way to cancel it. They are placed in
//! the ticket of their instrument.

use domain::api::{ApiError, OrderView, Page};
use domain::{Quote, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::components::{EmptyState, Explain, FormAlert, IconName, Load, LocalTime, Term};
use crate::language::Texts;
use crate::live::Live;
use crate::submission::Submission;
use crate::waiting_order::{distance, in_words, set_aside};
use crate::{AccountChanges, CurrentGame, CurrentSession, api, format, paths};

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Orders {
    open: Page<OrderView>,
    /// The instruments with waiting orders.
    quotes: Vec<Quote>,
}

async fn load(game: CurrentGame) -> Result<Orders, ApiError> {
    let open = api::open_orders(&game.slug()).await?;
    let mut symbols: Vec<Symbol> = open.items.iter().map(|order| order.symbol).collect();
    symbols.sort();
    symbols.dedup();
    let quotes = if symbols.is_empty() {
        Vec::new()
    } else {
        api::quotes(&game.slug(), &symbols).await?
    };
    Ok(Orders { open, quotes })
}

/// The page.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let orders = Resource::new(|| (), move |()| load(game));
    CurrentSession::get().on_player_change(move || orders.refetch());
    AccountChanges::get().keep_fresh(|| 0, move || orders.refetch());
    view! {
        <Title text=texts.portfolio_orders()/>
        <Load resource=orders let:orders>
            <header class="page-head">
                <h1>{texts.portfolio_orders()}</h1>
                <p class="soft">
                    {texts.portfolio_orders_lead()}" "
                    <Explain term=Term::SetAside place="orders">{texts.portfolio_orders_aside()}</Explain>
                    " "{texts.portfolio_orders_until()}
                </p>
            </header>
            <FormAlert message=Submission::new().message()/>
            <List orders/>
        </Load>
    }
}

#[component]
fn List(orders: Orders) -> impl IntoView {
    let texts = Texts::get();
    let Orders { open, quotes } = orders;
    if open.items.is_empty() {
        return view! {
            <EmptyState icon=IconName::Clock title=texts.portfolio_no_order() text=texts.portfolio_no_order_text()>
                <a class="button button-primary" href=paths::market(CurrentGame::get())>{texts.portfolio_to_market()}</a>
            </EmptyState>
        }
        .into_any();
    }
    let waiting = |order: OrderView| {
        let quote = quotes.iter().find(|quote| quote.symbol == order.symbol);
        view! { <Waiting order quote=quote.copied()/> }
    };
    view! {
        <ul class="open-orders" role="list" data-testid="open-orders">
            {open.items.into_iter().map(waiting).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Waiting(order: OrderView, quote: Option<Quote>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let words = in_words(&order);
    let kept = order.reserved.map(|reserve| set_aside(&reserve));
    let kept = texts.portfolio_kept(kept.unwrap_or_default());
    let until = match order.expires_at {
        Some(at) => view! { {texts.portfolio_until()}" "<LocalTime at/> }.into_any(),
        None => texts.portfolio_until_cancel().into_any(),
    };
    let newest = Live::get().newest(order.symbol, quote);
    let trigger = order.trigger.map(|trigger| trigger.price());
    let away = move || Some(distance(trigger?, newest.get()?.price));
    let now = move || {
        newest
            .get()
            .map(|quote| format!("{} ", texts.portfolio_costs_now(format::price(quote.price))))
    };
    let label = texts.portfolio_cancel_order(&words);
    view! {
        <li class="open-order">
            <div class="open-order-words">
                <p class="open-order-title"><a href=paths::instrument(game, order.symbol)>{words}</a></p>
                <p class="soft">{now}{kept}" "{until}"."</p>
            </div>
            <p class="open-order-away figure" data-testid="distance">{away}</p>
            <form action="/forms/cancel-order" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="key" value=order.idempotency_key.to_string()/>
                <button class="button button-quiet button-small" aria-label=label>{texts.portfolio_cancel()}</button>
            </form>
        </li>
    }
}
