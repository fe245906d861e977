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
    /// seen since an instant. Such a guest has only the account in the open league, with only its opening
    /// entry, and no XP, no answered or resting order, no followed player, and no recovery words valid at
    /// `now`. Returns the removed guests.
    async fn remove_idle_guests(
        &self,
        guests: &[PlayerId],
        unseen_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<Vec<PlayerId>>;
}
