//! `/api/v1/auth`: register, log in, play as a guest, log out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use domain::api::{
    ApiError, AuthAnswer, ErrorCode, LoginRequest, RegisterRequest, SessionKind, UpgradeRequest,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract::{Body, OptionalBody};
use super::player::{self, Details, SignedIn};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::{self, LoggedIn, MaybeLoggedIn, cookie};
use crate::store::Credentials;

mod fields;
mod nickname;

/// Handles that are tried for a guest before it is given up; a thousand million are free.
const NICKNAME_TRIES: usize = 5;

/// Makes a player.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "Players", security(()),
    request_body(content = RegisterRequest, example = json!({"email": "ada@example.org",
        "handle": "ada", "password": "a long password", "session": "token"})),
    responses((status = 201, description = "The player, logged in", body = AuthAnswer),
        (status = 409, description = "`email_taken`, `handle_taken`", body = ApiError)))]
pub async fn register(
    State(app): State<App>,
    device: Device,
    Body(request): Body<RegisterRequest>,
) -> Result<SignedIn> {
    app.limits.check_login_from(device.address)?;
    let mut details = fields::check_registration(&request)?;
    details.password_hash = Some(app.passwords.hash(request.password).await?);
    Ok(player::create(&app, details, &device, request.session).await??)
}

/// Logs a player in.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "Players", security(()),
    request_body(content = LoginRequest, example = json!({"login": "ada",
        "password": "a long password", "session": "token"})),
    responses((status = 200, description = "The player, logged in", body = AuthAnswer),
        (status = 401, description = "`wrong_credentials`", body = ApiError)))]
pub async fn login(
    State(app): State<App>,
    device: Device,
    Body(request): Body<LoginRequest>,
) -> Result<SignedIn> {
    app.limits.check_login_from(device.address)?;
    app.limits.check_login_as(&request.login)?;
    let found = app.store.find_player_by_login(request.login.trim()).await?;
    let hash = found
        .as_ref()
        .and_then(|player| player.password_hash.as_deref());
    let matches = app.passwords.verify(request.password, hash).await?;
    let player = found.filter(|_| matches).ok_or_else(wrong_credentials)?;
    player::log_in(&app, &player, &device, request.session).await
}

/// How a guest's session is kept.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GuestRequest {
    session: SessionKind,
}

/// Makes a guest, who plays at once and may register later with everything kept.
#[utoipa::path(post, path = "/api/v1/auth/guest", tag = "Players", security(()),
    request_body(content = Option<GuestRequest>, example = json!({"session": "token"})),
    responses((status = 201, description = "The guest, logged in", body = AuthAnswer)))]
pub async fn guest(
    State(app): State<App>,
    device: Device,
    OptionalBody(request): OptionalBody<GuestRequest>,
) -> Result<SignedIn> {
    app.limits.check_login_from(device.address)?;
    for _ in 0..NICKNAME_TRIES {
        let details = Details::of_guest(nickname::random());
        if let Ok(guest) = player::create(&app, details, &device, request.session).await? {
            return Ok(guest);
        }
    }
    Err(Error::internal("no free handle for a guest"))
}

/// Makes the guest who sends it a registered player.
#[utoipa::path(post, path = "/api/v1/auth/upgrade", tag = "Players",
    request_body(content = UpgradeRequest, example = json!({"email": "ada@example.org",
        "handle": "ada", "password": "a long password"})),
    responses((status = 200, description = "The player, with everything kept", body = AuthAnswer),
        (status = 409, description = "`already_registered`, `email_taken`, `handle_taken`", body = ApiError)))]
pub async fn upgrade(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
    Body(request): Body<UpgradeRequest>,
) -> Result<Json<AuthAnswer>> {
    app.limits.check_login_from(device.address)?;
    if !player::find(&app, session.player).await?.is_guest() {
        return Err(already_registered());
    }
    let (email, handle) = fields::check_upgrade(&request)?;
    let password_hash = app.passwords.hash(request.password).await?;
    let credentials = Credentials {
        email,
        handle,
        password_hash,
    };
    app.store
        .register_guest(session.player, &credentials)
        .await??;
    let player = player::find(&app, session.player).await?;
    Ok(Json(AuthAnswer {
        player: player::view(&app, &player),
        token: None,
    }))
}

/// Ends the session of the request, if it has one.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "Players",
    security((), ("token" = []), ("cookie" = [])),
    responses((status = 204, description = "Nobody is logged in any more")))]
pub async fn logout(
    State(app): State<App>,
    MaybeLoggedIn(session): MaybeLoggedIn,
) -> Result<impl IntoResponse> {
    if let Some(session) = session {
        session::end(&app, session.player, session.id).await?;
    }
    let cookie = cookie::clear(&app.config.session)?;
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}

fn wrong_credentials() -> Error {
    let message = "That name and password do not belong together.";
    Error::new(ErrorCode::WrongCredentials, message)
}

fn already_registered() -> Error {
    Error::new(
        ErrorCode::AlreadyRegistered,
        "You are a registered player already.",
    )
}
