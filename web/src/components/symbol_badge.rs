//! The small sign of an instrument.

use domain::Symbol;
use leptos::prelude::*;

/// Number of badge colours; the style sheet has a rule for each.
const COLOURS: u32 = 9;

/// The first letters of a symbol on the colour of its category, to make a row recognizable.
#[component]
pub fn SymbolBadge(symbol: Symbol, category: String) -> impl IntoView {
    let letters: String = symbol.as_str().chars().take(2).collect();
    view! { <span class="badge-symbol" data-colour=colour(&category).to_string() aria-hidden="true">{letters}</span> }
}

/// The same colour for the same category everywhere.
fn colour(category: &str) -> u32 {
    // The factor keeps the categories of the simulated market apart.
    let sum = category.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(77).wrapping_add(u32::from(byte))
    });
    sum % COLOURS + 1
}
