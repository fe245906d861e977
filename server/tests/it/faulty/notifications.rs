//! Notifications, price alerts and the journal of the store behind.

use async_trait::async_trait;
use domain::{AccountId, PlayerId, Timestamp};
use server::store::{
    AlertRecord, AlertStore, GradeRecord, JournalStore, LanePosition, LedgerRow, NewNotification,
    NoteRecord, NotificationChoices, NotificationRecord, NotificationStore, StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl NotificationStore for FaultyStore {
    async fn add_notifications(&self, new: &[NewNotification]) -> StoreResult<u64> {
        self.inner.add_notifications(new).await
    }

    async fn advance_notifications(
        &self,
        read: LanePosition,
        to: i64,
        new: &[NewNotification],
    ) -> StoreResult<bool> {
        self.inner.advance_notifications(read, to, new).await
    }

    async fn list_notification_positions(&self) -> StoreResult<Vec<LanePosition>> {
        self.inner.list_notification_positions().await
    }

    async fn list_notifications(
        &self,
        player: PlayerId,
        before: Option<&(Timestamp, String)>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationRecord>> {
        self.inner.list_notifications(player, before, limit).await
    }

    async fn find_notification(
        &self,
        player: PlayerId,
        cause: &str,
    ) -> StoreResult<Option<NotificationRecord>> {
        self.inner.find_notification(player, cause).await
    }

    async fn count_unread(&self, player: PlayerId) -> StoreResult<u32> {
        self.inner.count_unread(player).await
    }

    async fn read_notifications(
        &self,
        player: PlayerId,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u64> {
        self.inner.read_notifications(player, until, now).await
    }

    async fn find_notification_choices(
        &self,
        player: PlayerId,
    ) -> StoreResult<NotificationChoices> {
        self.inner.find_notification_choices(player).await
    }

    async fn list_notification_choices(
        &self,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationChoices>> {
        self.inner.list_notification_choices(after, limit).await
    }

    async fn store_notification_choices(&self, choices: &NotificationChoices) -> StoreResult<()> {
        self.inner.store_notification_choices(choices).await
    }

    async fn prune_notifications(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.prune_notifications(before, limit).await
    }
}

#[async_trait]
impl AlertStore for FaultyStore {
    async fn create_alert(&self, alert: &AlertRecord) -> StoreResult<()> {
        self.inner.create_alert(alert).await
    }

    async fn list_alerts(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<AlertRecord>> {
        self.inner.list_alerts(player, limit).await
    }

    async fn delete_alert(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        self.inner.delete_alert(player, id).await
    }

    async fn list_open_alerts(
        &self,
        after: Option<(PlayerId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<AlertRecord>> {
        self.inner.list_open_alerts(after, limit).await
    }

    async fn move_alert(
        &self,
        before: &AlertRecord,
        now: &AlertRecord,
        told: Option<&NewNotification>,
    ) -> StoreResult<bool> {
        self.inner.move_alert(before, now, told).await
    }
}

#[async_trait]
impl JournalStore for FaultyStore {
    async fn list_reasons(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        self.inner.list_reasons(account, before, limit).await
    }

    async fn store_grade(&self, account: AccountId, grade: &GradeRecord) -> StoreResult<()> {
        self.inner.store_grade(account, grade).await
    }

    async fn list_grades(&self, account: AccountId, limit: u32) -> StoreResult<Vec<GradeRecord>> {
        self.inner.list_grades(account, limit).await
    }

    async fn store_note(&self, note: &NoteRecord) -> StoreResult<()> {
        self.inner.store_note(note).await
    }

    async fn list_notes(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<NoteRecord>> {
        self.inner.list_notes(player, limit).await
    }

    async fn delete_note(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        self.inner.delete_note(player, id).await
    }
}
