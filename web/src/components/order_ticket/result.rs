//! The result of an order: a receipt, or what went wrong and how to continue.

use std::time::Duration;

use domain::api::{OrderView, QuestDone, TicketView};
use domain::{Fill, Money, Side};
use leptos::html;
use leptos::prelude::*;

use super::preview::{XpEarned, sentence};
use super::state::Ticket;
use crate::components::{Icon, IconName, Unlocked, unlocked_words};
use crate::ticket::{Attempt, Receipt};
use crate::typing_pause::TypingPause;
use crate::waiting_order::{in_words, set_aside};
use crate::{address, format, paths};

/// The result of the latest order. Takes the focus when it arrives.
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
        Attempt::Filled(receipt) => view! { <Filled ticket receipt=*receipt/> }.into_any(),
        Attempt::Waiting(order) => view! { <Waiting ticket order=*order/> }.into_any(),
        Attempt::NeverArrived => view! { <NeverArrived/> }.into_any(),
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
fn Filled(ticket: Ticket, receipt: Receipt) -> impl IntoView {
    let Receipt { order, surprises } = receipt;
    let Some(fill) = order.fill else {
        return ().into_any();
    };
    let xp_after = order.xp_after.unwrap_or(fill.xp);
    let extra = order.extra_xp();
    let earned = fill.xp.saturating_add(extra);
    let fee = (!fill.fee.is_zero()).then(|| cash_fact("Fee, included", "fee", fill.fee));
    let total = match fill.side {
        Side::Buy => cash_fact("You paid", "total", fill.cash_change.negated()),
        Side::Sell => cash_fact("You got", "total", fill.cash_change),
    };
    let profit = (fill.side == Side::Sell).then(|| {
        fact(
            "Profit on this sale",
            "profit",
            format::signed_money(fill.realized_profit),
        )
    });
    // Cash set aside for waiting orders cannot be spent.
    let free = move |cash: Money| {
        let reserved = ticket.known.with(|known| known.account.reserved_cash);
        format::money(cash.checked_sub(reserved).unwrap_or(cash))
    };
    let cash = order.cash_after.map(|cash| {
        view! {
            <div>
                <dt>"Cash now"</dt>
                <dd class="figure" data-testid="receipt-cash">{move || free(cash)}</dd>
            </div>
        }
    });
    let surprises = (!surprises.is_empty()).then(|| {
        let said = surprises.into_iter().map(|text| view! { <p>{text}</p> });
        view! {
            <div class="alert alert-calm" data-testid="receipt-surprise">
                <Icon name=IconName::Alert/>
                <div>{said.collect_view()}</div>
            </div>
        }
    });
    let rules = |known: &TicketView| (known.xp_rules.levels, known.xp_rules.rewards_trades());
    let (levels, earns) = ticket.known.with_untracked(rules);
    view! {
        <div class="receipt" data-testid="receipt">
            <p class="receipt-title">
                <span class="receipt-check"><Icon name=IconName::Check/></span>
                {done(&fill, &ticket.name())}
            </p>
            {surprises}
            <dl class="sums">
                <div>
                    <dt>"Price per share"</dt>
                    <dd class="figure" title=format::exact_price(fill.price) data-testid="receipt-price">{format::price(fill.price)}</dd>
                </div>
                {fee}
                {total}
                {profit}
                {cash}
                {order.position_after.map(|position| fact("You hold now", "shares", format::shares(position.quantity)))}
            </dl>
            {earns.then(|| view! {
                <XpEarned before=xp_after.saturating_sub(earned) after=xp_after levels extra/>
            })}
            <Unlocked unlocked=order.unlocked/>
            {order.quest.map(|quest| view! { <p class="quest-paid" data-testid="quest-done">{quest_words(&quest)}</p> })}
            <div class="actions">
                <a class="button button-primary" href=paths::portfolio(ticket.game)>"My portfolio"</a>
                <Again ticket/>
            </div>
        </div>
    }
    .into_any()
}

/// A waiting order: still open, so on a dashed card.
#[component]
fn Waiting(ticket: Ticket, order: OrderView) -> impl IntoView {
    let kept = order.reserved.map(|reserve| set_aside(&reserve));
    view! {
        <div class="receipt waiting-slip" data-testid="order-waits">
            <p class="receipt-title"><Icon name=IconName::Clock/>"Your order is waiting"</p>
            <p>{in_words(&order)}"."</p>
            {kept.map(|kept| view! { <p class="soft">{format!("{kept} set aside until then. It stays yours: cancel the order and it is free again.")}</p> })}
            <div class="actions">
                <a class="button button-primary" href=paths::orders(ticket.game)>"Waiting orders"</a>
                <Again ticket/>
            </div>
        </div>
    }
}

/// Back to the fields.
#[component]
fn Again(ticket: Ticket) -> impl IntoView {
    view! {
        <a
            class="button button-quiet"
            href=paths::instrument(ticket.game, ticket.symbol)
            data-testid="trade-again"
            on:click=move |event| {
                event.prevent_default();
                ticket.edit();
            }
        >
            "Trade again"
        </a>
    }
}

fn fact(label: &'static str, name: &'static str, value: String) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd class="figure" data-testid=format!("receipt-{name}")>{value}</dd>
        </div>
    }
}

/// Money in whole cents, with full precision on hover.
fn cash_fact(label: &'static str, name: &'static str, amount: Money) -> impl IntoView {
    let exact = format::exact_money(amount);
    view! {
        <div>
            <dt>{label}</dt>
            <dd class="figure" title=exact data-testid=format!("receipt-{name}")>{format::money(amount)}</dd>
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

fn quest_words(quest: &QuestDone) -> String {
    format!(
        "Today\u{2019}s quest is done: {}, +{}",
        quest.name,
        format::xp(quest.xp)
    )
}

/// Accepts the new price with one press.
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
                        "See what happened to it"
                    </button>
                </div>
            </div>
        </div>
    }
}

#[component]
fn NeverArrived() -> impl IntoView {
    view! {
        <div class="alert alert-calm" data-testid="order-never-arrived">
            <Icon name=IconName::Alert/>
            <p><strong>"It never arrived; nothing was traded."</strong>" Your order is still in the fields below: send it when you like."</p>
        </div>
    }
}

#[component]
fn Refused(ticket: Ticket, message: String, logged_out: bool) -> impl IntoView {
    let login = address::and_then("/login", &paths::instrument(ticket.game, ticket.symbol));
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

/// Announces to screen readers what has just happened. Mere price moves are not announced.
#[component]
pub(super) fn Announcer(ticket: Ticket) -> impl IntoView {
    let words = move || {
        ticket.attempt.with(|attempt| match attempt {
            Attempt::Editing => String::new(),
            Attempt::Sending { .. } => "Your order is on its way.".to_owned(),
            Attempt::Filled(receipt) => {
                let order = &receipt.order;
                order.fill.as_ref().map_or_else(String::new, |fill| {
                    let earned = fill.xp.saturating_add(order.extra_xp());
                    let unlocked = order.unlocked.iter();
                    let unlocked = unlocked.map(|unlock| format!(" {}.", unlocked_words(unlock)));
                    let surprises = receipt.surprises.iter().map(|text| format!(" {text}"));
                    format!(
                        "Done. {}.{} {} earned.{}",
                        done(fill, &ticket.name()),
                        surprises.collect::<String>(),
                        format::xp(earned),
                        unlocked.collect::<String>()
                    )
                })
            }
            Attempt::Waiting(order) => format!("Done. Your order is waiting: {}.", in_words(order)),
            Attempt::NeverArrived => "It never arrived; nothing was traded.".to_owned(),
            Attempt::Moved { .. } => "The price moved. Nothing was traded.".to_owned(),
            Attempt::Unanswered { .. } => "No answer came back.".to_owned(),
            Attempt::Refused { .. } => "Nothing was traded.".to_owned(),
        })
    };
    // The preview is announced when typing pauses, not on every keystroke.
    let spoken = RwSignal::new(String::new());
    let pause = TypingPause::new(Duration::from_millis(900));
    let speak = move || {
        let words = ticket
            .prepared
            .try_get_untracked()
            .map(|prepared| match prepared {
                Ok(prepared) => sentence(&prepared.placement),
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
