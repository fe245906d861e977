//! What is told about an instrument below its ticket. None of it changes while the page is open, so the
//! server alone renders it, and the WebAssembly has no code for it. A browser that comes from another page
//! takes it from the page that the server would have sent.

use domain::Symbol;
use leptos::prelude::*;

#[cfg(not(feature = "ssr"))]
use crate::components::PartMissing;
#[cfg(feature = "hydrate")]
use crate::components::put_in_own_zone;
#[cfg(not(feature = "ssr"))]
use crate::language::Texts;
#[cfg(not(feature = "ssr"))]
use crate::{CurrentGame, api, paths};

/// What stands before and after it in the page.
const MARKS: (&str, &str) = ("<!--words-->", "<!--/words-->");

/// The place of the words.
#[cfg(feature = "ssr")]
#[component]
pub(super) fn Words(symbol: Symbol) -> impl IntoView {
    _ = symbol;
    let html = use_context::<Told>().map(|told| told.html());
    let html = format!("{}{}{}", MARKS.0, html.unwrap_or_default(), MARKS.1);
    view! { <div class="instrument-words" inner_html=html></div> }
}

/// The place of the words, filled already in a page that the server has rendered.
#[cfg(not(feature = "ssr"))]
#[component]
pub(super) fn Words(symbol: Symbol) -> impl IntoView {
    let address = paths::instrument(CurrentGame::get(), symbol);
    let place = NodeRef::<leptos::html::Div>::new();
    let missing = RwSignal::new(false);
    let fetch = Callback::new(move |()| {
        let address = address.clone();
        leptos::task::spawn_local(async move {
            let page = api::page(address).await;
            let words = page.ok().and_then(|page| within(&page).map(str::to_owned));
            _ = missing.try_set(words.is_none());
            if let (Some(place), Some(words)) = (place.try_get_untracked().flatten(), words) {
                place.set_inner_html(&words);
                #[cfg(feature = "hydrate")]
                put_in_own_zone(&place);
            }
        });
    });
    Effect::new(move || {
        let Some(place) = place.get() else {
            return;
        };
        if place.first_element_child().is_none() {
            fetch.run(());
        }
        #[cfg(feature = "hydrate")]
        put_in_own_zone(&place);
    });
    let part = Texts::get().instrument_figures();
    view! {
        <div class="instrument-words" node_ref=place></div>
        {move || missing.get().then(|| view! { <PartMissing part retry=fetch/> })}
    }
}

/// The words in a page.
#[cfg(any(test, not(feature = "ssr")))]
fn within(page: &str) -> Option<&str> {
    let (_, after) = page.split_once(MARKS.0)?;
    after.split_once(MARKS.1).map(|(words, _)| words)
}

#[cfg(feature = "ssr")]
mod told {
    use std::sync::{Arc, Mutex};

    use domain::api::{ApiError, InstrumentDetail};
    use leptos::prelude::*;

    use super::super::Shown;
    use super::super::about::{About, News};
    use super::super::actions::{Actions, Earnings};
    use super::super::compare::{Compare, Compared};
    use super::super::figures::Figures;
    use crate::candles::Range;
    use crate::{CurrentGame, api};

    /// What the page being rendered tells.
    #[derive(Debug, Clone)]
    pub(in super::super) struct Told(Arc<Mutex<Option<(InstrumentDetail, Compared)>>>);

    impl Told {
        /// Provides a slot for it in the surrounding page.
        pub(in super::super) fn provide() -> Self {
            let told = Self(Arc::default());
            provide_context(told.clone());
            told
        }

        /// Loads an instrument, and the one to compare it with.
        pub(in super::super) async fn load(
            &self,
            (game, symbol): (CurrentGame, &str),
            other: String,
            range: Range,
        ) -> Result<Shown, ApiError> {
            let detail: InstrumentDetail = api::instrument(&game.slug(), symbol).await?;
            let own = detail.instrument.symbol;
            let compared = Compared::load(game, own, other, range).await;
            let shown = Shown {
                instrument: detail.instrument.clone(),
                leaving: detail.leaving.clone(),
                live: detail.live.clone(),
            };
            if let Ok(mut told) = self.0.lock() {
                *told = Some((detail, compared));
            }
            Ok(shown)
        }

        /// All of it. A page may be rendered more than once.
        pub(super) fn html(&self) -> String {
            let told = self.0.lock().ok().and_then(|told| told.clone());
            let Some((detail, compared)) = told else {
                return String::new();
            };
            let symbol = detail.instrument.symbol;
            view! {
                <About detail=detail.clone()/>
                <Figures row=detail.instrument.clone() figures=detail.figures.clone()/>
                <Earnings symbol earnings=detail.earnings/>
                <Actions symbol actions=detail.actions figures=detail.figures/>
                <Compare compared/>
                <News news=detail.news/>
            }
            .to_html()
        }
    }
}

#[cfg(feature = "ssr")]
pub(super) use told::Told;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_what_stands_between_the_marks() {
        let page = format!("<main>{}<p>Bread</p>{}</main>", MARKS.0, MARKS.1);
        assert_eq!(within(&page), Some("<p>Bread</p>"));
        assert_eq!(within("<main></main>"), None);
    }
}
