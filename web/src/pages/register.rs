//! Registering: a new player, or a guest who keeps everything. A plain page.

use domain::Money;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, Field, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::submission::{next_in_address, typed_before};
use crate::{CurrentSession, Submission, paths};

/// What everyone starts with in the open league, in dollars.
const STARTING_CASH: i32 = 10_000;

/// Turns a visitor or a guest into a registered player.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    let lead = texts.register_lead(texts.money(Money::from_whole(STARTING_CASH)));
    view! {
        <Title text=texts.register_title()/>
        <Load resource=session let:session>
            {match session {
                None => EitherOf3::A(view! {
                    <section class="form-page">
                        <div class="form-page-head">
                            <h1>{texts.register_head()}</h1>
                            <p>{lead.clone()}</p>
                        </div>
                        <div class="slip"><RegisterForm guest=false texts/></div>
                        <p class="form-page-other">{texts.register_already()}" "<a href="/login">{texts.login_title()}</a></p>
                    </section>
                }),
                Some(session) if session.player.guest => {
                    let lead = texts.register_keep_lead(texts.xp(session.player.xp), session.player.handle);
                    EitherOf3::B(view! {
                        <section class="form-page">
                            <div class="form-page-head">
                                <h1>{texts.register_keep_head()}</h1>
                                <p>{lead}</p>
                            </div>
                            <div class="slip"><RegisterForm guest=true texts/></div>
                        </section>
                    })
                }
                Some(session) => EitherOf3::C(view! {
                    <h1 class="visually-hidden">{texts.register_title()}</h1>
                    <EmptyState icon=IconName::Check title=texts.register_registered() text=texts.register_registered_words(session.player.handle)>
                        <a class="button" href="/market">{texts.join_market()}</a>
                    </EmptyState>
                }),
            }}
        </Load>
    }
}

/// The form for both; a guest's is sent to a different URL.
#[component]
fn RegisterForm(
    /// Whether a guest is becoming a registered player.
    guest: bool,
    texts: Texts,
) -> impl IntoView {
    let submission = Submission::new();
    let next = next_in_address(if guest { "/market" } else { paths::START });
    let (action, label) = if guest {
        ("/forms/upgrade", texts.register_keep())
    } else {
        ("/forms/register", texts.register_create())
    };
    view! {
        <FormAlert message=submission.message()/>
        <form class="form" action=action method="post">
            <input type="hidden" name="next" value=next/>
            <Field name="email" label=texts.register_email() kind="email" autocomplete="email" hint=texts.register_email_hint() value=typed_before("email") error=submission.message_of("email")/>
            <Field name="handle" label=texts.register_handle() autocomplete="username" hint=texts.register_handle_hint() value=typed_before("handle") error=submission.message_of("handle") max_length=20/>
            <Field name="password" label=texts.login_password() kind="password" autocomplete="new-password" hint=texts.register_password_hint() error=submission.message_of("password") max_length=128/>
            <button class="button button-primary" data-testid="register-submit">{label}</button>
        </form>
    }
}
