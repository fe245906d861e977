//! The optional fields of an order: the reason, and the price tolerance.

use domain::progress::{ReasonLacks, reason_lacks};
use leptos::prelude::*;

use super::draft::Draft;
use super::state::Ticket;
use crate::format;
use crate::language::Texts;
use crate::ticket::{Entry, Problem, TOLERANCES_BPS};

/// Why the player trades. A half-written reason survives a reload.
#[component]
pub(super) fn ReasonField(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let reason = Memo::new(move |_| ticket.entry.with(|entry| entry.reason.clone()));
    let bonus = move || format::xp(ticket.known.with(|known| known.xp_rules.reason_bonus));
    let earns = move || ticket.known.with(|known| known.xp_rules.reason_bonus > 0);
    let hint = move || match reason.with(|reason| reason_lacks(reason)) {
        _ if !earns() => texts.ticket_reason_seen().to_owned(),
        None => texts.ticket_reason_good(bonus()),
        Some(ReasonLacks::Variety) => texts.ticket_reason_variety(bonus()),
        Some(ReasonLacks::Characters(missing))
            if reason.with(|reason| reason.trim().is_empty()) =>
        {
            texts.ticket_reason_empty(missing, bonus())
        }
        Some(ReasonLacks::Characters(1)) => texts.ticket_reason_one(bonus()),
        Some(ReasonLacks::Characters(missing)) => texts.ticket_reason_more(missing, bonus()),
    };
    let error = move || match ticket.prepared.get() {
        Err(Problem::Reason(message)) => Some(message),
        _ => None,
    };
    let field = ticket.reason_field;
    let draft = Draft::of(ticket.symbol);
    Effect::new(move |before: Option<()>| {
        let Some(field) = field.get() else { return };
        let reason = reason.get();
        if before.is_none() {
            // Text typed before hydration comes first, then a saved draft.
            let typed = Some(field.value()).filter(|typed| !typed.is_empty());
            let kept = typed.or_else(|| draft.kept()).unwrap_or_default();
            if kept != reason {
                field.set_value(&kept);
                ticket.entry.update(|entry| entry.reason = kept);
            }
            return;
        }
        draft.keep(&reason);
        if field.value() != reason {
            field.set_value(&reason);
        }
    });
    view! {
        <div class="field ticket-reason">
            <label for="ticket-reason">{texts.ticket_why()}" "<span class="soft">{texts.ticket_optional()}</span></label>
            <textarea
                id="ticket-reason"
                name="reason"
                rows="2"
                maxlength="500"
                placeholder=texts.ticket_i_think()
                aria-describedby="ticket-reason-hint ticket-reason-error"
                aria-invalid=move || error().is_some().then_some("true")
                node_ref=field
                on:input=move |event| ticket.entry.update(|entry| entry.reason = event_target_value(&event))
            >
                {ticket.entry.with_untracked(|entry| format::in_textarea(&entry.reason))}
            </textarea>
            <p class="hint" id="ticket-reason-hint">{hint}</p>
            <p class="field-error" id="ticket-reason-error">{error}</p>
        </div>
    }
}

/// How far the price may move on the way.
#[component]
pub(super) fn Tolerance(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
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
                {texts.ticket_guard()}" "
                <span>{move || tolerance_label(chosen.get())}</span>
            </summary>
            <label for="ticket-tolerance">{texts.ticket_guard_is()}</label>
            <select id="ticket-tolerance" name="tolerance_bps" on:change=choose>{TOLERANCES_BPS.map(option)}</select>
        </details>
    }
}

fn tolerance_label(bps: u32) -> String {
    let texts = Texts::get();
    if bps == 0 {
        return texts.ticket_not_at_all().to_owned();
    }
    let decimals = format!("{:02}", bps % 100);
    let english = match decimals.trim_end_matches('0') {
        "" => format!("{}%", bps / 100),
        decimals => format!("{}.{decimals}%", bps / 100),
    };
    texts.language().percent(&english)
}
