//! How an account's worth is spread, as a ring with its legend.

use leptos::prelude::*;

use crate::valuation::Slice;
use crate::{CurrentGame, format, paths};

/// A ring of slices with a legend that says the same in words.
#[component]
pub fn Allocation(#[prop(into)] slices: Signal<Vec<Slice>>) -> impl IntoView {
    view! {
        <figure class="allocation">
            <svg class="allocation-ring" viewBox="0 0 42 42" aria-hidden="true" focusable="false">
                <circle class="allocation-track" cx="21" cy="21" r="16"></circle>
                {move || slices.get().into_iter().map(|slice| arc(&slice)).collect_view()}
            </svg>
            <figcaption class="allocation-legend">
                <ul role="list">{move || slices.get().into_iter().map(legend).collect_view()}</ul>
            </figcaption>
        </figure>
    }
}

/// The ring is 10,000 long, whatever its radius: so the slices need no arithmetic with π.
fn arc(slice: &Slice) -> impl IntoView + use<> {
    // A hair of the track shows between the slices.
    let length = slice.length.saturating_sub(40).max(10);
    view! {
        <circle
            class="allocation-slice"
            data-colour=slice.colour.to_string()
            cx="21"
            cy="21"
            r="16"
            pathLength="10000"
            stroke-dasharray=format!("{length} 10000")
            stroke-dashoffset=format!("{}", slice.start.saturating_neg())
        ></circle>
    }
}

fn legend(slice: Slice) -> impl IntoView {
    let name = match slice.symbol {
        Some(symbol) => {
            view! { <a href=paths::instrument(CurrentGame::get(), symbol)>{slice.label}</a> }
                .into_any()
        }
        None => view! { <span>{slice.label}</span> }.into_any(),
    };
    view! {
        <li>
            <span class="allocation-key" data-colour=slice.colour.to_string() aria-hidden="true"></span>
            {name}
            <span class="figure soft">{format::money(slice.value)}</span>
            <strong class="figure">{slice.percent.map(format::percent)}</strong>
        </li>
    }
}
