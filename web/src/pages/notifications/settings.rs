//! What a player is notified of, and where: one line per kind, and the quiet hours.

use domain::api::{ChannelChoice, NotificationSettings};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::{Submission, typed_before, value_in_address};
use crate::{api, paths};

/// The page. Its form is a plain one that leads back to it.
#[component]
pub fn NotificationSettingsPage() -> impl IntoView {
    let texts = Texts::get();
    let settings = Resource::new(|| (), |()| api::notification_settings());
    let message = Submission::new().message_of_any(&["quiet_from", "quiet_until"]);
    view! {
        <Title text=texts.notices_settings()/>
        {(value_in_address("done") == "saved").then(|| view! {
            <p class="alert alert-good" role="status" data-testid="done">{texts.notices_saved()}</p>
        })}
        <FormAlert message/>
        <Load resource=settings let:settings>
            <header class="page-head">
                <h1>{texts.notices_settings()}</h1>
                <p class="soft">{texts.notices_settings_lead()}</p>
            </header>
            <Choices settings/>
        </Load>
        <p class="page-links"><a href=paths::NOTIFICATIONS>{texts.notices_back()}</a></p>
    }
}

#[component]
fn Choices(settings: NotificationSettings) -> impl IntoView {
    let texts = Texts::get();
    let mails = settings.mail_available && settings.mail_to.is_some();
    let about_mail = match (&settings.mail_to, settings.mail_available) {
        (_, false) => texts.notices_no_mail().to_owned(),
        (None, true) => texts.notices_register_mail().to_owned(),
        (Some(address), true) => texts.notices_mail_to(address),
    };
    let time = |name: &'static str, label: &'static str, known: Option<String>| {
        let typed = typed_before(name);
        let value = if typed.is_empty() {
            known.unwrap_or_default()
        } else {
            typed
        };
        view! {
            <p class="quiet-time">
                <label for=name>{label}</label>
                <input id=name name=name type="time" value=value/>
            </p>
        }
    };
    let quiet = mails.then(|| {
        view! {
            <fieldset class="quiet">
                <legend>{texts.notices_quiet()}</legend>
                <p class="soft">{texts.notices_quiet_words()}</p>
                <div class="quiet-times">
                    {time("quiet_from", texts.notices_from(), settings.quiet_from.clone())}
                    {time("quiet_until", texts.notices_until(), settings.quiet_until.clone())}
                </div>
            </fieldset>
        }
    });
    view! {
        <form class="card notice-settings" action="/forms/notification-settings" method="post">
            <table class="notice-choices">
                <thead>
                    <tr>
                        <th scope="col">{texts.notices_when()}</th>
                        <th scope="col">{texts.notices_in_game()}</th>
                        {mails.then(|| view! { <th scope="col">{texts.notices_by_mail()}</th> })}
                    </tr>
                </thead>
                <tbody>
                    {settings.kinds.into_iter().map(|choice| view! { <Line choice mails/> }).collect_view()}
                </tbody>
            </table>
            <p class="soft">{about_mail}</p>
            {quiet}
            <button class="button button-primary" data-testid="save-notifications">{texts.notices_save()}</button>
        </form>
    }
}

#[component]
fn Line(choice: ChannelChoice, mails: bool) -> impl IntoView {
    let texts = Texts::get();
    let kind = choice.kind;
    let tick = |channel: &str, label: &str, ticked: bool| {
        let name = format!("{channel}-{}", kind.as_str());
        let label = format!("{}: {label}", texts.said(kind.label()));
        view! {
            <td><label class="tick"><input type="checkbox" name=name value="true" checked=ticked aria-label=label/></label></td>
        }
    };
    view! {
        <tr>
            <th scope="row">{texts.said(kind.label())}</th>
            {tick("app", texts.notices_tick_game(), choice.app)}
            {mails.then(|| tick("mail", texts.notices_tick_mail(), choice.mail))}
        </tr>
    }
}
