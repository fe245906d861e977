//! The sessions of the store behind.

use async_trait::async_trait;
use domain::{PlayerId, SessionId, Timestamp};
use server::store::{SessionRecord, SessionStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl SessionStore for FaultyStore {
    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()> {
        self.read().create_session(session).await
    }

    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>> {
        self.read().find_sessions(names).await
    }

    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        self.read()
            .touch_session(player, session, now, expires_at)
            .await
    }

    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>> {
        self.read().list_sessions(player, now).await
    }

    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool> {
        self.read().delete_session(player, session).await
    }

    async fn delete_sessions(
        &self,
        player: PlayerId,
        except: Option<SessionId>,
    ) -> StoreResult<Vec<SessionId>> {
        self.read().delete_sessions(player, except).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.read().delete_expired_sessions(now, limit).await
    }
}
