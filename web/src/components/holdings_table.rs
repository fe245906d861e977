//! The holdings of an account, valued at the newest prices.

use domain::api::HoldingView;
use domain::{Money, Side, Symbol};
use leptos::prelude::*;

use super::{Delta, Explain, LivePrice, SymbolBadge, Term};
use crate::language::Texts;
use crate::live::Live;
use crate::{CurrentGame, format, paths, valuation};

/// A table of holdings; under each of them its purchases can be unfolded.
#[component]
pub fn HoldingsTable(
    holdings: Vec<HoldingView>,
    /// The total that shares are computed from.
    #[prop(into)]
    net_worth: Signal<Money>,
) -> impl IntoView {
    let texts = Texts::get();
    let rows = holdings
        .into_iter()
        .map(|holding| view! { <Holding holding net_worth/> })
        .collect_view();
    view! {
        <table class="holdings">
            <caption class="visually-hidden">{texts.portfolio_holdings()}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.portfolio_name()}</th>
                    <th scope="col" class="numeric wide-only">{texts.portfolio_shares()}</th>
                    <th scope="col" class="numeric wide-only">{texts.portfolio_price()}</th>
                    <th scope="col" class="numeric wide-only"><Explain term=Term::AverageCost place="holdings">{texts.portfolio_average()}</Explain></th>
                    <th scope="col" class="numeric">{texts.portfolio_value()}<span class="phone-only">" "{texts.portfolio_and_profit()}</span></th>
                    <th scope="col" class="numeric wide-only">{texts.portfolio_profit()}</th>
                    <th scope="col" class="numeric wide-only">{texts.portfolio_of_total()}</th>
                    <th scope="col" class="wide-only"><span class="visually-hidden">{texts.portfolio_trade()}</span></th>
                </tr>
            </thead>
            {rows}
        </table>
    }
}

/// One holding: a group of two rows, so that the purchases belong to it.
#[component]
fn Holding(holding: HoldingView, net_worth: Signal<Money>) -> impl IntoView {
    let HoldingView {
        symbol,
        position,
        quote,
        ..
    } = holding;
    let (name, category) = (holding.name.clone(), holding.category.clone());
    let lots = holding.clone();
    let game = CurrentGame::get();
    let newest = Live::get().newest(symbol, quote);
    let now = Memo::new(move |_| match newest.get() {
        Some(quote) => valuation::revalued(&holding, quote),
        None => holding.clone(),
    });
    let profit = Signal::derive(move || Some(now.with(|now| now.unrealized_profit)));
    let percent = Signal::derive(move || now.with(|now| now.unrealized_percent));
    let share = move || {
        now.with(|now| valuation::share(now.value, net_worth.get()))
            .map(format::percent)
    };
    let average_cost = position
        .average_cost
        .map_or_else(|| "—".to_owned(), format::price);
    view! {
        <tbody>
            <tr>
                <th scope="row">
                    <span class="named">
                        <SymbolBadge symbol category/>
                        <span class="named-words">
                            <a href=paths::instrument(game, symbol)>{name.clone()}</a>
                            <span class="named-symbol">
                                {symbol.to_string()}
                                <span class="phone-only">{format!(" · {}", format::shares(position.quantity))}</span>
                            </span>
                        </span>
                    </span>
                </th>
                <td class="numeric wide-only">{format::quantity(position.quantity)}</td>
                <td class="numeric wide-only"><LivePrice symbol loaded=quote/></td>
                <td class="numeric wide-only">{average_cost}</td>
                <td class="numeric">
                    <span class="figure">{move || format::money(now.with(|now| now.value))}</span>
                    <span class="phone-only under"><Delta money=profit percent=percent/></span>
                </td>
                <td class="numeric wide-only"><Delta money=profit percent=percent/></td>
                <td class="numeric wide-only">{share}</td>
                <td class="wide-only holdings-trade">
                    <TradeLinks symbol name=name.clone()/>
                </td>
            </tr>
            <tr class="holdings-more">
                <td colspan="8">
                    <div class="holdings-below">
                        <Lots holding=lots/>
                        <div class="phone-only holdings-trade"><TradeLinks symbol name/></div>
                    </div>
                </td>
            </tr>
        </tbody>
    }
}

#[component]
fn TradeLinks(symbol: Symbol, name: String) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    view! {
        <a class="button button-quiet button-small" href=paths::trade(game, symbol, Side::Buy)>
            {texts.portfolio_buy()}" "<span class="visually-hidden">{texts.portfolio_more(&name)}</span>
        </a>
        <a class="button button-quiet button-small" href=paths::trade(game, symbol, Side::Sell)>
            {texts.portfolio_sell()}<span class="visually-hidden">{format!(" {name}")}</span>
        </a>
    }
}

/// The purchases that are still held, oldest first: the order in which they are sold.
#[component]
fn Lots(holding: HoldingView) -> impl IntoView {
    let texts = Texts::get();
    let HoldingView {
        name,
        position,
        lots,
        ..
    } = holding;
    let title = match lots.len() {
        1 => texts.portfolio_one_purchase().to_owned(),
        count => texts.portfolio_purchases(count),
    };
    let average = position.average_cost.map(format::price).unwrap_or_default();
    let row = |lot: &domain::Lot| {
        let each = lot.cost.average_price(lot.quantity).map(format::price);
        view! {
            <tr>
                <td>{format::date(lot.acquired_at)}</td>
                <td class="numeric">{format::quantity(lot.quantity)}</td>
                <td class="numeric">{each}</td>
                <td class="numeric">{format::money(lot.cost)}</td>
            </tr>
        }
    };
    let rows = lots.iter().map(row).collect_view();
    view! {
        <details class="lots">
            <summary>{title}<span class="visually-hidden">" "{texts.portfolio_of_name(name)}</span></summary>
            <p class="phone-only">
                {texts.portfolio_on_average(format::shares(position.quantity), average)}
            </p>
            <table>
                <caption>{texts.portfolio_fifo()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.portfolio_bought()}</th>
                        <th scope="col" class="numeric">{texts.portfolio_left()}</th>
                        <th scope="col" class="numeric">{texts.portfolio_each()}</th>
                        <th scope="col" class="numeric">{texts.portfolio_cost()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}
