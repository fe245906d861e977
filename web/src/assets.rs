//! The names of the built files a page loads.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Deserialize;

/// The built site, as its manifest lists it. The server provides it as a context; without one a
/// page still renders, but without styles and scripts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PageAssets {
    /// The module that starts the page.
    pub boot: String,
    /// The script that `boot` imports.
    pub script: String,
    /// The script that loads `bundles`, and later the code of other pages.
    pub loader: String,
    /// The WebAssembly that `script` runs.
    pub wasm: String,
    /// The code of each page, by the page's name: the file beside `wasm` that it needs if it is the
    /// first to be opened.
    pub bundles: BTreeMap<String, String>,
    /// The style sheet.
    pub styles: String,
    /// The chart library, loaded by the page that draws a chart.
    pub chart: String,
    /// Pictures and fonts: the name in the sources, and the name under which it is served.
    pub files: BTreeMap<String, String>,
    /// The service worker to register; none: one from earlier visits is removed.
    pub worker: String,
    /// The version, which the live connection also reports: a page of another version offers to
    /// reload itself.
    pub version: String,
}

/// The name of the file that describes the app. The server answers it in the language of the page.
pub const APP_MANIFEST: &str = "manifest.webmanifest";

/// Fonts that every page shows above the fold, loaded together with the style sheet.
const EARLY_FONTS: [&str; 2] = [
    "fonts/bricolage-grotesque.woff2",
    "fonts/atkinson-hyperlegible-next.woff2",
];

impl PageAssets {
    /// The URL of a file of the built site.
    #[must_use]
    pub fn address(name: &str) -> String {
        format!("/assets/{name}")
    }

    /// The URL of a picture, a font or a script, by its name in the sources.
    pub(crate) fn file(&self, source: &str) -> Option<String> {
        self.files.get(source).map(|name| Self::address(name))
    }

    /// The picture of the link preview.
    pub(crate) fn link_picture(&self) -> Option<String> {
        self.file("link-picture.png")
    }

    /// The URL of what a device needs to install the game as an app, in the language of a tag.
    fn app_manifest(&self, language: &str) -> Option<String> {
        let built = self.files.contains_key(APP_MANIFEST);
        built.then(|| format!("/{APP_MANIFEST}?language={language}"))
    }

    /// What the head of the page loads. A plain page needs no WebAssembly: one small script shows its times
    /// in the reader's time zone.
    pub(crate) fn head(&self, plain: bool, language: &str) -> impl IntoView + use<> {
        let given = |name: &str| (!name.is_empty()).then(|| Self::address(name));
        let live = |name: &str| given(name).filter(|_| !plain);
        let styles = given(&self.styles);
        let icon = self.file("favicon.svg");
        let touch_icon = self.file("touch-icon.png");
        let manifest = self.app_manifest(language);
        let fonts: Vec<_> = EARLY_FONTS
            .iter()
            .filter_map(|font| self.file(font))
            .collect();
        let modules: Vec<_> = [&self.boot, &self.script, &self.loader]
            .into_iter()
            .filter_map(|name| live(name))
            .collect();
        let wasm = live(&self.wasm);
        let start = if plain {
            self.file("plain.js")
        } else {
            given(&self.boot)
        };
        view! {
            {fonts.into_iter().map(|font| view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="anonymous"/> }).collect_view()}
            {styles.map(|styles| view! { <link rel="stylesheet" href=styles/> })}
            {icon.map(|icon| view! { <link rel="icon" href=icon r#type="image/svg+xml"/> })}
            {touch_icon.map(|icon| view! { <link rel="apple-touch-icon" href=icon/> })}
            {manifest.map(|manifest| view! { <link rel="manifest" href=manifest/> })}
            {modules.into_iter().map(|module| view! { <link rel="modulepreload" href=module/> }).collect_view()}
            {wasm.map(|wasm| view! { <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/> })}
            {start.map(|start| view! { <script r#type="module" src=start></script> })}
            {self.file("visit.js").map(|visit| view! { <script r#type="module" src=visit></script> })}
            <meta name="tickerquest-worker" content=self.worker.clone()/>
            <meta name="tickerquest-version" content=self.version.clone()/>
            <meta name="tickerquest-chart" content=given(&self.chart).unwrap_or_default()/>
        }
    }
}

/// The content of a `<meta>` of the page, by the name that [`PageAssets::head`] gave it.
#[cfg(feature = "client")]
fn page_meta(name: &str) -> Option<String> {
    let meta = document()
        .query_selector(&format!("meta[name='{name}']"))
        .ok()
        .flatten()?;
    meta.get_attribute("content")
        .filter(|content| !content.is_empty())
}

/// The version of the running page.
#[cfg(feature = "client")]
#[must_use]
pub fn page_version() -> Option<String> {
    page_meta("tickerquest-version")
}

/// The URL of the chart library.
#[cfg(feature = "client")]
#[must_use]
pub fn chart_address() -> Option<String> {
    page_meta("tickerquest-chart")
}
