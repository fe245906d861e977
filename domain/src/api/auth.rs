//! Players and their sessions.

use serde::{Deserialize, Serialize};

use crate::{PlayerId, Progress, SessionId, Timestamp, Xp};

/// How the client keeps its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// In an `HttpOnly` cookie: browsers.
    #[default]
    Cookie,
    /// As a bearer token in the answer: the desktop app and programs.
    Token,
}

/// Registers a player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// Unique without regard to case; at most 254 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = "email"))]
    pub email: String,
    /// The name that others see: 3 to 20 of `A-Z`, `a-z`, `0-9`, `_` and `-`; unique without case.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\s*[A-Za-z0-9_-]{3,20}\s*$"))]
    pub handle: String,
    /// 10 to 128 characters, not a common password, and not the player's own names. Normalized as
    /// in RFC 8265, so that every keyboard produces the same password.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128, format = Password))]
    pub password: String,
    /// For regional boards: an ISO 3166-1 alpha-2 code such as `DE`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([A-Z]{2})?$"))]
    pub region: Option<String>,
    /// A language tag such as `en` or `de-CH`; by default the language that the request is in.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 35, pattern = "^([a-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$")
    )]
    pub locale: Option<String>,
    /// An ISO 4217 code. So far there is only `USD`, the default.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(pattern = "^(USD)?$"))]
    pub base_currency: Option<String>,
    /// How the session is kept.
    #[serde(default)]
    pub session: SessionKind,
    /// Whether a guest who is logged in and has traded may be lost.
    #[serde(default)]
    pub leave_guest: bool,
}

/// Turns the requesting guest into a registered player, keeping everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpgradeRequest {
    /// As in [`RegisterRequest`].
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = "email"))]
    pub email: String,
    /// As in [`RegisterRequest`].
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\s*[A-Za-z0-9_-]{3,20}\s*$"))]
    pub handle: String,
    /// As in [`RegisterRequest`].
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128, format = Password))]
    pub password: String,
}

/// Logs a player in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The e-mail address or the handle.
    pub login: String,
    /// The password.
    pub password: String,
    /// How the session is kept.
    #[serde(default)]
    pub session: SessionKind,
    /// Whether a guest who is logged in and has traded may be lost.
    #[serde(default)]
    pub leave_guest: bool,
    /// A second-factor code or a recovery code, if the player has a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Words that recover a guest's account, together with the handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryWords {
    /// The guest's handle.
    pub handle: String,
    /// Four words. Only their hash is kept.
    pub words: String,
    /// When they expire.
    pub expires_at: Timestamp,
}

/// Recovers a guest's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverRequest {
    /// The guest's handle.
    pub handle: String,
    /// The recovery words, in any case and with any separators.
    pub words: String,
    /// How the session is kept.
    #[serde(default)]
    pub session: SessionKind,
}

/// Who is logged in now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthAnswer {
    /// The player.
    pub player: PlayerView,
    /// The bearer token, if one was requested. It is only ever shown here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Chooses a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LanguageRequest {
    /// Its tag.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(en|de|fr|es|pt|sn)$"))]
    pub language: String,
}

/// A player, as the player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlayerView {
    /// The IANA name of the time zone whose days count for streak, bonus and quest.
    pub time_zone: String,
    /// The player's id.
    pub id: PlayerId,
    /// The name that others see.
    pub handle: String,
    /// The address; none for a guest.
    pub email: Option<String>,
    /// Whether this is a guest, whose progress is kept on registering.
    pub guest: bool,
    /// The region.
    pub region: Option<String>,
    /// The language tag: mails are written in this language, if the game has it.
    pub locale: String,
    /// The currency that accounts are valued in.
    pub base_currency: String,
    /// Total XP.
    pub xp: Xp,
    /// Level and progress.
    pub progress: Progress,
    /// XP that can be collected today; none when already collected.
    pub daily_bonus: Option<Xp>,
    /// Since when.
    pub created_at: Timestamp,
    /// Unread notifications, counted up to 100; 0 in responses that do not load them.
    #[serde(default)]
    pub unread_notifications: u32,
}

/// The daily bonus, collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BonusAnswer {
    /// XP collected.
    pub collected: Xp,
    /// The player after it.
    pub player: PlayerView,
}

/// A log-in of the player on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The id to end it with.
    pub id: SessionId,
    /// What the device called itself.
    pub device: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last used; kept to the hour.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
    /// Whether it is the session of this request.
    pub current: bool,
}
