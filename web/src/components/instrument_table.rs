//! Instruments as a table with live prices.

use domain::api::InstrumentRow;
use leptos::prelude::*;

use super::{LiveChange, LivePrice, Sparkline, SymbolBadge};
use crate::{CurrentGame, paths};

/// A table of instruments; each row leads to its instrument.
#[component]
pub fn InstrumentTable(rows: Vec<InstrumentRow>) -> impl IntoView {
    view! {
        <table class="instruments">
            <caption class="visually-hidden">"Instruments with their prices"</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col" class="wide-only">"Category"</th>
                    <th scope="col" class="instruments-line">"30 days"</th>
                    <th scope="col" class="numeric">"Price"<span class="phone-only">" and today"</span></th>
                    <th scope="col" class="numeric wide-only">"Today"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(row: InstrumentRow) -> impl IntoView {
    let InstrumentRow {
        symbol,
        name,
        category,
        quote,
        sparkline,
        ..
    } = row;
    let stale = quote.is_some_and(|quote| quote.stale);
    view! {
        <tr>
            <th scope="row">
                <span class="named">
                    <SymbolBadge symbol category=category.clone()/>
                    <span class="named-words">
                        <a class="row-link" href=paths::instrument(CurrentGame::get(), symbol)>{name}</a>
                        <span class="named-symbol">{symbol.to_string()}</span>
                    </span>
                </span>
            </th>
            <td class="wide-only"><span class="soft">{category}</span></td>
            <td class="instruments-line"><Sparkline values=sparkline/></td>
            <td class="numeric">
                <LivePrice symbol loaded=quote/>
                <span class="phone-only under"><LiveChange symbol loaded=quote/></span>
                {stale.then(|| view! { <span class="stale" title="The last known price">"last known"</span> })}
            </td>
            <td class="numeric wide-only"><LiveChange symbol loaded=quote/></td>
        </tr>
    }
}
