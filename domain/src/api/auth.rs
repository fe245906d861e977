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

/// Makes a player.
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
    /// 10 to 128 characters, none of the passwords that many people use, and not the player's own
    /// names. Composed as in RFC 8265, so that every keyboard types the same.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128, format = Password))]
    pub password: String,
    /// For regional boards: an ISO 3166-1 alpha-2 code such as `DE`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([A-Z]{2})?$"))]
    pub region: Option<String>,
    /// A language tag such as `en` or `de-CH`; `en` by default.
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

/// Makes the guest who sends it a registered player, with everything kept.
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
    /// A code of the second factor, or a recovery code, where the player has a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Words that find a guest's account again, together with the handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryWords {
    /// The guest's handle.
    pub handle: String,
    /// Four words. Only their hash is kept.
    pub words: String,
    /// Until when they work.
    pub expires_at: Timestamp,
}

/// Finds a guest's account again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverRequest {
    /// The guest's handle.
    pub handle: String,
    /// The recovery words, in any case and with anything between them.
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
    /// The bearer token, where one was asked for. It is told only here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
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
    /// The language tag.
    pub locale: String,
    /// The currency that accounts are valued in.
    pub base_currency: String,
    /// XP in all.
    pub xp: Xp,
    /// Level and progress.
    pub progress: Progress,
    /// XP that can be collected today; none when it has been.
    pub daily_bonus: Option<Xp>,
    /// Since when.
    pub created_at: Timestamp,
    /// Notifications that have not been read, counted to 100; 0 in answers that are not about them.
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
    /// To end it by.
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
