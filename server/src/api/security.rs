//! `/api/v1/me/security` and what a player does there: another password, a second factor, the end of the
//! account.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use data_encoding::BASE32_NOPAD;
use domain::api::{
    ApiError, AuthAnswer, CodeRequest, ErrorCode, LoginView, PasswordRequest, ProofRequest,
    RecoveryCodes, SecondFactorSetup, SecurityView,
};
use domain::{Account, AccountId, PlayerId};

use super::auth::fields::checked_password;
use super::extract::Body;
use super::player::SignedIn;
use super::{host, player};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::history::note;
use crate::hosting::qr;
use crate::jobs::Ask;
use crate::jobs::account_mail::{AccountMail, AccountMailPayload, What};
use crate::json::Json;
use crate::players::{names, second_factor};
use crate::security::{
    ACCOUNT_ERASED, LOGIN_FAILED, PASSWORD_CHANGED, SECOND_FACTOR_OFF, SECOND_FACTOR_ON,
};
use crate::session::{self, LoggedIn, Sent, Session, cookie};
use crate::store::PlayerRecord;
use crate::store::protection::{LoginRecord, SecondFactor};

/// Entries of the history that are shown.
const LOGINS: u32 = 30;
/// Handles that are tried for an erased player.
const HANDLE_TRIES: usize = 5;

/// What protects the account, and the latest log-ins.
#[utoipa::path(get, path = "/api/v1/me/security", tag = "Players",
    responses((status = 200, description = "For the player alone", body = SecurityView)))]
pub async fn security(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<SecurityView>> {
    let player = player::find(&app, session.player).await?;
    let factor = app.store.find_second_factor(player.id).await?;
    let verified = app.store.verified_email(player.id).await?;
    let logins = app.store.list_logins(player.id, LOGINS).await?;
    let view = |login: LoginRecord| LoginView {
        at: login.at,
        event: login.event,
        device: login.device,
        network: login.network,
    };
    let is_on = |factor: &SecondFactor| factor.confirmed_at.is_some();
    let pending = match factor.as_ref().filter(|factor| !is_on(factor)) {
        Some(factor) => Some(setup(&player, &second_factor::open(&app, factor)?)),
        None => None,
    };
    Ok(Json(SecurityView {
        email_verified: player.email.is_some() && player.email == verified,
        email: player.email,
        sends_mail: app.mailer.is_some(),
        second_factor: factor.as_ref().is_some_and(is_on),
        recovery_codes: factor.as_ref().map_or(0, |factor| factor.recovery_codes),
        pending,
        operator: app.store.is_operator(player.id).await?,
        logins: logins.into_iter().map(view).collect(),
    }))
}

/// Changes the password, ends all sessions, and begins a new one.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "Players",
    request_body(content = PasswordRequest, example = json!({"password": "a long password",
        "new_password": "another long password"})),
    responses((status = 200, description = "It is changed; the player, in a new session", body = AuthAnswer),
        (status = 409, description = "`not_possible`: a guest has no password", body = ApiError)))]
pub async fn change_password(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    sent: Sent,
    device: Device,
    Body(request): Body<PasswordRequest>,
) -> Result<SignedIn> {
    let player = prove(&app, session, &device, &request.password).await?;
    let own_names = [player.email.as_deref().unwrap_or_default(), &player.handle];
    let password = checked_password(&request.new_password, own_names)
        .map_err(|problem| Error::from(ApiError::field("new_password", problem)))?;
    let hash = app.passwords.hash(password).await?;
    app.store.change_password(player.id, &hash).await?;
    let renewed = player::renew(&app, player.id, &sent, &device).await?;
    note(&app, PASSWORD_CHANGED, player.id, &device).await;
    tell(
        &app,
        &player,
        "The password of your account was changed, and all other devices were logged out.",
    )
    .await;
    Ok(renewed)
}

/// Begins setting up a second factor. It takes effect once a code from it has been sent.
#[utoipa::path(post, path = "/api/v1/me/second-factor", tag = "Players",
    request_body(content = ProofRequest, example = json!({"password": "a long password"})),
    responses((status = 201, description = "The secret", body = SecondFactorSetup),
        (status = 409, description = "`not_possible`: there is one already", body = ApiError)))]
pub async fn begin_second_factor(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
    Body(request): Body<ProofRequest>,
) -> Result<(StatusCode, Json<SecondFactorSetup>)> {
    let player = prove(&app, session, &device, &request.password).await?;
    let secret = second_factor::begin(&app, player.id).await?;
    Ok((StatusCode::CREATED, Json(setup(&player, &secret))))
}

/// Activates the second factor, issues recovery codes, ends all sessions, and begins a new one.
#[utoipa::path(put, path = "/api/v1/me/second-factor", tag = "Players",
    request_body(content = CodeRequest, example = json!({"code": "287082"})),
    responses((status = 200, description = "The recovery codes. They are told only here", body = RecoveryCodes),
        (status = 409, description = "`not_possible`: none was begun", body = ApiError)))]
pub async fn confirm_second_factor(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    sent: Sent,
    device: Device,
    Body(request): Body<CodeRequest>,
) -> Result<impl IntoResponse> {
    app.limits.check_login_of(session.player).await?;
    let codes = second_factor::confirm(&app, session.player, &request.code).await?;
    let renewed = player::renew(&app, session.player, &sent, &device).await?;
    note(&app, SECOND_FACTOR_ON, session.player, &device).await;
    let token = renewed.token();
    let cookies = renewed.into_cookies().into_iter();
    let cookies = AppendHeaders(
        cookies
            .map(|cookie| (header::SET_COOKIE, cookie))
            .collect::<Vec<_>>(),
    );
    Ok((cookies, Json(RecoveryCodes { codes, token })))
}

/// Turns the second factor off.
#[utoipa::path(post, path = "/api/v1/me/second-factor/removal", tag = "Players",
    request_body(content = ProofRequest, example = json!({"password": "a long password", "code": "287082"})),
    responses((status = 204, description = "The password alone logs in"),
        (status = 401, description = "`second_factor_required`", body = ApiError),
        (status = 409, description = "`not_possible`: a guest has none", body = ApiError)))]
pub async fn remove_second_factor(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
    Body(request): Body<ProofRequest>,
) -> Result<StatusCode> {
    let player = prove(&app, session, &device, &request.password).await?;
    second_factor::check(&app, player.id, request.code.as_deref()).await?;
    app.store.remove_second_factor(player.id).await?;
    note(&app, SECOND_FACTOR_OFF, player.id, &device).await;
    tell(
        &app,
        &player,
        "The second factor of your account was turned off.",
    )
    .await;
    Ok(StatusCode::NO_CONTENT)
}

/// Erases the player: names, address, password, words, ties, history. The ledger stays, without a name.
#[utoipa::path(post, path = "/api/v1/me/deletion", tag = "Players",
    request_body(content = ProofRequest, example = json!({"password": "a long password"})),
    responses((status = 204, description = "Nobody can log in as this player any more"),
        (status = 401, description = "`second_factor_required`", body = ApiError),
        (status = 409, description = "`not_possible`: a guest has no password", body = ApiError)))]
pub async fn delete_account(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
    Body(request): Body<ProofRequest>,
) -> Result<impl IntoResponse> {
    let player = prove(&app, session, &device, &request.password).await?;
    second_factor::check(&app, player.id, request.code.as_deref()).await?;
    host::leave_all(&app, player.id).await?;
    cancel_orders(&app, player.id).await?;
    let now = app.clock.now();
    let mut tries = 0;
    let ended = loop {
        let handle = format!("gone-{:08x}", rand::random::<u32>());
        match app.store.erase_player(player.id, &handle, now).await {
            Ok(ended) => break ended,
            Err(error) if tries >= HANDLE_TRIES => return Err(error.into()),
            Err(_) => tries += 1,
        }
    };
    for one in ended {
        session::forget(&app, player.id, one);
    }
    crate::security::record(ACCOUNT_ERASED, Some(player.id), device.address);
    tell(
        &app,
        &player,
        "Your account was deleted, as you asked. This is the last mail.",
    )
    .await;
    let gone = cookie::clear(&app.config.session)?;
    let cookies = AppendHeaders([(header::SET_COOKIE, gone)]);
    Ok((StatusCode::NO_CONTENT, cookies))
}

/// Cancels what waits in all games: nobody is there to want it, and its reasons are the player's words.
async fn cancel_orders(app: &App, player: PlayerId) -> Result<()> {
    let played = app.store.list_games_of(player).await?;
    let games = app.games.all().into_iter();
    for game in games.filter(|game| played.contains(&game.record.id)) {
        let account = AccountId {
            player,
            game: game.record.id,
        };
        let open = app
            .store
            .list_open_orders(account, Account::OPEN_ORDERS_MAX);
        for order in open.await? {
            let context = app.context_of(&game).await?;
            app.engine.cancel(order, context).await?;
        }
    }
    Ok(())
}

/// The registered player of a session, who types the password again.
///
/// # Errors
/// `not_possible` for a guest, a field error for a wrong password, 429 for too many tries.
pub(super) async fn prove(
    app: &App,
    session: Session,
    device: &Device,
    password: &str,
) -> Result<PlayerRecord> {
    app.limits.check_login_of(session.player).await?;
    let player = player::find(app, session.player).await?;
    if player.is_guest() {
        let message = "You play as a guest and have no password. Register first.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let typed = names::password(password).unwrap_or_default();
    let hash = player.password_hash.as_deref();
    if app.passwords.verify(typed, hash).await? {
        return Ok(player);
    }
    note(app, LOGIN_FAILED, player.id, device).await;
    Err(ApiError::field("password", "is not your password").into())
}

/// Tells a player by mail what has changed, where the server sends mail.
pub(super) async fn tell(app: &App, player: &PlayerRecord, text: &str) {
    let Some(email) = &player.email else { return };
    let what = What::Notice {
        text: text.to_owned(),
        language: player.language().tag().to_owned(),
    };
    send(app, email, what, Ask::default()).await;
}

/// Enqueues a mail. That it cannot be sent changes nothing of what was done.
pub(super) async fn send(app: &App, email: &str, what: What, ask: Ask) {
    if app.mailer.is_none() {
        return;
    }
    let mail = AccountMailPayload::new(email, what, app.clock.now());
    if let Err(error) = app.jobs.enqueue::<AccountMail>(&mail, &ask).await {
        tracing::error!(%error, "a mail about an account could not be enqueued");
    }
}

fn setup(player: &PlayerRecord, secret: &[u8]) -> SecondFactorSetup {
    // As people and authenticators type it.
    let secret = BASE32_NOPAD.encode(secret);
    let handle = &player.handle;
    let address = format!("otpauth://totp/Tickerquest:{handle}?secret={secret}&issuer=Tickerquest");
    let (qr_path, qr_size) = qr::path(&address).unwrap_or_default();
    SecondFactorSetup {
        secret,
        address,
        qr_path,
        qr_size,
    }
}
