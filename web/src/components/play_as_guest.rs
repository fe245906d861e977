//! The button that starts playing immediately.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{Toasts, Tone};
use crate::language::Texts;
use crate::{CurrentSession, Submission, api};

/// Starts playing without registering. A form, so that it also works without script.
#[component]
pub fn PlayAsGuest(
    /// Where to go then: a path of this site.
    #[prop(into)]
    next: String,
    /// The button's label.
    #[prop(optional)]
    label: Option<&'static str>,
) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::quiet();
    let session = CurrentSession::get();
    let toasts = Toasts::get();
    let navigate = use_navigate();
    let target = next.clone();
    Effect::new(move || {
        if let Some(error) = submission.error.get() {
            toasts.push(Tone::Bad, texts.refused(&error));
        }
    });
    let start = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (navigate, target) = (navigate.clone(), target.clone());
        submission.send(api::play_as_guest(), move |_| {
            session.refetch();
            navigate(&target, Default::default());
        });
    };
    view! {
        <form action="/forms/guest" method="post" class="inline" on:submit=start>
            <input type="hidden" name="next" value=next/>
            <button class="button button-primary" data-testid="play-guest" aria-busy=move || submission.pending.get().then_some("true")>
                {label.unwrap_or(texts.parts_guest())}
            </button>
        </form>
    }
}
