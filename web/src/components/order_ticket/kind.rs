//! Now, limit or stop, and what a limit or a stop needs besides. The style sheet shows what belongs
//! to the chosen kind, so that it works without script.

use domain::Side;
use leptos::prelude::*;

use super::fields::Choice;
use super::state::Ticket;
use crate::components::{Explain, Term};
use crate::language::Texts;
use crate::ticket::{Field, Kind, Problem};

/// The expiry choices, in days.
fn ends_after_days(texts: Texts) -> [(i32, &'static str); 3] {
    [
        (1, texts.ticket_end_today()),
        (7, texts.ticket_week()),
        (30, texts.ticket_thirty_days()),
    ]
}

/// The kinds of orders, each explained in one sentence.
#[component]
pub(super) fn KindChoice(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let chosen =
        move |kind: Kind| Signal::derive(move || ticket.entry.with(|entry| entry.kind == kind));
    let choose = move |kind: Kind| move |()| ticket.entry.update(|entry| entry.kind = kind);
    let choice = move |kind: Kind| {
        view! { <Choice name="trigger" value=kind.as_str() label=kind.label() chosen=chosen(kind) choose=choose(kind)/> }
    };
    let taught = move |kind: Kind| {
        view! { <p class="ticket-taught soft" data-kind=kind.as_str()>{move || kind.taught(ticket.side())}</p> }
    };
    view! {
        <div class="ticket-kind">
            <div class="segments segments-wide" role="radiogroup" aria-label=texts.ticket_when()>
                {Kind::EACH.map(choice)}
            </div>
            {Kind::EACH.map(taught)}
        </div>
    }
}

/// The price to wait for, and how long.
#[component]
pub(super) fn TriggerFields(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let problem = Memo::new(move |_| match ticket.prepared.get() {
        Err(Problem::NoPrice) => ticket
            .insisted
            .get()
            .then(|| texts.ticket_say_price().to_owned()),
        Err(problem) if problem.field() == Field::Price => problem.message(),
        _ => None,
    });
    let field = ticket.price_field;
    Effect::new(move |before: Option<()>| {
        let Some(field) = field.get() else { return };
        let (typed, price) = (
            field.value(),
            ticket.entry.with(|entry| entry.trigger_price.clone()),
        );
        if typed != price {
            // Text typed before hydration counts; from then on the page controls it.
            if before.is_none() {
                ticket.entry.update(|entry| entry.trigger_price = typed);
            } else {
                field.set_value(&price);
            }
        }
    });
    let typed = move |event: leptos::ev::Event| {
        ticket.insisted.set(false);
        ticket
            .entry
            .update(|entry| entry.trigger_price = event_target_value(&event));
    };
    let label = move || match ticket.side() {
        Side::Buy => texts.ticket_buy_at(),
        Side::Sell => texts.ticket_sell_at(),
    };
    view! {
        <div class="ticket-trigger">
            <div class="field">
                <label for="ticket-price">{label}</label>
                <input
                    id="ticket-price"
                    name="trigger_price"
                    type="text"
                    inputmode="decimal"
                    maxlength="24"
                    placeholder="0.00"
                    value=ticket.entry.with_untracked(|entry| entry.trigger_price.clone())
                    node_ref=field
                    autofocus=problem.get_untracked().is_some()
                    aria-describedby="ticket-price-error"
                    aria-invalid=move || problem.get().is_some().then_some("true")
                    data-testid="ticket-price"
                    on:input=typed
                />
            </div>
            <Ends ticket/>
            <p class="field-error" id="ticket-price-error" data-testid="ticket-price-problem">{move || problem.get()}</p>
            <p class="ticket-terms">
                <Explain term=Term::Limit place="ticket">{texts.ticket_what_limit()}</Explain>
                <Explain term=Term::Stop place="ticket">{texts.ticket_what_stop()}</Explain>
            </p>
        </div>
    }
}

/// How long the order waits.
#[component]
fn Ends(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let today = ticket.known.with_untracked(|known| known.now.day());
    let first = ticket
        .entry
        .with_untracked(|entry| entry.expires_at.clone());
    let option = |(days, label): (i32, &'static str)| {
        let at = today.plus_days(days).start().to_string();
        let selected = at == first;
        view! { <option value=at selected=selected>{label}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        ticket
            .entry
            .update(|entry| entry.expires_at = event_target_value(&event));
    };
    view! {
        <div class="field">
            <label for="ticket-ends">{texts.ticket_how_long()}</label>
            <select id="ticket-ends" class="input" name="expires_at" on:change=choose>
                <option value="">{texts.ticket_until_cancelled()}</option>
                {ends_after_days(texts).map(option)}
            </select>
        </div>
    }
}
