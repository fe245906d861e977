//! The whole page: its shell, its routes and what all of them share.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{Lazy, SsrMode, path};

use crate::components::{ConnectionBanner, Footer, Nav, SkipLink, ToastRegion, Toasts, theme};
use crate::live::Live;
use crate::pages::{
    Activity, Instrument, Landing, Login, Market, NotFoundPage, Orders, Portfolio, Profile,
    Register,
};
use crate::{CurrentSession, PageAssets};

/// The document that the server sends: everything around [`App`].
#[must_use]
pub fn shell() -> impl IntoView {
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let theme = theme::chosen();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content=theme.color_scheme()/>
                <meta name="description" content="Learn investing by doing. Trade a living market with play money, see what every order will do before you place it, and level up for good habits."/>
                {assets.head()}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The pages, and what stands around each of them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let live = Live::provide();
    live.mend(CurrentSession::provide().resource());
    Toasts::provide();
    theme::provide();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Tickerquest".to_owned() } else { format!("{title} · Tickerquest") }/>
        <Router>
            <SkipLink/>
            <Nav/>
            <ConnectionBanner/>
            <FocusOnNavigation/>
            <main id="main" tabindex="-1">
                // Rendered whole before anything is sent: the page is complete without scripts.
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view={Lazy::<Landing>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/login") view={Lazy::<Login>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/register") view={Lazy::<Register>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/market") view={Lazy::<Market>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/instruments/:symbol") view={Lazy::<Instrument>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/orders") view={Lazy::<Orders>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/portfolio") view={Lazy::<Portfolio>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/activity") view={Lazy::<Activity>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/profile") view={Lazy::<Profile>::new()} ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
            <Footer/>
            <ToastRegion/>
        </Router>
    }
}

/// After a navigation inside the page, the keyboard and the screen reader start at the new
/// content, as they would after a load.
#[component]
fn FocusOnNavigation() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            focus_main();
        }
        now
    });
}

#[cfg(feature = "client")]
fn focus_main() {
    use wasm_bindgen::JsCast;
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = main.focus();
    }
}

#[cfg(not(feature = "client"))]
fn focus_main() {}
