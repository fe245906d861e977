//! What protects a player's account: password, second factor, e-mail address, history of log-ins.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Changes the password. All other sessions are ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The current password.
    #[cfg_attr(feature = "openapi", schema(max_length = 128, format = Password))]
    pub password: String,
    /// The new one, as in [`RegisterRequest`](crate::api::RegisterRequest).
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128, format = Password))]
    pub new_password: String,
}

/// Confirms the player's identity, for actions that need more than a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The password.
    #[cfg_attr(feature = "openapi", schema(max_length = 128, format = Password))]
    pub password: String,
    /// A second-factor code or a recovery code, if there is a second factor.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub code: Option<String>,
}

/// A code of the second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// Six digits; white space is ignored.
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub code: String,
}

/// Single-use codes that replace the second factor when the device is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryCodes {
    /// All of them, separated by spaces.
    pub codes: String,
    /// The token of the new session, for clients that sent a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A second factor that has yet to be confirmed by a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecondFactorSetup {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The same as an `otpauth:` address.
    pub address: String,
    /// The address as a QR code: the path of an SVG whose modules are 1 by 1.
    pub qr_path: String,
    /// Modules per side.
    pub qr_size: u32,
}

/// A security event of a player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoginView {
    /// When.
    pub at: Timestamp,
    /// `logged_in`, `login_failed`, `password_changed`, ...
    pub event: String,
    /// What the client calls itself.
    pub device: String,
    /// The IP address it came from, without its last part.
    pub network: Option<String>,
}

/// What protects the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecurityView {
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether its owner has followed a link sent there.
    pub email_verified: bool,
    /// Whether this server sends mail.
    pub sends_mail: bool,
    /// Whether a second factor is required.
    pub second_factor: bool,
    /// A second factor that has yet to be confirmed.
    pub pending: Option<SecondFactorSetup>,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// Whether the player operates the server.
    pub operator: bool,
    /// The latest first, at most 30.
    pub logins: Vec<LoginView>,
}

/// Requests a link to set a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgottenRequest {
    /// The player's address.
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = "email"))]
    pub email: String,
}

/// Sets a new password by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// That of the link.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub token: String,
    /// The new password.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128, format = Password))]
    pub new_password: String,
}

/// Requests a link that changes the e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmailRequest {
    /// The new address.
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = "email"))]
    pub email: String,
    /// The password.
    #[cfg_attr(feature = "openapi", schema(max_length = 128, format = Password))]
    pub password: String,
}

/// Follows a link that was sent by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// That of the link.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub token: String,
}
