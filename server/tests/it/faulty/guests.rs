//! Guests of the store behind.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};
use server::store::{GuestPlace, GuestStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl GuestStore for FaultyStore {
    async fn list_guests(
        &self,
        before: Timestamp,
        after: Option<GuestPlace>,
        limit: u32,
    ) -> StoreResult<Vec<GuestPlace>> {
        self.inner.list_guests(before, after, limit).await
    }

    async fn remove_idle_guests(
        &self,
        guests: &[PlayerId],
        unseen_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<Vec<PlayerId>> {
        self.inner
            .remove_idle_guests(guests, unseen_since, now)
            .await
    }
}
