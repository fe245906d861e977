//! The foot of every page.

use leptos::prelude::*;

use super::bar_words;
use crate::paths;

/// One line about the game, and links for developers.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="footer">
            <p>{bar_words::footer()}</p>
            <p><a href=paths::GAMES rel="external">{bar_words::games()}</a></p>
            <p><a href=paths::GLOSSARY rel="external">{bar_words::glossary()}</a></p>
            <p><a href=paths::LOOK rel="external">{bar_words::look()}</a></p>
            <p><a href="/api/docs" rel="external">{bar_words::developers()}</a></p>
        </footer>
    }
}
