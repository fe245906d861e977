//! The whole page: its shell, its routes and what they share.
//!
//! Pages that only show something and send forms are plain: the server renders them, and they come
//! without WebAssembly ([`PlainApp`]). All others are in [`App`], which takes over in the browser.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{Lazy, SsrMode, path};

use crate::components::skin::Skin;
use crate::components::{
    ConnectionBanner, Footer, GameBar, Nav, SkipLink, ToastRegion, Toasts, theme,
};
#[cfg(feature = "ssr")]
use crate::game::PageCurrency;
#[cfg(feature = "ssr")]
use crate::language::{Language, TABLE_ID, Texts, live_table};
use crate::live::Live;
#[cfg(feature = "ssr")]
use crate::pages::{
    AccountPage, AchievementsPage, AlertsPage, ComparisonPage, ConfirmPage, CopyPage, DuelPage,
    DuelsPage, EditPage, EndedPage, FinalsPage, ForgottenPage, FriendsPage, GamesPage,
    GlossaryPage, HostPage, JoinPage, JournalPage, LandingPage, LoginPage, LookPage, LossesPage,
    LotsPage, LuckPage, MorePage, NewGamePage, NewOfferingPage, NotesPage,
    NotificationSettingsPage, NotificationsPage, OfferingPage, OfferingsPage, OfflinePage,
    OperatorPage, PastPuzzlePage, PlayerPage, PracticePage, ProgressPage, ProofPage, PublishPage,
    PuzzlePage, ReceiptPage, RegisterPage, ResetPage, RulesPage, RunPage, SavingsPage,
    ScenarioPage, ScenariosPage, SharedListPage, StartPage, StopMailPage, StrategiesPage,
    StrategyPage, TargetsPage, TaxesPage, TitlePage, WatchListsPage, WeekPage, WhatIfPage,
    XRayPage,
};
use crate::pages::{
    Activity, Dashboard, Instrument, Leaderboard, Market, NotFoundPage, Orders, Portfolio, Profile,
    Projector,
};
use crate::submission::RenderedOutcome;
use crate::{
    AccountChanges, CurrentGame, CurrentSession, PageAssets, paths, plain_links, reading_position,
    response,
};

/// The preview of a shared link to the game.
fn link_preview(assets: &PageAssets, written: &Written) -> impl IntoView + use<> {
    let picture = response::origin().zip(assets.link_picture());
    let picture = picture.map(|(origin, path)| {
        view! {
            {open_graph("og:image", format!("{origin}{path}"))}
            {open_graph("og:image:width", "1200")}
            {open_graph("og:image:height", "630")}
            <meta name="twitter:card" content="summary_large_image"/>
        }
    });
    view! {
        {open_graph("og:type", "website")}
        {open_graph("og:site_name", "Tickerquest")}
        {open_graph("og:title", written.title)}
        {open_graph("og:description", written.description)}
        {picture}
    }
}

/// A property of the link preview, as in the Open Graph protocol.
fn open_graph(name: &'static str, content: impl Into<String>) -> AnyView {
    leptos::html::meta()
        .attr("property", name)
        .attr("content", content.into())
        .into_any()
}

/// The document that the server sends: everything around [`App`].
#[must_use]
pub fn shell() -> impl IntoView {
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let theme = theme::chosen();
    let plain = response::path().is_some_and(|path| paths::is_plain(&path));
    let written = Written::of_page();
    let preview = link_preview(&assets, &written);
    view! {
        <!DOCTYPE html>
        <html lang=written.tag dir=written.direction data-months=written.months data-day=written.day data-currency=written.currency data-theme=theme.attribute() data-skin=Skin::chosen().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content=theme.color_scheme()/>
                <meta name="description" content=written.description/>
                {theme.bar_colours()}
                {assets.head(plain, written.tag)}
                {preview}
                {texts_of(plain)}
                <MetaTags/>
            </head>
            <body>
                {body(plain)}
            </body>
        </html>
    }
}

/// The attributes of `<html>` for language and currency, and how it calls the game where links to it are shown.
/// The script of plain pages formats days according to `data-months` and `data-day`; a page that the browser
/// takes over writes amounts in `data-currency`.
#[derive(Debug, Default)]
struct Written {
    tag: &'static str,
    direction: &'static str,
    months: String,
    day: &'static str,
    title: &'static str,
    description: &'static str,
    /// None for the dollar.
    currency: Option<String>,
}

impl Written {
    #[cfg(feature = "ssr")]
    fn of_page() -> Self {
        let language = Language::of_page();
        let texts = language.texts();
        let currency = PageCurrency::get();
        Self {
            tag: language.tag(),
            direction: language.direction(),
            months: language.months().join(" "),
            day: language.between_parts_of_a_day(),
            title: texts.preview_title(),
            description: texts.preview_description(),
            currency: (!currency.is_dollar()).then(|| currency.to_string()),
        }
    }

    #[cfg(not(feature = "ssr"))]
    fn of_page() -> Self {
        Self::default()
    }
}

#[cfg(feature = "ssr")]
fn body(plain: bool) -> AnyView {
    if plain {
        view! { <PlainApp/> }.into_any()
    } else {
        view! { <App/> }.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
fn body(_: bool) -> impl IntoView {
    view! { <App/> }
}

/// The texts of a page that the browser takes over, if it is in another language than English.
#[cfg(feature = "ssr")]
fn texts_of(plain: bool) -> impl IntoView {
    let table = live_table(Language::of_page()).filter(|_| !plain);
    table.map(|table| view! { <script r#type="text/plain" id=TABLE_ID inner_html=table></script> })
}

#[cfg(not(feature = "ssr"))]
fn texts_of(_: bool) -> impl IntoView {}

/// Provides what all pages share.
fn provide_shared() {
    #[cfg(feature = "ssr")]
    Texts::provide();
    provide_meta_context();
    RenderedOutcome::provide();
    CurrentGame::provide();
    let live = Live::provide();
    let session = CurrentSession::provide();
    live.mend(session.resource());
    Toasts::provide();
    AccountChanges::provide(session);
    session.on_player_change(move || live.reopen());
    theme::provide();
}

/// The plain pages, and what surrounds each of them.
#[cfg(feature = "ssr")]
#[component]
fn PlainApp() -> impl IntoView {
    provide_shared();
    view! {
        <Title formatter=title/>
        <Router>
            <SkipLink/>
            <Nav/>
            <GameBar/>
            <main id="main" tabindex="-1">
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/forgotten") view=ForgottenPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/reset") view=ResetPage ssr=SsrMode::Async/>
                    <Route path=path!("/account/confirm") view=ConfirmPage ssr=SsrMode::Async/>
                    <Route path=path!("/operator") view=OperatorPage ssr=SsrMode::Async/>
                    <Route path=path!("/more") view=MorePage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/more") view=MorePage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/title") view=TitlePage ssr=SsrMode::Async/>
                    <Route path=path!("/games") view=GamesPage ssr=SsrMode::Async/>
                    <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                    <Route path=path!("/start") view=StartPage ssr=SsrMode::Async/>
                    <Route path=path!("/glossary") view=GlossaryPage ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
                    <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/new") view=NewGamePage ssr=SsrMode::Async/>
                    <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async/>
                    <Route path=path!("/join/:code") view=JoinPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/host") view=HostPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/rules") view=RulesPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/finals") view=FinalsPage ssr=SsrMode::Async/>
                    <Route path=path!("/offerings") view=OfferingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/offerings") view=OfferingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/offerings/:id") view=OfferingPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/offerings/:id") view=OfferingPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/offer") view=NewOfferingPage ssr=SsrMode::Async/>
                    <Route path=path!("/savings") view=SavingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/savings") view=SavingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/savings/:id") view=ComparisonPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/savings/:id") view=ComparisonPage ssr=SsrMode::Async/>
                    <Route path=path!("/week") view=WeekPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/week") view=WeekPage ssr=SsrMode::Async/>
                    <Route path=path!("/look") view=LookPage ssr=SsrMode::Async/>
                    <Route path=path!("/achievements") view=AchievementsPage ssr=SsrMode::Async/>
                    <Route path=path!("/progress") view=ProgressPage ssr=SsrMode::Async/>
                    <Route path=path!("/watch-lists") view=WatchListsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/watch-lists") view=WatchListsPage ssr=SsrMode::Async/>
                    <Route path=path!("/watch-lists/:id") view=SharedListPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/watch-lists/:id") view=SharedListPage ssr=SsrMode::Async/>
                    <Route path=path!("/targets") view=TargetsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/targets") view=TargetsPage ssr=SsrMode::Async/>
                    <Route path=path!("/strategies") view=StrategiesPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/strategies") view=StrategiesPage ssr=SsrMode::Async/>
                    <Route path=path!("/strategies/:id") view=StrategyPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/strategies/:id") view=StrategyPage ssr=SsrMode::Async/>
                    <Route path=path!("/strategies/:id/edit") view=EditPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/strategies/:id/edit") view=EditPage ssr=SsrMode::Async/>
                    <Route path=path!("/strategies/:id/copy") view=CopyPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/strategies/:id/copy") view=CopyPage ssr=SsrMode::Async/>
                    <Route path=path!("/publish") view=PublishPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/publish") view=PublishPage ssr=SsrMode::Async/>
                    <Route path=path!("/x-ray") view=XRayPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/x-ray") view=XRayPage ssr=SsrMode::Async/>
                    <Route path=path!("/what-if") view=WhatIfPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/what-if") view=WhatIfPage ssr=SsrMode::Async/>
                    <Route path=path!("/luck") view=LuckPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/luck") view=LuckPage ssr=SsrMode::Async/>
                    <Route path=path!("/losses") view=LossesPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/losses") view=LossesPage ssr=SsrMode::Async/>
                    <Route path=path!("/taxes") view=TaxesPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/taxes") view=TaxesPage ssr=SsrMode::Async/>
                    <Route path=path!("/lots/:symbol") view=LotsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/lots/:symbol") view=LotsPage ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=NotificationsPage ssr=SsrMode::Async/>
                    <Route path=path!("/notifications/settings") view=NotificationSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/stop-mail") view=StopMailPage ssr=SsrMode::Async/>
                    <Route path=path!("/journal") view=JournalPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/journal") view=JournalPage ssr=SsrMode::Async/>
                    <Route path=path!("/notes") view=NotesPage ssr=SsrMode::Async/>
                    <Route path=path!("/alerts") view=AlertsPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/alerts") view=AlertsPage ssr=SsrMode::Async/>
                    <Route path=path!("/friends") view=FriendsPage ssr=SsrMode::Async/>
                    <Route path=path!("/players/:handle") view=PlayerPage ssr=SsrMode::Async/>
                    <Route path=path!("/players/:handle/proof") view=ProofPage ssr=SsrMode::Async/>
                    <Route path=path!("/proof") view=ReceiptPage ssr=SsrMode::Async/>
                    <Route path=path!("/practice") view=PracticePage ssr=SsrMode::Async/>
                    <Route path=path!("/puzzle") view=PuzzlePage ssr=SsrMode::Async/>
                    <Route path=path!("/puzzle/:day") view=PastPuzzlePage ssr=SsrMode::Async/>
                    <Route path=path!("/duels") view=DuelsPage ssr=SsrMode::Async/>
                    <Route path=path!("/duels/:id") view=DuelPage ssr=SsrMode::Async/>
                    <Route path=path!("/scenarios") view=ScenariosPage ssr=SsrMode::Async/>
                    <Route path=path!("/scenarios/offline") view=OfflinePage ssr=SsrMode::Async/>
                    <Route path=path!("/scenarios/:id") view=ScenarioPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/scenario") view=RunPage ssr=SsrMode::Async/>
                    <Route path=path!("/past-leaderboards") view=EndedPage ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/past-leaderboards") view=EndedPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
            <Footer/>
        </Router>
    }
}

/// The pages that the browser takes over, and what surrounds each of them.
#[component]
pub fn App() -> impl IntoView {
    provide_shared();
    reading_position::watch();
    plain_links::watch();
    view! {
        <Title formatter=title/>
        <Router>
            <SkipLink/>
            <Nav/>
            <GameBar/>
            <ConnectionBanner/>
            <FocusOnNavigation/>
            <main id="main" tabindex="-1">
                // Rendered whole before anything is sent: the page is complete without scripts.
                <FlatRoutes fallback=Elsewhere>
                    <Route path=path!("/games/:slug/board") view={Lazy::<Projector>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/market") view={Lazy::<Market>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/market") view={Lazy::<Market>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/instruments/:symbol") view={Lazy::<Instrument>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/instruments/:symbol") view={Lazy::<Instrument>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/orders") view={Lazy::<Orders>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/orders") view={Lazy::<Orders>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/dashboard") view={Lazy::<Dashboard>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/dashboard") view={Lazy::<Dashboard>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/portfolio") view={Lazy::<Portfolio>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/portfolio") view={Lazy::<Portfolio>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/leaderboard") view={Lazy::<Leaderboard>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/leaderboard") view={Lazy::<Leaderboard>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/activity") view={Lazy::<Activity>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/activity") view={Lazy::<Activity>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/profile") view={Lazy::<Profile>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/games/:slug/profile") view={Lazy::<Profile>::new()} ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
            <Footer/>
            <ToastRegion/>
        </Router>
    }
}

/// Fallback of the [`App`] router: a plain page, which the browser then loads, or not found.
#[component]
fn Elsewhere() -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    if !paths::is_plain(&path) {
        return view! { <NotFoundPage/> }.into_any();
    }
    #[cfg(feature = "client")]
    {
        let address = format!("{path}{}", location.search.get_untracked());
        _ = window().location().assign(&address);
    }
    ().into_any()
}

/// A page's title. The server writes it into the document verbatim, so anything that would end the
/// element is escaped. The browser sets it as text.
fn title(page: String) -> String {
    let page = if cfg!(feature = "ssr") {
        page.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        page
    };
    if page.is_empty() {
        "Tickerquest".to_owned()
    } else {
        format!("{page} · Tickerquest")
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
            RenderedOutcome::forget();
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_the_title() {
        let hostile = "</title><script>alert(1)</script> & Co.".to_owned();
        let escaped = "&lt;/title>&lt;script>alert(1)&lt;/script> &amp; Co. · Tickerquest";
        assert_eq!(title(hostile), escaped);
        assert_eq!(title(String::new()), "Tickerquest");
    }
}
