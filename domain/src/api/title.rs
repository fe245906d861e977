//! What third-party programs do around a game: they define achievements, and report what players unlocked,
//! scored and played. It counts in that game only and earns no XP.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KeyScope {
    /// Define achievements.
    Achievements,
    /// Report what players did.
    Events,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Achievements, Self::Events];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Achievements => "achievements",
            Self::Events => "events",
        }
    }

    /// The scope with this stored name.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A key to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// A label for its owner, naming the program that uses it: 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// What it may do; everything by default.
    #[serde(default)]
    pub scopes: Option<Vec<KeyScope>>,
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyView {
    /// Its id.
    pub id: String,
    /// The program that uses it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A newly created key. The token is shown only once: the server stores only its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeApiKey {
    /// What the program sends in the header `Api-Key`.
    pub token: String,
    /// The key.
    pub key: ApiKeyView,
}

/// An achievement of a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleAchievement {
    /// Its id in the title: 1 to 64 of a-z, 0-9, `-` and `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{1,64}$"))]
    pub id: String,
    /// Its name: 1 to 80 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 80))]
    pub name: String,
    /// How to earn it: 1 to 300 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub description: String,
    /// The name of one of our pictures; without one a placeholder is shown.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub icon: Option<String>,
    /// Points inside the game, 0 to 1,000.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
    pub points: u32,
}

/// Achievements to define or redefine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleAchievements {
    /// At most 200.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub achievements: Vec<TitleAchievement>,
}

/// A score on a board of a title; the best one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleScore {
    /// The board: 1 to 64 of a-z, 0-9, `-` and `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{1,64}$"))]
    pub board: String,
    /// The score; more is better.
    pub value: i64,
}

/// A play session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleSession {
    /// The id of the session, so that it counts only once: 1 to 64 of a-z, 0-9, `-` and `_`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[a-z0-9_-]{1,64}$"))]
    pub id: String,
    /// Its length in seconds, 1 to 86,400.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 86400))]
    pub seconds: u32,
}

/// What a player did in a title: exactly one of `unlock`, `score` and `session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleEvent {
    /// The player's handle.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub player: String,
    /// An achievement was unlocked: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlock: Option<String>,
    /// A score was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<TitleScore>,
    /// A session was played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<TitleSession>,
}

/// Events, one or many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleEvents {
    /// At most 1,000. Each counts once, however often it is sent.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub events: Vec<TitleEvent>,
}

/// The result of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TitleOutcome {
    /// It is recorded.
    Recorded,
    /// It, or a better score, was already recorded.
    Known,
    /// The game has no player with this name.
    NoSuchPlayer,
    /// The title has no achievement with this id.
    NoSuchAchievement,
    /// It is empty, ambiguous or out of range.
    Invalid,
}

/// The results of the events, in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleAnswer {
    /// One for each event.
    pub outcomes: Vec<TitleOutcome>,
}

/// An achievement of a title as a player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleStampView {
    /// The achievement.
    pub achievement: TitleAchievement,
    /// When the player unlocked it.
    pub unlocked_at: Option<Timestamp>,
}

/// The top of a title's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleBoardView {
    /// The board.
    pub board: String,
    /// The best ten, best first: handle and score.
    pub best: Vec<TitleBestView>,
    /// The player's own best score.
    pub mine: i64,
}

/// A row on a title's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleBestView {
    /// Whose.
    pub handle: String,
    /// The score.
    pub value: i64,
}

/// A player in a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TitleView {
    /// Its achievements, by name.
    pub achievements: Vec<TitleStampView>,
    /// How many of them the player has.
    pub unlocked: u32,
    /// Their points.
    pub points: u32,
    /// The percentage of them that the player has.
    pub completion_percent: u32,
    /// Seconds played.
    pub playtime_seconds: i64,
    /// The boards on which the player has a score, at most 20.
    pub boards: Vec<TitleBoardView>,
}
