//! Joining a game by its code: with a nickname and nothing else.

use domain::api::{ApiError, CodeView, ErrorCode, MemberStatus};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::Ask;
use crate::components::{FormAlert, Load};
use crate::game::link_into;
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{CurrentSession, Submission, api};

/// The game for a code: none without a code, and none if no game has it.
async fn load(code: String) -> Result<Option<CodeView>, ApiError> {
    if code.is_empty() {
        return Ok(None);
    }
    match api::find_code(&code).await {
        Err(error) if error.code == ErrorCode::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// The page, with or without a code in its URL.
#[component]
pub fn JoinPage() -> impl IntoView {
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    // A player who has just joined sees the slip instead of the form.
    let slug = typed_before("slug");
    let joined = (!slug.is_empty()).then(|| view! { <Joined slug/> });
    let is_new = joined.is_none();
    let found = Resource::new(move || code.get(), load);
    let texts = Texts::get();
    view! {
        <Title text=texts.join_title()/>
        {joined}
        {is_new.then(|| view! {
            <section class="form-page">
                <div class="form-page-head"><h1>{texts.join_title()}</h1></div>
                <Load resource=found let:found>
                    {match found {
                        Some(found) => view! {
                            <FormAlert message=Submission::new().message()/>
                            <Found found/>
                        }.into_any(),
                        None => view! { <CodeForm code=code.get_untracked()/> }.into_any(),
                    }}
                </Load>
            </section>
        })}
    }
}

/// Asks for the code. The nickname comes with it, so that one form is enough without a link. An unknown code
/// stays in the field to be corrected.
#[component]
fn CodeForm(code: String) -> impl IntoView {
    let texts = Texts::get();
    let unknown = (!code.is_empty()).then(|| texts.join_unknown());
    view! {
        <FormAlert message=unknown.map(str::to_owned)/>
        <form class="form slip" action="/forms/join-code" method="post">
            <Ask name="code" label=texts.join_code() hint=texts.join_code_hint() value=code required=true/>
            <NicknameField/>
            <button class="button button-primary">{texts.join_join()}</button>
        </form>
    }
}

#[component]
fn NicknameField() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match session.await {
                    Ok(Some(session)) => view! {
                        <p>{texts.join_joins_as(session.player.handle)}</p>
                    }.into_any(),
                    _ => view! {
                        <Ask name="nickname" label=texts.join_nickname() required=true hint=texts.join_nickname_hint()/>
                    }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Found(found: CodeView) -> impl IntoView {
    let texts = Texts::get();
    let CodeView {
        code,
        slug,
        name,
        host,
        starting_cash,
        currency,
        approval,
        closed,
        joined,
    } = found;
    let market = link_into(&slug, "/market");
    let cash = texts.in_currency(currency).money(starting_cash);
    let about = view! {
        <h2>{name}</h2>
        <p class="soft">{texts.join_hosted(host, cash)}</p>
    };
    let rest = match (joined, closed) {
        (Some(MemberStatus::Playing), _) => view! {
            <p>{texts.join_inside()}</p>
            <a class="button button-primary" href=market rel="external">{texts.join_market()}</a>
        }
        .into_any(),
        (Some(MemberStatus::Waiting), _) => view! {
            <p role="status">{texts.join_waiting()}</p>
            <a class="button" href="" rel="external">{texts.join_again()}</a>
        }
        .into_any(),
        (Some(MemberStatus::Removed), _) => {
            view! { <p>{texts.join_removed()}</p> }.into_any()
        }
        (None, Some(closed)) => view! { <p>{texts.said(&closed)}</p> }.into_any(),
        (None, None) => view! {
            <form class="form" action="/forms/join-code" method="post">
                <input type="hidden" name="code" value=code/>
                <NicknameField/>
                {approval.then(|| view! { <p class="soft">{texts.join_approval()}</p> })}
                <button class="button button-primary" data-testid="join">{texts.join_join()}</button>
            </form>
        }
        .into_any(),
    };
    view! { <div class="slip found-game">{about}{rest}</div> }
}

/// The slip for a player who has just joined.
#[component]
fn Joined(slug: String) -> impl IntoView {
    let texts = Texts::get();
    let words = typed_before("words");
    let waits = typed_before("status") == "waiting";
    let market = link_into(&slug, "/market");
    view! {
        <section class="form-page" data-testid="joined">
            <div class="form-page-head">
                <h1>{if waits { texts.join_almost() } else { texts.join_inside() }}</h1>
                <p>{texts.join_plays_as(typed_before("handle"))}</p>
            </div>
            {(!words.is_empty()).then(|| view! {
                <div class="slip recovery-slip">
                    <h2>{texts.join_words_title()}</h2>
                    <p class="recovery-words" data-testid="recovery-words">{words}</p>
                    <p>{texts.join_words()}</p>
                </div>
            })}
            {if waits {
                view! {
                    <p role="status">{texts.join_first()}</p>
                    <a class="button" href="" rel="external">{texts.join_again()}</a>
                }.into_any()
            } else {
                view! { <a class="button button-primary" href=market rel="external">{texts.join_market()}</a> }.into_any()
            }}
        </section>
    }
}
