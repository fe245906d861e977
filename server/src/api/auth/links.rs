//! `/api/v1/auth/forgotten`, `reset`, `confirm` and `/api/v1/me/email`: links sent by mail.

use axum::extract::State;
use axum::http::StatusCode;
use domain::PlayerId;
use domain::api::{ApiError, EmailRequest, ErrorCode, ForgottenRequest, LinkRequest, ResetRequest};
use sha2::{Digest as _, Sha256};

use super::fields::checked_password;
use crate::api::extract::Body;
use crate::api::player;
use crate::api::security::{prove, send, tell};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::history::note;
use crate::jobs::Ask;
use crate::jobs::account_mail::What;
use crate::players::{links, names};
use crate::security::{EMAIL_CHANGED, EMAIL_VERIFIED, PASSWORD_RESET};
use crate::session::{self, LoggedIn, Sent};
use crate::store::protection::LinkPurpose;

/// Sends a password reset link to an address, if a player has it. The answer and the time it takes are the
/// same for every address.
#[utoipa::path(post, path = "/api/v1/auth/forgotten", tag = "Players", security(()),
    request_body(content = ForgottenRequest, example = json!({"email": "ada@example.org"})),
    responses((status = 202, description = "A mail is on its way, if a player has this address"),
        (status = 409, description = "`not_possible`: this server sends no mail", body = ApiError)))]
pub async fn forgotten(
    State(app): State<App>,
    device: Device,
    Body(request): Body<ForgottenRequest>,
) -> Result<StatusCode> {
    check_sends_mail(&app)?;
    app.limits.check_login_from(device.address).await?;
    let email = checked_email(&request.email)?;
    send(&app, &email, What::Forgotten, once("forgotten", &email)).await;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password by a link and ends all sessions. It does not log anybody in.
#[utoipa::path(post, path = "/api/v1/auth/reset", tag = "Players", security(()),
    request_body(content = ResetRequest, example = json!({"token": "reset.1.2.3.abc",
        "new_password": "another long password"})),
    responses((status = 204, description = "The new password counts"),
        (status = 409, description = "`link_ended`", body = ApiError)))]
pub async fn reset(
    State(app): State<App>,
    device: Device,
    Body(request): Body<ResetRequest>,
) -> Result<StatusCode> {
    app.limits.check_login_from(device.address).await?;
    let password = checked_password(&request.new_password, ["", ""])
        .map_err(|problem| Error::from(ApiError::field("new_password", problem)))?;
    let hash = app.passwords.hash(password).await?;
    let (link, _) = links::take(&app, &request.token, &[LinkPurpose::Reset]).await?;
    let player = player::find(&app, link.player).await?;
    app.store.change_password(player.id, &hash).await?;
    session::end_others(&app, player.id, None).await?;
    note(&app, PASSWORD_RESET, player.id, &device).await;
    tell(
        &app,
        &player,
        "A new password was chosen for your account through a link, and all devices were logged out.",
    )
    .await;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a verification link to the player's address.
#[utoipa::path(post, path = "/api/v1/me/email/verification", tag = "Players",
    responses((status = 202, description = "A mail is on its way"),
        (status = 409, description = "`not_possible`: no mail, or no address", body = ApiError)))]
pub async fn verify(State(app): State<App>, LoggedIn(session): LoggedIn) -> Result<StatusCode> {
    check_sends_mail(&app)?;
    app.limits.check_login_of(session.player).await?;
    let player = player::find(&app, session.player).await?;
    let Some(email) = player.email else {
        return Err(Error::new(
            ErrorCode::NotPossible,
            "You have no e-mail address here.",
        ));
    };
    let what = What::Link {
        purpose: LinkPurpose::Verify,
        player: player.id.0,
    };
    send(&app, &email, what, once("verify", &email)).await;
    Ok(StatusCode::ACCEPTED)
}

/// Sends a verification link to a newly registered player, if this server sends mail.
pub(super) async fn welcome(app: &App, player: PlayerId) {
    let found = app.store.find_player(player).await;
    let email = found.ok().flatten().and_then(|player| player.email);
    let Some(email) = email.filter(|_| app.mailer.is_some()) else {
        return;
    };
    let what = What::Link {
        purpose: LinkPurpose::Verify,
        player: player.0,
    };
    send(app, &email, what, once("verify", &email)).await;
}

/// Sends a link to a new address. The address changes once the link is followed.
#[utoipa::path(post, path = "/api/v1/me/email", tag = "Players",
    request_body(content = EmailRequest, example = json!({"email": "ada@example.net",
        "password": "a long password"})),
    responses((status = 202, description = "A mail is on its way to the new address"),
        (status = 409, description = "`not_possible`: no mail, or a guest", body = ApiError)))]
pub async fn change(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
    Body(request): Body<EmailRequest>,
) -> Result<StatusCode> {
    check_sends_mail(&app)?;
    let player = prove(&app, session, &device, &request.password).await?;
    let email = checked_email(&request.email)?;
    let what = What::Link {
        purpose: LinkPurpose::Change,
        player: player.id.0,
    };
    send(&app, &email, what, once("change", &player.id.to_string())).await;
    Ok(StatusCode::ACCEPTED)
}

/// Follows a link, which verifies or changes the player's address. A change ends all other sessions.
#[utoipa::path(post, path = "/api/v1/auth/confirm", tag = "Players", security(()),
    request_body(content = LinkRequest, example = json!({"token": "verify.1.2.3.abc"})),
    responses((status = 204, description = "Done"),
        (status = 409, description = "`link_ended`, `email_taken`", body = ApiError)))]
pub async fn confirm(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Body(request): Body<LinkRequest>,
) -> Result<StatusCode> {
    app.limits.check_login_from(device.address).await?;
    let purposes = [LinkPurpose::Verify, LinkPurpose::Change];
    let (link, email) = links::take(&app, &request.token, &purposes).await?;
    let player = player::find(&app, link.player).await?;
    let now = app.clock.now();
    if link.purpose == LinkPurpose::Change {
        app.store.change_email(player.id, &email).await??;
        let current = sent.current().filter(|current| current.player == player.id);
        let current = current.map(|current| current.id);
        session::end_others(&app, player.id, current).await?;
        note(&app, EMAIL_CHANGED, player.id, &device).await;
        tell(
            &app,
            &player,
            "Your account now has a different e-mail address. This one is no longer used.",
        )
        .await;
    } else if player.email.as_deref() != Some(email.as_str()) {
        // The address has changed since the link was sent.
        return Err(Error::new(
            ErrorCode::LinkEnded,
            "This is no longer the address of the account.",
        ));
    } else {
        note(&app, EMAIL_VERIFIED, player.id, &device).await;
    }
    app.store.verify_email(player.id, &email, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check_sends_mail(app: &App) -> Result<()> {
    if app.mailer.is_some() {
        return Ok(());
    }
    let message = "This server sends no mail. Ask whoever runs it, or your teacher.";
    Err(Error::new(ErrorCode::NotPossible, message))
}

fn checked_email(typed: &str) -> Result<String> {
    names::email(typed).map_err(|problem| ApiError::field("email", problem).into())
}

/// One at a time: while a mail is waiting, another request of the same kind enqueues none.
fn once(kind: &str, of: &str) -> Ask {
    let digest = Sha256::digest(of.to_lowercase().as_bytes());
    let key = hex::encode(&digest[..16]);
    Ask::default().key(format!("{kind}:{key}"))
}
