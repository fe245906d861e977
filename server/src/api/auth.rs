//! `/api/v1/auth`: register, log in, play as a guest, log out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use domain::api::{
    ApiError, AuthAnswer, ErrorCode, LoginRequest, RegisterRequest, SessionKind, UpgradeRequest,
};
use domain::{AccountId, PlayerId};
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::ToSchema;
use web::language::Language;

use super::extract::{Body, OptionalBody};
use super::player::{self, Details, SignedIn};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::history::note;
use crate::limit::LoginAs;
use crate::players::{names, second_factor};
use crate::security::{
    GUEST_CREATED, GUEST_UPGRADED, LOGGED_IN, LOGIN_FAILED, LOGIN_LOCKED_OUT, NAMES_PROBED,
    REGISTERED, SECOND_FACTOR_FAILED, SESSION_ENDED, record,
};
use crate::session::{self, LoggedIn, Sent, Session, cookie, devices};
use crate::store::{Credentials, PlayerRecord, Taken};

pub(super) mod fields;
pub(crate) mod links;
pub(crate) mod nickname;
pub mod recovery;

/// Handles to try for a guest before giving up; a thousand million are free.
const NICKNAME_TRIES: usize = 5;

/// Registers a player.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "Players", security(()),
    request_body(content = RegisterRequest, example = json!({"email": "ada@example.org",
        "handle": "ada", "password": "a long password", "session": "token"})),
    responses((status = 201, description = "The player, logged in", body = AuthAnswer),
        (status = 409, description = "`email_taken`, `handle_taken`, `guest_would_be_lost`",
            body = ApiError)))]
pub async fn register(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Body(request): Body<RegisterRequest>,
) -> Result<SignedIn> {
    check_cookie_is_kept(&app, &device, request.session)?;
    app.limits.check_login_from(device.address).await?;
    app.limits.check_may_probe(device.address, Instant::now())?;
    let (mut details, password) = fields::check_registration(&request, device.language)?;
    if !request.leave_guest {
        keep_guest(&app, sent.current(), request.session).await?;
    }
    details.password_hash = Some(app.passwords.hash(password).await?);
    match player::create(&app, details, &device, request.session).await? {
        Ok(registered) => {
            note(&app, REGISTERED, registered.player(), &device).await;
            links::welcome(&app, registered.player()).await;
            Ok(registered)
        }
        Err(taken) => Err(is_taken(&app, &device, taken)),
    }
}

/// Logs a player in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "Players", security(()),
    request_body(content = LoginRequest, example = json!({"login": "ada",
        "password": "a long password", "session": "token"})),
    responses((status = 200, description = "The player, logged in", body = AuthAnswer),
        (status = 401, description = "`wrong_credentials`, `second_factor_required`", body = ApiError),
        (status = 409, description = "`guest_would_be_lost`", body = ApiError)))]
pub async fn login(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Body(request): Body<LoginRequest>,
) -> Result<SignedIn> {
    check_cookie_is_kept(&app, &device, request.session)?;
    app.limits.check_login_from(device.address).await?;
    let name = names::login(&request.login);
    let found = app.store.find_player_by_login(&name).await?;
    let player = found.as_ref().map(|player| player.id);
    // A guest has no password, and no history.
    let registered = found.as_ref().filter(|player| !player.is_guest());
    let registered = registered.map(|player| player.id);
    let who = who(&app, &device, &name, found.as_ref());
    if let Err(refused) = app.limits.check_login_as(who).await {
        record(LOGIN_LOCKED_OUT, player, device.address);
        return Err(refused);
    }
    let hash = found
        .as_ref()
        .and_then(|player| player.password_hash.as_deref());
    // Even an impossible password is compared, so that the response time reveals nothing.
    let (password, hash) = match names::password(&request.password) {
        Ok(password) => (password, hash),
        Err(_) => (String::new(), None),
    };
    let matches = app.passwords.verify(password, hash).await?;
    let Some(player) = found.filter(|_| matches) else {
        match registered {
            Some(player) => note(&app, LOGIN_FAILED, player, &device).await,
            None => record(LOGIN_FAILED, player, device.address),
        }
        return Err(wrong_credentials());
    };
    let code = request.code.as_deref();
    if let Err(refused) = second_factor::check(&app, player.id, code).await {
        if code.is_some() {
            note(&app, SECOND_FACTOR_FAILED, player.id, &device).await;
        }
        return Err(refused);
    }
    if !request.leave_guest {
        keep_guest(&app, sent.current(), request.session).await?;
    }
    note(&app, LOGGED_IN, player.id, &device).await;
    player::log_in(&app, &player, &device, request.session).await
}

/// How a guest's session is stored.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GuestRequest {
    session: SessionKind,
}

/// Creates a guest, who plays at once and may register later and keep everything. An existing guest stays
/// the same one.
#[utoipa::path(post, path = "/api/v1/auth/guest", tag = "Players", security(()),
    request_body(content = Option<GuestRequest>, example = json!({"session": "token"})),
    responses((status = 201, description = "The guest, logged in", body = AuthAnswer),
        (status = 200, description = "The guest who sent it, logged in anew", body = AuthAnswer)))]
pub async fn guest(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    OptionalBody(request): OptionalBody<GuestRequest>,
) -> Result<SignedIn> {
    check_cookie_is_kept(&app, &device, request.session)?;
    if let Some(session) = sent.current() {
        app.limits.check_login_of(session.player).await?;
        let player = player::find(&app, session.player).await?;
        if player.is_guest() {
            return player::log_in(&app, &player, &device, request.session).await;
        }
    }
    app.limits.check_login_from(device.address).await?;
    new_guest(&app, &device, request.session).await
}

/// Creates a guest with a friendly handle and logs the guest in.
///
/// # Errors
/// Those of the store.
pub async fn new_guest(app: &App, device: &Device, kind: SessionKind) -> Result<SignedIn> {
    for _ in 0..NICKNAME_TRIES {
        let details = Details::of_guest(nickname::random(), device.language);
        if let Ok(guest) = player::create(app, details, device, kind).await? {
            record(GUEST_CREATED, Some(guest.player()), device.address);
            return Ok(guest);
        }
    }
    Err(Error::internal("no free handle for a guest"))
}

/// Turns the requesting guest into a registered player.
#[utoipa::path(post, path = "/api/v1/auth/upgrade", tag = "Players",
    request_body(content = UpgradeRequest, example = json!({"email": "ada@example.org",
        "handle": "ada", "password": "a long password"})),
    responses((status = 200, description = "The player, with everything kept, in a new session; the \
        guest's are ended", body = AuthAnswer),
        (status = 409, description = "`already_registered`, `email_taken`, `handle_taken`", body = ApiError)))]
pub async fn upgrade(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    sent: Sent,
    device: Device,
    Body(request): Body<UpgradeRequest>,
) -> Result<SignedIn> {
    app.limits.check_login_of(session.player).await?;
    app.limits.check_may_probe(device.address, Instant::now())?;
    let guest = player::find(&app, session.player).await?;
    if !guest.is_guest() {
        return Err(already_registered());
    }
    let (email, handle, password) = fields::check_upgrade(&request)?;
    let password_hash = app.passwords.hash(password).await?;
    let credentials = Credentials {
        email,
        handle,
        password_hash,
    };
    let registered = app
        .store
        .register_guest(session.player, &credentials)
        .await?;
    registered.map_err(|taken| is_taken(&app, &device, taken))?;
    // A guest whom a host has made has no language yet.
    if guest.language() == Language::English && device.language != Language::English {
        let tag = device.language.tag();
        app.store.store_locale(guest.id, tag).await?;
    }
    record(GUEST_UPGRADED, Some(session.player), device.address);
    player::renew(&app, session.player, &sent, &device).await
}

/// What a log-out may discard.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogoutRequest {
    /// Whether to log out even a guest, who has no password to come back with.
    leave_guest: bool,
}

/// Ends every session that the request carries; a guest's only with `leave_guest`.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "Players",
    security((), ("token" = []), ("cookie" = [])),
    request_body(content = Option<LogoutRequest>, example = json!({"leave_guest": true})),
    responses((status = 204, description = "Nobody is logged in any more"),
        (status = 409, description = "`guest_would_be_lost`", body = ApiError)))]
pub async fn logout(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    OptionalBody(request): OptionalBody<LogoutRequest>,
) -> Result<impl IntoResponse> {
    for session in &sent.sessions {
        if !request.leave_guest && player::find(&app, session.player).await?.is_guest() {
            return Err(guest_would_be_lost());
        }
    }
    for session in &sent.sessions {
        session::end(&app, session.player, session.id).await?;
        record(SESSION_ENDED, Some(session.player), device.address);
    }
    let cookie = cookie::clear(&app.config.session)?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}

/// Refuses to give a browser a cookie that it would discard: its player would be asked to log in forever,
/// and a guest would be lost at once.
pub(super) fn check_cookie_is_kept(app: &App, device: &Device, kind: SessionKind) -> Result<()> {
    let is_lost = app.config.session.secure_cookie && device.is_insecure;
    if kind != SessionKind::Cookie || !is_lost {
        return Ok(());
    }
    let message = "This server keeps you logged in with a cookie that browsers accept over https only, \
                   and this page was opened over http. Open it with https://. If that does not work, \
                   ask whoever runs this server (docs/proxy.md).";
    Err(Error::new(ErrorCode::InsecureConnection, message))
}

/// Refuses to remove the cookie of a guest who has traded: nobody could log in as that guest again.
pub(super) async fn keep_guest(
    app: &App,
    current: Option<Session>,
    kind: SessionKind,
) -> Result<()> {
    let Some(session) = current.filter(|_| kind == SessionKind::Cookie) else {
        return Ok(());
    };
    let player = player::find(app, session.player).await?;
    if !player.is_guest() || !has_traded(app, player.id).await? {
        return Ok(());
    }
    let message = format!(
        "You play as the guest {} and have traded. A guest has no password, so you could not come \
         back. Register as this guest to keep everything, or say that you want to leave it.",
        player.handle
    );
    Err(Error::new(ErrorCode::GuestWouldBeLost, message))
}

async fn has_traded(app: &App, player: PlayerId) -> Result<bool> {
    for game in app.store.list_games_of(player).await? {
        let account = app.store.find_account(AccountId { player, game }).await?;
        // The first entry is the opening of the account.
        if account.is_some_and(|account| account.record.head.version > 1) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn who<'a>(app: &App, device: &Device, name: &'a str, found: Option<&PlayerRecord>) -> LoginAs<'a> {
    let Some(player) = found else {
        return LoginAs::Nobody(name);
    };
    match devices::find_known(app, device, player) {
        Some(device) => LoginAs::KnownDevice(player.id, device),
        None => LoginAs::Player(player.id),
    }
}

/// Reports that a name is taken, within the rate limit per address.
fn is_taken(app: &App, device: &Device, taken: Taken) -> Error {
    match app.limits.count_taken(device.address, Instant::now()) {
        Ok(()) => taken.into(),
        Err(refused) => {
            record(NAMES_PROBED, None, device.address);
            refused
        }
    }
}

fn wrong_credentials() -> Error {
    let message = "That name and password do not belong together.";
    Error::new(ErrorCode::WrongCredentials, message)
}

pub(super) fn guest_would_be_lost() -> Error {
    let message = "You play as a guest, and only this device knows you. Register to keep your account, \
                   or write down recovery words, which bring it back for 30 days. To log out \
                   anyway, say so.";
    Error::new(ErrorCode::GuestWouldBeLost, message)
}

fn already_registered() -> Error {
    Error::new(
        ErrorCode::AlreadyRegistered,
        "You are a registered player already.",
    )
}
