//! What a player is notified of, and where: one line per kind, and the quiet hours.

use domain::api::{ChannelChoice, NotificationSettings};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load};
use crate::submission::{Submission, typed_before, value_in_address};
use crate::{api, paths};

/// The page. Its form is a plain one that leads back to it.
#[component]
pub fn NotificationSettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| api::notification_settings());
    let message = Submission::new().message_of_any(&["quiet_from", "quiet_until"]);
    view! {
        <Title text="Notification settings"/>
        {(value_in_address("done") == "saved").then(|| view! {
            <p class="alert alert-good" role="status" data-testid="done">"Saved."</p>
        })}
        <FormAlert message/>
        <Load resource=settings let:settings>
            <header class="page-head">
                <h1>"Notification settings"</h1>
                <p class="soft">"Tick what you want to hear about, and where."</p>
            </header>
            <Choices settings/>
        </Load>
        <p class="page-links"><a href=paths::NOTIFICATIONS>"Back to your notifications"</a></p>
    }
}

#[component]
fn Choices(settings: NotificationSettings) -> impl IntoView {
    let mails = settings.mail_available && settings.mail_to.is_some();
    let about_mail = match (&settings.mail_to, settings.mail_available) {
        (_, false) => "This server sends no mail.".to_owned(),
        (None, true) => "Register with an e-mail address to get e-mails.".to_owned(),
        (Some(address), true) => {
            format!("E-mails go to {address}. Each has a link that stops e-mails of its kind.")
        }
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
                <legend>"Quiet hours"</legend>
                <p class="soft">"No mail is sent between these times, in your time zone. It arrives afterwards. Leave both empty for none."</p>
                <div class="quiet-times">
                    {time("quiet_from", "From", settings.quiet_from.clone())}
                    {time("quiet_until", "Until", settings.quiet_until.clone())}
                </div>
            </fieldset>
        }
    });
    view! {
        <form class="card notice-settings" action="/forms/notification-settings" method="post">
            <table class="notice-choices">
                <thead>
                    <tr>
                        <th scope="col">"When this happens"</th>
                        <th scope="col">"In the game"</th>
                        {mails.then(|| view! { <th scope="col">"By e-mail"</th> })}
                    </tr>
                </thead>
                <tbody>
                    {settings.kinds.into_iter().map(|choice| view! { <Line choice mails/> }).collect_view()}
                </tbody>
            </table>
            <p class="soft">{about_mail}</p>
            {quiet}
            <button class="button button-primary" data-testid="save-notifications">"Save"</button>
        </form>
    }
}

#[component]
fn Line(choice: ChannelChoice, mails: bool) -> impl IntoView {
    let kind = choice.kind;
    let tick = |channel: &str, label: &str, ticked: bool| {
        let name = format!("{channel}-{}", kind.as_str());
        let label = format!("{}: {label}", kind.label());
        view! {
            <td><label class="tick"><input type="checkbox" name=name value="true" checked=ticked aria-label=label/></label></td>
        }
    };
    view! {
        <tr>
            <th scope="row">{kind.label()}</th>
            {tick("app", "in the game", choice.app)}
            {mails.then(|| tick("mail", "by e-mail", choice.mail))}
        </tr>
    }
}
