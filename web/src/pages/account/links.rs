//! Where links in mail lead: a new password, a confirmed address. Opening a page changes nothing, because
//! mail programs open links, too; its form does.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{Secret, done};
use crate::Submission;
use crate::components::{Field, FormAlert};
use crate::language::Texts;
use crate::response::SendsMail;
use crate::submission::{first_value, typed_before, value_in_address};

/// Requests a link to set a new password.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let way = if SendsMail::get() {
        Either::Left(view! {
            <p>{texts.account_forgotten_lead()}</p>
            {done()}
            <FormAlert message=submission.message()/>
            <form class="form slip" action="/forms/forgotten" method="post">
                <Field name="email" label=texts.account_email() kind="email" autocomplete="email" value=typed_before("email") error=submission.message_of("email")/>
                <button class="button button-primary">{texts.account_send_link()}</button>
            </form>
        })
    } else {
        Either::Right(view! { <p data-testid="no-mail">{texts.account_forgotten_no_mail()}</p> })
    };
    view! {
        <Title text=texts.account_forgotten_title()/>
        <section class="form-page">
            <div class="form-page-head"><h1>{texts.account_forgotten()}</h1></div>
            {way}
            <p class="form-page-other">{texts.account_in_class()}" " <a href="/login">{texts.account_log_in()}</a></p>
        </section>
    }
}

/// Chooses a new password by a link.
#[component]
pub fn ResetPage() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let is_done = !value_in_address("done").is_empty();
    view! {
        <Title text=texts.account_new_password()/>
        <section class="form-page">
            <div class="form-page-head"><h1>{texts.account_reset()}</h1></div>
            {done()}
            <FormAlert message=submission.message()/>
            {if is_done {
                Either::Left(view! { <p><a class="button button-primary" href="/login">{texts.account_log_in()}</a></p> })
            } else {
                Either::Right(view! {
                    <form class="form slip" action="/forms/reset-password" method="post">
                        <input type="hidden" name="token" value=first_value("token")/>
                        <Secret id="reset-password" name="new_password" label=texts.account_new_password() autocomplete="new-password"/>
                        <p class="hint">{texts.account_reset_hint()}</p>
                        <p class="field-error" role="alert">{move || submission.message_of("new_password").get()}</p>
                        <button class="button button-primary">{texts.account_reset_use()}</button>
                    </form>
                    <p class="form-page-other"><a href="/account/forgotten">{texts.account_reset_again()}</a></p>
                })
            }}
        </section>
    }
}

/// Confirms an address by a link.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let is_done = !value_in_address("done").is_empty();
    view! {
        <Title text=texts.account_confirm_title()/>
        <section class="form-page">
            <div class="form-page-head"><h1>{texts.account_confirm_head()}</h1></div>
            {done()}
            <FormAlert message=submission.message()/>
            {if is_done {
                Either::Left(view! { <p><a class="button button-primary" href="/account">{texts.account_to_account()}</a></p> })
            } else {
                Either::Right(view! {
                    <form class="form slip" action="/forms/confirm-link" method="post">
                        <input type="hidden" name="token" value=first_value("token")/>
                        <p>{texts.account_confirm_lead()}</p>
                        <button class="button button-primary">{texts.account_confirm_yes()}</button>
                    </form>
                })
            }}
        </section>
    }
}
