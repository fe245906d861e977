//! Friends: whom the player follows and blocks, and the invitation to pass on.

use domain::api::{ApiError, ErrorCode, FriendView, FriendsView, InvitationView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, ErrorView, Field, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::submission::{typed_before, value_in_address};
use crate::{CurrentSession, Submission, address, api, paths, response};

/// The page. Its forms are plain ones: each leads back here.
#[component]
pub fn FriendsPage() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get();
    let code = value_in_address("invitation");
    let invitation = (!code.is_empty()).then(|| view! { <Invited code/> });
    view! {
        <Title text=texts.friends_title()/>
        {invitation}
        <Load resource=session.resource() let:session>
            {match session {
                Some(_) => Either::Left(view! { <Head/><Own/> }),
                None => Either::Right(view! { <ErrorView error=ApiError::new(ErrorCode::Unauthorized, "")/> }),
            }}
        </Load>
    }
}

#[component]
fn Head() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <header class="page-head">
            <h1>{texts.friends_title()}</h1>
            <p class="soft">
                {texts.friends_lead()}" "
                <a href=paths::friends_board()>{texts.friends_board()}</a> "."
            </p>
        </header>
    }
}

/// The invitation in the URL.
#[component]
fn Invited(code: String) -> impl IntoView {
    let texts = Texts::get();
    let asked = code.clone();
    let invitation = Resource::new(
        || (),
        move |()| {
            let code = asked.clone();
            async move { Ok::<_, ApiError>(api::invitation(&code).await.ok()) }
        },
    );
    let here = address::and_then(
        "/login",
        &format!("/friends?invitation={}", address::encode(&code)),
    );
    let session = CurrentSession::get().resource();
    view! {
        <Load resource=invitation let:invitation>
            {match invitation {
                Some(invitation) => Either::Left(view! {
                    <Offer invitation code=code.clone() login=here.clone() session/>
                }),
                None => Either::Right(view! {
                    <p class="alert" role="alert">{texts.friends_ended()}</p>
                }),
            }}
        </Load>
    }
}

#[component]
fn Offer(
    invitation: InvitationView,
    code: String,
    login: String,
    session: Resource<Result<Option<crate::Session>, ApiError>>,
) -> impl IntoView {
    let texts = Texts::get();
    let handle = invitation.handle.clone();
    let way = move || {
        let (code, login) = (code.clone(), login.clone());
        Suspend::new(async move {
            if matches!(session.await, Ok(Some(_))) {
                Either::Left(view! {
                    <form action="/forms/follow" method="post">
                        <input type="hidden" name="invitation" value=code/>
                        <button class="button button-primary" data-testid="accept-invitation">{texts.friends_accept()}</button>
                    </form>
                })
            } else {
                Either::Right(view! {
                    <p><a class="button button-primary" href=login>{texts.friends_log_in()}</a></p>
                })
            }
        })
    };
    view! {
        <section class="card card-open" aria-labelledby="offer-title">
            <h2 id="offer-title">{texts.friends_invites(&handle)}</h2>
            <p>{texts.friends_each_other(handle)}</p>
            <Transition>{way}</Transition>
            <p class="soft">{texts.friends_valid(texts.date(invitation.ends_at))}</p>
        </section>
    }
}

#[component]
fn Own() -> impl IntoView {
    let texts = Texts::get();
    let friends = Resource::new(|| (), |()| api::friends());
    let submission = Submission::new();
    view! {
        <FormAlert message=submission.message()/>
        <section class="card" aria-labelledby="follow-title">
            <h2 id="follow-title">{texts.friends_follow_title()}</h2>
            <form class="form friend-form" action="/forms/follow" method="post">
                <Field name="handle" label=texts.friends_name() autocomplete="off" value=typed_before("handle") error=submission.message_of("handle") max_length=20/>
                <button class="button" data-testid="follow">{texts.friends_follow()}</button>
            </form>
        </section>
        <Load resource=friends let:friends>
            <Ties friends/>
        </Load>
    }
}

#[component]
fn Ties(friends: FriendsView) -> impl IntoView {
    let texts = Texts::get();
    let FriendsView {
        following,
        followers,
        blocked,
        invitation,
        invitation_ends_at,
    } = friends;
    let following = if following.is_empty() {
        Either::Left(view! {
            <EmptyState icon=IconName::Profile title=texts.friends_nobody() text=texts.friends_nobody_words()/>
        })
    } else {
        Either::Right(view! {
            <Rows title=texts.friends_you_follow() rows=following action="/forms/unfollow" label=texts.friends_unfollow()/>
        })
    };
    let followers = (!followers.is_empty()).then(|| {
        view! { <Rows title=texts.friends_follow_you() rows=followers action="/forms/follow" label=texts.friends_follow_back()/> }
    });
    let blocked = (!blocked.is_empty()).then(|| {
        view! { <Rows title=texts.friends_you_block() rows=blocked action="/forms/unblock" label=texts.friends_unblock()/> }
    });
    view! {
        {following}
        {followers}
        <Invitation code=invitation/>
        <p class="soft">{texts.friends_works_until(texts.date(invitation_ends_at))}</p>
        {blocked}
    }
}

/// The player's own invitation, as a full URL to copy.
#[component]
fn Invitation(code: String) -> impl IntoView {
    let texts = Texts::get();
    let origin = response::origin();
    let path = format!("/friends?invitation={code}");
    let link = format!("{}{path}", origin.unwrap_or_default());
    view! {
        <section class="card" aria-labelledby="invitation-title">
            <h2 id="invitation-title">{texts.friends_invite()}</h2>
            <p id="invitation-hint">{texts.friends_invite_words()}</p>
            <div class="field">
                <label for="invitation-link">{texts.friends_link()}</label>
                <input id="invitation-link" type="text" readonly value=link aria-describedby="invitation-hint" data-testid="invitation-link"/>
            </div>
        </section>
    }
}

#[component]
fn Rows(
    title: &'static str,
    rows: Vec<FriendView>,
    action: &'static str,
    label: &'static str,
) -> impl IntoView {
    let texts = Texts::get();
    let row = |friend: FriendView| {
        let FriendView {
            handle,
            since,
            mutual,
        } = friend;
        let profile = paths::player(&handle);
        let name = handle.clone();
        let aria = format!("{label} {handle}");
        view! {
            <li data-testid="friend">
                <div>
                    <p class="friend-name"><a href=profile>{name}</a></p>
                    <p class="soft">
                        <small>
                            {since.map(|since| texts.friends_since(texts.date(since)))}
                            {mutual.then(|| format!(" · {}", texts.friends_follows_too()))}
                        </small>
                    </p>
                </div>
                <form action=action method="post">
                    <input type="hidden" name="handle" value=handle/>
                    <button class="button button-quiet button-small" aria-label=aria>{label}</button>
                </form>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2>{title}</h2>
            <ul class="sessions friends" role="list">{rows.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
