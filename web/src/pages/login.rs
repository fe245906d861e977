//! Logging in.

use domain::api::{LoginRequest, SessionKind};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use crate::components::{Field, FormAlert};
use crate::submission::{field_value, next_in_address, value_in_address};
use crate::{CurrentSession, Submission, api};

/// Logs a player in by e-mail address or handle.
#[component]
pub fn LoginPage() -> impl IntoView {
    let submission = Submission::new();
    let session = CurrentSession::get();
    let navigate = use_navigate();
    let next = next_in_address("/market");
    let target = next.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let request = LoginRequest {
            login: field_value(&event, "login"),
            password: field_value(&event, "password"),
            session: SessionKind::Cookie,
        };
        let (navigate, target) = (navigate.clone(), target.clone());
        submission.send(async move { api::login(&request).await }, move |_| {
            session.refetch();
            navigate(&target, Default::default());
        });
    };
    let register = format!("/register?next={next}");
    view! {
        <Title text="Log in"/>
        <section class="form-page">
            <div class="form-page-head">
                <h1>"Welcome back"</h1>
                <p>"Your cash, your positions and your level are where you left them."</p>
            </div>
            <FormAlert message=submission.message()/>
            <form class="form slip" action="/forms/login" method="post" on:submit=send>
                <input type="hidden" name="next" value=next/>
                <Field name="login" label="E-mail or handle" autocomplete="username" value=value_in_address("login") error=submission.message_of("login")/>
                <Field name="password" label="Password" kind="password" autocomplete="current-password" error=submission.message_of("password") max_length=128/>
                <button class="button button-primary" data-testid="login-submit" aria-busy=move || submission.pending.get().then_some("true")>"Log in"</button>
            </form>
            <p class="form-page-other">"New here? "<a href=register>"Create an account"</a></p>
        </section>
    }
}
