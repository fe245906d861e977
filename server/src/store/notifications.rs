//! Notifications: what players are told, each once, and where they want to be told it.

use async_trait::async_trait;
use domain::api::{Channels, NotificationKind};
use domain::{PlayerId, Timestamp};

use super::StoreResult;
use super::jobs::NewJob;

/// Unread notifications are counted to this number.
pub const UNREAD_MAX: u32 = 100;

/// A notification to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    pub player: PlayerId,
    /// What happened: the same cause tells a player once.
    pub cause: String,
    pub kind: NotificationKind,
    /// What the words are made of, as JSON.
    pub data: String,
    pub at: Timestamp,
    /// Whether the list of notifications has it.
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

/// What a player wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationChoices {
    pub player: PlayerId,
    /// Kinds that differ from their default.
    pub channels: Vec<(NotificationKind, Channels)>,
    /// Minutes after midnight in the player's zone, from when and until when no mail is sent.
    pub quiet: Option<(u16, u16)>,
}

impl NotificationChoices {
    /// Those of a player who never chose.
    #[must_use]
    pub fn default_of(player: PlayerId) -> Self {
        Self {
            player,
            channels: Vec::new(),
            quiet: None,
        }
    }

    /// Where a kind goes.
    #[must_use]
    pub fn channels_of(&self, kind: NotificationKind) -> Channels {
        let chosen = self.channels.iter().find(|(of, _)| *of == kind);
        chosen.map_or_else(|| kind.default_channels(), |(_, channels)| *channels)
    }
}

/// How far a lane of the outbox has been read for notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanePosition {
    pub lane: i64,
    /// The latest batch that has become notifications; 0: none.
    pub seq: i64,
}

/// Notifications of players, and what they want to be told.
#[async_trait]
pub trait NotificationStore {
    /// Writes those whose cause has not told its player before, with their mails; how many.
    async fn add_notifications(&self, new: &[NewNotification]) -> StoreResult<u64>;
    /// Moves the position of a lane from `read.seq` to `to` and writes the notifications of the batches
    /// between, all or nothing. False, and nothing is written, when the position is another one: another
    /// server was faster.
    async fn advance_notifications(
        &self,
        read: LanePosition,
        to: i64,
        new: &[NewNotification],
    ) -> StoreResult<bool>;
    /// The positions of all lanes.
    async fn list_notification_positions(&self) -> StoreResult<Vec<LanePosition>>;
    /// Those of a player's list, latest first; those before the cursor (time and cause of the last one
    /// seen).
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
    /// How many of a player's list are unread, counted to [`UNREAD_MAX`].
    async fn count_unread(&self, player: PlayerId) -> StoreResult<u32>;
    /// Marks everything until an instant as read; how many were not.
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
    /// Deletes at most `limit` notifications from before an instant, and positions of lanes that are
    /// gone; how many notifications.
    async fn prune_notifications(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
