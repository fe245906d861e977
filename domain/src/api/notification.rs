//! Notifications: what a player is notified of, where, and when not.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Kinds of notification. Each can be switched on and off, in the game and by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A waiting order was filled.
    OrderFilled,
    /// A waiting order ended without a fill: it expired or could not be filled.
    OrderEnded,
    /// An achievement was unlocked.
    Unlocked,
    /// A level was reached.
    Level,
    /// The host of a game said something.
    Announcement,
    /// A split, a dividend or a delisting changed what the player holds.
    CorporateAction,
    /// Someone follows the player.
    Follower,
    /// A price crossed one of the player's alert lines.
    PriceAlert,
    /// A reason that the player wrote is due for review.
    OldReason,
    /// The portfolio has drifted from the player's targets.
    Drifted,
    /// A strategy that the player follows has a new version.
    StrategyChanged,
    /// A challenge to a duel, the reply to it, or the end of the duel.
    Duel,
    /// How the player's week went.
    Week,
    /// An investment in an offering was settled: it got shares, got none, or was reversed.
    Investment,
}

impl NotificationKind {
    /// All of them, in the order of the settings.
    pub const ALL: [Self; 14] = [
        Self::OrderFilled,
        Self::OrderEnded,
        Self::PriceAlert,
        Self::Investment,
        Self::Announcement,
        Self::CorporateAction,
        Self::OldReason,
        Self::Drifted,
        Self::Unlocked,
        Self::Level,
        Self::Follower,
        Self::StrategyChanged,
        Self::Duel,
        Self::Week,
    ];

    /// Its name in databases and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderFilled => "order_filled",
            Self::OrderEnded => "order_ended",
            Self::Unlocked => "unlocked",
            Self::Level => "level",
            Self::Announcement => "announcement",
            Self::CorporateAction => "corporate_action",
            Self::Follower => "follower",
            Self::PriceAlert => "price_alert",
            Self::OldReason => "old_reason",
            Self::Drifted => "drifted",
            Self::StrategyChanged => "strategy_changed",
            Self::Duel => "duel",
            Self::Week => "week",
            Self::Investment => "investment",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Where it goes by default. E-mail is opt-in, and so is the weekly summary.
    #[must_use]
    pub fn default_channels(self) -> Channels {
        Channels {
            app: self != Self::Week,
            mail: false,
        }
    }

    /// What players read in the settings.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OrderFilled => "A waiting order was filled",
            Self::OrderEnded => "A waiting order ended without a fill",
            Self::Unlocked => "You unlocked an achievement",
            Self::Level => "You reached a level",
            Self::Announcement => "The host of your game announces something",
            Self::CorporateAction => "A split, a dividend or a delisting",
            Self::Follower => "Somebody follows you",
            Self::PriceAlert => "A price alert",
            Self::OldReason => "A reason of yours is a month old",
            Self::Drifted => "Your portfolio has drifted from your targets",
            Self::StrategyChanged => "A strategy that you follow has a new version",
            Self::Duel => "A duel: a challenge, an answer, a result",
            Self::Week => "How your week went",
            Self::Investment => "What became of your investment in an offering",
        }
    }
}

/// Where a kind of notification goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Channels {
    /// Into the list of notifications.
    pub app: bool,
    /// To the player's e-mail address.
    pub mail: bool,
}

/// A notification as its player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationView {
    /// Its id, unique per player.
    pub id: String,
    /// Its kind.
    pub kind: NotificationKind,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it has been read.
    pub read: bool,
    /// What happened, in one sentence.
    pub text: String,
    /// The page to go to.
    pub link: String,
}

/// A slice of a player's notifications, latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotificationsView {
    /// The notifications.
    pub items: Vec<NotificationView>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
    /// Total unread notifications; counted up to 100.
    pub unread: u32,
}

/// What to mark as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadRequest {
    /// Everything until this instant, such as that of the latest notification that was shown.
    pub until: Timestamp,
}

/// One line of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelChoice {
    /// The kind.
    pub kind: NotificationKind,
    /// Into the list of notifications.
    pub app: bool,
    /// To the player's e-mail address.
    pub mail: bool,
}

/// What a player wants to be notified of, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationSettings {
    /// Each kind; one that is left out of a request stays as it is.
    pub kinds: Vec<ChannelChoice>,
    /// When no mail is sent, in the player's time zone: `22:00`; none: at no time. Mails wait until the
    /// quiet hours are over.
    pub quiet_from: Option<String>,
    /// When mail is sent again.
    pub quiet_until: Option<String>,
    /// Whether this server sends mail at all. Not read from requests.
    #[serde(default)]
    pub mail_available: bool,
    /// The address that mails go to; none: the player has given none. Not read from requests.
    #[serde(default)]
    pub mail_to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in NotificationKind::ALL {
            assert_eq!(NotificationKind::named(kind.as_str()), Some(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
        }
    }
}
