//! Light or dark: follows the device until the player chooses. Stored in a cookie, so that the
//! server renders the page as chosen.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, IconName};
use crate::language::Texts;

/// What the player has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Follow the device.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    fn from_text(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == text)
            .unwrap_or_default()
    }

    /// Its name in the cookie and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn label(self, texts: Texts) -> &'static str {
        match self {
            Self::Auto => texts.profile_theme_auto(),
            Self::Light => texts.profile_theme_light(),
            Self::Dark => texts.profile_theme_dark(),
        }
    }

    /// The value of `<html data-theme>`; none leaves it to the device.
    pub(crate) fn attribute(self) -> Option<&'static str> {
        (self != Self::Auto).then(|| self.as_str())
    }

    pub(crate) fn color_scheme(self) -> &'static str {
        match self {
            Self::Auto => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The colour of the browser's own bars: that of the page's paper.
    pub(crate) fn bar_colours(self) -> impl IntoView + use<> {
        const LIGHT: &str = "#e9f0e1";
        const DARK: &str = "#0c1511";
        let colour = |content: &'static str, media: &'static str| {
            let meta = leptos::html::meta()
                .attr("name", "theme-color")
                .attr("content", content);
            // The player's choice overrides the device.
            let media = (self == Self::Auto).then_some(media);
            meta.attr("media", media).into_any()
        };
        let light = (self != Self::Dark).then(|| colour(LIGHT, "(prefers-color-scheme: light)"));
        let dark = (self != Self::Light).then(|| colour(DARK, "(prefers-color-scheme: dark)"));
        view! { {light} {dark} }
    }

    /// What the toggle changes it to. The device's own setting is known only in the browser.
    fn other(self, device_is_dark: bool) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Auto if device_is_dark => Self::Light,
            Self::Auto | Self::Light => Self::Dark,
        }
    }
}

/// The theme of the page, shared by everything that changes it.
#[derive(Debug, Clone, Copy)]
struct CurrentTheme(RwSignal<Theme>);

/// Provides the theme to all components below.
pub(crate) fn provide() {
    provide_context(CurrentTheme(RwSignal::new(chosen())));
}

fn current() -> RwSignal<Theme> {
    use_context::<CurrentTheme>()
        .map_or_else(|| RwSignal::new(chosen()), |CurrentTheme(theme)| theme)
}

/// The theme according to the request or, in the browser, the page.
pub(crate) fn chosen() -> Theme {
    #[cfg(feature = "ssr")]
    let text = crate::response::request_cookie("theme");
    #[cfg(feature = "client")]
    let text = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"));
    #[cfg(not(any(feature = "ssr", feature = "client")))]
    let text: Option<String> = None;
    text.map_or(Theme::Auto, |text| Theme::from_text(&text))
}

/// Switches between light and dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let theme = current();
    let path = use_location().pathname;
    let switch = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = theme.get_untracked().other(device_is_dark());
        theme.set(chosen);
        apply(chosen);
    };
    view! {
        <form action="/forms/theme" method="post" class="inline" on:submit=switch>
            <input type="hidden" name="next" value=move || path.get()/>
            <input type="hidden" name="theme" value=move || theme.get().other(false).as_str()/>
            <button class="button-icon" data-testid="theme-toggle" title=Texts::get().profile_light_or_dark() aria-label=Texts::get().nav_theme()>
                <span class="only-light"><Icon name=IconName::Moon/></span>
                <span class="only-dark"><Icon name=IconName::Sun/></span>
            </button>
        </form>
    }
}

/// All three choices.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let texts = Texts::get();
    let theme = current();
    let option = move |choice: Theme| {
        let pick = move |_| {
            theme.set(choice);
            apply(choice);
        };
        view! {
            <button
                name="theme"
                value=choice.as_str()
                class="segment"
                aria-pressed=move || if theme.get() == choice { "true" } else { "false" }
                on:click=pick
            >
                {choice.label(texts)}
            </button>
        }
    };
    view! {
        <form action="/forms/theme" method="post" on:submit=|event| event.prevent_default()>
            <input type="hidden" name="next" value="/profile"/>
            <div class="segments" role="group" aria-label=texts.profile_theme()>{Theme::ALL.map(option)}</div>
        </form>
    }
}

#[cfg(feature = "client")]
fn device_is_dark() -> bool {
    window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

#[cfg(not(feature = "client"))]
fn device_is_dark() -> bool {
    false
}

/// Shows the theme and remembers it for a year.
#[cfg(feature = "client")]
fn apply(theme: Theme) {
    use wasm_bindgen::JsCast;
    let document = document();
    if let Some(root) = document.document_element() {
        _ = match theme.attribute() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Ok(document) = document.dyn_into::<web_sys::HtmlDocument>() {
        let age = if theme == Theme::Auto { 0 } else { 31_536_000 };
        _ = document.set_cookie(&format!(
            "theme={}; Path=/; Max-Age={age}; SameSite=Lax",
            theme.as_str()
        ));
    }
}

#[cfg(not(feature = "client"))]
fn apply(theme: Theme) {
    let _ = theme;
}
