//! The page for unknown URLs.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::Texts;
use crate::response::set_status;
use crate::{CurrentGame, paths};

/// Says that there is no such page, and where to go instead.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let texts = Texts::get();
    set_status(404);
    view! {
        <Title text=texts.parts_not_found()/>
        <section class="notice" data-testid="not-found">
            <p class="notice-code" aria-hidden="true">"404"</p>
            <h1>{texts.parts_no_page()}</h1>
            <p>{texts.parts_no_page_text()}</p>
            <div class="actions">
                <a class="button" href=paths::market(CurrentGame::get())>{texts.parts_to_market()}</a>
                <a class="button button-quiet" href="/" rel="external">{texts.parts_to_start()}</a>
            </div>
        </section>
    }
}
