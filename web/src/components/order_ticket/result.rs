//! The result of an order: a receipt, or what went wrong and how to continue.

use std::time::Duration;

use domain::api::{OrderView, QuestDone, TicketView};
use domain::{Fill, Money, Side};
use leptos::html;
use leptos::prelude::*;

use super::preview::{XpEarned, sentence};
use super::state::Ticket;
use crate::components::{Icon, IconName, Unlocked, unlocked_words};
use crate::language::Texts;
use crate::ticket::{Attempt, Receipt, exchanging};
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
    let texts = Texts::get();
    let Receipt { order, surprises } = receipt;
    let Some(fill) = order.fill else {
        return ().into_any();
    };
    let xp_after = order.xp_after.unwrap_or(fill.xp);
    let extra = order.extra_xp();
    let earned = fill.xp.saturating_add(extra);
    let fee = (!fill.fee.is_zero()).then(|| cash_fact(texts.ticket_fee(), "fee", fill.fee));
    let conversion = fill.conversion.map(|conversion| {
        fact(
            exchanging(conversion),
            "conversion",
            format::money(conversion.cost),
        )
    });
    let moved = fill.cash_change_in_all();
    let total = match fill.side {
        Side::Buy => cash_fact(texts.ticket_you_paid(), "total", moved.negated()),
        Side::Sell => cash_fact(texts.ticket_you_got(), "total", moved),
    };
    let profit = (fill.side == Side::Sell).then(|| {
        fact(
            texts.ticket_sale_profit(),
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
                <dt>{texts.ticket_cash_now()}</dt>
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
                    <dt>{texts.ticket_per_share()}</dt>
                    <dd class="figure" title=format::exact_price(fill.price) data-testid="receipt-price">{format::price(fill.price)}</dd>
                </div>
                {fee}
                {conversion}
                {total}
                {profit}
                {cash}
                {order.position_after.map(|position| fact(texts.ticket_hold_now(), "shares", format::shares(position.quantity)))}
            </dl>
            {earns.then(|| view! {
                <XpEarned before=xp_after.saturating_sub(earned) after=xp_after levels extra/>
            })}
            <Unlocked unlocked=order.unlocked/>
            {order.quest.map(|quest| view! { <p class="quest-paid" data-testid="quest-done">{quest_words(&quest)}</p> })}
            <div class="actions">
                <a class="button button-primary" href=paths::portfolio(ticket.game)>{texts.ticket_portfolio()}</a>
                <Again ticket/>
            </div>
        </div>
    }
    .into_any()
}

/// A waiting order: still open, so on a dashed card.
#[component]
fn Waiting(ticket: Ticket, order: OrderView) -> impl IntoView {
    let texts = Texts::get();
    let kept = order.reserved.map(|reserve| set_aside(&reserve));
    view! {
        <div class="receipt waiting-slip" data-testid="order-waits">
            <p class="receipt-title"><Icon name=IconName::Clock/>{texts.ticket_waiting()}</p>
            <p>{in_words(&order)}"."</p>
            {kept.map(|kept| view! { <p class="soft">{texts.ticket_kept(kept)}</p> })}
            <div class="actions">
                <a class="button button-primary" href=paths::orders(ticket.game)>{texts.ticket_orders()}</a>
                <Again ticket/>
            </div>
        </div>
    }
}

/// Back to the fields.
#[component]
fn Again(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
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
            {texts.ticket_again()}
        </a>
    }
}

fn fact(label: impl Into<String>, name: &'static str, value: String) -> impl IntoView {
    let label = label.into();
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
    let texts = Texts::get();
    let shares = format::shares(fill.quantity);
    match fill.side {
        Side::Buy => texts.ticket_bought(shares, name),
        Side::Sell => texts.ticket_sold(shares, name),
    }
}

fn quest_words(quest: &QuestDone) -> String {
    let texts = Texts::get();
    texts.ticket_quest(&quest.name, format::xp(quest.xp))
}

/// Accepts the new price with one press.
#[component]
fn Moved(ticket: Ticket, message: String) -> impl IntoView {
    let texts = Texts::get();
    let label = move || {
        let price = ticket.quote.get().map(|quote| format::price(quote.price));
        match (ticket.side(), price) {
            (Side::Buy, Some(price)) => texts.ticket_buy_instead(price),
            (Side::Sell, Some(price)) => texts.ticket_sell_instead(price),
            (Side::Buy, None) => texts.ticket_buy_anyway().to_owned(),
            (Side::Sell, None) => texts.ticket_sell_anyway().to_owned(),
        }
    };
    view! {
        <div class="alert alert-calm" data-testid="price-moved">
            <Icon name=IconName::Refresh/>
            <div>
                <p><strong>{texts.ticket_faster()}</strong>" "{message}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| ticket.submit()>{label}</button>
                    <button type="button" class="button button-quiet" on:click=move |_| ticket.edit()>{texts.ticket_leave_it()}</button>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Unanswered(ticket: Ticket, message: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <div class="alert" data-testid="order-unanswered">
            <Icon name=IconName::Alert/>
            <div>
                <p><strong>{texts.ticket_no_answer()}</strong>" "{message}</p>
                <p>{texts.ticket_safe()}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| ticket.send_again()>{texts.ticket_try_again()}</button>
                    <button type="button" class="button button-quiet" on:click=move |_| ticket.look_up()>
                        {texts.ticket_look_up()}
                    </button>
                </div>
            </div>
        </div>
    }
}

#[component]
fn NeverArrived() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <div class="alert alert-calm" data-testid="order-never-arrived">
            <Icon name=IconName::Alert/>
            <p><strong>{texts.ticket_never_arrived()}</strong>" "{texts.ticket_still_there()}</p>
        </div>
    }
}

#[component]
fn Refused(ticket: Ticket, message: String, logged_out: bool) -> impl IntoView {
    let texts = Texts::get();
    let login = address::and_then("/login", &paths::instrument(ticket.game, ticket.symbol));
    view! {
        <div class="alert" data-testid="order-refused">
            <Icon name=IconName::Alert/>
            <div>
                <p><strong>{texts.ticket_nothing_traded()}</strong>" "{message}</p>
                {logged_out.then(|| view! { <div class="actions"><a class="button" href=login>{texts.ticket_log_in_again()}</a></div> })}
            </div>
        </div>
    }
}

/// Announces to screen readers what has just happened. Mere price moves are not announced.
#[component]
pub(super) fn Announcer(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let words = move || {
        ticket.attempt.with(|attempt| match attempt {
            Attempt::Editing => String::new(),
            Attempt::Sending { .. } => texts.ticket_on_its_way().to_owned(),
            Attempt::Filled(receipt) => {
                let order = &receipt.order;
                order.fill.as_ref().map_or_else(String::new, |fill| {
                    let earned = fill.xp.saturating_add(order.extra_xp());
                    let unlocked = order.unlocked.iter();
                    let unlocked = unlocked.map(|unlock| format!(" {}.", unlocked_words(unlock)));
                    let surprises = receipt.surprises.iter().map(|text| format!(" {text}"));
                    texts.ticket_done(
                        done(fill, &ticket.name()),
                        surprises.collect::<String>(),
                        format::xp(earned),
                        unlocked.collect::<String>(),
                    )
                })
            }
            Attempt::Waiting(order) => texts.ticket_done_waiting(in_words(order)),
            Attempt::NeverArrived => texts.ticket_never_arrived().to_owned(),
            Attempt::Moved { .. } => texts.ticket_moved().to_owned(),
            Attempt::Unanswered { .. } => texts.ticket_no_answer().to_owned(),
            Attempt::Refused { .. } => texts.ticket_nothing_traded().to_owned(),
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
