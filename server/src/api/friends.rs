//! `/api/v1/me/friends`, `/api/v1/me/blocks` and `/api/v1/invitations`: whom a player follows and blocks.

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, BlockRequest, ErrorCode, FollowRequest, FriendView, FriendsView, InvitationView,
};
use domain::progress::Deed;
use domain::{PlayerId, Timestamp};

use super::extract::{Body, Key};
use super::players::find_by_handle;
use crate::app::{App, AppState};
use crate::deeds;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::notifications::{self, Happened, Subject};
use crate::session::LoggedIn;
use crate::store::social::{TIES_MAX, Tie, Tied};
use crate::store::{NewNotification, PlayerRecord};

/// What the seal signs invitations for.
const PURPOSE: &str = "friend-invitation";
/// How long an invitation can be accepted.
const INVITATION_S: i64 = 30 * 86_400;

/// An invitation to follow each other. It is not stored: the code says who invites until when, and is
/// signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Invitation {
    player: PlayerId,
    ends_at: Timestamp,
}

impl Invitation {
    /// An invitation that begins now. It ends on a day boundary, so that the code stays the same for a day.
    fn by(player: PlayerId, now: Timestamp) -> Self {
        let day = now.seconds().div_euclid(86_400).saturating_mul(86_400);
        Self {
            player,
            ends_at: Timestamp::from_seconds(day).plus_seconds(INVITATION_S),
        }
    }

    fn code(self, app: &AppState) -> String {
        let text = self.text();
        let signature = app.seal.sign(PURPOSE, &text);
        format!("{text}-{signature}")
    }

    fn text(self) -> String {
        format!("{}-{}", self.player, self.ends_at.seconds())
    }

    /// `None` if the server did not sign the code or it has expired.
    fn read(app: &AppState, code: &str) -> Option<Self> {
        let (text, signature) = code.trim().rsplit_once('-')?;
        let (player, ends_at) = text.split_once('-')?;
        let invitation = Self {
            player: player.parse().ok()?,
            ends_at: Timestamp::from_seconds(ends_at.parse().ok()?),
        };
        let holds = invitation.text() == text && app.seal.holds(PURPOSE, text, signature);
        (holds && invitation.ends_at > app.clock.now()).then_some(invitation)
    }
}

/// Whom the player follows and blocks, who follows the player, and an invitation to pass on.
#[utoipa::path(get, path = "/api/v1/me/friends", tag = "Players",
    responses((status = 200, description = "The player's ties", body = FriendsView)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<FriendsView>> {
    let me = session.player;
    let follows = app.store.list_follows(me).await?;
    let followers: HashSet<PlayerId> = app.store.list_followers(me).await?.into_iter().collect();
    let blocks = app.store.list_blocks(me).await?;
    let followed: HashSet<PlayerId> = follows.iter().map(|tie| tie.other).collect();
    let blocked: HashSet<PlayerId> = blocks.iter().map(|tie| tie.other).collect();
    let everyone: Vec<PlayerId> = followed
        .union(&followers)
        .chain(&blocked)
        .copied()
        .collect();
    let handles = app.boards.handles(&everyone).await?;
    let tie = |tie: &Tie| (tie.other, Some(tie.since));
    let unanswered = followers.difference(&followed);
    let unanswered = unanswered.filter(|player| !blocked.contains(player));
    let invitation = Invitation::by(me, app.clock.now());
    Ok(Json(FriendsView {
        following: views(follows.iter().map(tie), &handles, &followers),
        followers: views(
            unanswered.map(|player| (*player, None)),
            &handles,
            &followed,
        ),
        blocked: views(blocks.iter().map(tie), &handles, &HashSet::new()),
        invitation: invitation.code(&app),
        invitation_ends_at: invitation.ends_at,
    }))
}

/// By handle. A player who has been erased has none and is left out.
fn views(
    ties: impl Iterator<Item = (PlayerId, Option<Timestamp>)>,
    handles: &HashMap<PlayerId, String>,
    back: &HashSet<PlayerId>,
) -> Vec<FriendView> {
    let mut views: Vec<FriendView> = ties
        .filter_map(|(player, since)| {
            Some(FriendView {
                handle: handles.get(&player)?.clone(),
                since,
                mutual: back.contains(&player),
            })
        })
        .collect();
    views.sort_by_cached_key(|view| view.handle.to_lowercase());
    views
}

/// Follows a player. Accepting an invitation makes both follow each other.
#[utoipa::path(post, path = "/api/v1/me/friends", tag = "Players",
    request_body(content = FollowRequest, example = json!({"handle": "ada"})),
    responses((status = 200, description = "The player follows the other one", body = FriendView),
        (status = 403, description = "`forbidden`: one of the two blocks the other", body = ApiError)))]
pub async fn follow(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<FollowRequest>,
) -> Result<Json<FriendView>> {
    let (me, now) = (session.player, app.clock.now());
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (other, is_invited, field) = match (given(&request.handle), given(&request.invitation)) {
        (Some(handle), None) => (named(&app, &handle).await?, false, "handle"),
        (None, Some(code)) => {
            let invitation = Invitation::read(&app, &code);
            let invitation = invitation.ok_or_else(|| ended("invitation"))?;
            let player = app.store.find_player(invitation.player).await?;
            (
                player.ok_or_else(|| ended("invitation"))?,
                true,
                "invitation",
            )
        }
        _ => {
            let said = "Type the name of a player, or use an invitation, but not both.";
            return Err(ApiError::field("handle", said).into());
        }
    };
    if other.id == me {
        let said = if is_invited {
            "This is your own invitation: send it to somebody else."
        } else {
            "This is your own name."
        };
        return Err(ApiError::field(field, said).into());
    }
    let (mine, theirs) = (
        app.store.find_ties(me, other.id).await?,
        app.store.find_ties(other.id, me).await?,
    );
    refuse_blocked(&other, mine.blocks, theirs.blocks)?;
    let tie = Tie {
        other: other.id,
        since: now,
    };
    let told = told_of(&app, me, other.id, now).await?;
    let tied = app.store.follow(me, tie, told.as_ref()).await?;
    if tied == Tied::New {
        notifications::announce(&app, std::iter::once(other.id)).await;
    }
    if tied == Tied::Full {
        let said = format!("You follow {TIES_MAX} players already: unfollow one first.");
        return Err(ApiError::field(field, said).into());
    }
    deeds::tell(&app, me, Deed::Followed { player: other.id });
    if is_invited {
        // An inviter who already follows the maximum is followed all the same.
        let back = Tie {
            other: me,
            since: now,
        };
        app.store.follow(other.id, back, None).await?;
    }
    Ok(Json(FriendView {
        handle: other.handle,
        since: Some(now),
        mutual: is_invited || theirs.follows,
    }))
}

/// What a player is told of a new follower.
async fn told_of(
    app: &App,
    follower: PlayerId,
    followed: PlayerId,
    at: Timestamp,
) -> Result<Option<NewNotification>> {
    let handle = app.store.find_handles(&[follower]).await?.remove(&follower);
    let happened = Happened {
        player: followed,
        cause: format!("follower:{follower}"),
        subject: Subject::Follower {
            handle: handle.unwrap_or_default(),
        },
        at,
    };
    Ok(notifications::address(app, &happened).await?)
}

fn refuse_blocked(other: &PlayerRecord, blocks: bool, is_blocked: bool) -> Result<()> {
    let handle = &other.handle;
    let said = match (blocks, is_blocked) {
        (false, false) => return Ok(()),
        (true, _) => format!("You block {handle}: unblock {handle} first."),
        (false, true) => format!("You cannot follow {handle}."),
    };
    Err(Error::new(ErrorCode::Forbidden, said))
}

/// Stops following a player.
#[utoipa::path(delete, path = "/api/v1/me/friends/{key}", tag = "Players",
    params(("key" = String, Path, description = "The other player's handle")),
    responses((status = 204, description = "The player does not follow the other one"),
        (status = 404, description = "The player did not follow anybody of that handle", body = ApiError)))]
pub async fn unfollow(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(handle): Key<String>,
) -> Result<StatusCode> {
    let other = find_by_handle(&app, &handle).await?;
    let other = other.ok_or_else(|| Error::not_found("such player"))?;
    if !app.store.unfollow(session.player, other.id).await? {
        return Err(Error::not_found("such friend of yours"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Blocks a player: neither can follow the other one, nor see more than the name on the other's
/// profile.
#[utoipa::path(post, path = "/api/v1/me/blocks", tag = "Players",
    request_body(content = BlockRequest, example = json!({"handle": "ada"})),
    responses((status = 200, description = "The other player is blocked", body = FriendView)))]
pub async fn block(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<BlockRequest>,
) -> Result<Json<FriendView>> {
    let (me, now) = (session.player, app.clock.now());
    let other = named(&app, &request.handle).await?;
    if other.id == me {
        return Err(ApiError::field("handle", "This is your own name.").into());
    }
    let tie = Tie {
        other: other.id,
        since: now,
    };
    if app.store.block(me, tie).await? == Tied::Full {
        let said = format!("You block {TIES_MAX} players already: unblock one first.");
        return Err(ApiError::field("handle", said).into());
    }
    Ok(Json(FriendView {
        handle: other.handle,
        since: Some(now),
        mutual: false,
    }))
}

/// Ends blocking a player.
#[utoipa::path(delete, path = "/api/v1/me/blocks/{key}", tag = "Players",
    params(("key" = String, Path, description = "The other player's handle")),
    responses((status = 204, description = "The other player is not blocked"),
        (status = 404, description = "The player blocked nobody of that handle", body = ApiError)))]
pub async fn unblock(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(handle): Key<String>,
) -> Result<StatusCode> {
    let other = find_by_handle(&app, &handle).await?;
    let other = other.ok_or_else(|| Error::not_found("such player"))?;
    if !app.store.unblock(session.player, other.id).await? {
        return Err(Error::not_found("such player that you block"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The player who invites with a code.
#[utoipa::path(get, path = "/api/v1/invitations/{key}", tag = "Players", security(()),
    params(("key" = String, Path, description = "The code")),
    responses((status = 200, description = "The invitation", body = InvitationView),
        (status = 404, description = "There is no such invitation, or it has ended", body = ApiError)))]
pub async fn invitation(
    State(app): State<App>,
    Key(code): Key<String>,
) -> Result<Json<InvitationView>> {
    let missing = || Error::not_found("such invitation any more");
    let invitation = Invitation::read(&app, &code).ok_or_else(missing)?;
    let player = app.store.find_player(invitation.player).await?;
    Ok(Json(InvitationView {
        handle: player.ok_or_else(missing)?.handle,
        ends_at: invitation.ends_at,
    }))
}

async fn named(app: &App, handle: &str) -> Result<PlayerRecord> {
    let unknown = || ApiError::field("handle", "There is no player of this name.");
    let found = find_by_handle(app, handle).await?;
    Ok(found.ok_or_else(unknown)?)
}

fn ended(field: &str) -> ApiError {
    ApiError::field(field, "This invitation has ended: ask for a new one.")
}
