//! Instruments as a table with live prices.

use domain::api::InstrumentRow;
use leptos::prelude::*;

use super::{LiveChange, LivePrice, Sparkline, SymbolBadge};
use crate::language::Texts;
use crate::{CurrentGame, paths};

/// A table of instruments; each row leads to its instrument.
#[component]
pub fn InstrumentTable(rows: Vec<InstrumentRow>) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <table class="instruments">
            <caption class="visually-hidden">{texts.market_table()}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.market_sort_name()}</th>
                    <th scope="col" class="wide-only">{texts.market_category()}</th>
                    <th scope="col" class="instruments-line">{texts.market_thirty_days()}</th>
                    <th scope="col" class="numeric">{texts.market_sort_price()}<span class="phone-only">" "{texts.market_and_today()}</span></th>
                    <th scope="col" class="numeric wide-only">{texts.market_sort_today()}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(row: InstrumentRow) -> impl IntoView {
    let texts = Texts::get();
    let InstrumentRow {
        symbol,
        name,
        category,
        quote,
        sparkline,
        currency,
        ..
    } = row;
    let abroad = (currency != texts.currency().as_str()).then(|| format!(" · {currency}"));
    let stale = quote.is_some_and(|quote| quote.stale);
    view! {
        <tr>
            <th scope="row">
                <span class="named">
                    <SymbolBadge symbol category=category.clone()/>
                    <span class="named-words">
                        <a class="row-link" href=paths::instrument(CurrentGame::get(), symbol)>{name}</a>
                        <span class="named-symbol">{symbol.to_string()}{abroad}</span>
                    </span>
                </span>
            </th>
            <td class="wide-only"><span class="soft">{texts.category(category)}</span></td>
            <td class="instruments-line"><Sparkline values=sparkline/></td>
            <td class="numeric">
                <LivePrice symbol loaded=quote/>
                <span class="phone-only under"><LiveChange symbol loaded=quote/></span>
                {stale.then(|| view! { <span class="stale" title=texts.market_last_known_title()>{texts.market_last_known()}</span> })}
            </td>
            <td class="numeric wide-only"><LiveChange symbol loaded=quote/></td>
        </tr>
    }
}
