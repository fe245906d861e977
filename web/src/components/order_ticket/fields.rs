//! The fields of the ticket. A plain server-rendered form, which the page takes over.

use domain::Side;
use leptos::html;
use leptos::prelude::*;

use super::kind::{KindChoice, TriggerFields};
use super::optional::{ReasonField, Tolerance};
use super::preview::{ChangedNotice, Preview};
use super::state::Ticket;
use super::submit::SubmitBar;
use super::which::WhichShares;
use crate::components::{Icon, IconName};
use crate::language::Texts;
use crate::ticket::{Field, Part, Problem, Unit, preset};
use crate::{format, paths};

/// The form, from side to button.
#[component]
pub(super) fn TicketForm(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let waiting = move || ticket.attempt.with(|attempt| attempt.is_open());
    let expected = move || ticket.quote.get().map(|quote| quote.price.to_string());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ticket.submit();
    };
    view! {
        <form class="ticket-form" action="/forms/order" method="post" autocomplete="off" novalidate on:submit=submit>
            <input type="hidden" name="game" value=ticket.game.slug().to_string()/>
            <input type="hidden" name="symbol" value=ticket.symbol.to_string()/>
            <input type="hidden" name="idempotency_key" value=move || ticket.key.get().to_string()/>
            <input type="hidden" name="expected" value=expected/>
            <fieldset class="ticket-fields" disabled=waiting>
                <legend class="visually-hidden">{texts.ticket_your_order()}</legend>
                <SideChoice ticket/>
                <KindChoice ticket/>
                <Balance ticket/>
                <SizeField ticket/>
                <Presets ticket/>
                <TriggerFields ticket/>
                <WhichShares ticket/>
            </fieldset>
            <ChangedNotice ticket/>
            <Preview ticket/>
            <SubmitBar ticket/>
            <fieldset class="ticket-fields" disabled=waiting>
                <legend class="visually-hidden">{texts.ticket_if_you_like()}</legend>
                <ReasonField ticket/>
                <Tolerance ticket/>
            </fieldset>
            <p class="ticket-safe soft"><Icon name=IconName::Check/>{texts.ticket_play_money()}</p>
        </form>
    }
}

/// One choice of a row of choices: a radio button that looks like a segment.
#[component]
pub(super) fn Choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    #[prop(into)] chosen: Signal<bool>,
    #[prop(into)] choose: Callback<()>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // A choice made before hydration counts; from then on the page controls it.
    Effect::new(move |before: Option<()>| {
        let (Some(input), chosen) = (input.get(), chosen.get()) else {
            return;
        };
        if before.is_none() && input.checked() && !chosen {
            choose.run(());
        } else if before.is_some() && chosen {
            input.set_checked(true);
        }
    });
    view! {
        <label class="segment" data-value=value>
            <input
                type="radio"
                name=name
                value=value
                checked=chosen.get_untracked()
                node_ref=input
                on:change=move |_| choose.run(())
            />
            <span>{label}</span>
        </label>
    }
}

#[component]
fn SideChoice(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let choose = move |side: Side| move |()| ticket.entry.update(|entry| entry.side = side);
    view! {
        <div class="segments segments-wide side-choice" role="radiogroup" aria-label=texts.ticket_side()>
            <Choice name="side" value="buy" label=texts.ticket_buy() chosen=Signal::derive(move || ticket.side() == Side::Buy) choose=choose(Side::Buy)/>
            <Choice name="side" value="sell" label=texts.ticket_sell() chosen=Signal::derive(move || ticket.side() == Side::Sell) choose=choose(Side::Sell)/>
        </div>
    }
}

/// What there is to spend or to sell, and how much of it waiting orders have set aside.
#[component]
fn Balance(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let confirming = move || ticket.attempt.with(|attempt| attempt.is_sending());
    let balance = move || {
        ticket.shown.with(|shown| match ticket.side() {
            Side::Buy => (
                texts.ticket_cash(),
                format::money(shown.account.free_cash()),
                (!shown.account.reserved_cash.is_zero())
                    .then(|| format::money(shown.account.reserved_cash)),
            ),
            Side::Sell => (
                texts.ticket_shares_to_sell(),
                format::quantity(shown.position.free_quantity()),
                (!shown.position.reserved_quantity.is_zero())
                    .then(|| format::shares(shown.position.reserved_quantity)),
            ),
        })
    };
    let set_aside = move || {
        balance().2.map(|amount| {
            view! {
                <a class="ticket-set-aside" href=paths::orders(ticket.game)>
                    {texts.ticket_and()}" "<span data-testid="ticket-set-aside">{amount}</span>" "{texts.ticket_aside()}
                </a>
            }
        })
    };
    view! {
        <p class="ticket-balance">
            <span class="soft">{move || balance().0}</span>
            <strong class="figure" data-testid="ticket-balance">{move || balance().1}</strong>
            {move || confirming().then(|| view! { <span class="confirming">{texts.ticket_confirming()}</span> })}
            {set_aside}
        </p>
    }
}

#[component]
fn SizeField(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let unit = move || ticket.entry.with(|entry| entry.unit);
    let choose = move |unit: Unit| move |()| ticket.entry.update(|entry| entry.unit = unit);
    let problem = Memo::new(move |_| match ticket.prepared.get() {
        Ok(_) => None,
        Err(problem) if problem.field() != Field::Size => None,
        Err(Problem::Blank) => ticket
            .insisted
            .get()
            .then(|| texts.ticket_say_how_much().to_owned()),
        Err(problem) => problem.message(),
    });
    let field = ticket.size_field;
    Effect::new(move |before: Option<()>| {
        let Some(field) = field.get() else { return };
        let (typed, size) = (field.value(), ticket.entry.with(|entry| entry.size.clone()));
        if typed != size {
            // Text typed before hydration counts; from then on the page controls it.
            if before.is_none() {
                ticket.entry.update(|entry| entry.size = typed);
            } else {
                field.set_value(&size);
            }
        }
    });
    let typed = move |event: leptos::ev::Event| {
        ticket.insisted.set(false);
        ticket
            .entry
            .update(|entry| entry.size = event_target_value(&event));
    };
    view! {
        <div class="ticket-size">
            <div class="ticket-size-head">
                <label for="ticket-size">{texts.ticket_how_much()}</label>
                <div class="segments" role="radiogroup" aria-label=texts.ticket_count_in()>
                    <Choice name="unit" value="quantity" label=texts.ticket_shares() chosen=Signal::derive(move || unit() == Unit::Quantity) choose=choose(Unit::Quantity)/>
                    <Choice name="unit" value="amount" label=texts.ticket_amount() chosen=Signal::derive(move || unit() == Unit::Amount) choose=choose(Unit::Amount)/>
                </div>
            </div>
            <div class="ticket-size-input" data-unit=move || unit().as_str()>
                <input
                    id="ticket-size"
                    name="size"
                    type="text"
                    inputmode="decimal"
                    required
                    maxlength="24"
                    placeholder=move || if unit() == Unit::Quantity { "0" } else { "0.00" }
                    value=ticket.entry.with_untracked(|entry| entry.size.clone())
                    node_ref=field
                    autofocus=problem.get_untracked().is_some()
                    aria-describedby="ticket-size-error"
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    data-testid="ticket-size"
                    on:input=typed
                />
            </div>
            <p class="field-error" id="ticket-size-error" data-testid="ticket-problem">{move || problem.get()}</p>
        </div>
    }
}

#[component]
fn Presets(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let entered = move |part: Part| {
        ticket
            .known
            .with(|known| preset(part, ticket.side(), known))
    };
    let button = move |part: Part| {
        let enter = move |_| {
            if let Some((unit, size)) = entered(part) {
                ticket
                    .entry
                    .update(|entry| (entry.unit, entry.size) = (unit, size));
            }
        };
        let whole = move || {
            if ticket.side() == Side::Buy {
                texts.ticket_of_my_cash()
            } else {
                texts.ticket_of_my_shares()
            }
        };
        view! {
            <button type="button" class="pill" disabled=move || entered(part).is_none() on:click=enter>
                {part.label()}<span class="visually-hidden">" "{whole}</span>
            </button>
        }
    };
    view! {
        <div class="presets needs-script" role="group" aria-label=texts.ticket_quick()>{Part::EACH.map(button)}</div>
        <Risk ticket/>
    }
}

/// A warning about putting nearly all cash into one instrument.
#[component]
fn Risk(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let nearly_all = Memo::new(move |_| {
        let spends = ticket.prepared.get().ok().map(|prepared| prepared.spends());
        let free = ticket.known.with(|known| known.account.free_cash());
        spends.is_some_and(|spends| spends.is_positive() && spends.units() / 9 >= free.units() / 10)
    });
    view! {
        <p class="hint" role="status" data-testid="ticket-risk">
            {move || nearly_all.get().then(|| texts.ticket_risk(ticket.name()))}
        </p>
    }
}
