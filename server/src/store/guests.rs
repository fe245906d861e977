//! Removing guests who did nothing.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::StoreResult;

/// A guest's place in the order of creation.
pub type GuestPlace = (Timestamp, PlayerId);

/// Finds and removes guests who did nothing.
#[async_trait]
pub trait GuestStore {
    /// Guests created before an instant, oldest first, after a place.
    async fn list_guests(
        &self,
        before: Timestamp,
        after: Option<GuestPlace>,
        limit: u32,
    ) -> StoreResult<Vec<GuestPlace>>;
    /// Removes, in one transaction, those of the players who are guests, did nothing and have not been
    /// seen since an instant. Such a guest has no account but that of the open league, with nothing but
    /// its opening entry; no XP, no answered or waiting order, nobody to follow, and no recovery words
    /// that are valid at `now`. Returns the removed ones.
    async fn remove_idle_guests(
        &self,
        guests: &[PlayerId],
        unseen_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<Vec<PlayerId>>;
}
