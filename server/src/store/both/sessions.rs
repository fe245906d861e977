//! Sessions: found by player and session, so that a token is looked up by a primary key.

use async_trait::async_trait;
use domain::{PlayerId, SessionId, Timestamp};

use super::{DELETE_EXPIRED, DatabaseStore, Pool, fetch};
use crate::store::rows::{self, session_columns};
use crate::store::{SessionRecord, SessionStore, StoreResult};

/// Sessions that a list shows.
const LIST_MAX: i64 = 100;

const CREATE: &str = "
    insert into sessions (player_id, session_id, token_hash, device, created_at, last_seen_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7)";
pub(super) const TOUCH: &str = "
    update sessions
    set last_seen_at = $3, expires_at = $4
    where player_id = $1
    and session_id = $2";
pub(super) const LIST: &str = concat!(
    "
    select ",
    session_columns!(),
    "
    from sessions s
    where s.player_id = $1
    and s.expires_at > $2
    order by s.last_seen_at desc, s.session_id
    limit $3"
);
pub(super) const DELETE: &str = "
    delete from sessions
    where player_id = $1
    and session_id = $2";
pub(super) const DELETE_ALL: &str = "
    delete from sessions
    where player_id = $1
    and session_id <> $2
    returning session_id";

#[async_trait]
impl SessionStore for DatabaseStore {
    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()> {
        create(&self.writer, session).await
    }

    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>> {
        fetch::sessions(&self.readers, names).await
    }

    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        touch(&self.writer, player, session, now, expires_at).await
    }

    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>> {
        list(&self.readers, player, now).await
    }

    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool> {
        delete(&self.writer, player, session).await
    }

    async fn delete_sessions(
        &self,
        player: PlayerId,
        except: Option<SessionId>,
    ) -> StoreResult<Vec<SessionId>> {
        delete_all(&self.writer, player, except).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        delete_expired(&self.writer, now, limit).await
    }
}

pub(super) async fn create(writer: &Pool, session: &SessionRecord) -> StoreResult<()> {
    sqlx::query(CREATE)
        .bind(session.player.0)
        .bind(session.id.0)
        .bind(session.token_hash.to_vec())
        .bind(&session.device)
        .bind(session.created_at.micros())
        .bind(session.last_seen_at.micros())
        .bind(session.expires_at.micros())
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn touch(
    writer: &Pool,
    player: PlayerId,
    session: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> StoreResult<()> {
    sqlx::query(TOUCH)
        .bind(player.0)
        .bind(session.0)
        .bind(now.micros())
        .bind(expires_at.micros())
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn list(
    readers: &Pool,
    player: PlayerId,
    now: Timestamp,
) -> StoreResult<Vec<SessionRecord>> {
    let rows = sqlx::query(LIST)
        .bind(player.0)
        .bind(now.micros())
        .bind(LIST_MAX)
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::session).collect()
}

pub(super) async fn delete(
    writer: &Pool,
    player: PlayerId,
    session: SessionId,
) -> StoreResult<bool> {
    let deleted = sqlx::query(DELETE)
        .bind(player.0)
        .bind(session.0)
        .execute(writer)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

pub(super) async fn delete_all(
    writer: &Pool,
    player: PlayerId,
    except: Option<SessionId>,
) -> StoreResult<Vec<SessionId>> {
    // No session has a negative number.
    let except = except.map_or(-1, |session| session.0);
    let deleted: Vec<(i64,)> = sqlx::query_as(DELETE_ALL)
        .bind(player.0)
        .bind(except)
        .fetch_all(writer)
        .await?;
    Ok(deleted.into_iter().map(|(id,)| SessionId(id)).collect())
}

pub(super) async fn delete_expired(writer: &Pool, now: Timestamp, limit: u32) -> StoreResult<u64> {
    let deleted = sqlx::query(DELETE_EXPIRED)
        .bind(now.micros())
        .bind(i64::from(limit))
        .execute(writer)
        .await?;
    Ok(deleted.rows_affected())
}
