//! The fields of the ticket. A plain form of the server's, which the page takes over.

use domain::Side;
use leptos::html;
use leptos::prelude::*;

use super::preview::Preview;
use super::state::{Prepared, Ticket};
use crate::components::{Icon, IconName};
use crate::format;
use crate::ticket::{Entry, Part, Problem, TOLERANCES_BPS, Unit, preset, reason_missing};

/// The form, from side to button.
#[component]
pub(super) fn TicketForm(ticket: Ticket) -> impl IntoView {
    let waiting = move || ticket.attempt.with(|attempt| attempt.is_open());
    let expected = move || ticket.quote.get().map(|quote| quote.price.to_string());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        ticket.submit();
    };
    view! {
        <form class="ticket-form" action="/forms/order" method="post" autocomplete="off" novalidate on:submit=submit>
            <input type="hidden" name="symbol" value=ticket.symbol.to_string()/>
            <input type="hidden" name="idempotency_key" value=move || ticket.key.get().to_string()/>
            <input type="hidden" name="expected" value=expected/>
            <fieldset class="ticket-fields" disabled=waiting>
                <legend class="visually-hidden">"Your order"</legend>
                <SideChoice ticket/>
                <Balance ticket/>
                <SizeField ticket/>
                <Presets ticket/>
                <ReasonField ticket/>
                <Tolerance ticket/>
            </fieldset>
            <Preview ticket/>
            <Submit ticket/>
            <p><a href=format!("/orders?symbol={}", ticket.symbol)>"Wait for a price instead"</a></p>
        </form>
    }
}

/// One choice of a row of choices: a radio button that looks like a segment.
#[component]
fn Choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    #[prop(into)] chosen: Signal<bool>,
    #[prop(into)] choose: Callback<()>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // What was chosen before the page took over counts; from then on the page decides.
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
    let choose = move |side: Side| move |()| ticket.entry.update(|entry| entry.side = side);
    view! {
        <div class="segments segments-wide side-choice" role="radiogroup" aria-label="Buy or sell">
            <Choice name="side" value="buy" label="Buy" chosen=Signal::derive(move || ticket.side() == Side::Buy) choose=choose(Side::Buy)/>
            <Choice name="side" value="sell" label="Sell" chosen=Signal::derive(move || ticket.side() == Side::Sell) choose=choose(Side::Sell)/>
        </div>
    }
}

/// What there is to spend, or to sell.
#[component]
fn Balance(ticket: Ticket) -> impl IntoView {
    let confirming = move || ticket.attempt.with(|attempt| attempt.is_sending());
    let words = move || match ticket.side() {
        Side::Buy => (
            "Cash to spend",
            format::money(ticket.shown.with(|shown| shown.account.free_cash())),
        ),
        Side::Sell => (
            "Shares to sell",
            format::quantity(ticket.shown.with(|shown| shown.position.free_quantity())),
        ),
    };
    view! {
        <p class="ticket-balance">
            <span class="soft">{move || words().0}</span>
            <strong class="figure" data-testid="ticket-balance">{move || words().1}</strong>
            {move || confirming().then(|| view! { <span class="confirming">"confirming…"</span> })}
        </p>
    }
}

#[component]
fn SizeField(ticket: Ticket) -> impl IntoView {
    let unit = move || ticket.entry.with(|entry| entry.unit);
    let choose = move |unit: Unit| move |()| ticket.entry.update(|entry| entry.unit = unit);
    let problem = Memo::new(move |_| match ticket.prepared.get() {
        Ok(_) | Err(Problem::Reason(_)) => None,
        Err(Problem::Blank) => ticket
            .insisted
            .get()
            .then(|| "Say how much first.".to_owned()),
        Err(problem) => problem.message(),
    });
    let field = ticket.size_field;
    Effect::new(move |before: Option<()>| {
        let Some(field) = field.get() else { return };
        let (typed, size) = (field.value(), ticket.entry.with(|entry| entry.size.clone()));
        if typed != size {
            // What was typed before the page took over counts; from then on the page decides.
            if before.is_none() {
                ticket.entry.update(|entry| entry.size = typed)
            } else {
                field.set_value(&size)
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
                <label for="ticket-size">"How much"</label>
                <div class="segments" role="radiogroup" aria-label="Count in">
                    <Choice name="unit" value="quantity" label="Shares" chosen=Signal::derive(move || unit() == Unit::Quantity) choose=choose(Unit::Quantity)/>
                    <Choice name="unit" value="amount" label="Dollars" chosen=Signal::derive(move || unit() == Unit::Amount) choose=choose(Unit::Amount)/>
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
                " of my cash"
            } else {
                " of my shares"
            }
        };
        view! {
            <button type="button" class="pill" disabled=move || entered(part).is_none() on:click=enter>
                {part.label()}<span class="visually-hidden">{whole}</span>
            </button>
        }
    };
    view! { <div class="presets needs-script" role="group" aria-label="Quick sizes">{Part::EACH.map(button)}</div> }
}

#[component]
fn ReasonField(ticket: Ticket) -> impl IntoView {
    let reason = Memo::new(move |_| ticket.entry.with(|entry| entry.reason.clone()));
    let bonus = move || format::xp(ticket.known.with(|known| known.xp_rules.reason_bonus));
    let hint = move || match reason.with(|reason| reason_missing(reason)) {
        None => format!("Good thinking: up to {} more.", bonus()),
        Some(missing) if reason.with(|reason| reason.trim().is_empty()) => {
            format!(
                "A reason of {missing} letters or more earns up to {} extra.",
                bonus()
            )
        }
        Some(1) => format!("1 more letter for up to {} extra.", bonus()),
        Some(missing) => format!("{missing} more letters for up to {} extra.", bonus()),
    };
    let error = move || match ticket.prepared.get() {
        Err(Problem::Reason(message)) => Some(message),
        _ => None,
    };
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |before: Option<()>| {
        let Some(field) = field.get() else { return };
        let (typed, reason) = (field.value(), reason.get());
        if typed != reason {
            if before.is_none() {
                ticket.entry.update(|entry| entry.reason = typed)
            } else {
                field.set_value(&reason)
            }
        }
    });
    view! {
        <div class="field ticket-reason">
            <label for="ticket-reason">"Why? "<span class="soft">"(optional)"</span></label>
            <textarea
                id="ticket-reason"
                name="reason"
                rows="2"
                maxlength="500"
                placeholder="I think that …"
                aria-describedby="ticket-reason-hint"
                node_ref=field
                on:input=move |event| ticket.entry.update(|entry| entry.reason = event_target_value(&event))
            >
                {ticket.entry.with_untracked(|entry| entry.reason.clone())}
            </textarea>
            <p class="hint" id="ticket-reason-hint">{hint}</p>
            <p class="field-error">{error}</p>
        </div>
    }
}

/// How far the price may move on the way.
#[component]
fn Tolerance(ticket: Ticket) -> impl IntoView {
    let chosen = Memo::new(move |_| ticket.entry.with(|entry| entry.tolerance_bps));
    let option = move |bps: u32| {
        view! {
            <option value=bps.to_string() selected=chosen.get_untracked() == bps>{tolerance_label(bps)}</option>
        }
    };
    let choose = move |event: leptos::ev::Event| {
        let default = Entry::default().tolerance_bps;
        let bps = event_target_value(&event).parse().unwrap_or(default);
        ticket.entry.update(|entry| entry.tolerance_bps = bps);
    };
    view! {
        <details class="ticket-tolerance">
            <summary>
                "Price guard: "
                <span>{move || tolerance_label(chosen.get())}</span>
            </summary>
            <label for="ticket-tolerance">"If the price gets worse by more than this before your order arrives, nothing is traded and you are asked again."</label>
            <select id="ticket-tolerance" name="tolerance_bps" on:change=choose>{TOLERANCES_BPS.map(option)}</select>
        </details>
    }
}

fn tolerance_label(bps: u32) -> String {
    match (bps / 100, bps % 100) {
        (0, 0) => "not at all".to_owned(),
        (whole, 0) => format!("{whole} %"),
        (whole, rest) if rest % 10 == 0 => format!("{whole}.{} %", rest / 10),
        (whole, rest) => format!("{whole}.{rest:02} %"),
    }
}

#[component]
fn Submit(ticket: Ticket) -> impl IntoView {
    let verb = move || {
        if ticket.side() == Side::Buy {
            "Buy"
        } else {
            "Sell"
        }
    };
    let sending = move || ticket.attempt.with(|attempt| attempt.is_sending());
    let label = move || match ticket.prepared.get() {
        _ if sending() => "Confirming…".to_owned(),
        Ok(Prepared { execution, .. }) => {
            let fill = execution.fill;
            let money = if fill.side == Side::Buy {
                fill.cash_change.negated()
            } else {
                fill.cash_change
            };
            format!(
                "{} {} for {}",
                verb(),
                format::shares(fill.quantity),
                format::money(money)
            )
        }
        Err(_) => format!("{} {}", verb(), ticket.name()),
    };
    let blocked =
        move || matches!(ticket.prepared.get(), Err(problem) if problem != Problem::Blank);
    view! {
        <button
            class="button button-primary button-large ticket-submit"
            data-side=move || ticket.side().as_str()
            data-testid="ticket-submit"
            aria-busy=move || sending().then_some("true")
            aria-disabled=move || (blocked() || ticket.attempt.with(|attempt| attempt.is_open())).then_some("true")
        >
            {label}
        </button>
        <p class="ticket-safe soft"><Icon name=IconName::Check/>"Play money. Nothing here costs real money."</p>
    }
}
