//! The foot of every page.

use leptos::prelude::*;

use crate::language::Texts;
use crate::paths;

/// One line about the game, and links for developers.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="footer">
            <p>{Texts::get().footer_words()}</p>
            <p><a href=paths::GAMES rel="external">{Texts::get().footer_games()}</a></p>
            <p><a href=paths::GLOSSARY rel="external">{Texts::get().footer_glossary()}</a></p>
            <p><a href=paths::LOOK rel="external">{Texts::get().footer_look()}</a></p>
            <p><a href="/api/docs" rel="external">{Texts::get().footer_developers()}</a></p>
        </footer>
    }
}
