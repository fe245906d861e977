//! Where links in mail lead: a new password, a confirmed address. Opening a page changes nothing, because
//! mail programs open links, too; its form does.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Secret, done};
use crate::Submission;
use crate::components::{Field, FormAlert};
use crate::submission::{first_value, typed_before, value_in_address};

/// Requests a link to set a new password.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let submission = Submission::new();
    view! {
        <Title text="Forgotten password"/>
        <section class="form-page">
            <div class="form-page-head">
                <h1>"Forgotten your password?"</h1>
                <p>"Type the address you registered with. If a player has it, we send a link for a new password there. It works for half an hour."</p>
            </div>
            {done()}
            <FormAlert message=submission.message()/>
            <form class="form slip" action="/forms/forgotten" method="post">
                <Field name="email" label="E-mail" kind="email" autocomplete="email" value=typed_before("email") error=submission.message_of("email")/>
                <button class="button button-primary">"Send me a link"</button>
            </form>
            <p class="form-page-other">"In a class? Your teacher gives you new recovery words. " <a href="/login">"Log in"</a></p>
        </section>
    }
}

/// Chooses a new password by a link.
#[component]
pub fn ResetPage() -> impl IntoView {
    let submission = Submission::new();
    let is_done = !value_in_address("done").is_empty();
    view! {
        <Title text="New password"/>
        <section class="form-page">
            <div class="form-page-head"><h1>"A new password"</h1></div>
            {done()}
            <FormAlert message=submission.message()/>
            {if is_done {
                Either::Left(view! { <p><a class="button button-primary" href="/login">"Log in"</a></p> })
            } else {
                Either::Right(view! {
                    <form class="form slip" action="/forms/reset-password" method="post">
                        <input type="hidden" name="token" value=first_value("token")/>
                        <Secret id="reset-password" name="new_password" label="New password" autocomplete="new-password"/>
                        <p class="hint">"10 characters or more. Three words of your own are better than one with symbols in it."</p>
                        <p class="field-error" role="alert">{move || submission.message_of("new_password").get()}</p>
                        <button class="button button-primary">"Use this password"</button>
                    </form>
                    <p class="form-page-other"><a href="/account/forgotten">"Ask for another link"</a></p>
                })
            }}
        </section>
    }
}

/// Confirms an address by a link.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let submission = Submission::new();
    let is_done = !value_in_address("done").is_empty();
    view! {
        <Title text="Your address"/>
        <section class="form-page">
            <div class="form-page-head"><h1>"Is this your address?"</h1></div>
            {done()}
            <FormAlert message=submission.message()/>
            {if is_done {
                Either::Left(view! { <p><a class="button button-primary" href="/account">"To your account"</a></p> })
            } else {
                Either::Right(view! {
                    <form class="form slip" action="/forms/confirm-link" method="post">
                        <input type="hidden" name="token" value=first_value("token")/>
                        <p>"You came here from a link in an e-mail. Confirm that the address it was sent to is yours."</p>
                        <button class="button button-primary">"Yes, it is mine"</button>
                    </form>
                })
            }}
        </section>
    }
}
