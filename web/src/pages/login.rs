//! Logging in. A plain page: it loads instantly, in the language of the returning player.

use domain::api::ErrorCode;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Field, FormAlert};
use crate::language::Texts;
use crate::submission::{next_in_address, typed_before};
use crate::{CurrentSession, Submission, address};

/// Logs a player in by e-mail address or handle.
#[component]
pub fn LoginPage() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let next = next_in_address("/dashboard");
    let again = next.clone();
    let register = address::and_then("/register", &next);
    let error = submission.error.get_untracked();
    let loses_guest = error
        .as_ref()
        .is_some_and(|error| error.code == ErrorCode::GuestWouldBeLost);
    let needs_code = error.is_some_and(|error| {
        error.code == ErrorCode::SecondFactorRequired || error.message_of("code").is_some()
    });
    view! {
        <Title text=texts.login_title()/>
        <section class="form-page">
            <div class="form-page-head">
                <h1>{texts.login_head()}</h1>
                <p>{texts.login_lead()}</p>
            </div>
            <FormAlert message=submission.message()/>
            <AlreadyIn texts/>
            <form class="form slip" action="/forms/login" method="post">
                <input type="hidden" name="next" value=next/>
                <Field name="login" label=texts.login_name() autocomplete="username" value=typed_before("login") error=submission.message_of("login")/>
                <Field name="password" label=texts.login_password() kind="password" autocomplete="current-password" error=submission.message_of("password") max_length=128/>
                {needs_code.then(|| view! {
                    <Field name="code" label=texts.login_code() autocomplete="one-time-code" error=submission.message_of("code") max_length=20/>
                })}
                {loses_guest.then(|| view! {
                    <p><a href="/register">{texts.login_keep()}</a></p>
                    <label class="tick">
                        <input type="checkbox" name="leave_guest" value="true"/>
                        <span>{texts.login_leave()}</span>
                    </label>
                })}
                <button class="button button-primary" data-testid="login-submit">{texts.login_title()}</button>
            </form>
            <Recover next=again texts/>
            <p class="form-page-other"><a href="/account/forgotten">{texts.login_forgotten()}</a></p>
            <p class="form-page-other">{texts.login_new()}" "<a href=register>{texts.login_create()}</a></p>
        </section>
    }
}

/// Tells a player who is logged in that this is so. Logging in as someone else stays possible.
#[component]
fn AlreadyIn(texts: Texts) -> impl IntoView {
    let session = CurrentSession::get().resource();
    let told = move || {
        Suspend::new(async move {
            let session = session.await.ok().flatten();
            session.map(|session| {
                let words = texts.register_registered_words(session.player.handle);
                view! {
                    <p data-testid="already-in">{words}" "<a href="/dashboard">{texts.login_to_dashboard()}</a></p>
                }
            })
        })
    };
    view! { <Suspense fallback=|| ()>{told}</Suspense> }
}

/// Recovers a guest's account, by recovery words.
#[component]
fn Recover(
    /// Where to go then: a path of this site.
    next: String,
    texts: Texts,
) -> impl IntoView {
    let submission = Submission::new();
    let handle = typed_before("handle");
    // After a failure the form is open, so that its errors are seen.
    let open = !handle.is_empty();
    view! {
        <details class="recover" open=open>
            <summary>{texts.login_guest()}</summary>
            <form class="form" action="/forms/recover" method="post">
                <input type="hidden" name="next" value=next/>
                <Field name="handle" label=texts.login_guest_handle() autocomplete="off" value=handle error=submission.message_of("handle")/>
                <Field name="words" label=texts.login_words() autocomplete="off" error=submission.message_of("words")/>
                <button class="button" data-testid="recover-submit">{texts.login_find()}</button>
            </form>
        </details>
    }
}
