//! Notifications: what players are told, each once, and through which channels.

use async_trait::async_trait;
use domain::api::{Channels, NotificationKind};
use domain::{PlayerId, Timestamp};

use super::StoreResult;
use super::jobs::NewJob;

/// Unread notifications are counted up to this number.
pub const UNREAD_MAX: u32 = 100;

/// A notification to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    pub player: PlayerId,
    /// What happened. The same cause notifies a player once.
    pub cause: String,
    pub kind: NotificationKind,
    /// The data from which the text is made, as JSON.
    pub data: String,
    pub at: Timestamp,
    /// Whether it appears in the list of notifications.
    pub in_app: bool,
    /// The job that mails it, enqueued with it.
    pub mail: Option<NewJob>,
}

/// A notification as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRecord {
    pub player: PlayerId,
    pub cause: String,
    pub kind: NotificationKind,
    pub data: String,
    pub at: Timestamp,
    pub read_at: Option<Timestamp>,
}

/// A player's notification preferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationChoices {
    pub player: PlayerId,
    /// Kinds that differ from the default.
    pub channels: Vec<(NotificationKind, Channels)>,
    /// Start and end of the period without mail, in minutes after midnight in the player's zone.
    pub quiet: Option<(u16, u16)>,
}

impl NotificationChoices {
    /// The defaults for a player who never chose.
    #[must_use]
    pub fn default_of(player: PlayerId) -> Self {
        Self {
            player,
            channels: Vec::new(),
            quiet: None,
        }
    }

    /// The channels of a kind.
    #[must_use]
    pub fn channels_of(&self, kind: NotificationKind) -> Channels {
        let chosen = self.channels.iter().find(|(of, _)| *of == kind);
        chosen.map_or_else(|| kind.default_channels(), |(_, channels)| *channels)
    }
}

/// How far a lane of the outbox has been processed for notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanePosition {
    pub lane: i64,
    /// The latest batch that has become notifications; 0: none.
    pub seq: i64,
}

/// Notifications of players, and what they want to be told.
#[async_trait]
pub trait NotificationStore {
    /// Writes the notifications whose cause has not notified its player before, with their mails. Returns
    /// how many.
    async fn add_notifications(&self, new: &[NewNotification]) -> StoreResult<u64>;
    /// Moves the position of a lane from `read.seq` to `to` and writes the notifications of the batches
    /// in between, atomically. False, and nothing is written, if another server has moved the position.
    async fn advance_notifications(
        &self,
        read: LanePosition,
        to: i64,
        new: &[NewNotification],
    ) -> StoreResult<bool>;
    /// The positions of all lanes.
    async fn list_notification_positions(&self) -> StoreResult<Vec<LanePosition>>;
    /// A player's list, latest first; those before the cursor (time and cause of the last one seen).
    async fn list_notifications(
        &self,
        player: PlayerId,
        before: Option<&(Timestamp, String)>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationRecord>>;
    async fn find_notification(
        &self,
        player: PlayerId,
        cause: &str,
    ) -> StoreResult<Option<NotificationRecord>>;
    /// How many in a player's list are unread, counted up to [`UNREAD_MAX`].
    async fn count_unread(&self, player: PlayerId) -> StoreResult<u32>;
    /// Marks everything up to an instant as read. Returns how many were unread.
    async fn read_notifications(
        &self,
        player: PlayerId,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u64>;
    /// The defaults for a player who never chose.
    async fn find_notification_choices(&self, player: PlayerId)
    -> StoreResult<NotificationChoices>;
    /// What players chose, by player, after one.
    async fn list_notification_choices(
        &self,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationChoices>>;
    async fn store_notification_choices(&self, choices: &NotificationChoices) -> StoreResult<()>;
    /// Deletes at most `limit` notifications from before an instant, and positions of lanes that no
    /// longer exist. Returns the number of notifications.
    async fn prune_notifications(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
