//! What players are told, and what they wrote down.

use domain::api::{
    AlertView, ApiError, JournalView, NoteView, NotificationSettings, NotificationsView,
};

use super::address::Address;
use super::get;

/// `GET me/notifications`
pub async fn notifications(cursor: &str) -> Result<NotificationsView, ApiError> {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
    get(Address::new(["me", "notifications"]).with("cursor", cursor)).await
}

/// `GET me/notification-settings`
pub async fn notification_settings() -> Result<NotificationSettings, ApiError> {
    get(Address::new(["me", "notification-settings"])).await
}

/// `GET games/{game}/journal`
pub async fn journal(game: &str, cursor: &str) -> Result<JournalView, ApiError> {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
    get(Address::new(["games", game, "journal"]).with("cursor", cursor)).await
}

/// `GET me/notes`
pub async fn notes(query: &str, tag: &str) -> Result<Vec<NoteView>, ApiError> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = Address::new(["me", "notes"]);
    get(address.with("query", given(query)).with("tag", given(tag))).await
}

/// `GET games/{game}/alerts`
pub async fn alerts(game: &str) -> Result<Vec<AlertView>, ApiError> {
    get(Address::new(["games", game, "alerts"])).await
}
