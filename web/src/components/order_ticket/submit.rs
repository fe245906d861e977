//! The button, with the order's total beside it on a phone: a bar that stays visible.

use domain::{Placement, Side};
use leptos::prelude::*;

use super::preview::headline;
use super::state::Ticket;
use crate::format;
use crate::language::Texts;
use crate::ticket::Kind;

/// The bar: below the preview on a large screen, at the bottom of a phone.
#[component]
pub(super) fn SubmitBar(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let trades = move |what: String| match ticket.side() {
        Side::Buy => texts.ticket_buy_what(what),
        Side::Sell => texts.ticket_sell_what(what),
    };
    let sending = move || ticket.attempt.with(|attempt| attempt.is_sending());
    let label = move || match ticket.prepared.get() {
        _ if sending() => texts.ticket_sending().to_owned(),
        _ if ticket.checking.get() => texts.ticket_checking().to_owned(),
        Ok(prepared) => match prepared.placement {
            Placement::Filled(execution) => trades(format::shares(execution.fill.quantity)),
            Placement::Rests(_) => {
                let stops = ticket.entry.with(|entry| entry.kind == Kind::Stop);
                let label = if stops {
                    texts.ticket_place_stop()
                } else {
                    texts.ticket_place_limit()
                };
                label.to_owned()
            }
        },
        Err(_) => trades(ticket.name()),
    };
    let blocked = move || matches!(ticket.prepared.get(), Err(problem) if !problem.is_blank());
    let row = |(label, value): (&'static str, String)| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd class="figure">{value}</dd>
            </div>
        }
    };
    let sums = move || {
        let prepared = ticket.prepared.get().ok();
        let free = ticket.shown.with(|shown| shown.account.free_cash());
        let lines = match prepared {
            Some(prepared) => headline(&prepared.placement).to_vec(),
            None => vec![(texts.ticket_cash(), format::money(free))],
        };
        lines.into_iter().map(row).collect_view()
    };
    view! {
        <div class="ticket-bar" data-testid="ticket-bar">
            <dl class="ticket-bar-sums">{sums}</dl>
            <button
                class="button button-primary button-large ticket-submit"
                data-side=move || ticket.side().as_str()
                data-testid="ticket-submit"
                aria-busy=move || (sending() || ticket.checking.get()).then_some("true")
                aria-disabled=move || (blocked() || ticket.attempt.with(|attempt| attempt.is_open())).then_some("true")
            >
                {label}
            </button>
        </div>
    }
}
