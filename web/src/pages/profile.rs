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
use crate::{CurrentSession, Submission, api, format, paths};
use leave::LeaveAsGuest;
use privacy::Privacy;
use sessions::Sessions;

/// All about the player who is logged in.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Title text="Profile"/>
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
    let progress = player.progress;
    let kind = if player.guest { "Guest" } else { "Player" };
    view! {
        <section class="profile-head">
            <LevelRing progress/>
            <div>
                <h1>{player.handle.clone()}</h1>
                <p class="soft">{kind}" since "<LocalTime at=player.created_at shown=Shown::Date/></p>
            </div>
            {(!player.guest).then(|| view! {
                <form action="/forms/logout" method="post" class="profile-leave">
                    <button class="button button-quiet button-small" data-testid="logout"><Icon name=IconName::Leave/>"Log out"</button>
                </form>
            })}
        </section>
        <div class="profile-grid">
            <section class="card profile-level">
                <h2 data-testid="profile-level" data-value=progress.level>{format!("Level {}", progress.level)}</h2>
                <p class="profile-xp figure" data-testid="profile-xp" data-value=player.xp>{format::xp(player.xp)}</p>
                <LevelBar progress/>
                <DailyBonus due=player.daily_bonus/>
                <p><a href="/progress">"Your progress"</a> " · " <a href="/achievements">"Your achievements"</a> " · " <a href="/friends">"Your friends"</a> " · " <a href="/journal">"Your journal"</a> " · " <a href="/notes">"Your notes"</a> " · " <a href="/api/v1/me/export.json" rel="external">"Everything about you as a file"</a></p>
            </section>
            <section class="card profile-account">
                {if player.guest {
                    Either::Left(view! {
                        <h2>"Keep what you have"</h2>
                        <p class="soft profile-lead">"You play as a guest, and only this browser knows you. Register, and you keep everything. A guest who never trades and stays away is removed after a while."</p>
                        <p><a class="button button-primary" href="/register?next=%2Fprofile" rel="external">"Register and keep everything"</a></p>
                        <LeaveAsGuest/>
                    })
                } else {
                    Either::Right(view! {
                        <h2>"Account"</h2>
                        <dl class="facts">
                            <div><dt>"E-mail"</dt><dd>{player.email}</dd></div>
                            <div><dt>"Currency"</dt><dd>{player.base_currency}</dd></div>
                            {player.region.map(|region| view! { <div><dt>"Region"</dt><dd>{region}</dd></div> })}
                        </dl>
                        <p><a href="/account" data-testid="account">"Password, second factor, e-mail, log-ins"</a></p>
                    })
                }}
            </section>
            <section class="card profile-look">
                <h2>"Look of the page"</h2>
                <ThemeChoice/>
                <p><a href=paths::LOOK>"More looks: large letters, playful, high contrast"</a></p>
            </section>
            <section class="card profile-privacy" id="privacy">
                <h2>"What others see"</h2>
                <p><a href=crate::paths::player(&player.handle)>"Your public profile"</a></p>
                <Privacy/>
            </section>
            <section class="card profile-sessions">
                <h2>"Where you are logged in"</h2>
                <Sessions/>
            </section>
        </div>
    }
}

/// XP for coming back, once a day.
#[component]
fn DailyBonus(due: Option<Xp>) -> impl IntoView {
    let submission = Submission::new();
    let session = CurrentSession::get();
    let toasts = Toasts::get();
    let collect = move |event: SubmitEvent| {
        event.prevent_default();
        submission.send(api::collect_daily_bonus(), move |answer| {
            toasts.push(
                Tone::Good,
                format!(
                    "{} collected. Come back tomorrow for more.",
                    format::xp(answer.collected)
                ),
            );
            session.update(|session| session.player = answer.player);
        });
    };
    match due {
        None => Either::Left(view! {
            <p class="bonus-done"><Icon name=IconName::Check/>"Today\u{2019}s bonus is yours. The next one comes tomorrow."</p>
        }),
        Some(bonus) => Either::Right(view! {
            <FormAlert message=submission.message()/>
            <form action="/forms/daily-bonus" method="post" on:submit=collect>
                <input type="hidden" name="next" value="/profile"/>
                <button class="button button-primary" data-testid="daily-bonus" aria-busy=move || submission.pending.get().then_some("true")>
                    <Icon name=IconName::Gift/>
                    {format!("Collect today\u{2019}s {}", format::xp(bonus))}
                </button>
            </form>
        }),
    }
}
