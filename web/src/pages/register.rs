//! Registering: a new player, or a guest who keeps everything.

use domain::api::{RegisterRequest, SessionKind, UpgradeRequest};
use leptos::either::EitherOf3;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use crate::components::{EmptyState, Field, FormAlert, IconName, Load};
use crate::submission::{field_value, next_in_address, value_in_address};
use crate::{CurrentSession, Submission, api, format};

/// Makes a registered player of a visitor or of a guest.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Title text="Register"/>
        <Load resource=session let:session>
            {match session {
                None => EitherOf3::A(view! {
                    <section class="form-page">
                        <div class="form-page-head">
                            <h1>"Create your account"</h1>
                            <p>"You start with $10,000 of play money in the open league."</p>
                        </div>
                        <div class="slip"><RegisterForm guest=false/></div>
                        <p class="form-page-other">"Already playing? "<a href="/login">"Log in"</a></p>
                    </section>
                }),
                Some(session) if session.player.guest => EitherOf3::B(view! {
                    <section class="form-page">
                        <div class="form-page-head">
                            <h1>"Keep what you have"</h1>
                            <p>{format!("Register, and {} of {} stays yours, with every share and every trade.", format::xp(session.player.xp), session.player.handle)}</p>
                        </div>
                        <div class="slip"><RegisterForm guest=true/></div>
                    </section>
                }),
                Some(session) => EitherOf3::C(view! {
                    <h1 class="visually-hidden">"Register"</h1>
                    <EmptyState icon=IconName::Check title="You are registered" text=format!("You are logged in as {}.", session.player.handle)>
                        <a class="button" href="/market">"To the market"</a>
                    </EmptyState>
                }),
            }}
        </Load>
    }
}

/// The form of both: a guest's is sent elsewhere.
#[component]
pub fn RegisterForm(
    /// Whether a guest is made a registered player.
    guest: bool,
) -> impl IntoView {
    let submission = Submission::new();
    let session = CurrentSession::get();
    let navigate = use_navigate();
    let next = next_in_address("/market");
    let target = next.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let field = |name| field_value(&event, name);
        let (email, handle, password) = (field("email"), field("handle"), field("password"));
        let (navigate, target) = (navigate.clone(), target.clone());
        submission.send(register(guest, email, handle, password), move |()| {
            session.refetch();
            navigate(&target, Default::default());
        });
    };
    let action = if guest {
        "/forms/upgrade"
    } else {
        "/forms/register"
    };
    view! {
        <FormAlert message=submission.message()/>
        <form class="form" action=action method="post" on:submit=send>
            <input type="hidden" name="next" value=next/>
            <Field name="email" label="E-mail" kind="email" autocomplete="email" hint="Only to log in with." value=value_in_address("email") error=submission.message_of("email") check=check_email/>
            <Field name="handle" label="Handle" autocomplete="username" hint="The name that others see: 3 to 20 letters, digits, - or _." value=value_in_address("handle") error=submission.message_of("handle") check=check_handle max_length=20/>
            <Field name="password" label="Password" kind="password" autocomplete="new-password" hint="At least 10 characters. Three words you can remember are good." error=submission.message_of("password") check=check_password max_length=128/>
            <button class="button button-primary" data-testid="register-submit" aria-busy=move || submission.pending.get().then_some("true")>
                {if guest { "Register and keep everything" } else { "Create account" }}
            </button>
        </form>
    }
}

async fn register(
    guest: bool,
    email: String,
    handle: String,
    password: String,
) -> Result<(), domain::api::ApiError> {
    if guest {
        return api::upgrade(&UpgradeRequest {
            email,
            handle,
            password,
        })
        .await
        .map(|_| ());
    }
    let request = RegisterRequest {
        email,
        handle,
        password,
        region: None,
        locale: None,
        base_currency: None,
        session: SessionKind::Cookie,
    };
    api::register(&request).await.map(|_| ())
}

// The server has the last word on all of these: they only spare a player the way to it.

fn check_email(text: &str) -> Option<String> {
    let complete = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.len() > 2);
    (!complete).then(|| "This does not look like an e-mail address yet.".into())
}

fn check_handle(text: &str) -> Option<String> {
    let length = text.chars().count();
    let stranger = text
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
    match (length, stranger) {
        (_, Some(' ')) => Some("A handle has no spaces.".into()),
        (_, Some(stranger)) => Some(format!("\u{201c}{stranger}\u{201d} cannot be in a handle.")),
        (3..=20, None) => None,
        _ => Some(format!(
            "A handle has 3 to 20 characters; this has {length}."
        )),
    }
}

fn check_password(text: &str) -> Option<String> {
    let length = text.chars().count();
    (!(10..=128).contains(&length))
        .then(|| format!("A password has at least 10 characters; this has {length}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_would_refuse_is_said_before_it_is_sent() {
        assert_eq!(check_email("ada@example.org"), None);
        assert!(check_email("ada").is_some() && check_email("@example.org").is_some());
        assert_eq!(check_handle("Ada_L-1"), None);
        assert!(check_handle("ab").is_some() && check_handle("ada lovelace").is_some());
        assert_eq!(check_password("correct horse"), None);
        assert!(check_password("short").is_some());
    }
}
