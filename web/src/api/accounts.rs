//! Who plays: registering, logging in and out, and where a player is logged in.

use domain::SessionId;
use domain::api::{
    ApiError, AuthAnswer, LoginRequest, PlayerView, RecoverRequest, RecoveryWords, RegisterRequest,
    SessionView, UpgradeRequest,
};
#[cfg(feature = "ssr")]
use domain::api::{OperatorView, SecurityView};

use super::address::Address;
use super::{Method, decode, empty, get, post, send};

/// `POST auth/register`
pub async fn register(request: &RegisterRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "register"]), request).await
}

/// `POST auth/login`
pub async fn login(request: &LoginRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "login"]), request).await
}

/// `POST auth/guest`
pub async fn play_as_guest() -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "guest"]), &serde_json::json!({})).await
}

/// `POST auth/upgrade`
pub async fn upgrade(request: &UpgradeRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "upgrade"]), request).await
}

/// `POST auth/recovery-words`: for a guest.
pub async fn recovery_words() -> Result<RecoveryWords, ApiError> {
    let address = Address::new(["auth", "recovery-words"]);
    decode(send(Method::Post, address, None).await?)
}

/// `POST auth/recover`
pub async fn recover(request: &RecoverRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "recover"]), request).await
}

/// `POST auth/logout`: of a player who has a password.
pub async fn logout() -> Result<(), ApiError> {
    empty(Method::Post, Address::new(["auth", "logout"])).await
}

/// `GET me`
pub async fn me() -> Result<PlayerView, ApiError> {
    get(Address::new(["me"])).await
}

/// `GET me/security`
#[cfg(feature = "ssr")]
pub async fn security() -> Result<SecurityView, ApiError> {
    get(Address::new(["me", "security"])).await
}

/// `GET operator`
#[cfg(feature = "ssr")]
pub async fn operator() -> Result<OperatorView, ApiError> {
    get(Address::new(["operator"])).await
}

/// `GET me/sessions`
pub async fn sessions() -> Result<Vec<SessionView>, ApiError> {
    get(Address::new(["me", "sessions"])).await
}

/// `DELETE me/sessions/{id}`
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    empty(
        Method::Delete,
        Address::new(["me", "sessions", &id.to_string()]),
    )
    .await
}

/// `DELETE me/sessions`: all but the one that asks.
pub async fn end_other_sessions() -> Result<(), ApiError> {
    empty(Method::Delete, Address::new(["me", "sessions"])).await
}
