//! A player's public profile.

use domain::api::{ProfileDetails, ProfileView, ReportKind, StampView, TieView};
use domain::{OPEN_LEAGUE, Percent};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::{Delta, FormAlert, LevelRing, Load, Stamp};
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{CurrentSession, Submission, api, paths};

/// The reasons for reporting a player, in words.
fn reports() -> [(ReportKind, &'static str); 4] {
    let texts = Texts::get();
    [
        (ReportKind::Handle, texts.player_report_handle()),
        (ReportKind::Cheating, texts.player_report_cheating()),
        (ReportKind::Words, texts.player_report_words()),
        (ReportKind::Other, texts.player_report_other()),
    ]
}

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
    let texts = Texts::get();
    let ProfileView {
        handle,
        me,
        details,
        tie,
    } = profile;
    let head = details.as_ref().map(|details| {
        let since = texts.player_since(texts.date(details.since));
        view! { <p class="soft">{since}</p> }
    });
    let ring = details
        .as_ref()
        .map(|details| view! { <LevelRing progress=details.level/> });
    let own = me.then(|| {
        view! {
            <p class="soft">
                {texts.player_others_see()}" "
                <a href="/profile#privacy">{texts.player_choose_who()}</a> "."
            </p>
        }
    });
    let body = match details {
        Some(details) => Either::Left(view! { <Details details handle=handle.clone()/> }),
        None => Either::Right(view! {
            <p class="alert alert-calm" data-testid="private-profile">
                {texts.player_private(&handle)}
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
    let texts = Texts::get();
    let level = format!(
        "{}, {}",
        texts.nav_level(details.level.level),
        texts.xp(details.xp)
    );
    let stamps = details.stamps;
    let count = match stamps.len() {
        0 => texts.player_no_stamps().to_owned(),
        1 => texts.player_one_stamp().to_owned(),
        count => texts.player_stamps(count),
    };
    let proof = paths::proof(OPEN_LEAGUE, &handle);
    view! {
        <div class="profile-grid">
            <section class="card">
                <h2>{texts.player_progress()}</h2>
                <p class="figure">{level}</p>
                <p><a href=proof>{texts.player_check()}</a></p>
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
    let texts = Texts::get();
    let Some(theirs) = theirs else {
        return view! { <p class="soft">{texts.player_not_traded(&handle)}</p> }.into_any();
    };
    let own = own.map(|own| {
        view! { <div><dt>{texts.player_you()}</dt><dd><Delta percent=own/></dd></div> }
    });
    view! {
        <h3>{texts.player_return()}</h3>
        <dl class="facts" data-testid="compared">
            <div><dt>{handle}</dt><dd><Delta percent=theirs/></dd></div>
            {own}
        </dl>
    }
    .into_any()
}

#[component]
fn OneStamp(stamp: StampView) -> impl IntoView {
    let texts = Texts::get();
    let on = texts.player_unlocked_on(texts.date(stamp.unlocked_at));
    view! {
        <li>
            <Stamp icon=Some(stamp.icon)/>
            <span>{texts.said(&stamp.name)}<br/><small class="soft">{on}</small></span>
        </li>
    }
}

/// Follow, block and report.
#[component]
fn Tie(tie: TieView, handle: String) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let reported = typed_before("reported");
    let (follow, follow_label, kind) = match tie.follows {
        true => ("/forms/unfollow", texts.player_unfollow(), "button"),
        false => (
            "/forms/follow",
            texts.player_follow(),
            "button button-primary",
        ),
    };
    let (block, block_label) = match tie.blocks {
        true => ("/forms/unblock", texts.player_unblock()),
        false => ("/forms/block", texts.player_block()),
    };
    let follows_you = tie
        .followed
        .then(|| view! { <p class="soft">{texts.player_follows_you(&handle)}</p> });
    let next = format!("/players/{handle}");
    let (next_block, next_follow) = (next.clone(), next);
    let name = handle.clone();
    let challenge = (!tie.blocks).then(|| {
        view! { <a class="button" href=paths::challenge(&handle)>{texts.player_challenge()}</a> }
    });
    view! {
        <section class="card" aria-label=texts.player_what_you_can()>
            <FormAlert message=submission.message()/>
            {(!reported.is_empty()).then(|| view! {
                <p class="alert alert-calm" role="status" data-testid="reported">{texts.player_thanks()}</p>
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
    let texts = Texts::get();
    let error = submission.message_of("kind");
    let words = submission.message_of("words");
    let options = reports().map(|(kind, label)| {
        view! {
            <label class="tick">
                <input type="radio" name="kind" value=kind.as_str() required/>
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <details class="leave">
            <summary>{texts.player_report(&handle)}</summary>
            <form class="form" action="/forms/report" method="post">
                <input type="hidden" name="handle" value=handle/>
                <fieldset>
                    <legend>{texts.player_what_wrong()}</legend>
                    {options.into_iter().collect_view()}
                    <p class="field-error" aria-live="polite">{move || error.get()}</p>
                </fieldset>
                <div class="field">
                    <label for="report-words">{texts.player_what_happened()}</label>
                    <textarea id="report-words" name="words" maxlength="500" rows="3" aria-describedby="report-words-error"></textarea>
                    <p class="field-error" id="report-words-error" aria-live="polite">{move || words.get()}</p>
                </div>
                <button class="button" data-testid="report">{texts.player_send()}</button>
            </form>
        </details>
    }
}
