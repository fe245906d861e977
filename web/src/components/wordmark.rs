//! The name as it is drawn: a Q whose tail is a price that rises.

use leptos::prelude::*;

/// The mark alone.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
            <circle class="mark-coin" cx="22" cy="24" r="16"></circle>
            <path class="mark-tail" d="M11 29l8-8 6 6L43 8"></path>
            <path class="mark-tail" d="M29 7h15v15"></path>
        </svg>
    }
}

/// The mark and the name.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <span class="wordmark">
            <Mark/>
            <span class="wordmark-name">"Ticker"<b>"quest"</b></span>
        </span>
    }
}
