//! Which shares a sale takes, if there is a choice. The full choice has its own page.

use domain::Side;
use leptos::prelude::*;

use super::state::Ticket;
use crate::language::Texts;
use crate::paths;
use crate::ticket::{HIGHEST_COST, Kind};

/// The choice, shown when there is more than one purchase to sell from.
#[component]
pub(super) fn WhichShares(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let offered = Memo::new(move |_| {
        let sells_now = ticket
            .entry
            .with(|entry| entry.side == Side::Sell && entry.kind == Kind::Now);
        sells_now && ticket.known.with(|known| known.position.lots.len() > 1)
    });
    let choose = move |event: leptos::ev::Event| {
        let dearest = event_target_value(&event) == HIGHEST_COST;
        ticket.entry.update(|entry| entry.dearest_first = dearest);
    };
    move || {
        offered.get().then(|| {
            let dearest = ticket.entry.with_untracked(|entry| entry.dearest_first);
            view! {
                <div class="field ticket-lots">
                    <label for="ticket-lots">{texts.ticket_which_shares()}</label>
                    <select id="ticket-lots" class="input" name="lots" on:change=choose>
                        <option value="oldest">{texts.ticket_oldest()}</option>
                        <option value=HIGHEST_COST selected=dearest>{texts.ticket_dearest()}</option>
                    </select>
                    <a href=paths::lots(ticket.game, ticket.symbol)>{texts.ticket_pick()}</a>
                </div>
            }
        })
    }
}
