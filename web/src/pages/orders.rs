//! Open orders: those that wait for their price, and a form for another one.

mod form;

use domain::api::{ApiError, OrderStatus, OrderView, Page, TicketView};
use domain::{IdempotencyKey, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::{EmptyState, FormAlert, IconName, Load, fresh_order_key};
use crate::submission::Submission;
use crate::waiting_order::in_words;
use crate::{CurrentSession, GAME, api, format};
use form::WaitingOrderForm;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Orders {
    open: Page<OrderView>,
    /// Of the instrument that the address names.
    form: Option<OpenForm>,
    /// The order that was placed just before.
    done: Option<OrderView>,
}

/// The form as the page is rendered with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OpenForm {
    symbol: Symbol,
    ticket: TicketView,
    /// The name of the next order.
    key: IdempotencyKey,
}

async fn load(symbol: Option<Symbol>, done: Option<IdempotencyKey>) -> Result<Orders, ApiError> {
    let open = api::open_orders(GAME).await?;
    let form = match symbol {
        Some(symbol) => Some(OpenForm {
            symbol,
            ticket: api::ticket(GAME, symbol).await?,
            key: fresh_order_key(),
        }),
        None => None,
    };
    let done = match done {
        Some(key) => api::order(GAME, &key).await.ok(),
        None => None,
    };
    Ok(Orders { open, form, done })
}

/// The page.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let named = Memo::new(move |_| {
        query.with(|query| {
            let symbol = query.get("symbol").and_then(|text| text.parse().ok());
            let done = query.get("done").and_then(|text| text.parse().ok());
            (symbol, done)
        })
    });
    let orders = Resource::new(move || named.get(), |(symbol, done)| load(symbol, done));
    CurrentSession::get().on_player_change(move || orders.refetch());
    view! {
        <Title text="Open orders"/>
        <Load resource=orders let:orders>
            <header class="page-head">
                <h1>"Open orders"</h1>
                <p class="soft">"Orders that wait for their price. What they may need is set aside until then."</p>
            </header>
            <FormAlert message=Submission::new().message()/>
            {orders.done.as_ref().map(outcome)}
            <div class="waiting-orders">
                {orders.form.map(|form| view! { <WaitingOrderForm form/> })}
                <List open=orders.open.items/>
            </div>
        </Load>
    }
}

/// What became of the order that was placed just before.
fn outcome(order: &OrderView) -> impl IntoView + use<> {
    let words = match order.status {
        OrderStatus::Resting => format!("Your order waits: {}.", in_words(order)),
        OrderStatus::Filled => {
            let price = order.fill.map(|fill| format::exact_price(fill.price));
            format!("Filled at {}.", price.unwrap_or_default())
        }
        OrderStatus::Rejected => "It could not be filled.".to_owned(),
        OrderStatus::Cancelled => "It is cancelled.".to_owned(),
        OrderStatus::Expired => "It ended before its price came.".to_owned(),
    };
    view! { <p class="alert alert-calm" role="status" data-testid="order-outcome">{words}</p> }
}

#[component]
fn List(open: Vec<OrderView>) -> impl IntoView {
    if open.is_empty() {
        return view! {
            <EmptyState icon=IconName::Clock title="No order is waiting" text="Open an instrument and press “Wait for a price” to buy when it is cheaper, or to sell before a loss grows.">
                <a class="button button-primary" href="/market">"Go to the market"</a>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <ul class="card card-flush open-orders" role="list" data-testid="open-orders">
            {open.into_iter().map(|order| view! { <Waiting order/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Waiting(order: OrderView) -> impl IntoView {
    let words = in_words(&order);
    let set_aside = order.reserved.map(|reserve| {
        if reserve.quantity.is_zero() {
            format::money(reserve.cash)
        } else {
            format::shares(reserve.quantity)
        }
    });
    let until = match order.expires_at {
        Some(at) => format!("until {}", format::date_time(at)),
        None => "until you cancel it".to_owned(),
    };
    let label = format!("Cancel: {words}");
    view! {
        <li class="open-order">
            <div>
                <p><a href=format!("/instruments/{}", order.symbol)>{words}</a></p>
                <p class="soft">{set_aside.unwrap_or_default()}" set aside, "{until}</p>
            </div>
            <form action="/forms/cancel-order" method="post">
                <input type="hidden" name="key" value=order.idempotency_key.to_string()/>
                <button class="button button-quiet button-small" aria-label=label>"Cancel"</button>
            </form>
        </li>
    }
}
