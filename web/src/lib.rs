//! The pages of Tickerquest: rendered on the server, hydrated in the browser, and client-rendered
//! in the desktop's launcher.
//!
//! One crate, three builds: `ssr` for the server, `hydrate` for browsers, `csr` for the launcher.
//! Start reading at [`App`].

#![cfg_attr(
    feature = "csr",
    allow(dead_code, reason = "the launcher shows none of the pages")
)]

#[cfg(all(feature = "ssr", feature = "client"))]
compile_error!("`ssr` is for the server, `hydrate` and `csr` are for browsers: build them apart");
#[cfg(all(feature = "hydrate", feature = "csr"))]
compile_error!("`hydrate` takes over a rendered page and `csr` makes its own: build them apart");

mod account;
pub mod address;
pub mod api;
#[cfg(not(feature = "csr"))]
mod app;
pub mod assets;
pub mod candles;
pub mod components;
pub mod format;
pub mod game;
pub mod language;
#[cfg(feature = "csr")]
mod launcher;
pub mod live;
#[cfg(not(feature = "csr"))]
pub mod pages;
pub mod paths;
pub mod picture;
#[cfg(not(feature = "csr"))]
mod plain_links;
mod reading_position;
pub mod response;
mod session;
pub mod submission;
pub mod ticket;
mod typing_pause;
pub mod valuation;
mod waiting_order;

pub use account::AccountChanges;
#[cfg(not(feature = "csr"))]
pub use app::{App, shell};
pub use assets::PageAssets;
pub use game::CurrentGame;
#[cfg(feature = "ssr")]
pub use pages::PracticePosted;
pub use session::{CurrentSession, Session};
pub use submission::Submission;

/// Takes over the page that the server has rendered. Called once, when the module has loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    report_panics();
    language::load();
    wasm_bindgen_futures::spawn_local(async {
        // Taking over does not wait: what it needs has to be here before. Without it, the page stays as the
        // server has rendered it.
        let path = leptos::prelude::window().location().pathname();
        if pages::load_at(&path.unwrap_or_default()).await.is_err() {
            return;
        }
        let body = leptos::tachys::dom::body();
        let taken_over = live::TakenOver::default();
        let known = taken_over.clone();
        let app = move || {
            leptos::prelude::provide_context(known);
            App()
        };
        let page = leptos::mount::hydrate_from(body, app);
        page.forget();
        // Effects have run after the next tick: only then is every part interactive.
        leptos::task::tick().await;
        if let Some(root) = leptos::prelude::document().document_element() {
            _ = root.set_attribute("data-hydrated", "true");
        }
        taken_over.tell();
        pages::load_all().await;
    });
}

/// Shows the launcher in the desktop's window.
#[cfg(feature = "csr")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn launch() {
    report_panics();
    language::load_preferred();
    leptos::mount::mount_to_body(launcher::Launcher);
}

/// Makes a panic report its location in the console.
#[cfg(feature = "client")]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
}
