//! Second factors, links and erased players of the store behind.

use async_trait::async_trait;
use domain::{Hash, PlayerId, SessionId, Timestamp};
use server::store::protection::{LinkPurpose, LoginRecord, MailLink, SecondFactor};
use server::store::{IdentityStore, ProtectionStore, StoreResult, Taken};

use super::FaultyStore;

#[async_trait]
impl ProtectionStore for FaultyStore {
    async fn find_second_factor(&self, player: PlayerId) -> StoreResult<Option<SecondFactor>> {
        self.inner.find_second_factor(player).await
    }

    async fn begin_second_factor(&self, player: PlayerId, secret: &[u8]) -> StoreResult<bool> {
        self.inner.begin_second_factor(player, secret).await
    }

    async fn confirm_second_factor(
        &self,
        player: PlayerId,
        step: i64,
        codes: &[Hash],
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.inner
            .confirm_second_factor(player, step, codes, now)
            .await
    }

    async fn use_step(&self, player: PlayerId, step: i64) -> StoreResult<bool> {
        self.inner.use_step(player, step).await
    }

    async fn use_recovery_code(&self, player: PlayerId, code: Hash) -> StoreResult<bool> {
        self.inner.use_recovery_code(player, code).await
    }

    async fn remove_second_factor(&self, player: PlayerId) -> StoreResult<()> {
        self.inner.remove_second_factor(player).await
    }

    async fn record_login(&self, login: &LoginRecord) -> StoreResult<()> {
        self.inner.record_login(login).await
    }

    async fn list_logins(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<LoginRecord>> {
        self.inner.list_logins(player, limit).await
    }
}

#[async_trait]
impl IdentityStore for FaultyStore {
    async fn change_password(&self, player: PlayerId, hash: &str) -> StoreResult<bool> {
        self.inner.change_password(player, hash).await
    }

    async fn store_mail_link(&self, link: &MailLink) -> StoreResult<()> {
        self.inner.store_mail_link(link).await
    }

    async fn take_mail_link(
        &self,
        player: PlayerId,
        purpose: LinkPurpose,
        token_hash: Hash,
        now: Timestamp,
    ) -> StoreResult<Option<String>> {
        self.inner
            .take_mail_link(player, purpose, token_hash, now)
            .await
    }

    async fn verify_email(&self, player: PlayerId, email: &str, now: Timestamp) -> StoreResult<()> {
        self.inner.verify_email(player, email, now).await
    }

    async fn verified_email(&self, player: PlayerId) -> StoreResult<Option<String>> {
        self.inner.verified_email(player).await
    }

    async fn change_email(&self, player: PlayerId, email: &str) -> StoreResult<Result<(), Taken>> {
        self.inner.change_email(player, email).await
    }

    async fn erase_player(
        &self,
        player: PlayerId,
        handle: &str,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionId>> {
        self.inner.erase_player(player, handle, now).await
    }
}
