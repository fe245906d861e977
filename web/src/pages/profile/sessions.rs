//! The devices on which a player is logged in.

use domain::SessionId;
use domain::api::SessionView;
use leptos::either::Either;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::{Load, LocalTime, Toasts, Tone};
use crate::language::Texts;
use crate::{Submission, api};

/// Lists the sessions; each but the current one can be ended here.
#[component]
pub(super) fn Sessions() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| api::sessions());
    let ended = Callback::new(move |id: SessionId| {
        sessions.update(|known| {
            if let Some(Ok(sessions)) = known {
                sessions.retain(|session| session.id != id);
            }
        });
    });
    let others_ended = Callback::new(move |()| {
        sessions.update(|known| {
            if let Some(Ok(sessions)) = known {
                sessions.retain(|session| session.current);
            }
        });
    });
    view! {
        <Load resource=sessions let:sessions>
            {(sessions.len() > 1).then(|| view! { <EndOthers others_ended/> })}
            <ul class="sessions">
                {sessions.into_iter().map(|session| view! { <Device session ended/> }).collect_view()}
            </ul>
        </Load>
    }
}

#[component]
fn EndOthers(others_ended: Callback<()>) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::quiet();
    let toasts = Toasts::get();
    let end = move |event: SubmitEvent| {
        event.prevent_default();
        submission.send(api::end_other_sessions(), move |()| others_ended.run(()));
    };
    Effect::new(move || {
        if let Some(error) = submission.error.get() {
            toasts.push(Tone::Bad, texts.refused(&error));
        }
    });
    view! {
        <form action="/forms/end-other-sessions" method="post" on:submit=end>
            <input type="hidden" name="next" value="/profile"/>
            <button class="button button-quiet button-small" data-testid="end-other-sessions" aria-busy=move || submission.pending.get().then_some("true")>
                {texts.profile_end_others()}
            </button>
        </form>
    }
}

#[component]
fn Device(session: SessionView, ended: Callback<SessionId>) -> impl IntoView {
    let texts = Texts::get();
    let device = device_name(&session.device);
    view! {
        <li data-testid="session-row">
            <div>
                <p class="session-device" title=session.device>{device.clone()}</p>
                <p class="soft"><small>{texts.profile_last_used()}" "<LocalTime at=session.last_seen_at/></small></p>
            </div>
            {if session.current {
                Either::Left(view! { <span class="chip">{texts.profile_this_device()}</span> })
            } else {
                Either::Right(view! { <EndSession id=session.id device ended/> })
            }}
        </li>
    }
}

#[component]
fn EndSession(id: SessionId, device: String, ended: Callback<SessionId>) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::quiet();
    let toasts = Toasts::get();
    let end = move |event: SubmitEvent| {
        event.prevent_default();
        submission.send(api::end_session(id), move |()| ended.run(id));
    };
    Effect::new(move || {
        if let Some(error) = submission.error.get() {
            toasts.push(Tone::Bad, texts.refused(&error));
        }
    });
    view! {
        <form action="/forms/end-session" method="post" on:submit=end>
            <input type="hidden" name="next" value="/profile"/>
            <input type="hidden" name="id" value=id.to_string()/>
            <button class="button button-quiet button-small" aria-label=texts.profile_end_session(device) aria-busy=move || submission.pending.get().then_some("true")>
                {texts.profile_end()}
            </button>
        </form>
    }
}

/// What a device calls itself, as a person would say it.
fn device_name(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let texts = Texts::get();
    let systems = [
        ("Android", "Android"),
        ("iPhone", texts.profile_iphone()),
        ("iPad", texts.profile_ipad()),
        ("Windows", "Windows"),
        ("Mac OS X", texts.profile_mac()),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&systems)) {
        (Some(browser), Some(system)) => texts.profile_browser_on(browser, system),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.is_empty() => texts.profile_unnamed().to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_a_person_would() {
        let check = |agent: &str, name: &str| assert_eq!(device_name(agent), name);
        check(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Linux",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on an iPhone",
        );
        check("curl/8.0", "curl/8.0");
        check("", "An unnamed device");
    }
}
