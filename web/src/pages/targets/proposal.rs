//! What to trade, why, and the button that places it.

use domain::Side;
use domain::advice::{Proposal, ProposedOrder};
use domain::api::{AdviceState, PreviewedOrder, RebalancingView};
use leptos::prelude::*;

use crate::language::Texts;
use crate::{CurrentGame, paths, ticket};

#[component]
pub(super) fn Trades(rebalancing: Option<RebalancingView>) -> impl IntoView {
    let texts = Texts::get();
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
            <h2 id="trades-head">{texts.targets_ask()}</h2>
            <form action="/forms/rebalance" method="post" class="trades-ask">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <p>{texts.targets_ask_lead()}</p>
                <label class="tick">
                    <input type="checkbox" name="may_sell" value="true" checked=may_sell/>
                    {texts.targets_may_sell()}
                </label>
                <button class=ask>{texts.targets_work_out()}</button>
            </form>
            {rebalancing.map(|found| view! { <Answer found/> })}
        </section>
    }
}

#[component]
fn Answer(found: RebalancingView) -> impl IntoView {
    let texts = Texts::get();
    match (found.state, found.proposal.clone()) {
        (AdviceState::Completed, Some(proposal)) => view! { <Orders found proposal/> }.into_any(),
        (AdviceState::Failed, _) => {
            let why = found.failure.unwrap_or_default();
            view! { <p class="alert" role="alert">{texts.said(&why)}</p> }.into_any()
        }
        _ => {
            let seconds = found.estimated_seconds;
            view! { <p role="status">{texts.targets_working(seconds)}</p> }.into_any()
        }
    }
}

#[component]
fn Orders(found: RebalancingView, proposal: Proposal) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let Proposal {
        orders,
        fees,
        after,
        notes,
        ..
    } = proposal;
    let notes = notes
        .into_iter()
        .map(|note| view! { <li>{texts.said(&note)}</li> });
    let notes = view! { <ul class="trades-notes soft">{notes.collect_view()}</ul> };
    if orders.is_empty() {
        return view! {
            <p data-testid="no-trades">{texts.targets_nothing()}</p>
            {notes}
        }
        .into_any();
    }
    let count = orders.len();
    let (fees, cash) = (texts.money(fees), texts.money(after.cash.value));
    let total = if count == 1 {
        texts.targets_total_one(fees, cash)
    } else {
        texts.targets_total(count, fees, cash)
    };
    let previews = found.preview.clone().into_iter().map(Some);
    let previews = previews.chain(std::iter::repeat(None));
    let holds = found.preview.iter().all(|one| one.rejection.is_none());
    let list = orders
        .into_iter()
        .zip(previews)
        .map(|(order, preview)| view! { <Order order preview/> });
    let place = if found.placed {
        view! {
            <p class="trades-placed" role="status">{texts.targets_placed()}" "<a href=paths::activity(game)>{texts.targets_placed_link()}</a></p>
        }
        .into_any()
    } else {
        let changed = (!holds).then(|| {
            view! {
                <p class="alert" role="status">{texts.targets_changed()}</p>
            }
        });
        view! {
            {changed}
            <form action="/forms/place-rebalancing" method="post" class="trades-place">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="id" value=found.id/>
                <fieldset>
                    <legend>{texts.targets_if_not()}</legend>
                    <label class="tick"><input type="radio" name="mode" value="all_or_nothing" checked/>{texts.targets_trade_nothing()}</label>
                    <label class="tick"><input type="radio" name="mode" value="possible"/>{texts.targets_trade_others()}</label>
                </fieldset>
                <button class="button button-primary">{texts.targets_place()}</button>
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
    let texts = Texts::get();
    let game = CurrentGame::get();
    let shares = texts.shares(order.quantity);
    let head = match order.side {
        Side::Buy => texts.targets_buy(shares),
        Side::Sell => texts.targets_sell(shares),
    };
    let (value, price) = (texts.money(order.value), texts.price(order.price));
    let [before, after, target] =
        [order.share_before, order.share_after, order.target].map(|share| texts.percent(share));
    let cost = if order.fee.is_zero() {
        texts.targets_cost(value, price, before, after, target)
    } else {
        let fee = texts.money(order.fee);
        texts.targets_cost_fee(value, price, fee, before, after, target)
    };
    let problem = preview.and_then(|preview| preview.rejection);
    let problem = problem.map(ticket::rejection);
    view! {
        <li class="trade">
            <h3>{format!("{head} ")}<a href=paths::instrument(game, order.symbol)>{order.symbol.to_string()}</a></h3>
            <p>{texts.said(&order.reason)}</p>
            <p class="soft">{cost}</p>
            {problem.map(|problem| view! { <p class="field-error">{problem}</p> })}
        </li>
    }
}
