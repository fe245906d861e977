//! A player's public profile.

use domain::api::{ProfileDetails, ProfileView, ReportKind, StampView, TieView};
use domain::{OPEN_LEAGUE, Percent};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::{Delta, FormAlert, LevelRing, Load, Stamp};
use crate::submission::typed_before;
use crate::{CurrentSession, Submission, api, format, paths};

/// The reasons for reporting a player, in words.
const REPORTS: [(ReportKind, &str); 4] = [
    (
        ReportKind::Handle,
        "The name is offensive or pretends to be someone else",
    ),
    (ReportKind::Cheating, "This player is not playing fair"),
    (
        ReportKind::Words,
        "Something this player wrote is offensive",
    ),
    (ReportKind::Other, "Something else"),
];

/// The page of the player that the address names.
#[component]
pub fn PlayerPage() -> impl IntoView {
    let params = use_params_map();
    let handle = Memo::new(move |_| params.with(|params| params.get("handle").unwrap_or_default()));
    let profile = Resource::new(
        move || handle.get(),
        |handle| async move { api::profile(&handle).await },
    );
    CurrentSession::get().on_player_change(move || profile.refetch());
    view! {
        <Load resource=profile let:profile>
            <Title text=profile.handle.clone()/>
            <Player profile/>
        </Load>
    }
}

#[component]
fn Player(profile: ProfileView) -> impl IntoView {
    let ProfileView {
        handle,
        me,
        details,
        tie,
    } = profile;
    let head = details.as_ref().map(|details| {
        let since = format!("Player since {}", format::date(details.since));
        view! { <p class="soft">{since}</p> }
    });
    let ring = details
        .as_ref()
        .map(|details| view! { <LevelRing progress=details.level/> });
    let own = me.then(|| {
        view! {
            <p class="soft">
                "This is how others see you. "
                <a href="/profile#privacy">"Choose who may see it"</a> "."
            </p>
        }
    });
    let body = match details {
        Some(details) => Either::Left(view! { <Details details handle=handle.clone()/> }),
        None => Either::Right(view! {
            <p class="alert alert-calm" data-testid="private-profile">
                {format!("{handle} keeps this profile private.")}
            </p>
        }),
    };
    let ties = tie.map(|tie| view! { <Tie tie handle=handle.clone()/> });
    view! {
        <section class="profile-head">
            {ring}
            <div>
                <h1>{handle}</h1>
                {head}
            </div>
        </section>
        {own}
        {body}
        {ties}
    }
}

#[component]
fn Details(details: ProfileDetails, handle: String) -> impl IntoView {
    let level = format!("Level {}, {}", details.level.level, format::xp(details.xp));
    let stamps = details.stamps;
    let count = match stamps.len() {
        0 => "No stamps yet".to_owned(),
        1 => "1 stamp".to_owned(),
        count => format!("{count} stamps"),
    };
    let proof = paths::proof(OPEN_LEAGUE, &handle);
    view! {
        <div class="profile-grid">
            <section class="card">
                <h2>"Progress"</h2>
                <p class="figure">{level}</p>
                <p><a href=proof>"Check this score yourself"</a></p>
                <Compared handle theirs=details.return_percent own=details.own_return_percent/>
            </section>
            <section class="card">
                <h2>{count}</h2>
                <ul class="profile-stamps" role="list">
                    {stamps.into_iter().map(|stamp| view! { <OneStamp stamp/> }).collect_view()}
                </ul>
            </section>
        </div>
    }
}

/// The two returns side by side, in percent: nobody sees the other one's money.
#[component]
fn Compared(handle: String, theirs: Option<Percent>, own: Option<Percent>) -> impl IntoView {
    let Some(theirs) = theirs else {
        return view! { <p class="soft">{format!("{handle} has not traded in the open league yet.")}</p> }
            .into_any();
    };
    let own = own.map(|own| {
        view! { <div><dt>"You"</dt><dd><Delta percent=own/></dd></div> }
    });
    view! {
        <h3>"Return in the open league"</h3>
        <dl class="facts" data-testid="compared">
            <div><dt>{handle}</dt><dd><Delta percent=theirs/></dd></div>
            {own}
        </dl>
    }
    .into_any()
}

#[component]
fn OneStamp(stamp: StampView) -> impl IntoView {
    let on = format!("unlocked on {}", format::date(stamp.unlocked_at));
    view! {
        <li>
            <Stamp icon=Some(stamp.icon)/>
            <span>{stamp.name}<br/><small class="soft">{on}</small></span>
        </li>
    }
}

/// Follow, block and report.
#[component]
fn Tie(tie: TieView, handle: String) -> impl IntoView {
    let submission = Submission::new();
    let reported = typed_before("reported");
    let (follow, follow_label, kind) = match tie.follows {
        true => ("/forms/unfollow", "Unfollow", "button"),
        false => ("/forms/follow", "Follow", "button button-primary"),
    };
    let (block, block_label) = match tie.blocks {
        true => ("/forms/unblock", "Unblock"),
        false => ("/forms/block", "Block"),
    };
    let follows_you = tie
        .followed
        .then(|| view! { <p class="soft">{format!("{handle} follows you.")}</p> });
    let next = format!("/players/{handle}");
    let (next_block, next_follow) = (next.clone(), next);
    let name = handle.clone();
    let challenge = (!tie.blocks).then(|| {
        view! { <a class="button" href=paths::challenge(&handle)>"Challenge to a duel"</a> }
    });
    view! {
        <section class="card" aria-label="What you can do">
            <FormAlert message=submission.message()/>
            {(!reported.is_empty()).then(|| view! {
                <p class="alert alert-calm" role="status" data-testid="reported">"Thank you. The people who run this game will read your report."</p>
            })}
            {follows_you}
            <div class="actions profile-ties">
                {(!tie.blocks).then(|| view! {
                    <form action=follow method="post">
                        <input type="hidden" name="handle" value=name.clone()/>
                        <input type="hidden" name="next" value=next_follow/>
                        <button class=kind data-testid="follow">{follow_label}</button>
                    </form>
                })}
                {challenge}
                <form action=block method="post">
                    <input type="hidden" name="handle" value=name.clone()/>
                    <input type="hidden" name="next" value=next_block/>
                    <button class="button button-quiet" data-testid="block">{block_label}</button>
                </form>
            </div>
            <Report handle submission/>
        </section>
    }
}

#[component]
fn Report(handle: String, submission: Submission) -> impl IntoView {
    let error = submission.message_of("kind");
    let words = submission.message_of("words");
    let options = REPORTS.map(|(kind, label)| {
        let id = format!("report-{}", kind.as_str());
        view! {
            <p>
                <input type="radio" id=id.clone() name="kind" value=kind.as_str() required/>
                <label for=id>{label}</label>
            </p>
        }
    });
    view! {
        <details class="leave">
            <summary>{format!("Report {handle}")}</summary>
            <form class="form" action="/forms/report" method="post">
                <input type="hidden" name="handle" value=handle/>
                <fieldset>
                    <legend>"What is wrong?"</legend>
                    {options.into_iter().collect_view()}
                    <p class="field-error" aria-live="polite">{move || error.get()}</p>
                </fieldset>
                <div class="field">
                    <label for="report-words">"What happened (optional)"</label>
                    <textarea id="report-words" name="words" maxlength="500" rows="3" aria-describedby="report-words-error"></textarea>
                    <p class="field-error" id="report-words-error" aria-live="polite">{move || words.get()}</p>
                </div>
                <button class="button" data-testid="report">"Send report"</button>
            </form>
        </details>
    }
}
