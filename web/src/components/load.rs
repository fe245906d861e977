//! The one way that pages wait for their data.

use domain::api::ApiError;
use leptos::either::Either;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ErrorView, PartMissing};
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
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(loaded) => Either::Left(children(loaded)),
                        Err(error) => Either::Right(match part {
                            Some(part) => view! { <PartMissing part retry/> }.into_any(),
                            None => view! { <ErrorView error retry/> }.into_any(),
                        }),
                    }
                })
            }}
        </Transition>
    }
}

/// A skeleton of a page that is loading.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">"Loading"</span>
            <div class="skeleton skeleton-title"></div>
            <div class="skeleton"></div>
            <div class="skeleton"></div>
            <div class="skeleton skeleton-short"></div>
        </div>
    }
}
