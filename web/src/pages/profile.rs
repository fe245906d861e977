//! The player: level, bonus, account, look of the page, and where else this player is logged in.

mod leave;
mod privacy;
mod sessions;

use leptos::either::Either;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;

use domain::Xp;
use domain::api::{ApiError, ErrorCode, PlayerView};

use crate::components::theme::ThemeChoice;
use crate::components::{
    ErrorView, FormAlert, Icon, IconName, LevelBar, LevelRing, Load, LocalTime, Shown, Toasts, Tone,
};
use crate::language::Texts;
use crate::{CurrentSession, Submission, api, format, paths};
use leave::LeaveAsGuest;
use privacy::Privacy;
use sessions::Sessions;

/// All about the player who is logged in.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    view! {
        <Title text=texts.nav_profile()/>
        <Load resource=session let:session>
            {match session {
                Some(session) => Either::Left(view! { <Profile player=session.player/> }),
                None => Either::Right(view! { <ErrorView error=ApiError::new(ErrorCode::Unauthorized, "")/> }),
            }}
        </Load>
    }
}

#[component]
fn Profile(player: PlayerView) -> impl IntoView {
    let texts = Texts::get();
    let progress = player.progress;
    let since = if player.guest {
        texts.profile_guest_since()
    } else {
        texts.profile_player_since()
    };
    view! {
        <section class="profile-head">
            <LevelRing progress/>
            <div>
                <h1>{player.handle.clone()}</h1>
                <p class="soft">{since}" "<LocalTime at=player.created_at shown=Shown::Date/></p>
            </div>
            {(!player.guest).then(|| view! {
                <form action="/forms/logout" method="post" class="profile-leave">
                    <button class="button button-quiet button-small" data-testid="logout"><Icon name=IconName::Leave/>{texts.profile_log_out()}</button>
                </form>
            })}
        </section>
        <div class="profile-grid">
            <section class="card profile-level">
                <h2 data-testid="profile-level" data-value=progress.level>{texts.nav_level(progress.level)}</h2>
                <p class="profile-xp figure" data-testid="profile-xp" data-value=player.xp>{format::xp(player.xp)}</p>
                <LevelBar progress/>
                <DailyBonus due=player.daily_bonus/>
                <p><a href="/progress">{texts.profile_progress()}</a> " · " <a href="/achievements">{texts.profile_achievements()}</a> " · " <a href="/friends">{texts.profile_friends()}</a> " · " <a href="/journal">{texts.profile_journal()}</a> " · " <a href="/notes">{texts.profile_notes()}</a> " · " <a href="/api/v1/me/export.json" rel="external">{texts.profile_file()}</a></p>
            </section>
            <section class="card profile-account">
                {if player.guest {
                    Either::Left(view! {
                        <h2>{texts.profile_keep()}</h2>
                        <p class="soft profile-lead">{texts.profile_keep_lead()}</p>
                        <p><a class="button button-primary" href="/register?next=%2Fprofile" rel="external">{texts.profile_register()}</a></p>
                        <LeaveAsGuest/>
                    })
                } else {
                    Either::Right(view! {
                        <h2>{texts.profile_account()}</h2>
                        <dl class="facts">
                            <div><dt>{texts.profile_email()}</dt><dd>{player.email}</dd></div>
                            <div><dt>{texts.profile_currency()}</dt><dd>{player.base_currency}</dd></div>
                            {player.region.map(|region| view! { <div><dt>{texts.profile_region()}</dt><dd>{region}</dd></div> })}
                        </dl>
                        <p><a href="/account" data-testid="account">{texts.profile_settings()}</a></p>
                    })
                }}
            </section>
            <section class="card profile-look">
                <h2>{texts.profile_look()}</h2>
                <ThemeChoice/>
                <p><a href=paths::LOOK>{texts.profile_more_looks()}</a></p>
            </section>
            <section class="card profile-privacy" id="privacy">
                <h2>{texts.profile_others_see()}</h2>
                <p><a href=crate::paths::player(&player.handle)>{texts.profile_public()}</a></p>
                <Privacy/>
            </section>
            <section class="card profile-sessions">
                <h2>{texts.profile_logged_in()}</h2>
                <Sessions/>
            </section>
        </div>
    }
}

/// XP for coming back, once a day.
#[component]
fn DailyBonus(due: Option<Xp>) -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let session = CurrentSession::get();
    let toasts = Toasts::get();
    let collect = move |event: SubmitEvent| {
        event.prevent_default();
        submission.send(api::collect_daily_bonus(), move |answer| {
            toasts.push(
                Tone::Good,
                texts.profile_collected(format::xp(answer.collected)),
            );
            session.update(|session| session.player = answer.player);
        });
    };
    match due {
        None => Either::Left(view! {
            <p class="bonus-done"><Icon name=IconName::Check/>{texts.profile_bonus_done()}</p>
        }),
        Some(bonus) => Either::Right(view! {
            <FormAlert message=submission.message()/>
            <form action="/forms/daily-bonus" method="post" on:submit=collect>
                <input type="hidden" name="next" value="/profile"/>
                <button class="button button-primary" data-testid="daily-bonus" aria-busy=move || submission.pending.get().then_some("true")>
                    <Icon name=IconName::Gift/>
                    {texts.profile_collect(format::xp(bonus))}
                </button>
            </form>
        }),
    }
}
