//! What a page shows in place of what could not be loaded, and what to do about it.

use domain::api::{ApiError, ErrorCode};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, IconName, PlayAsGuest};
use crate::language::Texts;
use crate::response::set_status;
use crate::{CurrentGame, address, paths};

/// Says what went wrong and what helps. While the server renders it also sets the page's status.
#[component]
pub fn ErrorView(
    /// What went wrong.
    error: ApiError,
    /// Retries; without it the page offers a reload.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let texts = Texts::get();
    if error.code == ErrorCode::Unauthorized {
        // Not a failure: the page exists, but for players only.
        return Either::Left(view! { <Invitation/> });
    }
    set_status(error.code.status());
    let told = Told::about(&error);
    let again = told.again.then(|| view! { <TryAgain retry/> });
    Either::Right(view! {
        <section class="notice" role="alert" data-testid="error-view" data-code=error.code.as_str()>
            <Icon name=told.icon/>
            <h1>{told.title}</h1>
            <p>{told.text}</p>
            <div class="actions">
                {again}
                <a class="button button-quiet" href=paths::market(CurrentGame::get())>{texts.parts_to_market()}</a>
            </div>
        </section>
    })
}

/// Says that a part of a page is missing, in a line: the page around it says why, if it knows.
#[component]
pub fn PartMissing(
    /// What is missing: `The chart`.
    part: &'static str,
    /// Retries.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <p class="part-missing" role="alert" data-testid="part-missing">
            <span>{part}" "{texts.parts_did_not_arrive()}</span>
            <TryAgain retry=Some(retry)/>
        </p>
    }
}

/// The error message for a player.
struct Told {
    icon: IconName,
    title: &'static str,
    text: String,
    again: bool,
}

impl Told {
    fn about(error: &ApiError) -> Self {
        let texts = Texts::get();
        match error.code {
            ErrorCode::NotFound | ErrorCode::NotTradable | ErrorCode::InvalidSymbol => Self {
                icon: IconName::Search,
                title: texts.parts_nothing_here(),
                text: texts.refused(error),
                again: false,
            },
            ErrorCode::Unreachable => Self {
                icon: IconName::Refresh,
                title: texts.parts_lost(),
                text: texts.parts_lost_text().into(),
                again: true,
            },
            ErrorCode::Unavailable | ErrorCode::Timeout => Self {
                icon: IconName::Refresh,
                title: texts.parts_busy(),
                text: texts.parts_busy_text().into(),
                again: true,
            },
            ErrorCode::RateLimited => {
                let seconds = error.retry_after_seconds.unwrap_or(60);
                let text = texts.parts_slowly_text(seconds);
                Self {
                    icon: IconName::Clock,
                    title: texts.parts_slowly(),
                    text,
                    again: true,
                }
            }
            _ => Self {
                icon: IconName::Alert,
                title: texts.parts_wrong(),
                text: texts.refused(error),
                again: true,
            },
        }
    }
}

#[component]
fn TryAgain(retry: Option<Callback<()>>) -> impl IntoView {
    let texts = Texts::get();
    let path = use_location().pathname.get_untracked();
    // A link, so that it also works where the page does not run.
    view! {
        <a
            class="button"
            href=path
            rel="external"
            on:click=move |event| {
                if let Some(retry) = retry {
                    event.prevent_default();
                    retry.run(());
                }
            }
        >
            {texts.parts_again()}
        </a>
    }
}

/// Asks a visitor to play: shown by pages that belong to a player.
#[component]
fn Invitation() -> impl IntoView {
    let texts = Texts::get();
    let path = address::here();
    let login = address::and_then("/login", &path);
    view! {
        <section class="notice" data-testid="invitation">
            <Icon name=IconName::Profile/>
            <h1>{texts.parts_invitation()}</h1>
            <p>{texts.parts_invitation_text()}</p>
            <div class="actions">
                <PlayAsGuest next=path/>
                <a class="button button-quiet" href=login>{texts.parts_log_in()}</a>
            </div>
        </section>
    }
}
