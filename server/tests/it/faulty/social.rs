//! Ties and reports of the store behind.

use async_trait::async_trait;
use domain::api::PrivacyView;
use domain::{PlayerId, Timestamp};
use server::store::social::{PrivacyChange, ReportRecord, Tie, Tied, Ties};
use server::store::{NewNotification, ReportStore, SocialStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl SocialStore for FaultyStore {
    async fn find_privacy(&self, player: PlayerId) -> StoreResult<PrivacyView> {
        self.inner.find_privacy(player).await
    }

    async fn store_privacy(&self, change: &PrivacyChange) -> StoreResult<()> {
        self.inner.store_privacy(change).await
    }

    async fn list_privacy_changes(
        &self,
        after: (Timestamp, PlayerId),
        limit: u32,
    ) -> StoreResult<Vec<PrivacyChange>> {
        self.inner.list_privacy_changes(after, limit).await
    }

    async fn follow(
        &self,
        player: PlayerId,
        tie: Tie,
        told: Option<&NewNotification>,
    ) -> StoreResult<Tied> {
        self.inner.follow(player, tie, told).await
    }

    async fn unfollow(&self, player: PlayerId, followed: PlayerId) -> StoreResult<bool> {
        self.inner.unfollow(player, followed).await
    }

    async fn list_follows(&self, player: PlayerId) -> StoreResult<Vec<Tie>> {
        self.inner.list_follows(player).await
    }

    async fn list_followers(&self, player: PlayerId) -> StoreResult<Vec<PlayerId>> {
        self.inner.list_followers(player).await
    }

    async fn find_ties(&self, player: PlayerId, other: PlayerId) -> StoreResult<Ties> {
        self.inner.find_ties(player, other).await
    }

    async fn block(&self, player: PlayerId, tie: Tie) -> StoreResult<Tied> {
        self.inner.block(player, tie).await
    }

    async fn unblock(&self, player: PlayerId, blocked: PlayerId) -> StoreResult<bool> {
        self.inner.unblock(player, blocked).await
    }

    async fn list_blocks(&self, player: PlayerId) -> StoreResult<Vec<Tie>> {
        self.inner.list_blocks(player).await
    }
}

#[async_trait]
impl ReportStore for FaultyStore {
    async fn create_report(&self, report: &ReportRecord) -> StoreResult<bool> {
        self.inner.create_report(report).await
    }

    async fn list_reports(
        &self,
        after: (Timestamp, i64),
        limit: u32,
    ) -> StoreResult<Vec<ReportRecord>> {
        self.inner.list_reports(after, limit).await
    }

    async fn close_report(&self, report: i64, now: Timestamp) -> StoreResult<bool> {
        self.inner.close_report(report, now).await
    }
}
