//! The page for unknown URLs.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::response::set_status;
use crate::{CurrentGame, paths};

/// Says that there is no such page, and where to go instead.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! {
        <Title text="Not found"/>
        <section class="notice" data-testid="not-found">
            <p class="notice-code" aria-hidden="true">"404"</p>
            <h1>"This ticker has no such page"</h1>
            <p>"The address is wrong, or what was here is gone."</p>
            <div class="actions">
                <a class="button" href=paths::market(CurrentGame::get())>"Go to the market"</a>
                <a class="button button-quiet" href="/">"Go to the start"</a>
            </div>
        </section>
    }
}
