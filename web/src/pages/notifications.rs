//! Notifications: the list, and what stops mails. Plain pages, whose forms the server answers.

use domain::api::{NotificationKind, NotificationView, NotificationsView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime};
use crate::language::Texts;
use crate::submission::{Submission, value_in_address};
use crate::{address, api, paths};

mod settings;

pub use settings::NotificationSettingsPage;

/// The list.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let texts = Texts::get();
    let cursor = value_in_address("cursor");
    let list = Resource::new(
        || (),
        move |()| {
            let cursor = cursor.clone();
            async move { api::notifications(&cursor).await }
        },
    );
    view! {
        <Title text=texts.notices_title()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=list let:list>
            <header class="page-head">
                <h1>{texts.notices_title()}</h1>
                <p class="soft">{texts.notices_lead()}</p>
            </header>
            <List list/>
        </Load>
        <p class="page-links">
            <a href=format!("{}/settings", paths::NOTIFICATIONS)>{texts.notices_choose()}</a>
        </p>
    }
}

#[component]
fn List(list: NotificationsView) -> impl IntoView {
    let texts = Texts::get();
    if list.items.is_empty() {
        return view! {
            <EmptyState icon=IconName::Bell title=texts.notices_empty() text=texts.notices_empty_words()/>
        }
        .into_any();
    }
    let latest = list.items.first().map(|one| one.at.to_string());
    let read_all = (list.unread > 0).then(|| {
        view! {
            <form action="/forms/read-notifications" method="post">
                <input type="hidden" name="until" value=latest/>
                <button class="button button-small" data-testid="read-all">{texts.notices_read_all()}</button>
            </form>
        }
    });
    let unread = match list.unread {
        0 => texts.notices_all_read().to_owned(),
        1 => texts.notices_one_new().to_owned(),
        100.. => texts.notices_hundred_new().to_owned(),
        more => texts.notices_some_new(more),
    };
    let older = list.next.map(|next| {
        let address = format!("{}?cursor={}", paths::NOTIFICATIONS, address::encode(&next));
        view! { <p class="page-links"><a href=address>{texts.notices_older()}</a></p> }
    });
    view! {
        <div class="notices-head">
            <p data-testid="unread">{unread}</p>
            {read_all}
        </div>
        <ul class="card notices" role="list" data-testid="notifications">
            {list.items.into_iter().map(|one| view! { <Row one/> }).collect_view()}
        </ul>
        {older}
    }
    .into_any()
}

#[component]
fn Row(one: NotificationView) -> impl IntoView {
    let texts = Texts::get();
    let new = !one.read;
    view! {
        <li class="told" class:notice-new=new>
            {new.then(|| view! { <span class="notice-mark">{texts.notices_new()}</span> })}
            <p class="notice-text"><a href=one.link>{texts.said(&one.text)}</a></p>
            <p class="soft notice-at"><LocalTime at=one.at/></p>
        </li>
    }
}

/// Where the link of a mail leads: one button stops the mails of its kind.
#[component]
pub fn StopMailPage() -> impl IntoView {
    let texts = Texts::get();
    let given = ["player", "kind", "signature"].map(|name| (name, value_in_address(name)));
    let kind = NotificationKind::named(&value_in_address("kind"));
    let done = value_in_address("done") == "true";
    let hidden = given.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let settings = format!("{}/settings", paths::NOTIFICATIONS);
    let body = if done {
        view! { <p role="status" data-testid="stopped">{texts.notices_stopped()}</p> }.into_any()
    } else {
        let about = kind.map(|kind| texts.notices_about(texts.said(kind.label())));
        view! {
            <p>{texts.notices_press()}" "{about}</p>
            <form action="/forms/stop-mail" method="post">
                {hidden.into_iter().collect_view()}
                <button class="button button-primary">{texts.notices_stop()}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <Title text=texts.notices_stop_title()/>
        <header class="page-head"><h1>{texts.notices_stop_title()}</h1></header>
        <FormAlert message=Submission::new().message()/>
        <section class="card stop-mail">{body}</section>
        <p class="page-links"><a href=settings>{texts.notices_all_settings()}</a></p>
    }
}
