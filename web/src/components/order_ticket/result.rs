//! What became of an order: a receipt, or what went wrong and how to go on.

use std::time::Duration;

use domain::api::OrderView;
use domain::{Fill, Side};
use leptos::html;
use leptos::prelude::*;

use super::preview::{XpEarned, sentence};
use super::state::Ticket;
use crate::components::{Icon, IconName};
use crate::format;
use crate::ticket::Attempt;
use crate::typing_pause::TypingPause;

/// The result of the latest order. The keyboard goes here when it arrives.
#[component]
pub(super) fn ResultPanel(ticket: Ticket) -> impl IntoView {
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<bool>| {
        let over = ticket
            .attempt
            .with(|attempt| !matches!(attempt, Attempt::Editing | Attempt::Sending { .. }));
        if before == Some(false) && over {
            request_animation_frame(move || {
                if let Some(panel) = panel.get_untracked() {
                    _ = panel.focus();
                }
            });
        }
        over
    });
    let content = move || match ticket.attempt.get() {
        Attempt::Editing | Attempt::Sending { .. } => ().into_any(),
        Attempt::Filled(order) => view! { <Receipt ticket order=*order/> }.into_any(),
        Attempt::Moved { message } => view! { <Moved ticket message/> }.into_any(),
        Attempt::Unanswered { message, .. } => view! { <Unanswered ticket message/> }.into_any(),
        Attempt::Refused {
            message,
            logged_out,
        } => view! { <Refused ticket message logged_out/> }.into_any(),
    };
    view! { <div class="ticket-result" tabindex="-1" node_ref=panel>{content}</div> }
}

#[component]
fn Receipt(ticket: Ticket, order: OrderView) -> impl IntoView {
    let Some(fill) = order.fill else {
        return ().into_any();
    };
    let xp_after = order.xp_after.unwrap_or(fill.xp);
    let fee = if fill.fee.is_zero() {
        "none".to_owned()
    } else {
        format::exact_money(fill.fee)
    };
    let total = format::exact_money(if fill.side == Side::Buy {
        fill.cash_change.negated()
    } else {
        fill.cash_change
    });
    let total_label = if fill.side == Side::Buy {
        "You paid"
    } else {
        "You got"
    };
    let profit = (fill.side == Side::Sell).then(|| {
        fact(
            "Profit of this sale",
            "profit",
            format::signed_money(fill.realized_profit),
        )
    });
    view! {
        <div class="receipt" data-testid="receipt">
            <p class="receipt-title">
                <span class="receipt-check"><Icon name=IconName::Check/></span>
                {done(&fill, &ticket.name())}
            </p>
            <dl class="sums">
                {fact("Price of one", "price", format::exact_price(fill.price))}
                {fact("Fee", "fee", fee)}
                {fact(total_label, "total", total)}
                {profit}
                {order.cash_after.map(|cash| fact("Cash now", "cash", format::money(cash)))}
                {order.position_after.map(|position| fact("You hold now", "shares", format::shares(position.quantity)))}
            </dl>
            <XpEarned before=xp_after.saturating_sub(fill.xp) after=xp_after/>
            <div class="actions">
                <a class="button button-primary" href="/portfolio">"My portfolio"</a>
                <a
                    class="button button-quiet"
                    href=format!("/instruments/{}", ticket.symbol)
                    data-testid="trade-again"
                    on:click=move |event| {
                        event.prevent_default();
                        ticket.edit();
                    }
                >
                    "Trade again"
                </a>
            </div>
        </div>
    }
    .into_any()
}

fn fact(label: &'static str, name: &'static str, value: String) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd class="figure" data-testid=format!("receipt-{name}")>{value}</dd>
        </div>
    }
}

fn done(fill: &Fill, name: &str) -> String {
    let verb = if fill.side == Side::Buy {
        "bought"
    } else {
        "sold"
    };
    format!("You {verb} {} of {name}", format::shares(fill.quantity))
}

/// The new price, at one press.
#[component]
fn Moved(ticket: Ticket, message: String) -> impl IntoView {
    let label = move || {
        let verb = if ticket.side() == Side::Buy {
            "Buy"
        } else {
            "Sell"
        };
        match ticket.quote.get() {
            Some(quote) => format!("{verb} at {} instead", format::price(quote.price)),
            None => format!("{verb} anyway"),
        }
    };
    view! {
        <div class="alert alert-calm" data-testid="price-moved">
            <Icon name=IconName::Refresh/>
            <div>
                <p><strong>"The price was faster."</strong>" "{message}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| ticket.submit()>{label}</button>
                    <button type="button" class="button button-quiet" on:click=move |_| ticket.edit()>"Leave it"</button>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Unanswered(ticket: Ticket, message: String) -> impl IntoView {
    view! {
        <div class="alert" data-testid="order-unanswered">
            <Icon name=IconName::Alert/>
            <div>
                <p><strong>"No answer came back."</strong>" "{message}</p>
                <p>"Trying again is safe: the order has a name of its own, and the server never does it twice."</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| ticket.send_again()>"Try again"</button>
                    <button type="button" class="button button-quiet" on:click=move |_| ticket.look_up()>
                        "See what became of it"
                    </button>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Refused(ticket: Ticket, message: String, logged_out: bool) -> impl IntoView {
    let login = format!("/login?next=/instruments/{}", ticket.symbol);
    view! {
        <div class="alert" data-testid="order-refused">
            <Icon name=IconName::Alert/>
            <div>
                <p><strong>"Nothing was traded."</strong>" "{message}</p>
                {logged_out.then(|| view! { <div class="actions"><a class="button" href=login>"Log in again"</a></div> })}
            </div>
        </div>
    }
}

/// Says for screen readers what has just happened. Prices that merely move are not said.
#[component]
pub(super) fn Announcer(ticket: Ticket) -> impl IntoView {
    let words = move || {
        ticket.attempt.with(|attempt| match attempt {
            Attempt::Editing => String::new(),
            Attempt::Sending { .. } => "Your order is on its way.".to_owned(),
            Attempt::Filled(order) => order.fill.as_ref().map_or_else(String::new, |fill| {
                format!(
                    "Done. {}. {} earned.",
                    done(fill, &ticket.name()),
                    format::xp(fill.xp)
                )
            }),
            Attempt::Moved { .. } => "The price moved. Nothing was traded.".to_owned(),
            Attempt::Unanswered { .. } => "No answer came back.".to_owned(),
            Attempt::Refused { .. } => "Nothing was traded.".to_owned(),
        })
    };
    // What the fields come to is said once the typing has paused, not on every keystroke.
    let spoken = RwSignal::new(String::new());
    let pause = TypingPause::new(Duration::from_millis(900));
    let speak = move || {
        let words = ticket
            .prepared
            .try_get_untracked()
            .map(|prepared| match prepared {
                Ok(prepared) => sentence(&prepared.execution),
                Err(problem) => problem.message().unwrap_or_default(),
            });
        _ = spoken.try_set(words.unwrap_or_default());
    };
    Effect::new(move |before: Option<()>| {
        ticket.entry.track();
        if before.is_some() {
            pause.then(speak);
        }
    });
    view! {
        <p class="visually-hidden" role="status" data-testid="order-status">{words}</p>
        <p class="visually-hidden" role="status">{move || spoken.get()}</p>
    }
}
