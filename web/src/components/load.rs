//! The one way that pages wait for their data.

use domain::api::ApiError;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ErrorView, PartMissing};
use crate::language::Texts;
use crate::live::Live;

/// Shows a resource: a skeleton while it loads, the error when it fails, and the page when it is
/// ready. During a reload the page stays as it is, and what failed while the server was away is
/// retried when it is back.
#[component]
pub fn Load<T, F, V>(
    /// The resource to wait for.
    resource: Resource<Result<T, ApiError>>,
    /// Shown while it loads for the first time.
    #[prop(optional, into)]
    fallback: Option<ViewFnOnce>,
    /// What is missing when part of a page fails; without it the failure affects the whole page.
    #[prop(optional)]
    part: Option<&'static str>,
    /// Renders the loaded data.
    children: F,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let fallback = fallback.unwrap_or_else(|| ViewFnOnce::from(|| view! { <Loading/> }));
    Live::get().mend(resource);
    let retry = Callback::new(move |()| resource.refetch());
    view! {
        <Transition fallback=fallback>
            {
                let place = Place::here();
                move || {
                    let (place, children) = (place.clone(), children.clone());
                    Suspend::new(async move {
                        match resource.await {
                            Ok(loaded) => Either::Left(place.render(move || children(loaded))),
                            Err(error) => Either::Right(match part {
                                Some(part) => view! { <PartMissing part retry/> }.into_any(),
                                None => view! { <ErrorView error retry/> }.into_any(),
                            }),
                        }
                    })
                }
            }
        </Transition>
    }
}

/// Where something loaded is shown. A reload disposes of the signals of the effect that rendered it,
/// although the view stays on the page until its replacement has arrived, and a price that arrives in
/// between would find them gone. Views that are rendered here keep their signals for as long as they
/// are shown.
#[derive(Debug, Clone)]
pub(crate) struct Place(Owner);

impl Place {
    /// The surrounding component.
    pub(crate) fn here() -> Self {
        Self(Owner::current().unwrap_or_default())
    }

    /// Renders a view with signals of its own.
    pub(crate) fn render<V>(&self, view: impl FnOnce() -> V) -> OwnedView<V> {
        let owner = self.0.child();
        let view = owner.with(view);
        OwnedView::new_with_owner(view, owner)
    }
}

/// A skeleton of a page that is loading.
#[component]
pub fn Loading() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">{texts.parts_loading()}</span>
            <div class="skeleton skeleton-title"></div>
            <div class="skeleton"></div>
            <div class="skeleton"></div>
            <div class="skeleton skeleton-short"></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_its_signals_until_it_is_dropped_and_no_longer_than_its_page() {
        let (page, effect) = (Owner::new(), Owner::new());
        let place = page.with(Place::here);
        let mut signals = Vec::new();
        let mut shown = || {
            let signal = || signals.push(RwSignal::new(1));
            effect.with(|| place.render(signal))
        };
        let (first, _second) = (shown(), shown());
        let held = || signals.iter().map(RwSignal::try_get_untracked);
        // The effect runs again.
        effect.cleanup();
        assert!(held().eq([Some(1), Some(1)]));
        drop(first);
        assert!(held().eq([None, Some(1)]));
        page.cleanup();
        assert!(held().eq([None, None]));
    }
}
