//! The pages as routes whose code a browser loads when it first needs it: the first page comes
//! with its own code alone, and the others follow while the player reads.
//!
//! Each page is a chunk of the WebAssembly module; `scripts/build-site.sh` cuts it at the functions
//! marked here.
#![allow(
    unsafe_code,
    reason = "`wasm_split` declares the function in the other chunk; the tool that cuts there is what defines it"
)]

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
#[cfg(feature = "ssr")]
use leptos_meta::Link;
use leptos_router::LazyRoute;

use super::{
    ActivityPage, BoardPage, DashboardPage, InstrumentPage, LeaderboardPage, MarketPage,
    OrdersPage, PortfolioPage, ProfilePage,
};
#[cfg(feature = "ssr")]
use crate::PageAssets;
use crate::components::{Icon, IconName};
use crate::language::Texts;

macro_rules! lazy_pages {
    ($($(#[$doc:meta])* $route:ident: $page:ident at $name:literal in $chunk:ident, $view:ident, $load:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $route;

            #[wasm_split($chunk, wasm_split_path = leptos::wasm_split, preload($load), fallible)]
            fn $view() -> Result<AnyView, SplitLoaderError> {
                Ok(view! { <$page/> }.into_any())
            }

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    announce(stringify!($chunk));
                    let loaded = $view().await;
                    loaded.unwrap_or_else(|_| view! { <NotLoaded/> }.into_any())
                }

                async fn preload() {
                    // Failures are retried when the page is opened.
                    $load().await.ok();
                }
            }
        )+

        /// Loads the code of the page at a path; nothing, if its code is in every page.
        ///
        /// # Errors
        ///
        /// The code could not be loaded.
        #[cfg(feature = "hydrate")]
        pub async fn load_at(path: &str) -> Result<(), SplitLoaderError> {
            match crate::paths::page_of(path) {
                $($name => $load().await,)+
                _ => Ok(()),
            }
        }

        /// Loads the code of every page, one after the other.
        #[cfg(feature = "hydrate")]
        pub async fn load_all() {
            $(<$route as LazyRoute>::preload().await;)+
        }
    };
}

lazy_pages! {
    /// `/market`
    Market: MarketPage at "market" in front, view_market, load_market;
    /// `/instruments/:symbol`
    Instrument: InstrumentPage at "instruments" in instrument, view_instrument, load_instrument;
    /// `/orders`
    Orders: OrdersPage at "orders" in orders, view_orders, load_orders;
    /// `/dashboard`
    Dashboard: DashboardPage at "dashboard" in home, view_dashboard, load_dashboard;
    /// `/portfolio`
    Portfolio: PortfolioPage at "portfolio" in own, view_portfolio, load_portfolio;
    /// `/leaderboard`
    Leaderboard: LeaderboardPage at "leaderboard" in own, view_leaderboard, load_leaderboard;
    /// `/activity`
    Activity: ActivityPage at "activity" in own, view_activity, load_activity;
    /// `/profile`
    Profile: ProfilePage at "profile" in own, view_profile, load_profile;
    /// `/games/:slug/board`
    Projector: BoardPage at "board" in board, view_board, load_board;
}

/// While the server renders: the head of the page names the code that it will need, so that the browser
/// fetches it together with the rest.
#[cfg(feature = "ssr")]
fn announce(chunk: &str) {
    let Some(assets) = use_context::<PageAssets>() else {
        return;
    };
    if let Some(file) = assets.bundles.get(chunk) {
        let address = PageAssets::address(file);
        // Creating the link registers it with the head.
        _ = view! { <Link rel="preload" href=address as_="fetch" crossorigin="anonymous"/> }
            .to_html();
    }
}

/// In the browser the code is there already, or about to be asked for.
#[cfg(not(feature = "ssr"))]
fn announce(_: &str) {}

/// Takes the place of a page whose code could not be loaded: the connection is lost, or the server
/// has been replaced by a newer one.
#[component]
fn NotLoaded() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="notice" role="alert" data-testid="not-loaded">
            <Icon name=IconName::Refresh/>
            <h1>{texts.parts_no_code()}</h1>
            <p>{texts.parts_no_code_text()}</p>
            <div class="actions">
                // An empty URL is this page's own.
                <a class="button" href="" rel="external">{texts.parts_load_again()}</a>
            </div>
        </section>
    }
}
