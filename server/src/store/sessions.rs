//! Sessions, as stored.

use async_trait::async_trait;
use domain::{PlayerId, SessionId, Timestamp};

use super::{SessionRecord, StoreResult};

/// Sessions, found by player and session.
#[async_trait]
pub trait SessionStore {
    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()>;
    /// Those of the sessions that exist, whether or not they have expired.
    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>>;
    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()>;
    /// A player's unexpired sessions, most recently used first, at most 100.
    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>>;
    /// Deletes a session. Returns whether it existed.
    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool>;
    /// Deletes all sessions of a player, or all but one. Returns the deleted ones.
    async fn delete_sessions(
        &self,
        player: PlayerId,
        except: Option<SessionId>,
    ) -> StoreResult<Vec<SessionId>>;
    /// Deletes at most `limit` expired sessions. Returns how many.
    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64>;
}
