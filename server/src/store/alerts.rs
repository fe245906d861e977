//! Price alerts.

use async_trait::async_trait;
use domain::api::AlertSide;
use domain::{GameId, InstrumentId, PlayerId, Price, Timestamp};

use super::{NewNotification, StoreResult};

/// What a price alert waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// For its price.
    Waiting,
    /// It has fired, and waits for the price to move back so that it can fire again.
    Told,
    /// For nothing: it has fired, and fires once only.
    Ended,
}

impl AlertState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Told, Self::Ended];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Told => "told",
            Self::Ended => "ended",
        }
    }

    /// The state of a stored text.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A price alert as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRecord {
    pub player: PlayerId,
    pub id: i64,
    /// The game whose market it watches.
    pub game: GameId,
    pub instrument: InstrumentId,
    pub side: AlertSide,
    /// The price to reach.
    pub price: Price,
    pub repeats: bool,
    pub state: AlertState,
    /// How often it has fired.
    pub times: u32,
    pub created_at: Timestamp,
    pub told_at: Option<Timestamp>,
}

/// Price alerts of players.
#[async_trait]
pub trait AlertStore {
    async fn create_alert(&self, alert: &AlertRecord) -> StoreResult<()>;
    /// A player's alerts, by id.
    async fn list_alerts(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<AlertRecord>>;
    /// Whether there was one.
    async fn delete_alert(&self, player: PlayerId, id: i64) -> StoreResult<bool>;
    /// Alerts that have not ended, by player and id, after the given one.
    async fn list_open_alerts(
        &self,
        after: Option<(PlayerId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<AlertRecord>>;
    /// Gives an alert the state, the count and the time of `now`, and writes its notification,
    /// atomically. False, and nothing is written, if it no longer matches `before`.
    async fn move_alert(
        &self,
        before: &AlertRecord,
        now: &AlertRecord,
        told: Option<&NewNotification>,
    ) -> StoreResult<bool>;
}
