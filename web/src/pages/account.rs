//! The account: password, second factor, e-mail address, log-ins, and its end. Plain pages, whose forms the
//! server answers.

use domain::api::{ApiError, ErrorCode, LoginView, SecondFactorSetup, SecurityView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, ErrorView, Field, IconName, Load, LocalTime};
use crate::language::Texts;
use crate::submission::{first_value, typed_before, value_in_address};
use crate::{CurrentSession, Submission, api};

mod links;

pub use links::{ConfirmPage, ForgottenPage, ResetPage};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get();
    view! {
        <Title text=texts.account_title()/>
        <Load resource=session.resource() let:session>
            {match session {
                Some(session) if session.player.guest => Either::Left(Either::Left(guest())),
                Some(_) => Either::Left(Either::Right(view! { <Own/> })),
                None => Either::Right(view! { <ErrorView error=ApiError::new(ErrorCode::Unauthorized, "")/> }),
            }}
        </Load>
    }
}

fn guest() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <h1>{texts.account_title()}</h1>
        <EmptyState icon=IconName::Profile title=texts.account_guest() text=texts.account_guest_lead()>
            <a class="button button-primary" href="/profile">{texts.account_to_profile()}</a>
        </EmptyState>
    }
}

/// The success message of a form; the URL only names it, and the text is ours.
pub(super) fn done() -> impl IntoView {
    let texts = Texts::get();
    let words = match value_in_address("done").as_str() {
        "password" => texts.account_done_password(),
        "second-factor-off" => texts.account_done_factor_off(),
        "mail" => texts.account_done_mail(),
        "reset" => texts.account_done_reset(),
        "confirmed" => texts.account_done_confirmed(),
        "deleted" => texts.account_done_deleted(),
        _ => "",
    };
    (!words.is_empty())
        .then(|| view! { <p class="alert alert-good" role="status" data-testid="done">{words}</p> })
}

#[component]
fn Own() -> impl IntoView {
    let texts = Texts::get();
    let security = Resource::new(|| (), |()| api::security());
    view! {
        <header class="page-head">
            <h1>{texts.account_title()}</h1>
            <p class="soft">{texts.account_lead()}</p>
        </header>
        {done()}
        <Codes/>
        <Load resource=security let:security>
            <Sections security/>
        </Load>
    }
}

/// The recovery codes that have just been made.
#[component]
fn Codes() -> impl IntoView {
    let texts = Texts::get();
    let codes = typed_before("codes");
    (!codes.is_empty()).then(|| {
        let list = codes.split(' ').map(|code| view! { <li class="figure">{code.to_owned()}</li> }).collect_view();
        view! {
            <section class="card slip account-codes" aria-labelledby="codes-title" data-testid="recovery-codes">
                <h2 id="codes-title">{texts.account_codes()}</h2>
                <p>{texts.account_codes_lead()}</p>
                <ul role="list">{list}</ul>
            </section>
        }
    })
}

#[component]
fn Sections(security: SecurityView) -> impl IntoView {
    let texts = Texts::get();
    let has_factor = security.second_factor;
    view! {
        <div class="account-grid">
            <section class="card" aria-labelledby="password-title">
                <h2 id="password-title">{texts.account_password()}</h2>
                <p class="soft">{texts.account_password_lead()}</p>
                <form action="/forms/password" method="post" class="form">
                    <Secret id="password-old" name="password" label=texts.account_your_password() autocomplete="current-password"/>
                    <Secret id="password-new" name="new_password" label=texts.account_new_password() autocomplete="new-password"/>
                    {problem("/password")}
                    <button class="button">{texts.account_change_password()}</button>
                </form>
            </section>
            <section class="card" id="second-factor" aria-labelledby="factor-title">
                <h2 id="factor-title">{texts.account_factor()}</h2>
                {match security.pending {
                    Some(setup) => Either::Left(confirm(setup)),
                    None if has_factor => Either::Right(Either::Left(turn_off(security.recovery_codes))),
                    None => Either::Right(Either::Right(turn_on())),
                }}
            </section>
            <Email email=security.email.clone() verified=security.email_verified sends_mail=security.sends_mail/>
            <section class="card account-logins" aria-labelledby="logins-title">
                <h2 id="logins-title">{texts.account_lately()}</h2>
                <p class="soft">{texts.account_lately_lead()}" "<a href="/profile">{texts.account_sessions()}</a></p>
                <ul class="sessions" role="list">{security.logins.into_iter().map(login).collect_view()}</ul>
            </section>
            <Delete has_factor/>
            {security.operator.then(|| view! {
                <section class="card">
                    <h2>{texts.account_operate()}</h2>
                    <p><a href="/operator">{texts.account_operate_link()}</a></p>
                </section>
            })}
        </div>
    }
}

/// The error of one of the page's forms, beside its button.
fn problem(form: &str) -> impl IntoView + use<> {
    let told = Submission::of_form(form).told();
    told.map(
        |told| view! { <p class="field-error" role="alert" data-testid="form-error">{told}</p> },
    )
}

/// Whether one of the page's forms was refused, so that the section around it stays open.
fn was_refused(form: &str) -> bool {
    Submission::of_form(form).told().is_some()
}

/// A password field. Several forms on the page have one with the same name.
#[component]
pub(super) fn Secret(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=name type="password" autocomplete=autocomplete maxlength="128" required/>
        </div>
    }
}

/// Six digits of an authenticator.
#[component]
fn Code(id: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required/>
        </div>
    }
}

fn turn_on() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <p>{texts.account_factor_lead()}</p>
        <form action="/forms/second-factor" method="post" class="form">
            <Secret id="factor-password" name="password" label=texts.account_your_password() autocomplete="current-password"/>
            {problem("/second-factor")}
            <button class="button" data-testid="begin-second-factor">{texts.account_turn_on()}</button>
        </form>
    }
}

fn confirm(setup: SecondFactorSetup) -> impl IntoView {
    let texts = Texts::get();
    let frame = format!("0 0 {0} {0}", setup.qr_size);
    let groups: Vec<String> = setup
        .secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    view! {
        <p>{texts.account_factor_scan()}</p>
        <svg class="qr account-qr" viewBox=frame role="img" aria-label=texts.account_qr() shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"></rect>
            <path d=setup.qr_path fill="#000"></path>
        </svg>
        <p class="figure account-secret">{groups.join(" ")}</p>
        <form action="/forms/confirm-second-factor" method="post" class="form">
            <Code id="confirm-code" label=texts.account_six_digits()/>
            {problem("/confirm-second-factor")}
            <button class="button button-primary" data-testid="confirm-second-factor">{texts.account_confirm()}</button>
        </form>
    }
}

fn turn_off(codes: u32) -> impl IntoView {
    let texts = Texts::get();
    let left = if texts.language().is_singular(codes.into()) {
        texts.account_code_left(codes)
    } else {
        texts.account_codes_left(codes)
    };
    view! {
        <p><strong>{texts.account_is_on()}</strong>" "{left}</p>
        <details open=was_refused("/remove-second-factor")>
            <summary>{texts.account_turn_off()}</summary>
            <form action="/forms/remove-second-factor" method="post" class="form">
                <Secret id="off-password" name="password" label=texts.account_your_password() autocomplete="current-password"/>
                <Code id="off-code" label=texts.account_code_or()/>
                {problem("/remove-second-factor")}
                <button class="button">{texts.account_turn_off()}</button>
            </form>
        </details>
    }
}

#[component]
fn Email(email: Option<String>, verified: bool, sends_mail: bool) -> impl IntoView {
    let texts = Texts::get();
    let state = if verified {
        texts.account_email_confirmed()
    } else {
        texts.account_email_open()
    };
    let submission = Submission::of_form("/email");
    let other = submission.message_of_any(&["password"]).get_untracked();
    view! {
        <section class="card" aria-labelledby="email-title">
            <h2 id="email-title">{texts.account_email()}</h2>
            <p><strong>{email}</strong><span class="soft">" "{state}</span></p>
            {if sends_mail {
                Either::Left(view! {
                    {(!verified).then(|| view! {
                        <form action="/forms/verify-email" method="post">
                            {problem("/verify-email")}
                            <button class="button">{texts.account_email_send()}</button>
                        </form>
                    })}
                    <details open=was_refused("/email")>
                        <summary>{texts.account_email_other()}</summary>
                        <form action="/forms/email" method="post" class="form">
                            <Field name="email" label=texts.account_email_new() kind="email" autocomplete="email" value=first_value("email") error=submission.message_of("email")/>
                            <Secret id="email-password" name="password" label=texts.account_your_password() autocomplete="current-password"/>
                            <p class="field-error" role="alert">{other}</p>
                            <button class="button">{texts.account_email_link()}</button>
                        </form>
                    </details>
                })
            } else {
                Either::Right(view! { <p class="soft">{texts.account_no_mail()}</p> })
            }}
        </section>
    }
}

fn login(login: LoginView) -> impl IntoView {
    let texts = Texts::get();
    let words = match login.event.as_str() {
        "logged_in" => texts.account_event_in(),
        "registered" => texts.account_event_registered(),
        "login_failed" => texts.account_event_failed(),
        "second_factor_failed" => texts.account_event_factor_failed(),
        "password_changed" => texts.account_event_password(),
        "password_reset" => texts.account_event_reset(),
        "second_factor_on" => texts.account_event_factor_on(),
        "second_factor_off" => texts.account_event_factor_off(),
        "email_changed" => texts.account_event_email(),
        "email_verified" => texts.account_event_verified(),
        _ => texts.account_event_other(),
    };
    let from = login
        .network
        .map(|network| format!(" {}", texts.account_event_from(network)));
    view! {
        <li>
            <div>
                <p class="session-device" title=login.device>{words}</p>
                <p class="soft"><small><LocalTime at=login.at/>{from}</small></p>
            </div>
        </li>
    }
}

#[component]
fn Delete(has_factor: bool) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="card account-delete" aria-labelledby="delete-title">
            <h2 id="delete-title">{texts.account_delete()}</h2>
            <p class="soft">{texts.account_delete_lead()}</p>
            <details open=was_refused("/delete-account")>
                <summary>{texts.account_delete_open()}</summary>
                <form action="/forms/delete-account" method="post" class="form">
                    <Secret id="delete-password" name="password" label=texts.account_your_password() autocomplete="current-password"/>
                    {has_factor.then(|| view! { <Code id="delete-code" label=texts.account_code_or()/> })}
                    {problem("/delete-account")}
                    <button class="button button-danger" data-testid="delete-account">{texts.account_delete_yes()}</button>
                </form>
            </details>
        </section>
    }
}
