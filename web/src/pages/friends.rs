//! Friends: whom the player follows and blocks, and the invitation to pass on.

use domain::api::{ApiError, ErrorCode, FriendView, FriendsView, InvitationView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, ErrorView, Field, FormAlert, IconName, Load};
use crate::submission::{typed_before, value_in_address};
use crate::{CurrentSession, Submission, address, api, format, paths, response};

/// The page. Its forms are plain ones: each leads back here.
#[component]
pub fn FriendsPage() -> impl IntoView {
    let session = CurrentSession::get();
    let code = value_in_address("invitation");
    let invitation = (!code.is_empty()).then(|| view! { <Invited code/> });
    view! {
        <Title text="Friends"/>
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
    view! {
        <header class="page-head">
            <h1>"Friends"</h1>
            <p class="soft">
                "Follow players you know, and compare with them on "
                <a href=paths::friends_board()>"your friends\u{2019} leaderboard"</a> "."
            </p>
        </header>
    }
}

/// The invitation in the URL.
#[component]
fn Invited(code: String) -> impl IntoView {
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
                    <p class="alert" role="alert">"This invitation has ended. Ask for a new one."</p>
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
    let handle = invitation.handle.clone();
    let way = move || {
        let (code, login) = (code.clone(), login.clone());
        Suspend::new(async move {
            if matches!(session.await, Ok(Some(_))) {
                Either::Left(view! {
                    <form action="/forms/follow" method="post">
                        <input type="hidden" name="invitation" value=code/>
                        <button class="button button-primary" data-testid="accept-invitation">"Accept"</button>
                    </form>
                })
            } else {
                Either::Right(view! {
                    <p><a class="button button-primary" href=login>"Log in to accept"</a></p>
                })
            }
        })
    };
    view! {
        <section class="card card-open" aria-labelledby="offer-title">
            <h2 id="offer-title">{format!("{handle} invites you")}</h2>
            <p>{format!("Accept, and you and {handle} follow each other.")}</p>
            <Transition>{way}</Transition>
            <p class="soft">{format!("Valid until {}.", format::date(invitation.ends_at))}</p>
        </section>
    }
}

#[component]
fn Own() -> impl IntoView {
    let friends = Resource::new(|| (), |()| api::friends());
    let submission = Submission::new();
    view! {
        <FormAlert message=submission.message()/>
        <section class="card" aria-labelledby="follow-title">
            <h2 id="follow-title">"Follow a player"</h2>
            <form class="form friend-form" action="/forms/follow" method="post">
                <Field name="handle" label="Name of the player" autocomplete="off" value=typed_before("handle") error=submission.message_of("handle") max_length=20/>
                <button class="button" data-testid="follow">"Follow"</button>
            </form>
        </section>
        <Load resource=friends let:friends>
            <Ties friends/>
        </Load>
    }
}

#[component]
fn Ties(friends: FriendsView) -> impl IntoView {
    let FriendsView {
        following,
        followers,
        blocked,
        invitation,
        invitation_ends_at,
    } = friends;
    let following = if following.is_empty() {
        Either::Left(view! {
            <EmptyState icon=IconName::Profile title="You are not following anybody yet" text="Type the name of a player above, or send your invitation link."/>
        })
    } else {
        Either::Right(view! {
            <Rows title="You follow" rows=following action="/forms/unfollow" label="Unfollow"/>
        })
    };
    let followers = (!followers.is_empty()).then(|| {
        view! { <Rows title="They follow you" rows=followers action="/forms/follow" label="Follow back"/> }
    });
    let blocked = (!blocked.is_empty()).then(|| {
        view! { <Rows title="You block" rows=blocked action="/forms/unblock" label="Unblock"/> }
    });
    view! {
        {following}
        {followers}
        <Invitation code=invitation/>
        <p class="soft">{format!("The link works until {}.", format::date(invitation_ends_at))}</p>
        {blocked}
    }
}

/// The player's own invitation, as a full URL to copy.
#[component]
fn Invitation(code: String) -> impl IntoView {
    let origin = response::origin();
    let path = format!("/friends?invitation={code}");
    let link = format!("{}{path}", origin.unwrap_or_default());
    view! {
        <section class="card" aria-labelledby="invitation-title">
            <h2 id="invitation-title">"Invite somebody"</h2>
            <p id="invitation-hint">"Send this link. Anyone who opens it and accepts follows you, and you follow them."</p>
            <div class="field">
                <label for="invitation-link">"Your link"</label>
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
                            {since.map(|since| format!("Since {}", format::date(since)))}
                            {mutual.then_some(" · follows you, too")}
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
