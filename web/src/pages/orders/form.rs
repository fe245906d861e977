//! The form of an order that waits: a plain one of the server's. The page adds what would be set
//! aside, on every keystroke.

use domain::Day;
use leptos::html;
use leptos::prelude::*;

use super::OpenForm;
use crate::format::price;
use crate::live::Live;
use crate::submission::{form_field, value_in_address};
use crate::waiting_order::{Fields, lines, preview};

/// Days after which an order may end.
const ENDS_AFTER_DAYS: [(i32, &str); 3] =
    [(1, "End of today (UTC)"), (7, "A week"), (30, "30 days")];

/// The form, from side to button.
#[component]
pub(super) fn WaitingOrderForm(form: OpenForm) -> impl IntoView {
    let OpenForm {
        symbol,
        ticket,
        key,
    } = form;
    let element = NodeRef::<html::Form>::new();
    let typed = RwSignal::new(in_address());
    let read = move || {
        if let Some(fields) = fields_of(element) {
            typed.set(fields);
        }
    };
    // What was typed before the page took over counts.
    Effect::new(move |_| {
        if element.get().is_some() {
            read();
        }
    });
    let live = Live::get();
    let quote = live.newest(symbol, ticket.quote);
    let today = ticket.now.day();
    let shown = Memo::new(move |_| {
        let now = live
            .now()
            .get()
            .map_or(ticket.now, |now| now.max(ticket.now));
        typed.with(|typed| preview(typed, symbol, &ticket, quote.get().as_ref(), now))
    });
    let now_costs = move || {
        quote
            .get()
            .map_or_else(|| "—".to_owned(), |quote| price(quote.price))
    };
    let first = in_address();
    view! {
        <section class="card waiting-order" aria-labelledby="waiting-order-title">
            <h2 id="waiting-order-title">{format!("Wait for a price of {symbol}")}</h2>
            <p class="soft">"It costs "<strong class="figure" data-testid="price-now">{now_costs}</strong>" now."</p>
            <form class="form" action="/forms/order" method="post" autocomplete="off" node_ref=element on:input=move |_| read()>
                <input type="hidden" name="symbol" value=symbol.to_string()/>
                <input type="hidden" name="idempotency_key" value=key.to_string()/>
                <Choices name="side" label="Buy or sell" first=first.side.clone() choices=[("buy", "Buy"), ("sell", "Sell")]/>
                <Choices name="trigger" label="What to wait for" first=first.trigger.clone() choices=[("limit", "A better price"), ("stop", "A worse price")]/>
                <Number name="trigger_price" label="At this price" first=first.trigger_price.clone()/>
                <Number name="size" label="How much" first=first.size.clone()/>
                <Choices name="unit" label="Count in" first=first.unit.clone() choices=[("quantity", "Shares"), ("amount", "Dollars")]/>
                <Ends today first=first.expires_at.clone()/>
                <div class="field">
                    <label for="waiting-reason">"Why? (optional)"</label>
                    <textarea id="waiting-reason" class="input" name="reason" rows="2" maxlength="500">{first.reason}</textarea>
                </div>
                <div class="preview" data-testid="reserve-preview" aria-live="polite">
                    {move || match shown.get() {
                        Ok(None) => view! { <p class="soft">"Say how much and at which price, and see here what is set aside."</p> }.into_any(),
                        Ok(Some(placement)) => sums(lines(&placement)).into_any(),
                        Err(problem) => view! { <p class="field-error" data-testid="reserve-problem">{problem}</p> }.into_any(),
                    }}
                </div>
                <button class="button button-primary" data-testid="place-waiting">"Place the order"</button>
            </form>
        </section>
    }
}

fn sums(lines: Vec<(&'static str, String)>) -> impl IntoView {
    let line = |(label, value): (&'static str, String)| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd class="figure">{value}</dd>
            </div>
        }
    };
    view! { <dl class="sums">{lines.into_iter().map(line).collect_view()}</dl> }
}

/// A row of choices, of which the first is chosen where none was.
#[component]
fn Choices(
    name: &'static str,
    label: &'static str,
    first: String,
    choices: [(&'static str, &'static str); 2],
) -> impl IntoView {
    let known = choices.iter().any(|(value, _)| *value == first);
    let choice = move |place: usize, value: &'static str, text: &'static str| {
        let checked = if known { value == first } else { place == 0 };
        view! {
            <label class="segment" data-value=value>
                <input type="radio" name=name value=value checked=checked/>
                <span>{text}</span>
            </label>
        }
    };
    let choices = choices.into_iter().enumerate();
    view! {
        <div class="segments segments-wide" role="radiogroup" aria-label=label>
            {choices.map(|(place, (value, text))| choice(place, value, text)).collect_view()}
        </div>
    }
}

#[component]
fn Number(name: &'static str, label: &'static str, first: String) -> impl IntoView {
    let id = format!("waiting-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name type="text" inputmode="decimal" required maxlength="24" value=first data-testid=format!("waiting-{name}")/>
        </div>
    }
}

/// How long the order waits.
#[component]
fn Ends(today: Day, first: String) -> impl IntoView {
    let option = |(days, label): (i32, &'static str)| {
        let at = today.plus_days(days).start().to_string();
        let selected = at == first;
        view! { <option value=at selected=selected>{label}</option> }
    };
    view! {
        <div class="field">
            <label for="waiting-ends">"How long"</label>
            <select id="waiting-ends" class="input" name="expires_at">
                <option value="">"Until I cancel it"</option>
                {ENDS_AFTER_DAYS.map(option)}
            </select>
        </div>
    }
}

/// What the address enters: a form that was sent and came back.
fn in_address() -> Fields {
    Fields {
        side: value_in_address("side"),
        unit: value_in_address("unit"),
        size: value_in_address("size"),
        trigger: value_in_address("trigger"),
        trigger_price: value_in_address("trigger_price"),
        expires_at: value_in_address("expires_at"),
        reason: value_in_address("reason"),
    }
}

/// What stands in the form; none while it is not there.
fn fields_of(form: NodeRef<html::Form>) -> Option<Fields> {
    Some(Fields {
        side: form_field(form, "side")?,
        unit: form_field(form, "unit")?,
        size: form_field(form, "size")?,
        trigger: form_field(form, "trigger")?,
        trigger_price: form_field(form, "trigger_price")?,
        expires_at: form_field(form, "expires_at")?,
        reason: form_field(form, "reason")?,
    })
}
