//! How a guest logs out: with a confirmation, because nobody can log in as a guest.

use domain::api::RecoveryWords;
use leptos::either::Either;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::{FormAlert, Icon, IconName};
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{Submission, api};

/// Offers to keep the account, then recovery words, then the way out. Works without script.
#[component]
pub(super) fn LeaveAsGuest() -> impl IntoView {
    let texts = Texts::get();
    let before = Some(typed_before("words")).filter(|words| !words.is_empty());
    let opened = before.is_some();
    let words = RwSignal::new(before.map(|words| (typed_before("handle"), words)));
    view! {
        <details class="leave" open=opened>
            <summary data-testid="leave-guest"><Icon name=IconName::Leave/>{texts.profile_log_out()}</summary>
            <p class="soft">
                {texts.profile_leave()}" "
                <a href="/register">{texts.profile_leave_register()}</a>
                {texts.profile_leave_or()}
            </p>
            {move || match words.get() {
                Some((handle, words)) => Either::Left(view! { <Words handle words/> }),
                None => Either::Right(view! { <GiveWords words/> }),
            }}
            <form action="/forms/logout" method="post">
                <input type="hidden" name="leave_guest" value="true"/>
                <button class="button button-quiet button-small" data-testid="logout">{texts.profile_leave_guest()}</button>
            </form>
        </details>
    }
}

#[component]
fn Words(handle: String, words: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <dl class="facts" data-testid="recovery-words">
            <div><dt>{texts.profile_handle()}</dt><dd>{handle}</dd></div>
            <div><dt>{texts.profile_words()}</dt><dd><strong>{words}</strong></dd></div>
        </dl>
        <p class="soft">{texts.profile_words_once()}</p>
    }
}

#[component]
fn GiveWords(words: RwSignal<Option<(String, String)>>) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::quiet();
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        submission.send(api::recovery_words(), move |given: RecoveryWords| {
            words.set(Some((given.handle, given.words)));
        });
    };
    view! {
        <FormAlert message=submission.message()/>
        <form action="/forms/recovery-words" method="post" on:submit=ask>
            <button class="button button-small" data-testid="give-words" aria-busy=move || submission.pending.get().then_some("true")>
                {texts.profile_give_words()}
            </button>
        </form>
    }
}
