//! Friends, profiles, privacy and reports.

use serde::{Deserialize, Serialize};

use crate::{Percent, Progress, Timestamp, Xp};

/// Who may see a player's profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProfileVisibility {
    /// Everyone.
    #[default]
    Public,
    /// The players that the player follows.
    Friends,
    /// Nobody else.
    Private,
}

impl ProfileVisibility {
    /// Every value, most open first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Friends, Self::Private];

    /// Its name in forms and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Friends => "friends",
            Self::Private => "private",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == name)
    }
}

/// What a player lets others see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PrivacyView {
    /// Who may see the profile.
    pub visibility: ProfileVisibility,
    /// Whether others see the player on leaderboards. A hidden player still sees their own row.
    pub on_leaderboards: bool,
}

impl Default for PrivacyView {
    fn default() -> Self {
        Self {
            visibility: ProfileVisibility::default(),
            on_leaderboards: true,
        }
    }
}

/// The player to follow: by handle, or by accepting an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FollowRequest {
    /// A player's handle, without regard to case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The code of an invitation. Accepting it makes both players follow each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// Whom to block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BlockRequest {
    /// A player's handle, without regard to case.
    pub handle: String,
}

/// A player whom the requesting player is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FriendView {
    /// The other player's handle.
    pub handle: String,
    /// Since when; none for a follower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Whether both follow each other.
    pub mutual: bool,
}

/// A player's connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FriendsView {
    /// Players whom the player follows, by handle; at most 500.
    pub following: Vec<FriendView>,
    /// Followers whom the player does not follow back, by handle; at most 500.
    pub followers: Vec<FriendView>,
    /// Players whom the player blocks, by handle; at most 500.
    pub blocked: Vec<FriendView>,
    /// The code of an invitation by the player.
    pub invitation: String,
    /// When the invitation ends.
    pub invitation_ends_at: Timestamp,
}

/// An invitation, as the invited player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Who invites.
    pub handle: String,
    /// When the invitation ends.
    pub ends_at: Timestamp,
}

/// The relationship between the requesting player and the player of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TieView {
    /// The requesting player follows the other one.
    pub follows: bool,
    /// The other player follows the requesting one.
    pub followed: bool,
    /// The requesting player blocks the other one.
    pub blocks: bool,
}

/// A stamp on a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StampView {
    /// The achievement's name.
    pub name: String,
    /// The name of its picture.
    pub icon: String,
    /// When it was unlocked first.
    pub unlocked_at: Timestamp,
}

/// What a profile shows of a player. No amounts, only percentages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileDetails {
    /// XP across all games.
    pub xp: Xp,
    /// The level that this XP makes.
    pub level: Progress,
    /// When the player joined.
    pub since: Timestamp,
    /// Gain or loss in the open league in percent of the starting cash; none before a first trade.
    pub return_percent: Option<Percent>,
    /// The requesting player's, for comparison.
    pub own_return_percent: Option<Percent>,
    /// Unlocked achievements, the latest first; at most 100.
    pub stamps: Vec<StampView>,
}

/// A player's public profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileView {
    /// The player's handle.
    pub handle: String,
    /// Whether this is the requesting player.
    pub me: bool,
    /// None when the requesting player may not see the profile.
    pub details: Option<ProfileDetails>,
    /// None when nobody is logged in, and on one's own profile.
    pub tie: Option<TieView>,
}

/// What a player is reported for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// The handle is offensive or pretends to be someone else.
    Handle,
    /// The player does not play fair.
    Cheating,
    /// What the player wrote is offensive.
    Words,
    /// Anything else.
    Other,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Handle, Self::Cheating, Self::Words, Self::Other];

    /// Its name in forms and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Cheating => "cheating",
            Self::Words => "words",
            Self::Other => "other",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A report of a player to the operator of the game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    /// What it is about.
    pub kind: ReportKind,
    /// What happened; at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for value in ProfileVisibility::ALL {
            assert_eq!(ProfileVisibility::named(value.as_str()), Some(value));
            assert_eq!(
                serde_json::to_value(value).ok(),
                Some(value.as_str().into())
            );
        }
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::named(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.as_str().into()));
        }
        assert_eq!(ProfileVisibility::named("Public"), None);
    }
}
