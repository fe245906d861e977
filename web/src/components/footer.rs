//! The foot of every page.

use leptos::prelude::*;

/// What the game is, in a line, and where programs find it.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="footer">
            <p>"Play money, invented companies, real rules. Nothing here is advice."</p>
            <p><a href="/api/docs" rel="external">"For developers"</a></p>
        </footer>
    }
}
