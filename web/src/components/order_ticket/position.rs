//! What the player holds of the instrument.

use leptos::prelude::*;

use super::state::Ticket;
use crate::components::{Delta, Explain, Term};
use crate::format;
use crate::language::Texts;

/// The position at the newest price; nothing where there is none.
#[component]
pub(super) fn MyPosition(ticket: Ticket) -> impl IntoView {
    let held = Memo::new(move |_| {
        ticket
            .shown
            .with(|shown| shown.position.quantity.is_positive())
    });
    view! {
        <Show when=move || held.get()>
            <Held ticket/>
        </Show>
    }
}

#[component]
fn Held(ticket: Ticket) -> impl IntoView {
    let texts = Texts::get();
    let position = Memo::new(move |_| ticket.shown.with(|shown| shown.position.clone()));
    let price = Memo::new(move |_| ticket.quote.get().map(|quote| quote.price));
    let value =
        move || position.with(|position| price.get().and_then(|price| position.value(price)));
    let profit =
        Signal::derive(move || position.with(|position| position.unrealized_profit(price.get()?)));
    let percent =
        Signal::derive(move || position.with(|position| position.unrealized_percent(price.get()?)));
    let average = move || {
        position
            .with(|position| position.average_cost())
            .map(format::price)
    };
    let confirming = move || ticket.attempt.with(|attempt| attempt.is_sending());
    view! {
        <section class="card my-position" aria-labelledby="position-title" data-testid="position">
            <h2 id="position-title">{texts.ticket_your_shares()}</h2>
            <dl class="sums">
                <div>
                    <dt>{texts.ticket_you_hold()}</dt>
                    <dd data-testid="position-quantity">
                        {move || format::shares(position.with(|position| position.quantity))}
                        {move || confirming().then(|| view! { <span class="confirming">{texts.ticket_confirming()}</span> })}
                    </dd>
                </div>
                <div>
                    <dt>{texts.ticket_worth_now()}</dt>
                    <dd class="figure">{move || value().map(format::money)}</dd>
                </div>
                <div>
                    <dt><Explain term=Term::AverageCost place="position">{texts.ticket_average_cost()}</Explain></dt>
                    <dd class="figure">{average}</dd>
                </div>
                <div>
                    <dt>{texts.ticket_profit_so_far()}</dt>
                    <dd><Delta money=profit percent=percent/></dd>
                </div>
            </dl>
        </section>
    }
}
