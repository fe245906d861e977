//! What to trade, why, and the button that places it.

use domain::Side;
use domain::advice::{Proposal, ProposedOrder};
use domain::api::{AdviceState, PreviewedOrder, RebalancingView};
use leptos::prelude::*;

use crate::{CurrentGame, format, paths};

#[component]
pub(super) fn Trades(rebalancing: Option<RebalancingView>) -> impl IntoView {
    let game = CurrentGame::get();
    let has_orders = rebalancing
        .as_ref()
        .and_then(|found| found.proposal.as_ref())
        .is_some_and(|proposal| !proposal.orders.is_empty());
    let is_ready = has_orders && rebalancing.as_ref().is_some_and(|found| !found.placed);
    // Only one action is primary on a page: requesting a proposal, or placing it.
    let ask = if is_ready {
        "button button-quiet"
    } else {
        "button button-primary"
    };
    let may_sell = rebalancing.as_ref().is_none_or(|found| found.may_sell);
    view! {
        <section class="card trades" id="trades" aria-labelledby="trades-head">
            <h2 id="trades-head">"What would I trade?"</h2>
            <form action="/forms/rebalance" method="post" class="trades-ask">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <p>"Your cash is always spent first. Whole shares only."</p>
                <label class="tick-line">
                    <input type="checkbox" name="may_sell" value="true" checked=may_sell/>
                    "Sell too, if the cash is not enough"
                </label>
                <button class=ask>"Work it out"</button>
            </form>
            {rebalancing.map(|found| view! { <Answer found/> })}
        </section>
    }
}

#[component]
fn Answer(found: RebalancingView) -> impl IntoView {
    match (found.state, found.proposal.clone()) {
        (AdviceState::Completed, Some(proposal)) => view! { <Orders found proposal/> }.into_any(),
        (AdviceState::Failed, _) => {
            let why = found.failure.unwrap_or_default();
            view! { <p class="alert" role="alert">{why}</p> }.into_any()
        }
        _ => {
            let seconds = found.estimated_seconds;
            view! { <p role="status">{format!("We are working it out. It takes about {seconds} s, and will appear by itself.")}</p> }.into_any()
        }
    }
}

#[component]
fn Orders(found: RebalancingView, proposal: Proposal) -> impl IntoView {
    let game = CurrentGame::get();
    let Proposal {
        orders,
        fees,
        after,
        notes,
        ..
    } = proposal;
    let notes = notes.into_iter().map(|note| view! { <li>{note}</li> });
    let notes = view! { <ul class="trades-notes soft">{notes.collect_view()}</ul> };
    if orders.is_empty() {
        return view! {
            <p data-testid="no-trades">"Nothing. You are as close to your targets as whole shares and your limits allow."</p>
            {notes}
        }
        .into_any();
    }
    let count = orders.len();
    let trades = if count == 1 {
        "1 trade".to_owned()
    } else {
        format!("{count} trades")
    };
    let total = format!(
        "{trades}, {} in fees. Afterwards {} stays in cash.",
        format::money(fees),
        format::money(after.cash.value)
    );
    let previews = found.preview.clone().into_iter().map(Some);
    let previews = previews.chain(std::iter::repeat(None));
    let holds = found.preview.iter().all(|one| one.rejection.is_none());
    let list = orders
        .into_iter()
        .zip(previews)
        .map(|(order, preview)| view! { <Order order preview/> });
    let place = if found.placed {
        view! {
            <p class="trades-placed" role="status">"These orders were placed. "<a href=paths::activity(game)>"See what they did"</a></p>
        }
        .into_any()
    } else {
        let changed = (!holds).then(|| view! {
            <p class="alert" role="status">"Something has changed since: not every order is possible any more. Work it out again, or place those that are."</p>
        });
        view! {
            {changed}
            <form action="/forms/place-rebalancing" method="post" class="trades-place">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="id" value=found.id/>
                <fieldset>
                    <legend>"If one is not possible any more"</legend>
                    <label class="tick-line"><input type="radio" name="mode" value="all_or_nothing" checked/>"trade nothing"</label>
                    <label class="tick-line"><input type="radio" name="mode" value="possible"/>"trade the others"</label>
                </fieldset>
                <button class="button button-primary">"Place these orders"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <ol class="trades-list" role="list" data-testid="trades">{list.collect_view()}</ol>
        <p data-testid="trades-total"><strong>{total}</strong></p>
        {notes}
        {place}
    }
    .into_any()
}

#[component]
fn Order(order: ProposedOrder, preview: Option<PreviewedOrder>) -> impl IntoView {
    let game = CurrentGame::get();
    let verb = match order.side {
        Side::Buy => "Buy",
        Side::Sell => "Sell",
    };
    let head = format!("{verb} {} of ", format::shares(order.quantity));
    let fee = if order.fee.is_zero() {
        String::new()
    } else {
        format!(" and a fee of {}", format::money(order.fee))
    };
    let cost = format!(
        "{} at {} a share{fee}. Share of your plan: {} now, {} afterwards, target {}.",
        format::money(order.value),
        format::price(order.price),
        format::percent(order.share_before),
        format::percent(order.share_after),
        format::percent(order.target)
    );
    let problem = preview.and_then(|preview| preview.message);
    view! {
        <li class="trade">
            <h3>{head}<a href=paths::instrument(game, order.symbol)>{order.symbol.to_string()}</a></h3>
            <p>{order.reason}</p>
            <p class="soft">{cost}</p>
            {problem.map(|problem| view! { <p class="field-error">{problem}</p> })}
        </li>
    }
}
