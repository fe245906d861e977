//! `/api/v1/auth/recovery-words` and `/api/v1/auth/recover`: how a guest without a password comes back.
//!
//! The words are stored as a session that nobody can use: no token has a session of this id, and its
//! hash is not that of any token's secret. So the words end with the guest's sessions and expire as they
//! do.

use axum::extract::State;
use axum::http::StatusCode;
use domain::PlayerId;
use domain::api::{ApiError, AuthAnswer, ErrorCode, RecoverRequest, RecoveryWords};
use subtle::ConstantTimeEq;

use super::{already_registered, keep_guest};
use crate::api::extract::Body;
use crate::api::player::{self, SignedIn};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::limit::LoginAs;
use crate::players::{names, words};
use crate::security::{LOGIN_LOCKED_OUT, RECOVERED, RECOVERY_FAILED, RECOVERY_WORDS_GIVEN, record};
use crate::session::{LoggedIn, RECOVERY, Sent};
use crate::store::{PlayerRecord, SessionRecord};

/// How long the words remain valid.
const DAYS: i64 = 30;
const SECONDS_PER_DAY: i64 = 86_400;

/// Gives the requesting guest recovery words, replacing earlier ones.
#[utoipa::path(post, path = "/api/v1/auth/recovery-words", tag = "Players",
    responses((status = 201, description = "The words. They are told only here", body = RecoveryWords),
        (status = 409, description = "`already_registered`", body = ApiError)))]
pub async fn give_words(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    device: Device,
) -> Result<(StatusCode, Json<RecoveryWords>)> {
    app.limits.check_login_from(device.address).await?;
    let guest = player::find(&app, session.player).await?;
    if !guest.is_guest() {
        return Err(already_registered());
    }
    let answer = new_words(&app, &guest).await?;
    record(RECOVERY_WORDS_GIVEN, Some(guest.id), device.address);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Gives a guest recovery words, replacing earlier ones.
///
/// # Errors
/// Those of the store.
pub async fn new_words(app: &App, guest: &PlayerRecord) -> Result<RecoveryWords> {
    let words = words::random();
    let now = app.clock.now();
    let kept = SessionRecord {
        player: guest.id,
        id: RECOVERY,
        token_hash: app.passwords.derive(words.clone(), salt(guest.id)).await?,
        device: "recovery words".to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus_seconds(DAYS * SECONDS_PER_DAY),
    };
    app.store.delete_session(guest.id, RECOVERY).await?;
    app.store.create_session(&kept).await?;
    Ok(RecoveryWords {
        handle: guest.handle.clone(),
        words,
        expires_at: kept.expires_at,
    })
}

/// Begins a session for the guest with the given handle and recovery words.
#[utoipa::path(post, path = "/api/v1/auth/recover", tag = "Players", security(()),
    request_body(content = RecoverRequest, example = json!({"handle": "quiet-otter-482193",
        "words": "amber kettle violin river", "session": "token"})),
    responses((status = 200, description = "The guest, logged in", body = AuthAnswer),
        (status = 401, description = "`wrong_credentials`", body = ApiError),
        (status = 409, description = "`guest_would_be_lost`: another guest plays in this browser", body = ApiError)))]
pub async fn recover(
    State(app): State<App>,
    sent: Sent,
    device: Device,
    Body(request): Body<RecoverRequest>,
) -> Result<SignedIn> {
    app.limits.check_login_from(device.address).await?;
    let name = names::login(&request.handle);
    let found = app.store.find_player_by_login(&name).await?;
    let who = found.as_ref().map_or(LoginAs::Nobody(&name), |player| {
        LoginAs::Recovery(player.id)
    });
    let asked = found.as_ref().map(|player| player.id);
    if let Err(refused) = app.limits.check_login_as(who).await {
        record(LOGIN_LOCKED_OUT, asked, device.address);
        return Err(refused);
    }
    let guest = found.filter(|player| player.is_guest());
    // Without such a guest, the same work is still done, so that the response time reveals nothing.
    let id = guest.as_ref().map_or(PlayerId(0), |guest| guest.id);
    let kept = app.store.find_sessions(&[(id, RECOVERY)]).await?;
    let typed = words::normalized(&request.words);
    let hash = app.passwords.derive(typed, salt(id)).await?;
    let now = app.clock.now();
    let is_right =
        |kept: &SessionRecord| kept.expires_at > now && bool::from(kept.token_hash.ct_eq(&hash));
    match guest.filter(|_| kept.iter().any(is_right)) {
        Some(guest) => {
            let another = sent.current().filter(|session| session.player != guest.id);
            keep_guest(&app, another, request.session).await?;
            record(RECOVERED, Some(guest.id), device.address);
            player::log_in(&app, &guest, &device, request.session).await
        }
        None => {
            record(RECOVERY_FAILED, asked, device.address);
            Err(wrong_words())
        }
    }
}

/// The words are random, so one salt per player is enough.
fn salt(player: PlayerId) -> String {
    format!("tickerquest recovery {player}")
}

fn wrong_words() -> Error {
    let message = "No guest has this handle and these words, or the words are older than 30 days.";
    Error::new(ErrorCode::WrongCredentials, message)
}
