//! The account: password, second factor, e-mail address, log-ins, and its end. Plain pages, whose forms the
//! server answers.

use domain::api::{ApiError, ErrorCode, LoginView, SecondFactorSetup, SecurityView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, ErrorView, Field, IconName, Load, LocalTime};
use crate::submission::{first_value, typed_before, value_in_address};
use crate::{CurrentSession, Submission, api};

mod links;

pub use links::{ConfirmPage, ForgottenPage, ResetPage};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let session = CurrentSession::get();
    view! {
        <Title text="Account"/>
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
    view! {
        <h1>"Account"</h1>
        <EmptyState icon=IconName::Profile title="You play as a guest" text="A guest has no password and no address. Register on your profile, and you keep everything.">
            <a class="button button-primary" href="/profile">"To your profile"</a>
        </EmptyState>
    }
}

/// The success message of a form; the URL only names it, and the text is ours.
pub(super) fn done() -> impl IntoView {
    let words = match value_in_address("done").as_str() {
        "password" => "Your password is changed, and all other devices are logged out.",
        "second-factor-off" => "The second factor is off. Your password alone logs you in.",
        "mail" => {
            "An e-mail is on its way. It may take a few minutes; check your spam folder, too."
        }
        "reset" => "Your new password is set. All devices are logged out: please log in.",
        "confirmed" => "Thank you. The address is confirmed.",
        "deleted" => "Your account is deleted, and you are logged out.",
        _ => "",
    };
    (!words.is_empty())
        .then(|| view! { <p class="alert alert-good" role="status" data-testid="done">{words}</p> })
}

#[component]
fn Own() -> impl IntoView {
    let security = Resource::new(|| (), |()| api::security());
    view! {
        <header class="page-head">
            <h1>"Account"</h1>
            <p class="soft">"What protects it. Each change asks for your password, so that nobody else can make it on a device you left open."</p>
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
    let codes = typed_before("codes");
    (!codes.is_empty()).then(|| {
        let list = codes.split(' ').map(|code| view! { <li class="figure">{code.to_owned()}</li> }).collect_view();
        view! {
            <section class="card slip account-codes" aria-labelledby="codes-title" data-testid="recovery-codes">
                <h2 id="codes-title">"Your recovery codes"</h2>
                <p>"The second factor is on. Print these codes or write them down now: they are shown only here. Each works once in place of a code from your authenticator, if you lose your device."</p>
                <ul role="list">{list}</ul>
            </section>
        }
    })
}

#[component]
fn Sections(security: SecurityView) -> impl IntoView {
    let has_factor = security.second_factor;
    view! {
        <div class="account-grid">
            <section class="card" aria-labelledby="password-title">
                <h2 id="password-title">"Password"</h2>
                <p class="soft">"Changing it logs out all other devices."</p>
                <form action="/forms/password" method="post" class="form">
                    <Secret id="password-old" name="password" label="Your password" autocomplete="current-password"/>
                    <Secret id="password-new" name="new_password" label="New password" autocomplete="new-password"/>
                    {problem("/password")}
                    <button class="button">"Change password"</button>
                </form>
            </section>
            <section class="card" id="second-factor" aria-labelledby="factor-title">
                <h2 id="factor-title">"Second factor"</h2>
                {match security.pending {
                    Some(setup) => Either::Left(confirm(setup)),
                    None if has_factor => Either::Right(Either::Left(turn_off(security.recovery_codes))),
                    None => Either::Right(Either::Right(turn_on())),
                }}
            </section>
            <Email email=security.email.clone() verified=security.email_verified sends_mail=security.sends_mail/>
            <section class="card account-logins" aria-labelledby="logins-title">
                <h2 id="logins-title">"What happened lately"</h2>
                <p class="soft">"If something here was not you, change your password. " <a href="/profile">"Your profile"</a> " lists where you are logged in now."</p>
                <ul class="sessions" role="list">{security.logins.into_iter().map(login).collect_view()}</ul>
            </section>
            <Delete has_factor/>
            {security.operator.then(|| view! {
                <section class="card">
                    <h2>"You operate this server"</h2>
                    <p><a href="/operator">"How it is doing"</a></p>
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
    view! {
        <p>"With a second factor, your password alone is not enough: you also need a code from an authenticator app on your phone."</p>
        <form action="/forms/second-factor" method="post" class="form">
            <Secret id="factor-password" name="password" label="Your password" autocomplete="current-password"/>
            {problem("/second-factor")}
            <button class="button" data-testid="begin-second-factor">"Turn it on"</button>
        </form>
    }
}

fn confirm(setup: SecondFactorSetup) -> impl IntoView {
    let frame = format!("0 0 {0} {0}", setup.qr_size);
    let groups: Vec<String> = setup
        .secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    view! {
        <p>"Scan this with your authenticator app, or type the secret. Then type the six digits that it shows."</p>
        <svg class="qr account-qr" viewBox=frame role="img" aria-label="QR code for an authenticator" shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"></rect>
            <path d=setup.qr_path fill="#000"></path>
        </svg>
        <p class="figure account-secret">{groups.join(" ")}</p>
        <form action="/forms/confirm-second-factor" method="post" class="form">
            <Code id="confirm-code" label="Six digits"/>
            {problem("/confirm-second-factor")}
            <button class="button button-primary" data-testid="confirm-second-factor">"Confirm"</button>
        </form>
    }
}

fn turn_off(codes: u32) -> impl IntoView {
    view! {
        <p><strong>"It is on."</strong>{format!(" {codes} recovery codes are left.")}</p>
        <details open=was_refused("/remove-second-factor")>
            <summary>"Turn it off"</summary>
            <form action="/forms/remove-second-factor" method="post" class="form">
                <Secret id="off-password" name="password" label="Your password" autocomplete="current-password"/>
                <Code id="off-code" label="Code, or a recovery code"/>
                {problem("/remove-second-factor")}
                <button class="button">"Turn it off"</button>
            </form>
        </details>
    }
}

#[component]
fn Email(email: Option<String>, verified: bool, sends_mail: bool) -> impl IntoView {
    let state = if verified {
        " · confirmed"
    } else {
        " · not confirmed"
    };
    let submission = Submission::of_form("/email");
    let other = submission.message_of_any(&["password"]).get_untracked();
    view! {
        <section class="card" aria-labelledby="email-title">
            <h2 id="email-title">"E-mail"</h2>
            <p><strong>{email}</strong><span class="soft">{state}</span></p>
            {if sends_mail {
                Either::Left(view! {
                    {(!verified).then(|| view! {
                        <form action="/forms/verify-email" method="post">
                            {problem("/verify-email")}
                            <button class="button">"Send me a link to confirm it"</button>
                        </form>
                    })}
                    <details open=was_refused("/email")>
                        <summary>"Use another address"</summary>
                        <form action="/forms/email" method="post" class="form">
                            <Field name="email" label="New address" kind="email" autocomplete="email" value=first_value("email") error=submission.message_of("email")/>
                            <Secret id="email-password" name="password" label="Your password" autocomplete="current-password"/>
                            <p class="field-error" role="alert">{other}</p>
                            <button class="button">"Send a link there"</button>
                        </form>
                    </details>
                })
            } else {
                Either::Right(view! { <p class="soft">"This server sends no mail. If you forget your password, ask whoever runs it."</p> })
            }}
        </section>
    }
}

fn login(login: LoginView) -> impl IntoView {
    let words = match login.event.as_str() {
        "logged_in" => "Logged in",
        "registered" => "Registered",
        "login_failed" => "Somebody typed a wrong password",
        "second_factor_failed" => "Right password, but no right code",
        "password_changed" => "Password changed",
        "password_reset" => "New password by a link",
        "second_factor_on" => "Second factor turned on",
        "second_factor_off" => "Second factor turned off",
        "email_changed" => "E-mail address changed",
        "email_verified" => "E-mail address confirmed",
        _ => "Changed",
    };
    let from = login.network.map(|network| format!(" · from {network}"));
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
    view! {
        <section class="card account-delete" aria-labelledby="delete-title">
            <h2 id="delete-title">"Delete the account"</h2>
            <p class="soft">"Your name, address, password, reasons, notes, friends and this history are erased at once, for good. Your trades stay in the ledger without your name, so that the results of games you played in stay true. Games that you host keep running without a host."</p>
            <details open=was_refused("/delete-account")>
                <summary>"I want to delete it"</summary>
                <form action="/forms/delete-account" method="post" class="form">
                    <Secret id="delete-password" name="password" label="Your password" autocomplete="current-password"/>
                    {has_factor.then(|| view! { <Code id="delete-code" label="Code, or a recovery code"/> })}
                    {problem("/delete-account")}
                    <button class="button button-danger" data-testid="delete-account">"Delete my account for good"</button>
                </form>
            </details>
        </section>
    }
}
