//! Removing guests who did nothing. A new table with players' rows needs a line in [`FIND_IDLE`].

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};

use super::{Connection, DatabaseStore, Row, connection, players};
use crate::session::RECOVERY;
use crate::store::names::folded;
use crate::store::rows::{self, Columns as _};
use crate::store::{GuestPlace, GuestStore, StoreResult};

pub(super) const LIST: &str = "
    select p.created_at, p.player_id
    from players p
    where p.password_hash is null
    and (p.created_at, p.player_id) > ($1, $2)
    and p.created_at < $3
    order by p.created_at, p.player_id
    limit $4";
pub(super) const FIND_IDLE: &str = "
    select p.handle
    from players p
    where p.player_id = $1
    and p.password_hash is null
    and p.xp = 0
    and not exists (
        select 1
        from sessions s
        where s.player_id = p.player_id
        and (s.last_seen_at >= $2 or (s.session_id = $3 and s.expires_at > $4))
    )
    and not exists (
        select 1
        from accounts a
        where a.player_id = p.player_id
        and (a.version > 1 or a.game_id <> 1)
    )
    and not exists (
        select 1
        from orders o
        where o.player_id = p.player_id
    )
    and not exists (
        select 1
        from resting_orders r
        where r.player_id = p.player_id
    )
    and not exists (
        select 1
        from watch_lists w
        where w.player_id = p.player_id
    )
    and not exists (
        select 1
        from target_plans t
        where t.player_id = p.player_id
    )
    and not exists (
        select 1
        from rebalancings b
        where b.player_id = p.player_id
    )
    and not exists (
        select 1
        from privacy v
        where v.player_id = p.player_id
    )
    and not exists (
        select 1
        from follows f
        where f.player_id = p.player_id
    )
    and not exists (
        select 1
        from blocks b
        where b.player_id = p.player_id
    )
    and not exists (
        select 1
        from reports e
        where e.player_id = p.player_id
    )
    and not exists (
        select 1
        from game_members m
        where m.player_id = p.player_id
    )
    and not exists (
        select 1
        from game_hosts h
        where h.player_id = p.player_id
    )
    and not exists (
        select 1
        from board_openings n
        where n.player_id = p.player_id
    )
    and not exists (
        select 1
        from subscriptions u
        where u.player_id = p.player_id
    )
    and not exists (
        select 1
        from notification_settings i
        where i.player_id = p.player_id
    )
    and not exists (
        select 1
        from price_alerts t
        where t.player_id = p.player_id
    )
    and not exists (
        select 1
        from notes u
        where u.player_id = p.player_id
    )
    and not exists (
        select 1
        from puzzle_attempts z
        where z.player_id = p.player_id
    )
    and not exists (
        select 1
        from duels d
        where d.challenger_id = p.player_id
    )
    and not exists (
        select 1
        from offline_starts o
        where o.player_id = p.player_id
    )
    and not exists (
        select 1
        from offline_results q
        where q.player_id = p.player_id
    )
    and not exists (
        select 1
        from duels d
        where d.opponent_id = p.player_id
    )
    and not exists (
        select 1
        from plans l
        where l.owner_id = p.player_id
    )
    and not exists (
        select 1
        from strategy_follows y
        where y.player_id = p.player_id
    )
    and not exists (
        select 1
        from strategies z
        where z.author_id = p.player_id
    )
    and not exists (
        select 1
        from ledger_checkpoints c
        where c.player_id = p.player_id
    )";
/// Nobody else changes these rows until the transaction ends.
pub(super) const LOCK_ACCOUNTS: &str = "
    update accounts
    set version = version
    where player_id = $1";
/// Like [`LOCK_ACCOUNTS`]. Accounts are locked first, as in a batch of the engine.
pub(super) const LOCK: &str = "
    update players
    set xp = xp
    where player_id = $1";
/// Everything that such a guest has besides the handle.
const DELETE: &[&str] = &[
    "
    delete from log_heads
    where player_id = $1",
    "
    delete from notifications
    where player_id = $1",
    "
    delete from sessions
    where player_id = $1",
    "
    delete from ledger
    where player_id = $1",
    "
    delete from accounts
    where player_id = $1",
    "
    delete from awards
    where player_id = $1",
    "
    delete from players
    where player_id = $1",
];

#[async_trait]
impl GuestStore for DatabaseStore {
    async fn list_guests(
        &self,
        before: Timestamp,
        after: Option<GuestPlace>,
        limit: u32,
    ) -> StoreResult<Vec<GuestPlace>> {
        let (created_at, player) = after.map_or((i64::MIN, i64::MIN), |(created_at, player)| {
            (created_at.micros(), player.0)
        });
        let found = sqlx::query(LIST)
            .bind(created_at)
            .bind(player)
            .bind(before.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let place = |row: &Row| {
            let player = PlayerId(row.integer("player_id")?);
            Ok((rows::instant(row, "created_at")?, player))
        };
        found.iter().map(place).collect()
    }

    async fn remove_idle_guests(
        &self,
        guests: &[PlayerId],
        unseen_since: Timestamp,
        now: Timestamp,
    ) -> StoreResult<Vec<PlayerId>> {
        // Sorted, like every write to several players.
        let mut guests = guests.to_vec();
        guests.sort_unstable();
        let mut removed = Vec::new();
        let mut transaction = connection::begin(&self.writer).await?;
        for guest in guests {
            // Checked before locking, so that rows of active guests are not written.
            let idle = find_idle(&mut transaction, guest, unseen_since, now).await?;
            if idle.is_none() {
                continue;
            }
            for statement in [LOCK_ACCOUNTS, LOCK] {
                let locked = sqlx::query(statement).bind(guest.0);
                locked.execute(&mut *transaction).await?;
            }
            // Checked again: the guest may have come back before the rows were locked.
            if let Some(handle) = find_idle(&mut transaction, guest, unseen_since, now).await? {
                remove(&mut transaction, guest, &handle).await?;
                removed.push(guest);
            }
        }
        transaction.commit().await?;
        Ok(removed)
    }
}

/// The handle of a guest who did nothing. `None` for anyone else.
async fn find_idle(
    transaction: &mut Connection,
    guest: PlayerId,
    unseen_since: Timestamp,
    now: Timestamp,
) -> StoreResult<Option<String>> {
    let handle = sqlx::query_scalar(FIND_IDLE)
        .bind(guest.0)
        .bind(unseen_since.micros())
        .bind(RECOVERY.0)
        .bind(now.micros())
        .fetch_optional(transaction)
        .await?;
    Ok(handle)
}

async fn remove(transaction: &mut Connection, guest: PlayerId, handle: &str) -> StoreResult<()> {
    sqlx::query(players::FREE_HANDLE)
        .bind(folded(handle))
        .bind(guest.0)
        .execute(&mut *transaction)
        .await?;
    for &statement in DELETE {
        sqlx::query(statement)
            .bind(guest.0)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
