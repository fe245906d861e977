//! `/api/v1/codes/{code}`: what a join code leads to, and joining with it.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{
    ApiError, CodeView, ErrorCode, HostedState, JoinAnswer, JoinRequest, MemberStatus, SessionKind,
    Visibility,
};
use domain::{AccountId, GameId, PlayerId};

use super::auth::{check_cookie_is_kept, recovery};
use super::extract::{Body, Key};
use super::player::{self, Details, SignedIn};
use crate::app::{App, Game};
use crate::client::Device;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::players::{handles, names};
use crate::security::{GUEST_CREATED, record};
use crate::session::{RECOVERY, Sent};
use crate::store::{HostedGame, Member, PlayerRecord};

/// Endings to try for a nickname that is taken.
const ENDINGS_TRIED: usize = 8;
/// Maximum digits in a row: more may be a telephone number or a date of birth.
const DIGITS_MAX: usize = 4;

/// What a join code leads to.
#[utoipa::path(get, path = "/api/v1/codes/{key}", tag = "Hosting", security(()),
    params(("key" = String, Path, description = "The code, however it is typed", example = "KXTRWA")),
    responses((status = 200, description = "The game", body = CodeView),
        (status = 404, description = "No game has this code", body = ApiError)))]
pub async fn find(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Key(code): Key<String>,
) -> Result<Json<CodeView>> {
    let (game, hosted) = find_game(&app, &device, &code).await?;
    let player = sent.current().map(|session| session.player);
    let joined = match player {
        Some(player) => status_of(&app, &game, player).await?,
        None => None,
    };
    let closed = check_joinable(&app, &game, &hosted).err();
    let host = player::find(&app, hosted.owner).await?;
    Ok(Json(CodeView {
        code: hosted.join_code.clone().unwrap_or_default(),
        slug: game.record.slug.clone(),
        name: game.record.name.clone(),
        host: host.handle,
        starting_cash: game.rules.starting_cash,
        currency: game.rules.currency,
        approval: hosted.settings.approval,
        closed: closed.map(|error| error.answer().message.clone()),
        joined,
    }))
}

/// Joins the game of a code. Without a session the nickname makes a guest, who gets recovery words.
#[utoipa::path(post, path = "/api/v1/codes/{key}", tag = "Hosting", security(()),
    params(("key" = String, Path, description = "The code, however it is typed", example = "KXTRWA")),
    request_body(content = JoinRequest, example = json!({"nickname": "mia-9b", "session": "token"})),
    responses((status = 201, description = "In the game, or waiting for a host", body = JoinAnswer),
        (status = 404, description = "No game has this code", body = ApiError),
        (status = 409, description = "`already_joined`, `game_not_open`", body = ApiError)))]
pub async fn join(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Key(code): Key<String>,
    Body(request): Body<JoinRequest>,
) -> Result<Response> {
    let (game, hosted) = find_game(&app, &device, &code).await?;
    check_joinable(&app, &game, &hosted)?;
    check_cookie_is_kept(&app, &device, request.session)?;
    match sent.current() {
        Some(session) => {
            let player = player::find(&app, session.player).await?;
            let status = admit(&app, &game, &hosted, player.id, false).await?;
            let answer = answer(&game, &player.handle, status);
            Ok((StatusCode::CREATED, Json(answer)).into_response())
        }
        None => join_as_guest(&app, &game, &hosted, &device, request).await,
    }
}

async fn join_as_guest(
    app: &App,
    game: &Game,
    hosted: &HostedGame,
    device: &Device,
    request: JoinRequest,
) -> Result<Response> {
    let nickname = nickname(request.nickname.as_deref())?;
    check_is_not_awaited(app, hosted.game, &nickname).await?;
    let made = create_guest(app, &nickname, device, request.session).await?;
    let guest = player::find(app, made.player()).await?;
    record(GUEST_CREATED, Some(guest.id), device.address);
    let status = admit(app, game, hosted, guest.id, true).await?;
    let words = recovery::new_words(app, &guest).await?.words;
    let token = made.token();
    let mut response = made.into_response();
    let answer = JoinAnswer {
        words: Some(words),
        token,
        ..answer(game, &guest.handle, status)
    };
    Ok(with_answer(&mut response, answer))
}

/// Refuses to create a second player, with digits after the name, for a pupil of an imported list who has
/// never come: the list's recovery words lead in.
async fn check_is_not_awaited(app: &App, game: GameId, nickname: &str) -> Result<()> {
    let Some(known) = app
        .store
        .find_player_by_login(&names::login(nickname))
        .await?
    else {
        return Ok(());
    };
    let account = AccountId {
        player: known.id,
        game,
    };
    let is_member = app.store.find_member(account).await?.is_some();
    let sessions = app.store.list_sessions(known.id, app.clock.now()).await?;
    let has_come = sessions.iter().any(|session| session.id != RECOVERY);
    if !is_member || has_come {
        return Ok(());
    }
    let message = format!(
        "{nickname} is on the host's list. If that is you, log in with this name and your recovery words. Otherwise choose another name."
    );
    Err(ApiError::field("nickname", message).into())
}

/// Creates a guest with a nickname, followed by digits if it is taken.
///
/// # Errors
/// 422 when many others have it.
pub async fn create_guest(
    app: &App,
    nickname: &str,
    device: &Device,
    session: SessionKind,
) -> Result<SignedIn> {
    let mut tried = nickname.to_owned();
    for _ in 0..ENDINGS_TRIED {
        let details = Details::of_guest(tried, device.language);
        if let Ok(made) = player::create(app, details, device, session).await? {
            return Ok(made);
        }
        tried = with_ending(nickname);
    }
    let message = "is already taken; choose another one";
    Err(ApiError::field("nickname", message).into())
}

/// The new session's cookies with another body.
fn with_answer(made: &mut Response, answer: JoinAnswer) -> Response {
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    for cookie in made.headers().get_all(header::SET_COOKIE) {
        let cookie: HeaderValue = cookie.clone();
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn answer(game: &Game, handle: &str, status: MemberStatus) -> JoinAnswer {
    JoinAnswer {
        slug: game.record.slug.clone(),
        handle: handle.to_owned(),
        words: None,
        status,
        token: None,
    }
}

/// Every lookup counts as a log-in from the address, so that nobody can try all codes.
async fn find_game(
    app: &App,
    device: &Device,
    code: &str,
) -> Result<(Game, std::sync::Arc<HostedGame>)> {
    app.limits.check_login_from(device.address).await?;
    let hosted = app.hosting.find_by_code(code);
    let hosted = hosted.filter(|hosted| hosted.state != HostedState::Draft);
    let found = hosted.and_then(|hosted| {
        let games = app.games.all().into_iter();
        let game = games
            .into_iter()
            .find(|game| game.record.id == hosted.game)?;
        Some((game, hosted))
    });
    found.ok_or_else(|| Error::not_found("game with this code; look at it again"))
}

/// Checks whether a hosted game can be joined now.
///
/// # Errors
/// Why not.
pub fn check_joinable(app: &App, game: &Game, hosted: &HostedGame) -> Result<()> {
    let now = app.clock.now();
    let closed = |message: &str| Err(Error::new(ErrorCode::GameNotOpen, message));
    if hosted.state == HostedState::Draft {
        return closed("The host has not opened this game yet.");
    }
    let over = game.rules.closes_at.is_some_and(|at| at <= now);
    if over || matches!(hosted.state, HostedState::Closed | HostedState::Archived) {
        return closed("This game is over.");
    }
    let started = game.rules.opens_at.is_some_and(|at| at <= now);
    if started && !hosted.settings.late_entry {
        return closed("This game has started, and nobody else may join.");
    }
    if hosted.settings.visibility == Visibility::Invitation {
        return closed("Only players invited by the host may join this game.");
    }
    Ok(())
}

/// Admits a player to a game, or makes the player wait for a host.
///
/// # Errors
/// 403 for a player who was removed, 409 for one who is already in.
pub async fn admit(
    app: &App,
    game: &Game,
    hosted: &HostedGame,
    player: PlayerId,
    made_here: bool,
) -> Result<MemberStatus> {
    let account = AccountId {
        player,
        game: hosted.game,
    };
    app.hosting.check_plays(account)?;
    let now = app.clock.now();
    let status = if hosted.settings.approval {
        MemberStatus::Waiting
    } else {
        MemberStatus::Playing
    };
    let joined = || Error::new(ErrorCode::AlreadyJoined, "You are in this game already.");
    if app.store.find_member(account).await?.is_some() {
        return Err(joined());
    }
    if status == MemberStatus::Playing {
        let cash = game.rules.starting_cash;
        if !app.store.open_account(account, cash, now).await? {
            return Err(joined());
        }
    }
    let member = Member {
        account,
        status,
        joined_at: now,
        made_here,
        team: None,
    };
    app.store.store_member(&member).await?;
    if status == MemberStatus::Waiting {
        crate::hosting::announce_change(app).await?;
    }
    Ok(status)
}

async fn status_of(app: &App, game: &Game, player: PlayerId) -> Result<Option<MemberStatus>> {
    let account = AccountId {
        player,
        game: game.record.id,
    };
    let member = app.store.find_member(account).await?;
    Ok(member.map(|member| member.status))
}

/// A nickname that is inoffensive and contains no personal data.
///
/// # Errors
/// 422 that says what is wrong with it.
pub fn nickname(typed: Option<&str>) -> Result<String> {
    let typed = typed.unwrap_or_default().trim().replace(' ', "-");
    let wrong = |message: &str| Err(ApiError::field("nickname", message).into());
    if typed.is_empty() {
        return wrong("is missing");
    }
    let nickname = match names::handle(&typed) {
        Ok(nickname) => nickname,
        Err(message) => return wrong(message),
    };
    let mut runs = nickname.split(|c: char| !c.is_ascii_digit());
    if runs.any(|digits| digits.len() > DIGITS_MAX) {
        return wrong("must not have more than four digits in a row: keep personal data out of it");
    }
    if handles::is_refused(&nickname) {
        return wrong("is not a name for this game; choose another one");
    }
    Ok(nickname)
}

/// The nickname with two or three digits after it.
fn with_ending(nickname: &str) -> String {
    let number: u16 = rand::random_range(10..1_000);
    let room = names::HANDLE_MAX.saturating_sub(4);
    let start: String = nickname.chars().take(room).collect();
    format!("{start}-{number}")
}

/// The player of a member who was made by joining a game.
pub async fn guest_of(app: &App, account: AccountId) -> Result<PlayerRecord> {
    let member = app.store.find_member(account).await?;
    if !member.is_some_and(|member| member.made_here) {
        let message =
            "This player did not come in by your code alone and logs in without your help.";
        return Err(Error::new(ErrorCode::Forbidden, message));
    }
    player::find(app, account.player).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_refused_for_what_it_says() {
        for good in ["Mia", "mia 9b", "The-Bear", "max_2013"] {
            assert!(nickname(Some(good)).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            "admin",
            "f-u-c-k",
            "0170123456",
            "zoë",
            "a/b",
            "Support24",
        ] {
            assert!(nickname(Some(bad)).is_err(), "{bad}");
        }
        assert!(nickname(None).is_err());
        for _ in 0..100 {
            let ended = with_ending("a-very-long-nickname");
            assert!(names::handle(&ended).is_ok(), "{ended}");
        }
    }
}
